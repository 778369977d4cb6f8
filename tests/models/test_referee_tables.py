"""Single faults, by name and for every argument: both judges see each of them."""

import pathlib
from collections.abc import Iterator

import pytest

from tests.models.probes import MODELS, PROBES, least
from tests.models.referee import CANNOT_SAY, agree, errors_of, referee, referee_of
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
)
from trellis_cfg.document.paths import Path
from trellis_cfg.models.base import Arguments
from trellis_cfg.models.config import Config

DOCUMENTATION = pathlib.Path(__file__).parents[2] / "docs/schema.md"
WRONG: dict[str, tuple[Path, object]] = {
    "no_object": ((), [FULL]),
    "nothing": ((), None),
    "no_section": ((), {}),
    "missing_models": (("models",), REMOVED),
    "missing_dataset": (("dataset",), REMOVED),
    "missing_trainer": (("trainer",), REMOVED),
    "no_network": (("models",), {}),
    "networks_in_a_list": (("models",), [FULL["models"]["denoiser"]]),
    "network_by_its_name": (NETWORK, "ElasticSLatFlowModel"),
    "null_network": (NETWORK, None),
    "missing_name": ((*NETWORK, "name"), REMOVED),
    "missing_args": (("trainer", "args"), REMOVED),
    "null_name": (("dataset", "name"), None),
    "null_args": (("dataset", "args"), None),
    "args_in_a_list": (("dataset", "args"), []),
    "missing_argument": ((*NETWORK, "args", "resolution"), REMOVED),
    "missing_max_steps": ((*ARGS, "max_steps"), REMOVED),
    "missing_optimizer": (OPTIMIZER, REMOVED),
    "both_limits_null": ((*ARGS, "max_steps"), None),
    "limit_of_zero": ((*ARGS, "max_steps"), 0),
    "limit_as_text": ((*ARGS, "max_epoch"), "20"),
    "limit_of_true": ((*ARGS, "max_epoch"), True),
    "half_an_epoch": ((*ARGS, "max_epoch"), 0.5),
    "limit_beyond_64_bits": ((*ARGS, "max_steps"), 2**63),
    "interval_of_zero": ((*ARGS, "i_save"), 0),
    "null_interval": ((*ARGS, "i_save"), None),
    "fraction_of_a_batch": ((*ARGS, "batch_size_per_gpu"), 8.5),
    "batch_of_true": ((*ARGS, "batch_size_per_gpu"), True),
    "single_rate_of_one": ((*ARGS, "ema_rate"), 1),
    "single_rate_of_null": ((*ARGS, "ema_rate"), None),
    "rate_above_one": ((*ARGS, "ema_rate"), [0.9999, 1.5]),
    "rate_as_text": ((*ARGS, "ema_rate"), ["0.9999"]),
    "unknown_precision": ((*ARGS, "fp16_mode"), "deepspeed"),
    "number_as_text": ((*ARGS, "fp16_scale_growth"), "0.001"),
    "number_of_true": ((*ARGS, "fp16_scale_growth"), True),
    "negative_weight": ((*ARGS, "sigma_min"), -1e-9),
    "probability_above_one": ((*ARGS, "p_uncond"), 1.1),
    "flag_of_one": ((*NETWORK, "args", "use_fp16"), 1),
    "flag_as_text": ((*NETWORK, "args", "use_fp16"), "true"),
    "ratio_of_zero": ((*NETWORK, "args", "mlp_ratio"), 0.0),
    "pair_of_one": ((*NETWORK, "args", "rope_freq"), [1.0]),
    "pair_of_three": ((*NETWORK, "args", "rope_freq"), [1.0, 2.0, 3.0]),
    "null_in_a_list": ((*NETWORK, "args", "io_block_channels"), [128, None]),
    "number_for_a_list": ((*NETWORK, "args", "io_block_channels"), 128),
    "unknown_positions": ((*NETWORK, "args", "pe_mode"), "RoPE"),
    "null_where_the_default_is_none_of_it": ((*NETWORK, "args", "pe_mode"), None),
    "null_score": (("dataset", "args", "min_aesthetic_score"), None),
    "list_of_means": (("dataset", "args", "normalization"), [0.0, 1.0]),
    "optimizer_by_its_name": (OPTIMIZER, "AdamW"),
    "null_optimizer": (OPTIMIZER, None),
    "optimizer_without_args": ((*OPTIMIZER, "args"), REMOVED),
    "negative_rate": ((*OPTIMIZER, "args", "lr"), -1e-4),
    "rate_in_a_list": ((*OPTIMIZER, "args", "lr"), [1e-4]),
    "one_beta": ((*OPTIMIZER, "args", "betas"), [0.9]),
    "three_epsilons": ((*OPTIMIZER, "args", "eps"), [1e-8, 1e-8, 1e-8]),
    "scheduler_without_name": ((*SCHEDULER, "name"), REMOVED),
    "warm_up_of_zero": ((*SCHEDULER, "args", "warmup_steps"), 0),
    "milestone_as_text": ((*SCHEDULER, "args", "milestones"), ["1000"]),
    "clipping_as_text": (GRAD_CLIP, "1.0"),
    "clipping_of_true": (GRAD_CLIP, True),
    "negative_clipping": (GRAD_CLIP, -1.0),
    "clipper_by_its_name": (GRAD_CLIP, "AdaptiveGradClipper"),
    "clipper_without_args": ((*GRAD_CLIP, "args"), REMOVED),
    "clipper_at_a_norm_of_zero": ((*GRAD_CLIP, "args", "max_norm"), 0),
    "percentile_above_hundred": ((*GRAD_CLIP, "args", "clip_percentile"), 100.5),
    "elastic_of_true": (ELASTIC, True),
    "memory_above_all_there_is": ((*ELASTIC, "args", "target_ratio"), 1.5),
    "unknown_schedule": ((*T_SCHEDULE, "name"), "cosine"),
    "schedule_without_width": ((*T_SCHEDULE, "args", "std"), REMOVED),
    "schedule_of_no_width": ((*T_SCHEDULE, "args", "std"), 0),
    "null_schedule": (T_SCHEDULE, None),
    "null_encoder": (IMAGE_COND, None),
    "encoder_without_model": ((*IMAGE_COND, "args", "model_name"), REMOVED),
    "encoder_of_no_size": ((*IMAGE_COND, "args", "image_size"), 0),
    "checkpoint_of_true": ((*ARGS, "finetune_ckpt"), True),
}


