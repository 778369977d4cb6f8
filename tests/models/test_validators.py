"""What the validators accept, the models accept, too; and the shipped configs need no models."""

import json
import pathlib
import subprocess
import sys
from functools import partial

import pytest
from hypothesis import given

from scripts.catalog import compile_schemas
from tests.models.samples import ARGS, FULL, OPTIMIZER, SCHEDULER, SMALL, T_SCHEDULE, changed
from tests.models.strategies import configs
from tests.models.test_error_laws import values
from trellis_cfg.document.paths import Path
from trellis_cfg.models import errors as shape_errors
from trellis_cfg.models import validators
from trellis_cfg.models.errors import find_shape_errors
from trellis_cfg.models.validators import FAMILY, FILE, find_names, load_validator

CONFIGS = sorted((pathlib.Path(__file__).parents[2] / "configs").rglob("*.json"))
WHOLE_FLOAT = changed(SMALL, ("trainer", "args", "max_steps"), 1e6)


def is_known(value: object, *, is_lenient: bool = False) -> bool:
    return load_validator(find_names(value), is_lenient=is_lenient).is_valid(value)


is_sound = partial(is_known, is_lenient=True)


def test_the_file_is_up_to_date() -> None:
    expected = json.loads(json.dumps(compile_schemas()))
    assert json.loads(pathlib.Path(FILE).read_text(encoding="utf-8")) == expected, "make generate"


@given(values)
def test_what_is_sound_has_no_error(value: object) -> None:
    if is_sound(value):
        assert find_shape_errors(value) == []


@given(configs)
def test_only_whole_floats_need_the_models(value: object) -> None:
    text = json.dumps(value)
    if not find_shape_errors(value) and "." not in text and "e+" not in text:
        assert is_sound(value)


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_the_shipped_configs_need_no_models(path: pathlib.Path) -> None:
    assert is_sound(json.loads(path.read_bytes()))


@pytest.mark.parametrize(
    "value",
    [
        *(None, {}, [], {"models": {}}, FULL | {"models": {}}, "models", WHOLE_FLOAT),
        changed(FULL, (*T_SCHEDULE, "name"), "beta"),
    ],
    ids=str,
)
def test_what_needs_the_models(value: object) -> None:
    assert not is_sound(value)
    assert find_shape_errors(WHOLE_FLOAT) == []


STEP_LR = {"name": "StepLR", "args": {"step_size": 10}}
TOO_LARGE = {"a": [{"b": float("inf")}]}
NOT_KNOWN: dict[str, tuple[Path, object]] = {
    "an unknown argument": ((*ARGS, "i_saves"), 1),
    "a comment": (("_comment",), "mine"),
    "a comment in the arguments": ((*ARGS, "_comment"), "mine"),
    "a key beside the arguments": (("dataset", "kwargs"), {}),
    "an unknown class": (("dataset", "name"), "MyDataset"),
    "an unknown optimizer": ((*OPTIMIZER, "name"), "Adan"),
    "the name of no optimizer": ((*OPTIMIZER, "name"), FAMILY),
    "an argument of another optimizer": ((*OPTIMIZER, "args", "momentum"), 0.9),
    "a scheduler without an argument": (SCHEDULER, STEP_LR | {"args": {}}),
    "a required argument that is null": (SCHEDULER, STEP_LR | {"args": {"step_size": None}}),
    "true as an integer": ((*ARGS, "i_save"), bool(1)),
    "true as an integer of a network": (("models", "denoiser", "args", "num_blocks"), bool(1)),
    "infinity as a number": ((*ARGS, "p_uncond"), float("inf")),
    "infinity in any value": ((*ARGS, "finetune_ckpt"), TOO_LARGE),
}


@pytest.mark.parametrize(("path", "new"), NOT_KNOWN.values(), ids=NOT_KNOWN)
def test_a_config_in_which_not_all_is_known(path: Path, new: object) -> None:
    assert is_known(FULL)
    assert is_known(changed(FULL, SCHEDULER, STEP_LR))
    assert not is_known(changed(FULL, path, new))


def test_a_value_of_any_depth_is_known() -> None:
    nested: object = None
    for _ in range(20):
        nested = {"a": [nested, 1, 2.5, "b", True, []]}
    assert is_known(changed(FULL, (*ARGS, "finetune_ckpt"), {"deep": nested}))


OTHER = {"schema": {"type": "of another version"}}


def test_a_schema_of_another_pydantic_needs_the_models(monkeypatch: pytest.MonkeyPatch) -> None:
    invalid = changed(FULL, (*ARGS, "i_save"), "often")
    errors = find_shape_errors(invalid)
    monkeypatch.setattr(validators, "read_member", lambda *_, **__: OTHER)
    monkeypatch.setattr(shape_errors, "read_arguments", lambda *_: OTHER["schema"])
    for function in (load_validator, shape_errors.load_validate):
        function.cache_clear()
    assert not is_known(SMALL)
    assert find_shape_errors(invalid) == errors
    monkeypatch.undo()
    for function in (load_validator, shape_errors.load_validate):
        function.cache_clear()


LOAD = """
import sys
from trellis_cfg.document.paths import Path
from trellis_cfg.models import errors as shape_errors
from trellis_cfg.models import validators
if {hidden}:
    validators._EXTENSION = "pydantic_core._another"
core = validators.load_core()
print("pydantic_core" in sys.modules)
import pydantic, pydantic_core
assert core.SchemaValidator is pydantic_core.SchemaValidator
assert pydantic.TypeAdapter(int).validate_python("1") == 1
"""


@pytest.mark.parametrize("hidden", [False, True])
def test_the_core_is_that_of_pydantic(*, hidden: bool) -> None:
    command = [sys.executable, "-c", LOAD.format(hidden=hidden)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == f"{hidden}\n"
