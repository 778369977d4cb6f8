"""The kinds of values that arguments take: strict, bounded, described by their use."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

MAX = 2**63 - 1


def _whole(value: object) -> object:
    """Return a whole number that is written as a float, such as 1e6, as the integer it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, Field(ge=1, le=MAX), BeforeValidator(_whole)]
"""Compared or divided by only, so that 1e6 works as well as 1000000."""
Count = Annotated[int, Field(ge=1, le=MAX)]
"""Sizes a tensor, a loop or a batch: a float of the same value fails there."""
CountOrZero = Annotated[int, Field(ge=0, le=MAX)]
WholeOrZero = Annotated[int, Field(ge=0, le=MAX), BeforeValidator(_whole)]
Number = float
"""Integers are numbers, true and false are none."""
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
