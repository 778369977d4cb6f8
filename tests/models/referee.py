"""The models against jsonschema: where they may differ, and that they agree otherwise."""

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
from trellis_cfg.models.config import Config
from trellis_cfg.models.errors import find_shape_errors
from trellis_cfg.models.json_schema import build_schema


class Limitation(NamedTuple):
    """What a schema cannot express: why, pydantic's type of the error, and examples by path."""

    text: str
    error_type: str
    applies_to: Callable[[Any], bool]
    examples: dict[Path, object]


LIMITATIONS = (
    Limitation(
        "A count is written 4; 4.0 is an integer to a schema, but not the size of a tensor.",
        "int_type",
        lambda value: isinstance(value, float) and value.is_integer(),
        {
            (*ARGS, "batch_size_per_gpu"): 8.0,
            (*GRAD_CLIP, "args", "buffer_size"): 1e3,
            (*NETWORK, "args", "io_block_channels"): [128, 256.0],
            (*NETWORK, "args", "num_blocks"): -0.0,
        },
    ),
    Limitation(
        "An integer that is larger than the largest float, about 1.8e308, is a number to a schema.",
        "float_type",
        lambda value: isinstance(value, int) and abs(value) >= 2**1024 - 2**970,
        {
            (*OPTIMIZER, "args", "lr"): 10**309,
            (*OPTIMIZER, "args", "betas"): [0.9, -(10**309)],
            GRAD_CLIP: 10**309,
        },
    ),
    Limitation(
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


def is_beyond_schemas(error: ErrorDetails) -> bool:
    """Tell whether an error is one that no schema can report."""
    return any(
        error["type"] == limitation.error_type and limitation.applies_to(error["input"])
        for limitation in LIMITATIONS
    )


def is_only_in_models(error: ShapeError) -> bool:
    """Tell whether no schema can report a shape error; another rule reports infinity."""
    applies_to = {TYPE: LIMITATIONS[0].applies_to, RANGE: LIMITATIONS[1].applies_to}
    return error.problem in applies_to and applies_to[error.problem](error.value)


def errors_of(model: type[BaseModel], value: object) -> list[ErrorDetails]:
    """Return the errors that a model has for a value."""
    try:
        model.model_validate(value)
    except ValidationError as error:
        return error.errors(include_url=False)
    return []


_build_schema = cache(build_schema)


@cache
def referee(name: str) -> Draft202012Validator:
    """Return the validator of a schema."""
    return Draft202012Validator(_build_schema(name))


@cache
def referee_of(model: type[Arguments]) -> Draft202012Validator:
    """Return the validator of the arguments of one class, from the schema of a config."""
    head = {key: value for key, value in _build_schema("config").items() if key.startswith("$")}
    return Draft202012Validator(head | {"$ref": f"#/$defs/{model.__name__}"})


def assert_agreement(
    model: type[BaseModel], validator: Draft202012Validator, value: object
) -> None:
    """Assert that both accept a value, or both reject it, unless the schema cannot know.

    The errors by the core schemas have to be those of the model of a config.
    """
    if model is Config:
        assert find_shape_errors(value) == find_shape_errors(value, Config.model_validate)
    errors, is_valid = errors_of(model, value), validator.is_valid(value)
    if not (errors and is_valid and any(map(is_beyond_schemas, errors))):
        assert is_valid is not bool(errors), (value, errors)
