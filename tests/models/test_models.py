"""What the models accept: limits, strangers, and all that real configs carry."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

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
    SMALL,
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

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "configs").rglob("*.json"))
SECTIONS = {cls.section: cls for cls in Section.__subclasses__()}

# What some trainers require, and the others do not mind.
REQUIRED = {
    "optimizer": {"name": "AdamW", "args": {"lr": 1e-4}},
    "image_cond_model": {"name": "DinoV2FeatureExtractor", "args": {"model_name": "vitl"}},
}


def trainer(name: str) -> type[Arguments]:
    return load_model("trainer", name)


def errors(name: str, **limits: object) -> list[tuple[str, tuple[int | str, ...]]]:
    found = errors_of(trainer(name), {**REQUIRED, **limits})
    return [(error["type"], error["loc"]) for error in found]


trainers = pytest.mark.parametrize("name", [*CLASSES["trainer"], "MyTrainer"])


@trainers
def test_a_trainer_that_nothing_ends(name: str) -> None:
    assert errors(name, max_steps=None, max_epoch=None) == [("no_stop_condition", ())]
    assert errors(name, max_steps=None) == [("no_stop_condition", ())]


@trainers
@pytest.mark.parametrize("limits", [(1000, None), (None, 20), (1000, 20), (1, 2**63 - 1)])
def test_a_trainer_that_ends(name: str, limits: tuple[int | None, int | None]) -> None:
    assert errors(name, max_steps=limits[0], max_epoch=limits[1]) == []


@trainers
def test_max_epoch_may_be_left_out(name: str) -> None:
    assert errors(name, max_steps=1000) == []


def test_max_steps_may_be_left_out_by_a_stranger_only() -> None:
    assert errors("MyTrainer", max_epoch=20) == []
    assert errors("BasicTrainer", max_epoch=20) == [("missing", ("max_steps",))]


@trainers
@pytest.mark.parametrize("limit", ["max_steps", "max_epoch"])
def test_a_limit_written_as_a_float_is_an_integer(name: str, limit: str) -> None:
    other = "max_epoch" if limit == "max_steps" else "max_steps"
    args = trainer(name).model_validate({**REQUIRED, limit: 1e6, other: 7.0})
    assert getattr(args, limit) == 10**6
    assert {type(getattr(args, limit)), type(getattr(args, other))} == {int}


@trainers
@pytest.mark.parametrize("limit", ["max_steps", "max_epoch"])
@pytest.mark.parametrize("value", [True, False, "5", "", 1.5, 0, 0.0, -1, -1e6, 2**63, [], {}])
def test_a_limit_that_is_no_positive_integer(name: str, limit: str, value: object) -> None:
    both: dict[str, object] = {"max_steps": 1000, "max_epoch": 20, limit: value}
    ((_, place),) = errors(name, **both)
    assert place == (limit,)


@trainers
def test_arguments_that_nobody_knows_are_kept(name: str) -> None:
    more = {"num_workers": 4, "_comment": "ours", "model_config": {}, "max_epochs": None}
    args = trainer(name).model_validate({**REQUIRED, "max_steps": 1000, **more})
    assert args.model_extra
    assert more.items() <= args.model_extra.items()


REGISTRY = [(section, name) for section, names in CLASSES.items() for name in names]
registry = pytest.mark.parametrize(("section", "name"), REGISTRY, ids=str)


@registry
def test_a_class_of_the_registry_has_its_model(section: str, name: str) -> None:
    model = find_model(section, name)
    assert model
    assert model.__name__ == name
    assert issubclass(model, Arguments)
    assert model is find_model(section, name)


@registry
def test_its_arguments_must_be_an_object(section: str, name: str) -> None:
    wrong: tuple[object, ...] = (None, [], "x", 1)
    for args in wrong:
        found = errors_of(SECTIONS[section], {"name": name, "args": args})
        assert [(error["type"], error["loc"]) for error in found] == [("model_type", ("args",))]


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("name", ["MyClass", "", "slat", "Arguments", "AnyTrainer", "args"])
def test_a_class_that_is_not_listed_falls_to_the_general_model(section: str, name: str) -> None:
    assert find_model(section, name) is None
    if section != "t_schedule":
        args: dict[str, object] = {"max_steps": 1000, "anything": [None]}
        found = SECTIONS[section].model_validate({"name": name, "args": args})
        assert type(found.args) is load_general_model(section)


def test_a_class_is_known_in_its_own_section_only() -> None:
    assert find_model("dataset", "BasicTrainer") is None
    assert find_model("trainer", "SLat") is None
    assert find_model("nonsense", "SLat") is None


@pytest.mark.parametrize(("section", "name"), [("optimizer", "Adam"), ("lr_scheduler", "StepLR")])
def test_the_classes_of_torch_share_a_model(section: str, name: str) -> None:
    model, names = FAMILIES[section]
    assert name in names
    assert load_model(section, name).__name__ == model
    assert {load_model(section, one) for one in names} == {load_model(section, name)}
    assert load_model(section, "Prodigy") is Arguments


def test_the_general_model_of_any_other_section() -> None:
    assert load_general_model("models") is load_general_model("nonsense") is Arguments


def test_the_trainer_of_a_fork_takes_the_usual_arguments() -> None:
    assert errors("MyTrainer", max_steps=1000, batch_size=0)[0][1] == ("batch_size",)
    assert errors("MyTrainer", max_steps=1000, i_save="often")[0][1] == ("i_save",)


def test_sections_registry_and_components_tell_of_the_same_places() -> None:
    assert SECTIONS.keys() == CLASSES.keys() | FAMILIES.keys() | GENERAL.keys()
    assert SECTIONS.keys() - {"models", "dataset", "trainer"} == set(COMPONENTS)


CARRIED: dict[str, tuple[paths.Path, object]] = {
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


@pytest.mark.parametrize("situation", CARRIED)
def test_real_configs_carry(situation: str) -> None:
    assert errors_of(Config, changed(FULL, *CARRIED[situation])) == []


def test_more_sections_and_keys_are_kept() -> None:
    config = Config.model_validate(SMALL | {"lora": {"rank": 16}})
    assert config.model_extra == {"lora": {"rank": 16}}
    beside = Config.model_validate(changed(SMALL, ("dataset", "type"), "category")).dataset
    assert beside.model_extra == {"type": "category"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_configs_are_accepted(path: Path) -> None:
    config: Any = json.loads(path.read_bytes())
    assert errors_of(Config, config) == []
    assert Config.model_validate(config).model_extra == {}


def loaded_by(statement: str) -> set[str]:
    script = f"import sys; {statement}; print(*sys.modules)"
    command = [sys.executable, "-c", script]
    return set(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())


def test_the_registry_imports_no_pydantic() -> None:
    loaded = loaded_by("import trellis_cfg.models")
    assert "trellis_cfg.models" in loaded
    assert not {"pydantic", "pydantic_core", "trellis_cfg.models.base"} & loaded


def test_a_class_imports_no_other_section() -> None:
    name = "trellis_cfg.models"
    loaded = loaded_by(f"from {name} import find_model; find_model('models', 'SLatEncoder')")
    assert f"{name}.networks" in loaded
    assert not {f"{name}.{other}" for other in ("config", "trainers", "datasets")} & loaded


def test_every_module_of_the_registry_exists() -> None:
    for section, name in REGISTRY:
        assert find_model(section, name) is not None
    for module, name in GENERAL.values():
        assert hasattr(import_module(f"trellis_cfg.models.{module}"), name)
