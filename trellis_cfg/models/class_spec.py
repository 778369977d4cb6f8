"""What a class accepts, as plain values: from the catalog, or from the code of a checkout."""

from collections.abc import Iterable, Mapping
from functools import reduce
from types import MappingProxyType
from typing import Any, NamedTuple

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Default(NamedTuple):
    """The default of a parameter: its source text, and its value if that is plain JSON.

    A default of the catalog has no text.
    """

    text: str
    value: object = None

    @property
    def is_none(self) -> bool:
        """Whether the default is surely None."""
        return self.text in ("", "None") and self.value is None


class Parameter(NamedTuple):
    """An argument that a class accepts; ``default`` is None where there is none.

    ``annotation`` is source text. ``place`` is ``file:line``, relative to the checkout.
    ``is_from_kwargs`` marks an argument that the code reads from a keyword dictionary,
    ``is_required`` one without which the class fails. ``choices`` are the values of a Literal.
    ``package`` is the only one whose class takes the argument; None if that is not so, or unknown.
    """

    name: str
    default: Default | None = None
    annotation: str = ""
    place: str = ""
    is_required: bool = False
    is_from_kwargs: bool = False
    choices: tuple[object, ...] = ()
    package: str | None = None


class Misfit(NamedTuple):
    """A call that a class does not accept whatever the config says, and the places of both."""

    problem: str
    why: str


class ClassSpec(NamedTuple):
    """What a class does with its arguments, and what it is.

    ``place`` is its ``file:line`` in the checkout; empty for a class of the catalog.
    ``script_arguments`` are those that the train script passes, with the place of the call: in a
    config, they are a TypeError. ``is_complete`` means that no other argument is read.
    ``is_unknown_ignored`` is whether an unknown argument is ignored (True), rejected (False) or
    unclear (None), and ``unknown_place`` where. ``mro`` is the method resolution order. ``misfit``
    is what the train script passes and the class does not take.

    Of the catalog: ``package`` is the only one that has the class, None if all have it;
    ``ignoring_packages`` are those where the class ignores an unknown argument; ``kind`` is "dense"
    or "sparse", if known; ``is_elastic`` is whether a memory controller works with it.
    """

    section: str
    name: str
    place: str = ""
    parameters: Mapping[str, Parameter] = _NOTHING
    script_arguments: Mapping[str, str] = _NOTHING
    is_complete: bool = False
    is_unknown_ignored: bool | None = None
    unknown_place: str = ""
    mro: tuple[str, ...] = ()
    is_mro_complete: bool = False
    misfit: Misfit | None = None
    package: str | None = None
    ignoring_packages: tuple[str, ...] = ()
    kind: str | None = None
    is_elastic: bool = False

    def takes(self, argument: str) -> bool | None:
        """Return whether the class accepts an argument; None if unknown."""
        return True if argument in self.parameters else None if not self.is_complete else False

    @property
    def required(self) -> list[str]:
        """The names of the required arguments."""
        return [name for name, parameter in self.parameters.items() if parameter.is_required]

    def find_packages(self, arguments: Iterable[str]) -> set[str]:
        """Return the packages that alone have the class, or one of these arguments of it."""
        parameters = (self.parameters[name] for name in arguments if name in self.parameters)
        packages = {self.package, *(parameter.package for parameter in parameters)}
        return {package for package in packages if package}


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
        misfit=first.misfit and second.misfit,
        is_unknown_ignored=first.is_unknown_ignored if is_same else None,
    )


class Finetuning(NamedTuple):
    """What a trainer does with its ``finetune_ckpt``.

    ``shape`` is "object" or "path", empty if it may be either, or is not known. ``keys`` says what
    a key that names no model does: "ignored", "fails", or is empty if unknown. ``named``
    are keys that the code names itself. ``loader`` is "buffer" for ``torch.load`` of bytes in
    memory, "safetensors", or empty. ``shape_place`` and ``loader_place`` say where.
    """

    shape: str = ""
    shape_place: str = ""
    keys: str = ""
    named: frozenset[str] = frozenset()
    loader: str = ""
    loader_place: str = ""


TRELLIS_FINETUNING = Finetuning(shape="object", keys="ignored", loader="buffer")
"""What TRELLIS, TRELLIS.2 and the SDF fork do."""
