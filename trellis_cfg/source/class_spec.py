"""What a class of a checkout accepts, as plain values."""

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import NamedTuple


class Parameter(NamedTuple):
    """An argument that a class accepts; ``default`` and ``annotation`` are source text.

    ``default`` is None where there is none. ``is_from_kwargs`` marks an argument that the code
    reads from a keyword dictionary, ``is_required`` one without which the class fails. ``place``
    is ``file:line``, relative to the checkout. ``choices`` are the values of a Literal.
    """

    name: str
    default: str | None
    annotation: str
    place: str
    is_required: bool = False
    is_from_kwargs: bool = False
    choices: tuple[object, ...] = ()


class ClassSpec(NamedTuple):
    """What a class does with its arguments.

    ``script_arguments`` are those that the train script passes, with the place of the call: in a
    config, they are a TypeError. ``is_complete`` means that no other argument is read.
    ``is_unknown_ignored`` is whether an unknown argument is ignored (True), rejected (False) or
    unclear (None), and ``unknown_place`` where. ``mro`` is the method resolution order.
    """

    section: str
    name: str
    place: str
    parameters: Mapping[str, Parameter]
    script_arguments: Mapping[str, str]
    is_complete: bool
    is_unknown_ignored: bool | None
    unknown_place: str
    mro: tuple[str, ...]
    is_mro_complete: bool

    def takes(self, argument: str) -> bool | None:
        """Tell whether the class accepts an argument; None where that is not known."""
        return True if argument in self.parameters else None if not self.is_complete else False

    @property
    def required(self) -> list[str]:
        """The names of the required arguments."""
        return [name for name, parameter in self.parameters.items() if parameter.is_required]


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


def merge_specs(specs: Iterable[ClassSpec]) -> ClassSpec:
    """Merge the specs of a class for each way that it is called.

    It accepts what any call accepts, and requires what all calls require.
    """
    return reduce(_merge_two, specs)


def _merge_two(first: ClassSpec, second: ClassSpec) -> ClassSpec:
    both = (first.parameters, second.parameters)
    parameters = {**first.parameters, **second.parameters, **first.parameters}
    for name, parameter in parameters.items():
        is_required = all(name in each and each[name].is_required for each in both)
        parameters[name] = parameter._replace(is_required=is_required)
    is_same = first.is_unknown_ignored == second.is_unknown_ignored
    return first._replace(
        parameters=parameters,
        script_arguments={
            name: place
            for name, place in first.script_arguments.items()
            if name in second.script_arguments and name not in parameters
        },
        is_complete=first.is_complete and second.is_complete,
        is_unknown_ignored=first.is_unknown_ignored if is_same else None,
    )


def merge_sections(sections: Iterable[SourceSection]) -> SourceSection:
    """Merge a section of several packages; specs of the same name are merged."""
    return reduce(_merge_two_sections, sections)


def _merge_two_sections(first: SourceSection, second: SourceSection) -> SourceSection:
    classes = {**second.classes, **first.classes}
    for name in first.classes.keys() & second.classes.keys():
        here, there = first.classes[name], second.classes[name]
        classes[name] = _merge_two(here, there) if here and there else None
    missing = {**second.missing, **first.missing}
    return SourceSection(
        first.place,
        classes,
        {name: place for name, place in missing.items() if name not in classes},
        first.is_complete and second.is_complete,
    )
