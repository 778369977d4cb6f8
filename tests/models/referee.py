"""The models against jsonschema: where they may disagree, and that they agree elsewhere."""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tests.models.samples import ARGS, GRAD_CLIP, NETWORK, OPTIMIZER
from trellis_cfg.document.paths import Path
from trellis_cfg.models import RANGE, TYPE, ShapeError
from trellis_cfg.models.base import Arguments
from trellis_cfg.models.json_schema import build_schema


class Silence(NamedTuple):
    """What a schema cannot say: why, pydantic's word for it, where, and examples."""

    told: str
    kind: str
    is_meant: Callable[[Any], bool]
    examples: dict[Path, object]


CANNOT_SAY = (
    Silence(
        "A count is written 4; 4.0 is an integer to a schema, but no size of a tensor.",
        "int_type",
        lambda value: isinstance(value, float) and value.is_integer(),
        {
            (*ARGS, "batch_size_per_gpu"): 8.0,
            (*GRAD_CLIP, "args", "buffer_size"): 1e3,
            (*NETWORK, "args", "io_block_channels"): [128, 256.0],
            (*NETWORK, "args", "num_blocks"): -0.0,
        },
    ),
    Silence(
        "An integer that is larger than the largest float, about 1.8e308, is a number to a schema.",
        "float_type",
        lambda value: isinstance(value, int) and abs(value) >= 2**1024 - 2**970,
        {
            (*OPTIMIZER, "args", "lr"): 10**309,
            (*OPTIMIZER, "args", "betas"): [0.9, -(10**309)],
            GRAD_CLIP: 10**309,
        },
    ),
    Silence(
        "1e400 is a number to a schema, but it is read as infinity.",
        "finite_number",
        lambda value: isinstance(value, float) and abs(value) == float("inf"),
        {
            (*OPTIMIZER, "args", "lr"): float("1e400"),
            (*OPTIMIZER, "args", "eps"): [1e-8, float("-1e400")],
            GRAD_CLIP: float("1e400"),
        },
    ),
)
"""All that the models reject although the schemas accept it."""


def is_silent_on(error: ErrorDetails) -> bool:
    """Tell whether an error is one that no schema can find."""
    return any(error["type"] == it.kind and it.is_meant(error["input"]) for it in CANNOT_SAY)


def is_told_by_no_schema(fault: ShapeError) -> bool:
    """Tell whether a fault is one that no schema can find; of infinity, another rule speaks."""
    is_meant = {TYPE: CANNOT_SAY[0].is_meant, RANGE: CANNOT_SAY[1].is_meant}
    return fault.problem in is_meant and is_meant[fault.problem](fault.value)


def errors_of(model: type[BaseModel], value: object) -> list[ErrorDetails]:
    """Return what a model finds wrong with a value."""
    try:
        model.model_validate(value)
    except ValidationError as error:
        return error.errors(include_url=False)
    return []


_schema = cache(build_schema)


@cache
def referee(name: str) -> Draft202012Validator:
    """Return the validator of a schema."""
    return Draft202012Validator(_schema(name))


@cache
def referee_of(model: type[Arguments]) -> Draft202012Validator:
    """Return the validator of the arguments of one class, as the schema of a config has it."""
    head = {key: value for key, value in _schema("config").items() if key.startswith("$")}
    return Draft202012Validator(head | {"$ref": f"#/$defs/{model.__name__}"})


def agree(model: type[BaseModel], validator: Draft202012Validator, value: object) -> None:
    """Assert that both accept a value, or both reject it, or the schema cannot know."""
    errors, is_valid = errors_of(model, value), validator.is_valid(value)
    if not (errors and is_valid and any(map(is_silent_on, errors))):
        assert is_valid is not bool(errors), (value, errors)
