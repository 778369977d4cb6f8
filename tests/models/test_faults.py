"""What the models reject, as plain values: one fault for each thing wrong, at its place."""

from math import inf, nan

import pytest

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
    placed,
)
from trellis_cfg.document.paths import Path
from trellis_cfg.models import CHOICE, MISSING, RANGE, TYPE
from trellis_cfg.models.errors import find_shape_errors

Told = tuple[str, Path, str]

RATE = (*ARGS, "ema_rate")
CHECKPOINT = (*ARGS, "finetune_ckpt")
LIMIT = (*ARGS, "max_steps")
LR = (*OPTIMIZER, "args", "lr")
EPS = (*OPTIMIZER, "args", "eps")
WIDTHS = (*NETWORK, "args", "io_block_channels")
HUGE = 10**400
NO_NAME_OR_ARGS = [(MISSING, "name"), (MISSING, "args")]


def at(path: Path, *told: tuple[str, str]) -> list[Told]:
    return [(problem, path, expected) for problem, expected in told]


CASES: dict[str, tuple[Path, object, list[Told]]] = {
    "right": (LIMIT, 5, []),
    "null": ((), None, at((), (TYPE, "an object"))),
    "list": ((), [FULL], at((), (TYPE, "an object"))),
    "text": ((), "FULL", at((), (TYPE, "an object"))),
    "empty": ((), {}, at((), *((MISSING, key) for key in ("models", "dataset", "trainer")))),
    "no_dataset": (("dataset",), REMOVED, at((), (MISSING, "dataset"))),
    "models_empty": (("models",), {}, at(("models",), (RANGE, "a non-empty object"))),
    "models_in_a_list": (("models",), [], at(("models",), (TYPE, "an object"))),
    "network_by_its_name": (NETWORK, "SLat", at(NETWORK, (TYPE, "an object"))),
    "network_without_anything": (NETWORK, {}, at(NETWORK, *NO_NAME_OR_ARGS)),
    "network_called_as_an_alternative": (
        ("models", "str"),
        {"name": 3, "args": {}},
        at(("models", "str", "name"), (TYPE, "a string")),
    ),
    "name_of_a_number": (
        ("dataset", "name"),
        3,
        at(("dataset", "name"), (TYPE, "a string")),
    ),
    "no_args": (("trainer", "args"), REMOVED, at(("trainer",), (MISSING, "args"))),
    "null_args": (ARGS, None, at(ARGS, (TYPE, "an object"))),
    "no_argument": (
        (*NETWORK, "args", "resolution"),
        REMOVED,
        at((*NETWORK, "args"), (MISSING, "resolution")),
    ),
    "limit_as_text": (LIMIT, "1000", at(LIMIT, (TYPE, "an integer"))),
    "limit_of_zero": (LIMIT, 0, at(LIMIT, (RANGE, "1 or more"))),
    "limit_of_zero_as_a_float": (LIMIT, 0.0, at(LIMIT, (RANGE, "1 or more"))),
    "limit_of_a_huge_float": (LIMIT, 1e300, at(LIMIT, (RANGE, f"{2**63 - 1} or less"))),
    "limit_of_a_huge_integer": (LIMIT, HUGE, at(LIMIT, (RANGE, f"{2**63 - 1} or less"))),
    "flag_of_one": (
        (*NETWORK, "args", "use_fp16"),
        1,
        at((*NETWORK, "args", "use_fp16"), (TYPE, "true or false")),
    ),
    "huge_integer_for_a_number": (LR, HUGE, at(LR, (RANGE, "small enough for a float"))),
    "true_for_a_number": (LR, True, at(LR, (TYPE, "a number"))),
    "two_in_a_list": (
        WIDTHS,
        [128, 0, "x"],
        [(RANGE, (*WIDTHS, 1), "1 or more"), (TYPE, (*WIDTHS, 2), "an integer")],
    ),
    "pair_of_one": (
        (*OPTIMIZER, "args", "betas"),
        [0.9],
        at((*OPTIMIZER, "args", "betas"), (RANGE, "an array of length 2")),
    ),
    "number_for_a_pair": (
        (*OPTIMIZER, "args", "betas"),
        0.9,
        at((*OPTIMIZER, "args", "betas"), (TYPE, "an array")),
    ),
    "below_an_exclusive_bound": (
        (*NETWORK, "args", "mlp_ratio"),
        0,
        at((*NETWORK, "args", "mlp_ratio"), (RANGE, "more than 0")),
    ),
    "above_a_bound": ((*ARGS, "p_uncond"), 1.5, at((*ARGS, "p_uncond"), (RANGE, "1 or less"))),
    "percentile_above_hundred": (
        (*GRAD_CLIP, "args", "clip_percentile"),
        101,
        at((*GRAD_CLIP, "args", "clip_percentile"), (RANGE, "100 or less")),
    ),
    "unknown_choice": (
        (*NETWORK, "args", "pe_mode"),
        "rop",
        at((*NETWORK, "args", "pe_mode"), (CHOICE, 'one of "ape", "rope"')),
    ),
    "number_for_a_choice": (
        (*ARGS, "fp16_mode"),
        16,
        at((*ARGS, "fp16_mode"), (TYPE, 'one of "inflat_all", "amp"')),
    ),
    "unknown_schedule": (
        (*T_SCHEDULE, "name"),
        "cosine",
        at((*T_SCHEDULE, "name"), (CHOICE, 'one of "uniform", "logitNormal"')),
    ),
    "optimizer_null": (OPTIMIZER, None, at(OPTIMIZER, (TYPE, "an object"))),
    "optimizer_removed": (OPTIMIZER, REMOVED, at(ARGS, (MISSING, "optimizer"))),
    "optimizer_unfinished": (
        OPTIMIZER,
        {"name": 1},
        [(TYPE, (*OPTIMIZER, "name"), "a string"), (MISSING, OPTIMIZER, "args")],
    ),
    "scheduler_by_its_name": (SCHEDULER, "StepLR", at(SCHEDULER, (TYPE, "an object"))),
    "elastic_of_true": (ELASTIC, True, at(ELASTIC, (TYPE, "an object"))),
    "schedule_without_width": (
        (*T_SCHEDULE, "args"),
        {"mean": 0},
        at((*T_SCHEDULE, "args"), (MISSING, "std")),
    ),
    "rate_of_null": (RATE, None, at(RATE, (TYPE, "a number or an array"))),
    "rate_as_text": (RATE, "0.9", at(RATE, (TYPE, "a number or an array"))),
    "rate_of_one": (RATE, 1, at(RATE, (RANGE, "less than 1"))),
    "rate_of_zero": (RATE, 0.0, at(RATE, (RANGE, "more than 0"))),
    "rates": (
        RATE,
        [0.5, 2, "x"],
        [(RANGE, (*RATE, 1), "1 or less"), (TYPE, (*RATE, 2), "a number")],
    ),
    "epsilon_below_zero": (EPS, -1, at(EPS, (RANGE, "0 or more"))),
    "epsilon_of_one_in_a_list": (EPS, [1], at(EPS, (RANGE, "an array of length 2"))),
    "epsilon_as_text_in_a_list": (EPS, [1, "x"], at((*EPS, 1), (TYPE, "a number"))),
    "epsilon_huge_in_a_list": (EPS, [1, HUGE], at((*EPS, 1), (RANGE, "small enough for a float"))),
    "clipping_as_text": (GRAD_CLIP, "1", at(GRAD_CLIP, (TYPE, "a number or an object"))),
    "clipping_of_true": (GRAD_CLIP, True, at(GRAD_CLIP, (TYPE, "a number or an object"))),
    "clipping_below_zero": (GRAD_CLIP, -1, at(GRAD_CLIP, (RANGE, "0 or more"))),
    "clipping_huge": (GRAD_CLIP, HUGE, at(GRAD_CLIP, (RANGE, "small enough for a float"))),
    "clipper_without_anything": (GRAD_CLIP, {}, at(GRAD_CLIP, *NO_NAME_OR_ARGS)),
    "clipper_with_null_args": (
        (*GRAD_CLIP, "args"),
        None,
        at((*GRAD_CLIP, "args"), (TYPE, "an object")),
    ),
    "clipper_at_zero": (
        (*GRAD_CLIP, "args"),
        {"max_norm": 0, "clip_percentile": "x"},
        [
            (RANGE, (*GRAD_CLIP, "args", "max_norm"), "more than 0"),
            (TYPE, (*GRAD_CLIP, "args", "clip_percentile"), "a number"),
        ],
    ),
    "encoder_of_null": (IMAGE_COND, None, at(IMAGE_COND, (TYPE, "a string or an object"))),
    "encoder_without_args": ((*IMAGE_COND, "args"), REMOVED, at(IMAGE_COND, (MISSING, "args"))),
    "encoder_without_model": (
        (*IMAGE_COND, "args"),
        {"image_size": 0},
        [
            (MISSING, (*IMAGE_COND, "args"), "model_name"),
            (RANGE, (*IMAGE_COND, "args", "image_size"), "1 or more"),
        ],
    ),
    "checkpoint_of_a_number": (CHECKPOINT, 1, at(CHECKPOINT, (TYPE, "a string or an object"))),
    "checkpoint_by_role": (CHECKPOINT, {"str": 3}, []),
    # Keys that look like pydantic's names of alternatives.
    "rate_under_a_name": (
        RATE,
        {"constrained-float": 2},
        at(RATE, (TYPE, "a number or an array")),
    ),
    "epsilon_under_a_name": (EPS, {"list[float]": 2}, at(EPS, (TYPE, "a number or an array"))),
    "clipping_under_a_name": (
        GRAD_CLIP,
        {"constrained-float": 3},
        at(GRAD_CLIP, *NO_NAME_OR_ARGS),
    ),
    "clipper_under_a_name": (
        GRAD_CLIP,
        {"GradientClipper": {"name": 3}, "name": 4, "args": {}},
        at((*GRAD_CLIP, "name"), (TYPE, "a string")),
    ),
    "encoder_under_a_name": (IMAGE_COND, {"str": 3}, at(IMAGE_COND, *NO_NAME_OR_ARGS)),
    # Other rules speak of these.
    "both_limits_null": (LIMIT, None, []),
    "no_limits_for_a_stranger": (("trainer",), {"name": "MyTrainer", "args": {}}, []),
    "nan_for_a_number": (LR, nan, []),
    "infinity_for_an_integer": (LIMIT, inf, []),
    "infinity_for_text": (("dataset", "name"), -inf, []),
    "infinity_in_an_alternative": (EPS, inf, []),
    "infinity_in_a_list": (EPS, [1, inf], []),
    "infinity_beside_text_in_a_list": (EPS, [inf, "x"], at((*EPS, 1), (TYPE, "a number"))),
    "infinity_for_a_section": (IMAGE_COND, inf, []),
}


@pytest.mark.parametrize("situation", CASES)
def test_faults_of(situation: str) -> None:
    path, new, told = CASES[situation]
    config = changed(FULL, path, new)
    assert [(one.problem, one.path, one.expected) for one in find_shape_errors(config)] == told
    assert all(one.value is placed(config, one.path) for one in find_shape_errors(config))


def test_a_choice_offers_what_is_known() -> None:
    (fault,) = find_shape_errors(changed(FULL, (*T_SCHEDULE, "name"), "normal"))
    assert fault.choices == ("uniform", "logitNormal")


def test_faults_come_in_the_order_of_the_models_fields() -> None:
    wrong = {"trainer": 1, "dataset": {"args": 1, "name": 1}, "models": {"b": 1, "a": 1}}
    assert [one.path for one in find_shape_errors(wrong)] == [
        ("models", "b"),
        ("models", "a"),
        ("dataset", "name"),
        ("dataset", "args"),
        ("trainer",),
    ]


def test_both_nulls_hide_nothing_elsewhere() -> None:
    config = changed(changed(FULL, LIMIT, None), ("dataset", "name"), 3)
    assert [one.path for one in find_shape_errors(config)] == [("dataset", "name")]
