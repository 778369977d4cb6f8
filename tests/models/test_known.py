"""What is known of the classes as plain data: that of the models, and sound means no fault."""

import json
from pathlib import Path

import pytest
from hypothesis import given

from tests.models.samples import FULL, SMALL, changed
from tests.models.strategies import configs
from tests.models.test_faults_laws import values
from trellis_cfg.lint.class_use import are_sound, class_uses
from trellis_cfg.models import CLASSES, find_model
from trellis_cfg.models import catalog as module
from trellis_cfg.models.catalog import FILE, is_sound, known
from trellis_cfg.models.catalog_compiler import compile_catalog
from trellis_cfg.models.errors import find_shape_errors

CONFIGS = sorted((Path(__file__).parents[2] / "configs").rglob("*.json"))
WHOLE_FLOAT = changed(SMALL, ("trainer", "args", "max_steps"), 1e6)


def is_surely_sound(value: object) -> bool:
    return are_sound(value, class_uses(value))


def test_the_file_is_fresh() -> None:
    assert json.loads(Path(FILE).read_text(encoding="utf-8")) == compile_catalog(), "make generate"


@pytest.mark.parametrize(
    ("section", "name"), [(section, name) for section in CLASSES for name in CLASSES[section]]
)
def test_it_is_what_the_models_say(section: str, name: str) -> None:
    found, model = known(section, name), find_model(section, name)
    assert found
    assert model
    assert found.fields == model.model_fields.keys()
    for field, told in model.model_fields.items():
        assert (field in found.defaults) is not told.is_required()
        package = model.package_of(field)
        assert found.packages.get(field) == (package.value if package else None)
    assert (found.kind, found.is_elastic) == (model.kind, model.is_elastic)
    assert list(found.swallowed_by) == [package.value for package in model.swallowed_by]


@pytest.mark.parametrize("name", ["", "*", "MyTrainer", "__class__"])
def test_other_names_are_not_known(name: str) -> None:
    assert known("trainer", name) is None
    assert known(name, "BasicTrainer") is None


@given(values)
def test_what_is_surely_sound_has_no_fault(value: object) -> None:
    if is_surely_sound(value):
        assert find_shape_errors(value) == []


@given(configs)
def test_what_is_sound_is_surely_so(value: object) -> None:
    """Only whole numbers written as floats, which some arguments accept, are for the models."""
    text = json.dumps(value)
    if not find_shape_errors(value) and "." not in text and "e+" not in text:
        assert is_surely_sound(value)


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_the_shipped_configs_need_no_models(path: Path) -> None:
    assert is_surely_sound(json.loads(path.read_bytes()))


def test_a_whole_float_is_for_the_models() -> None:
    assert not is_surely_sound(WHOLE_FLOAT)
    assert find_shape_errors(WHOLE_FLOAT) == []


@pytest.mark.parametrize("value", [None, {}, [], {"models": {}}, FULL | {"models": {}}, "models"])
def test_a_config_without_classes_is_for_the_models(value: object) -> None:
    assert not is_surely_sound(value)


def test_a_schema_of_another_pydantic_is_for_the_models(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"a section": {"": {"schema": {"type": "of another version"}}}}
    monkeypatch.setattr(module, "_read_catalog", lambda: told)
    assert not is_sound("a section", "MyTrainer", {})
