"""What the models accept: limits, unknown classes, and everything that real configs have."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.models.referee import errors_of
from tests.models.samples import (
    ARGS,
    FULL,
    GRAD_CLIP,
    IMAGE_COND,
    NETWORK,
    OPTIMIZER,
    REMOVED,
    SCHEDULER,
    changed,
)
from trellis_cfg.document import paths
from trellis_cfg.models import (
    CLASSES,
    COMPONENTS,
    FAMILIES,
    GENERAL,
    find_model,
    load_general_model,
    load_model,
)
from trellis_cfg.models.base import Arguments
from trellis_cfg.models.config import Config, Section

SHIPPED = sorted((Path(__file__).parents[2] / "configs").rglob("*.json"))
SECTIONS = {cls.section: cls for cls in Section.__subclasses__()}

# What some trainers require, and the others accept.
REQUIRED = {
    "optimizer": {"name": "AdamW", "args": {"lr": 1e-4}},
    "image_cond_model": {"name": "DinoV2FeatureExtractor", "args": {"model_name": "vitl"}},
}
trainers = pytest.mark.parametrize("name", [*CLASSES["trainer"], "MyTrainer"])
limits = pytest.mark.parametrize("limit", ["max_steps", "max_epoch"])


def errors(name: str, **args: object) -> list[tuple[str, tuple[int | str, ...]]]:
    """Return the types and locations of the errors of a trainer's arguments."""
    all_details = errors_of(load_model("trainer", name), {**REQUIRED, **args})
    return [(details["type"], details["loc"]) for details in all_details]


@trainers
def test_a_trainer_needs_a_limit(name: str) -> None:
    assert errors(name, max_steps=None, max_epoch=None) == [("no_stop_condition", ())]
    assert errors(name, max_steps=None) == [("no_stop_condition", ())]
    assert errors(name, max_steps=1000) == []
    for max_steps, max_epoch in ((1000, None), (None, 20), (1000, 20), (1, 2**63 - 1)):
        assert errors(name, max_steps=max_steps, max_epoch=max_epoch) == []


def test_only_an_unknown_trainer_does_without_max_steps() -> None:
    assert errors("MyTrainer", max_epoch=20) == []
    assert errors("BasicTrainer", max_epoch=20) == [("missing", ("max_steps",))]


@trainers
@limits
def test_a_limit_written_as_a_float_is_an_integer(name: str, limit: str) -> None:
    values = {"max_steps": 7.0, "max_epoch": 7.0, limit: 1e6}
    args = load_model("trainer", name).model_validate({**REQUIRED, **values})
    assert {key: getattr(args, key) for key in values} == values
    assert all(type(getattr(args, key)) is int for key in values)


@trainers
@limits
@pytest.mark.parametrize("value", [True, False, "5", "", 1.5, 0, 0.0, -1, -1e6, 2**63, [], {}])
def test_a_limit_must_be_a_positive_integer(name: str, limit: str, value: object) -> None:
    values: dict[str, object] = {"max_steps": 1000, "max_epoch": 20, limit: value}
    ((_, location),) = errors(name, **values)
    assert location == (limit,)


def test_the_usual_arguments_of_an_unknown_trainer_are_checked() -> None:
    assert errors("MyTrainer", max_steps=1000, batch_size=0)[0][1] == ("batch_size",)
    assert errors("MyTrainer", max_steps=1000, i_save="often")[0][1] == ("i_save",)


@pytest.mark.parametrize(
    ("section", "name"),
    [(section, name) for section, names in CLASSES.items() for name in names],
    ids=str,
)
def test_a_listed_class_has_its_model(section: str, name: str) -> None:
    model = find_model(section, name)
    assert model
    assert model.__name__ == name
    assert issubclass(model, Arguments)
    assert model is find_model(section, name)
    invalid: tuple[object, ...] = (None, [], "x", 1)
    for args in invalid:
        (details,) = errors_of(SECTIONS[section], {"name": name, "args": args})
        assert (details["type"], details["loc"]) == ("model_type", ("args",))


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("name", ["MyClass", "", "slat", "Arguments", "AnyTrainer", "args"])
def test_another_class_has_the_general_model(section: str, name: str) -> None:
    assert find_model(section, name) is None
    if section != "t_schedule":
        args: dict[str, object] = {"max_steps": 1000, "anything": [None]}
        value = SECTIONS[section].model_validate({"name": name, "args": args})
        assert type(value.args) is load_general_model(section)


def test_a_class_is_known_only_in_its_section() -> None:
    for section, name in (("dataset", "BasicTrainer"), ("trainer", "SLat"), ("nonsense", "SLat")):
        assert find_model(section, name) is None
    assert load_general_model("models") is load_general_model("nonsense") is Arguments


@pytest.mark.parametrize(("section", "name"), [("optimizer", "Adam"), ("lr_scheduler", "StepLR")])
def test_the_classes_of_torch_share_a_model(section: str, name: str) -> None:
    model, names = FAMILIES[section]
    assert name in names
    assert load_model(section, name).__name__ == model
    assert len({load_model(section, each) for each in names}) == 1
    assert load_model(section, "Prodigy") is Arguments


