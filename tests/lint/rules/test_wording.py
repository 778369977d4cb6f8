"""Values, names and suggestions in messages."""

import pytest

from trellis_cfg.document.paths import Path
from trellis_cfg.lint.wording import format_effect, format_path, format_value, shorten
from trellis_cfg.models import CLASSES
from trellis_cfg.models.catalog import load_spec
from trellis_cfg.models.class_spec import ClassSpec
from trellis_cfg.models.torch_optim import LR_SCHEDULERS, OPTIMIZERS
from trellis_cfg.suggest import (
    NearMiss,
    find_near_miss,
    find_similar,
    find_synonyms,
    format_suggestion,
)

ARGUMENTS = ("max_steps", "max_epoch", "batch_size", "batch_size_per_gpu", "i_save", "use_fp16")
MODELS, DATASETS, TRAINERS = (CLASSES[name] for name in ("models", "dataset", "trainer"))


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("max_epochs", ARGUMENTS, "max_epoch"),
        ("max_step", ARGUMENTS, "max_steps"),
        ("maxSteps", ARGUMENTS, "max_steps"),
        ("MAX_STEPS", ARGUMENTS, "max_steps"),
        ("max-steps", ARGUMENTS, "max_steps"),
        ("mxa_steps", ARGUMENTS, "max_steps"),
        ("batchsize", ARGUMENTS, "batch_size"),
        ("batch_sizes_per_gpu", ARGUMENTS, "batch_size_per_gpu"),
        ("i_sav", ARGUMENTS, "i_save"),
        ("usefp16", ARGUMENTS, "use_fp16"),
        ("Adamw", OPTIMIZERS, "AdamW"),
        ("Rmsprop", OPTIMIZERS, "RMSprop"),
        ("CosineAnnealinglr", LR_SCHEDULERS, "CosineAnnealingLR"),
        ("ExponentalLR", LR_SCHEDULERS, "ExponentialLR"),
        ("SparseStructuredEncoder", MODELS, "SparseStructureEncoder"),
        ("SLat2RenderGeo", DATASETS, "Slat2RenderGeo"),
        ("SparseSDFVQVAETrainer", TRAINERS, "SparseSDF_VQVAETrainer"),
        ("lambda_kll", ["lambda_kl", "lambda_vq"], "lambda_kl"),
    ],
)
def test_a_misspelling_is_sure(name: str, known: list[str], expected: str) -> None:
    assert find_near_miss(name, known) == NearMiss(expected, is_sure=True)


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("learning_rate", ["lr", "momentum"], "lr"),
        ("learningRate", ["lr"], "lr"),
        ("max_iters", ARGUMENTS, "max_steps"),
        ("num_epochs", ARGUMENTS, "max_epoch"),
        ("save_every", ARGUMENTS, "i_save"),
        ("mixed_precision", ["mix_precision_mode"], "mix_precision_mode"),
        ("scheduler", ["lr_scheduler"], "lr_scheduler"),
        ("data", ["dataset"], "dataset"),
    ],
)
def test_a_synonym_is_a_near_miss(name: str, known: list[str], expected: str) -> None:
    assert find_near_miss(name, known) == NearMiss(expected, is_synonym=True)
    assert find_similar(name, known) == expected
    assert not find_near_miss(name, ["step_size"]).name


