"""What the code of a checkout says, as plain values."""

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import NamedTuple

from trellis_cfg.models.class_spec import ClassSpec, merge_specs


class SourceSection(NamedTuple):
    """The classes of one section, by name; None for a class that cannot be read.

    ``missing`` are names that a registry lists but no module defines. ``is_complete`` means that
    there are no other names.
    """

    place: str
    classes: Mapping[str, ClassSpec | None]
    missing: Mapping[str, str]
    is_complete: bool

    @property
    def likely_classes(self) -> dict[str, ClassSpec | None]:
        """The classes without unreadable names that start in lower case: mostly functions."""
        return {name: spec for name, spec in self.classes.items() if spec or name[:1].isupper()}

    def has_class(self, name: str) -> bool:
        """Tell whether a class of this name exists or may exist."""
        return name in self.classes or (not self.is_complete and name not in self.missing)


class SourceFacts(NamedTuple):
    """What the code of a checkout says.

    ``optimizers`` and ``schedulers`` are the names that trainers find besides those of torch;
    None where that is not known. ``has_runtime`` means that it trains through
    ``trellis_cfg.training``.
    """

    root: str
    packages: tuple[str, ...]
    train_scripts: tuple[str, ...]
    sections: Mapping[str, SourceSection]
    optimizers: frozenset[str] | None
    schedulers: frozenset[str] | None
    has_runtime: bool


def merge_sections(sections: Iterable[SourceSection]) -> SourceSection:
    """Merge a section of several packages; specs of the same name are merged."""
    return reduce(_merge_two_sections, sections)


def _merge_two_sections(first: SourceSection, second: SourceSection) -> SourceSection:
    classes = {**second.classes, **first.classes}
    for name in first.classes.keys() & second.classes.keys():
        here, there = first.classes[name], second.classes[name]
        classes[name] = merge_specs((here, there)) if here and there else None
    missing = {**second.missing, **first.missing}
    return SourceSection(
        first.place,
        classes,
        {name: place for name, place in missing.items() if name not in classes},
        first.is_complete and second.is_complete,
    )
