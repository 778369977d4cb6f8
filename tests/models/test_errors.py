"""The errors of the models, as plain values: one for each fault, at its place."""

from math import inf, nan

import pytest

from tests.models.referee import assert_agreement, referee
from tests.models.samples import (
    ARGS,
    ELASTIC,
    FULL,
    GRAD_CLIP,
    IMAGE_COND,
    NETWORK,
    OPTIMIZER,
    REMOVED,
    SCHEDULER,
    T_SCHEDULE,
    changed,
    value_at,
)
from trellis_cfg.document.paths import Path
from trellis_cfg.models import CHOICE, MISSING, RANGE, TYPE
from trellis_cfg.models.config import Config
from trellis_cfg.models.errors import find_shape_errors

RATE = (*ARGS, "ema_rate")
CHECKPOINT = (*ARGS, "finetune_ckpt")
LIMIT = (*ARGS, "max_steps")
LR = (*OPTIMIZER, "args", "lr")
BETAS = (*OPTIMIZER, "args", "betas")
EPS = (*OPTIMIZER, "args", "eps")
WIDTHS = (*NETWORK, "args", "io_block_channels")
MODE = (*NETWORK, "args", "pe_mode")
HALF = (*NETWORK, "args", "use_fp16")
CLIPPER = (*GRAD_CLIP, "args")
HUGE = 10**400
OBJECT, NUMBER_OR_ARRAY = (TYPE, "an object"), (TYPE, "a number or an array")
NO_NAME_OR_ARGS = [(MISSING, "name"), (MISSING, "args")]

# The path of a new value, and the errors there.
CASES: dict[str, tuple[Path, object, list[tuple[str, str]]]] = {
    "valid": (LIMIT, 5, []),
    "null": ((), None, [OBJECT]),
    "list": ((), [FULL], [OBJECT]),
    "text": ((), "FULL", [OBJECT]),
    "empty": ((), {}, [(MISSING, key) for key in ("models", "dataset", "trainer")]),
    "models_empty": (("models",), {}, [(RANGE, "a non-empty object")]),
    "models_in_a_list": (("models",), [], [OBJECT]),
    "network_by_its_name": (NETWORK, "SLat", [OBJECT]),
    "network_empty": (NETWORK, {}, NO_NAME_OR_ARGS),
    "name_is_a_number": (("dataset", "name"), 3, [(TYPE, "a string")]),
    "args_null": (ARGS, None, [OBJECT]),
    "limit_as_text": (LIMIT, "1000", [(TYPE, "an integer")]),
    "limit_of_zero": (LIMIT, 0, [(RANGE, "1 or more")]),
    "limit_of_zero_as_a_float": (LIMIT, 0.0, [(RANGE, "1 or more")]),
    "limit_of_a_huge_float": (LIMIT, 1e300, [(RANGE, f"{2**63 - 1} or less")]),
    "limit_of_a_huge_integer": (LIMIT, HUGE, [(RANGE, f"{2**63 - 1} or less")]),
    "flag_of_one": (HALF, 1, [(TYPE, "true or false")]),
    "number_huge": (LR, HUGE, [(RANGE, "small enough for a float")]),
    "number_true": (LR, True, [(TYPE, "a number")]),
    "pair_of_one": (BETAS, [0.9], [(RANGE, "an array of length 2")]),
    "pair_of_three": (BETAS, [0.9, 0.9, 0.9], [(RANGE, "an array of length 2")]),
    "pair_as_a_number": (BETAS, 0.9, [(TYPE, "an array")]),
    "ratio_of_zero": ((*NETWORK, "args", "mlp_ratio"), 0, [(RANGE, "more than 0")]),
    "probability_below_zero": ((*ARGS, "p_uncond"), -0.5, [(RANGE, "0 or more")]),
    "percentile_above_100": ((*CLIPPER, "clip_percentile"), 101, [(RANGE, "100 or less")]),
    "choice_unknown": (MODE, "rop", [(CHOICE, 'one of "ape", "rope"')]),
    "choice_null": (MODE, None, [(TYPE, 'one of "ape", "rope"')]),
    "choice_as_a_number": ((*ARGS, "fp16_mode"), 16, [(TYPE, 'one of "inflat_all", "amp"')]),
    "schedule_unknown": (
        (*T_SCHEDULE, "name"),
        "cosine",
        [(CHOICE, 'one of "uniform", "logitNormal"')],
    ),
    "optimizer_null": (OPTIMIZER, None, [OBJECT]),
    "scheduler_by_its_name": (SCHEDULER, "StepLR", [OBJECT]),
    "elastic_true": (ELASTIC, True, [OBJECT]),
    "schedule_without_std": ((*T_SCHEDULE, "args"), {"mean": 0}, [(MISSING, "std")]),
    "rate_null": (RATE, None, [NUMBER_OR_ARRAY]),
    "rate_as_text": (RATE, "0.9", [NUMBER_OR_ARRAY]),
    "rate_of_one": (RATE, 1, [(RANGE, "less than 1")]),
    "rate_of_zero": (RATE, 0.0, [(RANGE, "more than 0")]),
    "epsilon_below_zero": (EPS, -1, [(RANGE, "0 or more")]),
    "epsilon_in_a_list": (EPS, [1], [(RANGE, "an array of length 2")]),
    "clipping_as_text": (GRAD_CLIP, "1", [(TYPE, "a number or an object")]),
    "clipping_true": (GRAD_CLIP, True, [(TYPE, "a number or an object")]),
    "clipping_below_zero": (GRAD_CLIP, -1, [(RANGE, "0 or more")]),
    "clipping_huge": (GRAD_CLIP, HUGE, [(RANGE, "small enough for a float")]),
    "clipper_empty": (GRAD_CLIP, {}, NO_NAME_OR_ARGS),
    "clipper_with_null_args": (CLIPPER, None, [OBJECT]),
    "encoder_null": (IMAGE_COND, None, [(TYPE, "a string or an object")]),
    "checkpoint_as_a_number": (CHECKPOINT, 1, [(TYPE, "a string or an object")]),
    "checkpoint_by_role": (CHECKPOINT, {"str": 3}, []),
    # Keys that are also pydantic's names of alternatives.
    "rate_under_a_name": (RATE, {"constrained-float": 2}, [NUMBER_OR_ARRAY]),
    "epsilon_under_a_name": (EPS, {"list[float]": 2}, [NUMBER_OR_ARRAY]),
    "clipping_under_a_name": (GRAD_CLIP, {"constrained-float": 3}, NO_NAME_OR_ARGS),
    "encoder_under_a_name": (IMAGE_COND, {"str": 3}, NO_NAME_OR_ARGS),
    # Other rules report these.
    "limits_null": (LIMIT, None, []),
    "unknown_trainer_without_limits": (("trainer",), {"name": "MyTrainer", "args": {}}, []),
    "number_nan": (LR, nan, []),
    "integer_infinite": (LIMIT, inf, []),
    "text_infinite": (("dataset", "name"), -inf, []),
    "alternative_infinite": (EPS, inf, []),
    "item_infinite": (EPS, [1, inf], []),
    "section_infinite": (IMAGE_COND, inf, []),
}
# The same with errors at other paths, relative to that of the new value.
INSIDE: dict[str, tuple[Path, object, list[tuple[Path, str, str]]]] = {
    "network_called_as_an_alternative": (
        ("models", "str"),
        {"name": 3, "args": {}},
        [(("name",), TYPE, "a string")],
    ),
    "two_in_a_list": (
        WIDTHS,
        [128, 0, "x"],
        [((1,), RANGE, "1 or more"), ((2,), TYPE, "an integer")],
    ),
    "optimizer_incomplete": (
        OPTIMIZER,
        {"name": 1},
        [(("name",), TYPE, "a string"), ((), MISSING, "args")],
    ),
    "rates": (RATE, [0.5, 2, "x"], [((1,), RANGE, "1 or less"), ((2,), TYPE, "a number")]),
    "epsilon_as_text_in_a_list": (EPS, [1, "x"], [((1,), TYPE, "a number")]),
    "epsilon_huge_in_a_list": (EPS, [1, HUGE], [((1,), RANGE, "small enough for a float")]),
    "epsilon_infinite_beside_text": (EPS, [inf, "x"], [((1,), TYPE, "a number")]),
    "clipper_arguments": (
        CLIPPER,
        {"max_norm": 0, "clip_percentile": "x"},
        [(("max_norm",), RANGE, "more than 0"), (("clip_percentile",), TYPE, "a number")],
    ),
    "encoder_arguments": (
        (*IMAGE_COND, "args"),
        {"image_size": 0},
        [((), MISSING, "model_name"), (("image_size",), RANGE, "1 or more")],
    ),
    "clipper_under_a_name": (
        GRAD_CLIP,
        {"GradientClipper": {"name": 3}, "name": 4, "args": {}},
        [(("name",), TYPE, "a string")],
    ),
}
ALL = INSIDE | {
    name: (path, new, [((), *error) for error in errors])
    for name, (path, new, errors) in CASES.items()
}