@pytest.mark.parametrize("situation", WRONG)
def test_rejected_by_both(situation: str) -> None:
    config = changed(FULL, *WRONG[situation])
    assert errors_of(Config, config)
    assert not referee("config").is_valid(config)


def _told(model: type[Arguments], name: str) -> Iterator[str]:
    """Yield what the class and those that it extends say of an argument."""
    for base in model.__mro__:
        if issubclass(base, Arguments) and name in base.model_fields:
            field = base.model_fields[name]
            yield repr((name, field.annotation, field.metadata, field.is_required()))


def distinct_arguments() -> Iterator[tuple[type[Arguments], str]]:
    """Yield every argument of every class, but only once where several classes share it."""
    seen: set[frozenset[str]] = set()
    for model in MODELS:
        for name in model.model_fields:
            told = frozenset(_told(model, name))
            if told not in seen:
                seen.add(told)
                yield model, name


@pytest.mark.parametrize(
    ("model", "name"), list(distinct_arguments()), ids=lambda at: getattr(at, "__name__", at)
)
def test_every_argument_with_every_probe(model: type[Arguments], name: str) -> None:
    args = least(model)
    for probe in PROBES:
        agree(model, referee_of(model), changed(args, (name,), probe))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_argument_has_a_probe_that_is_accepted_and_one_that_is_not(
    model: type[Arguments],
) -> None:
    args = least(model)
    for name in model.model_fields.keys() - {"params", "device"}:
        verdicts = {bool(errors_of(model, changed(args, (name,), probe))) for probe in PROBES}
        assert verdicts == {True, False}, name


def test_the_documentation_lists_what_a_schema_cannot_say() -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    listed = [line[2:] for line in text.splitlines() if line.startswith("- ")]
    assert listed == [it.told for it in CANNOT_SAY]
