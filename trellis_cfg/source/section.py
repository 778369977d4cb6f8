"""The classes of one section in a checkout, each read when it is asked for."""

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from trellis_cfg.models.class_spec import ClassSpec, merge_specs


class ClassTable(Mapping[str, ClassSpec | None]):
    """Classes by name, each read once; None for a class that cannot be read.

    ``read`` returns a class, or raises KeyError for a name that is not a class after all.
    """

    def __init__(self, names: Iterable[str], read: Callable[[str], ClassSpec | None]) -> None:
        """Read nothing yet."""
        self._names = dict.fromkeys(names)
        self._read = read
        self._classes: dict[str, ClassSpec | None] = {}

    def __getitem__(self, name: str) -> ClassSpec | None:
        """Return a class; raises KeyError if there is none of this name."""
        if name not in self._classes:
            if name not in self._names:
                raise KeyError(name)
            try:
                self._classes[name] = self._read(name)
            except KeyError:
                del self._names[name]
                raise
        return self._classes[name]

    def __iter__(self) -> Iterator[str]:
        """Yield the names of all classes."""
        return (name for name in list(self._names) if name in self)

    def __len__(self) -> int:
        """Return how many classes there are."""
        return sum(1 for _ in self)


class SourceSection(NamedTuple):
    """The classes of one section, by name; None for a class that cannot be read.

    ``listed`` are the names of a registry, with the place that lists them. ``is_complete`` means
    that there are no other names. ``explain`` returns why a name cannot be imported, if it cannot.
    """

    place: str
    classes: Mapping[str, ClassSpec | None]
    listed: Mapping[str, str]
    is_complete: bool
    explain: Callable[[str], str] = lambda _: ""

    @property
    def likely_classes(self) -> dict[str, ClassSpec | None]:
        """The classes without unreadable names that start in lower case: mostly functions."""
        return {name: spec for name, spec in self.classes.items() if spec or name[:1].isupper()}

    def find_missing(self, name: str) -> str | None:
        """Return the place that lists a name which no module defines; None for other names."""
        return self.listed.get(name) if name not in self.classes else None

    def has_class(self, name: str) -> bool:
        """Return whether a class of this name exists or may exist."""
        if name in self.classes:
            return True
        return not (self.is_complete or name in self.listed or self.explain(name))


def merge_sections(sections: Iterable[SourceSection]) -> SourceSection:
    """Merge a section of several packages; specs of the same name are merged."""
    first, *others = every = list(sections)
    if not others:
        return first

    def read(name: str) -> ClassSpec | None:
        specs = [each.classes[name] for each in every if name in each.classes]
        if not specs:
            raise KeyError(name)
        return merge_specs(filter(None, specs)) if all(specs) else None

    return SourceSection(
        first.place,
        ClassTable([name for each in every for name in (*each.listed, *each.classes)], read),
        dict(ChainMap(*(dict(each.listed) for each in every))),
        all(each.is_complete for each in every),
        lambda name: next(filter(None, (each.explain(name) for each in every)), ""),
    )