@pytest.mark.parametrize("situation", ALL)
def test_errors(situation: str) -> None:
    path, new, expected = ALL[situation]
    config = changed(FULL, path, new)
    errors = find_shape_errors(config)
    assert [(error.path, error.problem, error.expected) for error in errors] == [
        ((*path, *inside), problem, text) for inside, problem, text in expected
    ]
    assert all(error.value is value_at(config, error.path) for error in errors)
    if situation != "number_nan":  # which is not JSON
        assert_agreement(Config, referee("config"), config)


@pytest.mark.parametrize(
    "path",
    [
        *(("models",), ("dataset",), ("trainer",), ("trainer", "args"), LIMIT, OPTIMIZER),
        *((*NETWORK, "name"), (*NETWORK, "args", "resolution"), (*IMAGE_COND, "args")),
        *((*OPTIMIZER, "args"), (*SCHEDULER, "name"), (*CLIPPER[:-1], "args")),
    ],
    ids=str,
)
def test_missing_keys(path: tuple[str, ...]) -> None:
    config = changed(FULL, path, REMOVED)
    (error,) = find_shape_errors(config)
    assert (error.problem, error.path, error.expected) == (MISSING, path[:-1], path[-1])
    assert not referee("config").is_valid(config)


def test_a_choice_lists_the_known_ones() -> None:
    (error,) = find_shape_errors(changed(FULL, (*T_SCHEDULE, "name"), "normal"))
    assert error.choices == ("uniform", "logitNormal")


def test_errors_come_in_the_order_of_the_fields() -> None:
    invalid = {"trainer": 1, "dataset": {"args": 1, "name": 1}, "models": {"b": 1, "a": 1}}
    assert [error.path for error in find_shape_errors(invalid)] == [
        *(("models", "b"), ("models", "a"), ("dataset", "name"), ("dataset", "args"), ("trainer",)),
    ]


def test_null_limits_hide_no_other_error() -> None:
    config = changed(changed(FULL, LIMIT, None), ("dataset", "name"), 3)
    assert [error.path for error in find_shape_errors(config)] == [("dataset", "name")]
