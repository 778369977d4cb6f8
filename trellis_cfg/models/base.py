"""The base class of all models of arguments, and the types of their fields."""

from enum import Enum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from trellis_cfg.models.errors import to_integer

Kind = Literal["dense", "sparse"]


class Package(Enum):
    """The package of a class or an argument that only one has; annotates fields.

    Additions of TRELLIS forks count as TRELLIS.
    """

    TRELLIS = "TRELLIS"
    TRELLIS_2 = "TRELLIS.2"


TRELLIS, TRELLIS_2 = Package


class Arguments(BaseModel):
    """The keyword arguments of a class; one model for all packages that have the class.

    An argument that only some packages take is optional; it is required if all require it.
    Arguments without a field are kept in ``model_extra``: forks have their own.
    """

    model_config = ConfigDict(
        strict=True,
        extra="allow",
        allow_inf_nan=False,
        defer_build=True,
        protected_namespaces=(),
    )

    package: ClassVar[Package | None] = None
    """The only package that has the class; None if both have it."""
    kind: ClassVar[Kind | None] = None
    """Whether the class works on dense grids or on sparse voxels, if known."""
    ignoring_packages: ClassVar[tuple[Package, ...]] = ()
    """The packages where the class ignores an unknown argument instead of a TypeError."""

    def __init_subclass__(cls, kind: Kind | None = None, package: Package | None = None) -> None:
        """Note what the header of a class says, unless it leaves that to its bases."""
        super().__init_subclass__()
        if kind:
            cls.kind = kind
        if package:
            cls.package = package

    @classmethod
    def package_of(cls, argument: str) -> Package | None:
        """Return the only package whose class takes an argument; None if both do."""
        field = cls.model_fields.get(argument)
        marks = [mark for mark in field.metadata if isinstance(mark, Package)] if field else []
        return marks[0] if marks else cls.package


MAX = 2**63 - 1

Whole = Annotated[int, Field(ge=1, le=MAX), BeforeValidator(to_integer)]
"""Only compared or divided by, so that 1e6 works as well as 1000000."""
Count = Annotated[int, Field(ge=1, le=MAX)]
"""The size of a tensor, a loop or a batch, where a float fails."""
CountOrZero = Annotated[int, Field(ge=0, le=MAX)]
WholeOrZero = Annotated[int, Field(ge=0, le=MAX), BeforeValidator(to_integer)]
Number = float
"""Accepts integers, but not true and false."""
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Percentile = Annotated[float, Field(ge=0, le=100)]
Pair = Annotated[list[Number], Field(min_length=2, max_length=2)]
Epsilons = Annotated[list[Number | None], Field(min_length=2, max_length=2)]
Object = dict[str, Any]
Anything = Annotated[Any, WithJsonSchema({})]

AttentionMode = Literal["full", "shift_window", "shift_sequence", "shift_order", "swin"]
PositionMode = Literal["ape", "rope"]
PrecisionName = Literal["f16", "fp16", "float16", "bf16", "bfloat16", "f32", "fp32", "float32"]
NormType = Literal["group", "layer"]
