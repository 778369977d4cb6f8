"""What all models of arguments share."""

from enum import Enum
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

Kind = Literal["dense", "sparse"]


class Package(Enum):
    """Where a class or an argument exists, if not everywhere; marks an argument's annotation.

    What forks of TRELLIS add counts as TRELLIS.
    """

    TRELLIS = "TRELLIS"
    TRELLIS_2 = "TRELLIS.2"


TRELLIS, TRELLIS_2 = Package


class Arguments(BaseModel):
    """The keyword arguments of a class: one model for all packages that have a class of the name.

    An argument that only some of them take is optional; one is required where all require it.
    Arguments that no field names are kept in ``model_extra``: forks have their own.
    """

    model_config = ConfigDict(
        strict=True,
        extra="allow",
        allow_inf_nan=False,
        defer_build=True,
        protected_namespaces=(),
    )

    package: ClassVar[Package | None] = None
    """The only package that has the class; None for one that both have."""
    kind: ClassVar[Kind | None] = None
    """Whether the class works on dense grids or on sparse voxels, where that is known."""
    is_elastic: ClassVar[bool] = False
    """Whether a memory controller can steer the class."""
    swallowed_by: ClassVar[tuple[Package, ...]] = ()
    """The packages where an argument that the class does not know is ignored: no TypeError."""

    @classmethod
    def package_of(cls, argument: str) -> Package | None:
        """Return the only package where the class takes an argument; None if both do."""
        field = cls.model_fields.get(argument)
        marks = [mark for mark in field.metadata if isinstance(mark, Package)] if field else []
        return marks[0] if marks else cls.package