def test_no_argument_of_a_trainer_means_another() -> None:
    specs = [spec for name in TRAINERS if (spec := load_spec("trainer", name))]
    assert [name for spec in specs for name in spec.parameters if find_synonyms(name)] == []


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("CosineAnnealing", LR_SCHEDULERS, "CosineAnnealingLR"),
        ("MultiStep", LR_SCHEDULERS, "MultiStepLR"),
        ("SLatFlow", MODELS, "SLatFlowModel"),
        ("FlowMatching", TRAINERS, "FlowMatchingTrainer"),
    ],
)
def test_a_shortened_name_is_not_sure(name: str, known: list[str], expected: str) -> None:
    assert find_near_miss(name, known) == NearMiss(expected, is_sure=False)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("AdamW8bit", OPTIMIZERS),
        ("PagedAdamW32bit", OPTIMIZERS),
        ("AdamP", OPTIMIZERS),
        ("Adan", OPTIMIZERS),
        ("Lion", OPTIMIZERS),
        ("Lamb", OPTIMIZERS),
        ("NAdamW", OPTIMIZERS),
        ("FusedAdam", OPTIMIZERS),
        ("AdEMAMix", OPTIMIZERS),
        ("SGDP", OPTIMIZERS),
        ("SGDW", OPTIMIZERS),
        ("CosineAnnealingWarmupRestarts", LR_SCHEDULERS),
        ("CosineAnnealingWarmupLR", LR_SCHEDULERS),
        ("SLatFlowModelV2", MODELS),
        ("SparseSDFVAE", MODELS),
        ("SparseTSDFVQVAE", MODELS),
        ("SparseStructureVqEncoder", MODELS),
        ("SparseTSDF", DATASETS),
        ("MRWindowSparseSDF", DATASETS),
        ("SparseStructureVQVaeTrainer", TRAINERS),
        ("SparseSDF_VAETrainer", TRAINERS),
        ("epochs", ARGUMENTS),
        ("steps", ARGUMENTS),
        ("min_steps", ARGUMENTS),
        ("batch_size_per_node", ARGUMENTS),
        ("use_bf16", ARGUMENTS),
        ("use_fp8", ARGUMENTS),
        ("i_eval", ARGUMENTS),
        ("SLatDecoder", MODELS),
        ("lambda_sdf", ("lambda_tsdf",)),
        ("lambda_mssim", ("lambda_ssim",)),
        ("", ARGUMENTS),
        ("_", ARGUMENTS),
        ("训练", ARGUMENTS),
        ("max_steps" * 100, ARGUMENTS),
    ],
)
def test_other_names_are_no_misspellings(name: str, known: list[str]) -> None:
    assert not find_near_miss(name, known).is_sure


def test_nothing_is_similar_without_known_names() -> None:
    assert find_near_miss("max_steps", ()) == NearMiss()
    assert find_similar("max_steps", ()) is None


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("l1_12", ["mse", "l1", "l1_l2"], "l1_l2"),
        ("Rope", ["ape", "rope"], "rope"),
        ("lognormal", ["uniform", "logitNormal"], "logitNormal"),
        ("dataset", ["models", "trainer"], None),
        ("no-batch-sizes", ["no-batch-size", "zero-interval"], "no-batch-size"),
        ("x" * 1000, ["x" * 999], None),
    ],
)
def test_the_most_similar_name_is_suggested(
    name: str, known: list[str], expected: str | None
) -> None:
    assert find_similar(name, known) == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (5, "5"),
        (1e-05, "1e-05"),
        ("a", '"a"'),
        ('quo"te', '"quo\\"te"'),
        ("two\nlines", '"two\\nlines"'),
        ("训练", '"训练"'),
        ({"a": 1}, "an object"),
        ([], "an empty array"),
        ([1, 2], "an array of length 2"),
        ("x" * 41, f'"{"x" * 40}…"'),
        ("x" * 40, f'"{"x" * 40}"'),
        (10**40, f"1{'0' * 39}…"),
    ],
)
def test_a_value_is_json_of_a_readable_length(value: object, text: str) -> None:
    assert format_value(value) == text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), "the config"),
        (("trainer", "args", "i_save"), "i_save"),
        (("trainer", "args", "ema_rate", 0), "ema_rate[0]"),
        (("a", 0, 1), "a[0][1]"),
        (("trainer", "args", "optimizer", "name"), "optimizer.name"),
        (("trainer", "args"), "trainer.args"),
        (("args",), "args"),
        ((0, 1), "0[1]"),
        (("k" * 65,), "k" * 64 + "…"),
    ],
)
def test_a_path_is_written_as_its_last_key(path: Path, text: str) -> None:
    assert format_path(path) == text


def test_what_happens_to_an_argument_may_be_unclear() -> None:
    spec = ClassSpec("trainer", "A", unknown_place="a.py:3")
    assert format_effect(spec) == "it is never read; a.py:3 may reject it"


def test_names_are_cut_and_suggestions_end_a_message() -> None:
    assert shorten("a" * 64) == "a" * 64
    assert shorten("a" * 65) == "a" * 64 + "…"
    assert format_suggestion("max_epoch") == '; did you mean "max_epoch"?'
    assert format_suggestion(None) == ""
