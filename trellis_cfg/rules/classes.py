"""The classes that a config names, and the models of their arguments."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from trellis_cfg.document.paths import Path
from trellis_cfg.models import COMPONENTS, arguments
from trellis_cfg.models.base import Arguments
from trellis_cfg.sections import TRAINER_ARGS


class Named(NamedTuple):
    """A class by its name; ``path`` leads to the object of its ``name`` and ``args``.

    ``model`` is None for a class that is not known.
    """

    section: str
    path: Path
    name: str
    args: dict[str, object]
    model: type[Arguments] | None

    @property
    def fields(self) -> frozenset[str]:
        """The arguments that the class is known to take; none, of an unknown one."""
        return _fields(self.model) if self.model else frozenset()

    def packages(self) -> set[str]:
        """Return the packages that alone have the class, or an argument that is given here."""
        if self.model is None:
            return set()
        found = {self.model.package, *map(self.model.package_of, self.args)}
        return {package.value for package in found if package}

    def value(self, key: str) -> object:
        """Return an argument, or its default where the config leaves it out."""
        if key in self.args or key not in self.fields or self.model is None:
            return self.args.get(key)
        return self.model.model_fields[key].default


@cache
def _fields(model: type[Arguments]) -> frozenset[str]:
    return frozenset(model.model_fields)


def named(value: object) -> Iterator[Named]:
    """Yield each class that a config names and gives arguments, in the order of a config."""
    for section, path, place in _places(value):
        match place:
            case {"name": str(name), "args": dict(args)}:
                yield Named(section, path, name, args, arguments(section, name))


def _places(value: object) -> Iterator[tuple[str, Path, object]]:
    match value:
        case {"models": dict(models)}:
            for role, network in models.items():
                yield "models", ("models", role), network
    match value:
        case {"dataset": dict(dataset)}:
            yield "dataset", ("dataset",), dataset
    match value:
        case {"trainer": {"args": dict(args)} as trainer}:
            yield "trainer", ("trainer",), trainer
            for component in COMPONENTS:
                yield component, (*TRAINER_ARGS, component), args.get(component)
