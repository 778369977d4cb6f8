"""What a class of a checkout takes, as plain values."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Parameter(NamedTuple):
    """An argument that a class takes; ``default`` and ``annotation`` are source text.

    ``default`` is None where there is none. ``by_hand`` says that it is read out of keywords;
    ``is_required`` that the class fails without it. ``place`` is a file of the checkout, and a
    line. ``choices`` are those of a Literal.
    """

    name: str
    default: str | None
    annotation: str
    place: str
    is_required: bool = False
    by_hand: bool = False
    choices: tuple[object, ...] = ()


class ClassSpec(NamedTuple):
    """What a class does with its arguments; None, of ``swallows``, is not known.

    ``given`` are the arguments that the run itself supplies, and where: given twice, they are a
    TypeError. ``is_complete`` says that no other argument is read; ``ends_at`` where an unknown
    one is swallowed or refused. ``lineage`` is the method resolution order.
    """

    section: str
    name: str
    place: str
    parameters: Mapping[str, Parameter]
    given: Mapping[str, str]
    is_complete: bool
    swallows: bool | None
    ends_at: str
    lineage: tuple[str, ...]
    is_lineage_complete: bool

    def takes(self, argument: str) -> bool | None:
        """Tell whether the class takes an argument; None where that is not known."""
        return True if argument in self.parameters else None if not self.is_complete else False

    @property
    def required(self) -> list[str]:
        """The arguments that it cannot do without."""
        return [name for name, one in self.parameters.items() if one.is_required]


class SourceSection(NamedTuple):
    """The classes of one section, by name; None is one that is there but cannot be read.

    ``missing`` are names that are listed, but that no module defines. ``is_complete`` says that
    there are no other names.
    """

    place: str
    classes: Mapping[str, ClassSpec | None]
    missing: Mapping[str, str]
    is_complete: bool

    @property
    def named(self) -> dict[str, ClassSpec | None]:
        """The classes, less what could be read as none and has no name of one."""
        return {name: one for name, one in self.classes.items() if one or name[:1].isupper()}

    def knows(self, name: str) -> bool:
        """Tell whether a class of the name exists, as far as that is known."""
        return name in self.classes or (not self.is_complete and name not in self.missing)


class SourceFacts(NamedTuple):
    """What the code of a checkout says: its sections, and what its trainers look up elsewhere.

    ``optimizers`` and ``schedulers`` are the names that trainers find beside torch's; None where
    that is not known. ``runtime`` says that it trains through ``trellis_cfg.training``.
    """

    root: str
    packages: tuple[str, ...]
    entries: tuple[str, ...]
    sections: Mapping[str, SourceSection]
    optimizers: frozenset[str] | None
    schedulers: frozenset[str] | None
    runtime: bool

    def signature(self, section: str, name: str) -> ClassSpec | None:
        """Return what a class takes; None for one that is not there, or cannot be read."""
        found = self.sections.get(section)
        return found.classes.get(name) if found else None


def merge_sections(signatures: Iterable[ClassSpec]) -> ClassSpec:
    """Return what holds for a class in each of several ways that it is called.

    It takes what it takes in any of them, and requires what it requires in all.
    """
    first, *others = signatures
    for other in others:
        first = _both(first, other)
    return first


def _both(one: ClassSpec, other: ClassSpec) -> ClassSpec:
    parameters = dict(one.parameters)
    for name, parameter in other.parameters.items():
        parameters.setdefault(name, parameter)
    for name, parameter in parameters.items():
        required = [
            name in each.parameters and each.parameters[name].is_required for each in (one, other)
        ]
        parameters[name] = parameter._replace(is_required=all(required))
    return one._replace(
        parameters=parameters,
        given={
            name: place
            for name, place in one.given.items()
            if name in other.given and name not in parameters
        },
        is_complete=one.is_complete and other.is_complete,
        swallows=one.swallows if one.swallows == other.swallows else None,
    )


def combine_sources(sections: list[SourceSection]) -> SourceSection:
    """Return the section of several packages: of a name that more than one has, what is common."""
    first, *others = sections
    for other in others:
        classes = {**other.classes, **first.classes}
        for name in first.classes.keys() & other.classes.keys():
            one, two = first.classes[name], other.classes[name]
            classes[name] = merge_sections([one, two]) if one and two else None
        missing = {
            name: place
            for name, place in {**other.missing, **first.missing}.items()
            if name not in classes
        }
        is_complete = first.is_complete and other.is_complete
        first = SourceSection(first.place, classes, missing, is_complete)
    return first