def test_sections_classes_and_components_are_consistent() -> None:
    assert SECTIONS.keys() == CLASSES.keys() | FAMILIES.keys() | GENERAL.keys()
    assert SECTIONS.keys() - {"models", "dataset", "trainer"} == set(COMPONENTS)


ACCEPTED: dict[str, tuple[paths.Path, object]] = {
    "validation_data": (("val_dataset",), {"name": "SLat", "args": {}}),
    "validation_data_by_its_name": (("val_dataset",), "same"),
    "evaluator": (("evaluator",), {"metrics": ["psnr"], "every": 5000}),
    "pretrained": (("pretrained",), {"denoiser": "ckpts/x.pt"}),
    "lora": (("lora",), {"rank": 16, "alpha": 0.5}),
    "data_dir": (("data_dir",), "/data"),
    "comment": (("_comment",), ["why", "this"]),
    "schema": (("$schema",), "https://example.org/config.schema.json"),
    "type_beside_a_dataset": (("dataset", "type"), "category"),
    "comment_in_the_arguments": ((*ARGS, "_comment"), "learning rate halved"),
    "checkpoint_by_path": ((*ARGS, "finetune_ckpt"), "ckpts/denoiser_step0100000.pt"),
    "checkpoint_by_role": ((*ARGS, "finetune_ckpt"), {"denoiser": "ckpts/x.pt"}),
    "no_checkpoint": ((*ARGS, "finetune_ckpt"), None),
    "encoder_by_its_name": (IMAGE_COND, "dinov2_vitl14_reg"),
    "encoder_of_a_fork": (IMAGE_COND, {"name": "MyEncoder", "args": {"depth": 3}}),
    "encoder_left_out": (IMAGE_COND, REMOVED),
    "single_rate": ((*ARGS, "ema_rate"), 0.9999),
    "rates_of_zero_and_one": ((*ARGS, "ema_rate"), [0, 1, 0.5]),
    "no_rates": ((*ARGS, "ema_rate"), []),
    "clipping_at_a_number": (GRAD_CLIP, 1),
    "no_clipping": (GRAD_CLIP, None),
    "optimizer_of_a_fork": (OPTIMIZER, {"name": "AdamW8bit", "args": {"block_wise": True}}),
    "epsilons_of_adafactor": ((*OPTIMIZER, "args", "eps"), [None, 1e-3]),
    "arguments_of_an_optimizer_of_a_fork": (
        OPTIMIZER,
        {"name": "Prodigy", "args": {"lr": None, "betas": None}},
    ),
    "arguments_of_a_scheduler_of_a_fork": (
        SCHEDULER,
        {"name": "WarmupCosine", "args": {"warmup_steps": 0.05, "total_steps": "auto"}},
    ),
    "threshold_with_an_exponent": (("dataset", "args", "max_num_voxels"), 3e4),
    "scheduler_of_torch": (SCHEDULER, {"name": "StepLR", "args": {"step_size": 1e4}}),
    "no_scheduler": (SCHEDULER, None),
    "no_elastic": ((*ARGS, "elastic"), None),
    "no_precision": ((*ARGS, "fp16_mode"), None),
    "no_check": ((*ARGS, "i_ddpcheck"), None),
    "interval_as_a_float": ((*ARGS, "i_save"), 1e4),
    "integer_for_a_number": ((*NETWORK, "args", "mlp_ratio"), 5),
    "network_of_a_fork": (("models", "refiner"), {"name": "Refiner", "args": {"width": "wide"}}),
    "role_of_no_name": (("models", ""), {"name": "Refiner", "args": {}}),
    "dataset_of_a_fork": (("dataset",), {"name": "MyDataset", "args": {"roots": ["a"]}}),
    "normalization_by_channel": (("dataset", "args", "normalization"), {"mean": [0], "std": [1]}),
}


@pytest.mark.parametrize("situation", ACCEPTED)
def test_what_real_configs_have_is_accepted(situation: str) -> None:
    assert errors_of(Config, changed(FULL, *ACCEPTED[situation])) == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_configs_are_accepted(path: Path) -> None:
    assert Config.model_validate(json.loads(path.read_bytes())).model_extra == {}


@pytest.mark.parametrize(
    ("statement", "is_loaded", "not_loaded"),
    [
        ("import trellis_cfg.models", "", ("base", "networks", "config")),
        (
            "from trellis_cfg.models import find_model; find_model('models', 'SLatEncoder')",
            "networks",
            ("config", "trainers", "datasets"),
        ),
        (
            (
                "from trellis_cfg.models.errors import *\n"
                "[load_validate(section, name) for section in CLASSES for name in CLASSES[section]]"
            ),
            "errors",
            ("base", "config"),
        ),
    ],
)
def test_models_are_imported_lazily(
    statement: str, is_loaded: str, not_loaded: tuple[str, ...]
) -> None:
    command = [sys.executable, "-c", f"import sys; {statement}; print(*sys.modules)"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    prefix = "trellis_cfg.models"
    assert f"{prefix}.{is_loaded}".rstrip(".") in printed
    assert not {f"{prefix}.{name}" for name in not_loaded} & {*printed}
    assert ("pydantic" in printed) is (is_loaded == "networks")
