"""The classes that a config names, and what is known of them."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from trellis_cfg.document.paths import Path
from trellis_cfg.models import COMPONENTS
from trellis_cfg.models.known import Known, is_sound, known
from trellis_cfg.sections import SECTIONS, TRAINER_ARGS, trainer_args

_DATASET, _TRAINER = ("dataset",), ("trainer",)
_COMPONENTS: dict[str, Path] = {name: (*TRAINER_ARGS, name) for name in COMPONENTS}
_NONE: frozenset[str] = frozenset()


class Named(NamedTuple):
    """A class by its name; ``path`` leads to the object of its ``name`` and ``args``.

    ``known`` is None for a class that is not known.
    """

    section: str
    path: Path
    name: str
    args: dict[str, object]
    known: Known | None

    @property
    def fields(self) -> frozenset[str]:
        """The arguments that the class is known to take; none, of an unknown one."""
        return self.known.fields if self.known else _NONE

    def packages(self) -> set[str]:
        """Return the packages that alone have the class, or an argument that is given here."""
        if self.known is None:
            return set()
        only = self.known.packages
        found = {only[key] for key in only.keys() & self.args.keys()}
        return found | {self.known.package} if self.known.package else found

    def value(self, key: str) -> object:
        """Return an argument, or its default where the config leaves it out."""
        if key in self.args or self.known is None:
            return self.args.get(key)
        return self.known.defaults.get(key)

    def is_sound(self) -> bool:
        """Tell whether the arguments are surely such that the models find no fault in them."""
        return is_sound(self.section, self.name, self.args)


def named(value: object) -> list[Named]:
    """Return each class that a config names and gives arguments, in the order of a config."""
    return [
        Named(section, path, place["name"], place["args"], known(section, place["name"]))
        for section, path, place in _places(value)
        if isinstance(place, dict)
        and isinstance(place.get("name"), str)
        and isinstance(place.get("args"), dict)
    ]


def _places(value: object) -> Iterator[tuple[str, Path, object]]:
    sections = value if isinstance(value, dict) else {}
    models = sections.get("models")
    for role, network in models.items() if isinstance(models, dict) else ():
        yield "models", ("models", role), network
    yield "dataset", _DATASET, sections.get("dataset")
    yield "trainer", _TRAINER, sections.get("trainer")
    args = trainer_args(value) or {}
    for component, path in _COMPONENTS.items():
        if component in args:
            yield component, path, args[component]


def by_section(classes: Iterable[Named]) -> dict[str, list[Named]]:
    """Return classes by the section that they stand in."""
    found: dict[str, list[Named]] = {}
    for used in classes:
        found.setdefault(used.section, []).append(used)
    return found


def are_sound(value: object, classes: list[Named]) -> bool:
    """Tell whether the models surely find no fault in a config that names these classes."""
    models = value.get("models") if isinstance(value, dict) else None
    if not (isinstance(models, dict) and models):
        return False
    sections = sum(used.section in SECTIONS for used in classes)
    return sections == len(models) + 2 and all(used.is_sound() for used in classes)
