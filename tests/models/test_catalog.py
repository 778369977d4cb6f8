"""The catalog says what the models say, and accepts only what they accept."""

import json
from pathlib import Path

import pytest
from hypothesis import given

from tests.models.samples import FULL, SMALL, changed
from tests.models.strategies import configs
from tests.models.test_error_laws import values
from trellis_cfg.lint.class_use import are_sound, find_class_uses
from trellis_cfg.models import CLASSES, catalog, find_model
from trellis_cfg.models.catalog import FILE, is_sound, load_spec
from trellis_cfg.models.catalog_compiler import compile_catalog
from trellis_cfg.models.errors import find_shape_errors

CONFIGS = sorted((Path(__file__).parents[2] / "configs").rglob("*.json"))
WHOLE_FLOAT = changed(SMALL, ("trainer", "args", "max_steps"), 1e6)


def is_surely_sound(value: object) -> bool:
    return are_sound(value, find_class_uses(value))


def test_the_file_is_up_to_date() -> None:
    assert json.loads(Path(FILE).read_text(encoding="utf-8")) == compile_catalog(), "make generate"


@pytest.mark.parametrize(
    ("section", "name"), [(section, name) for section in CLASSES for name in CLASSES[section]]
)
def test_a_class_is_as_its_model(section: str, name: str) -> None:
    spec, model = load_spec(section, name), find_model(section, name)
    assert spec
    assert model
    assert spec.parameters.keys() == model.model_fields.keys()
    for name_of_field, field in model.model_fields.items():
        parameter, package = spec.parameters[name_of_field], model.package_of(name_of_field)
        assert parameter.is_required is (parameter.default is None) is field.is_required()
        assert parameter.package == (package.value if package else None)
    assert (spec.kind, spec.is_elastic) == (model.kind, model.is_elastic)
    assert list(spec.ignoring_packages) == [package.value for package in model.ignoring_packages]


@pytest.mark.parametrize("name", ["", "*", "MyTrainer", "__class__"])
def test_other_names_are_unknown(name: str) -> None:
    assert load_spec("trainer", name) is None
    assert load_spec(name, "BasicTrainer") is None


@given(values)
def test_what_is_surely_sound_has_no_error(value: object) -> None:
    if is_surely_sound(value):
        assert find_shape_errors(value) == []


@given(configs)
def test_only_whole_floats_need_the_models(value: object) -> None:
    text = json.dumps(value)
    if not find_shape_errors(value) and "." not in text and "e+" not in text:
        assert is_surely_sound(value)


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_the_shipped_configs_need_no_models(path: Path) -> None:
    assert is_surely_sound(json.loads(path.read_bytes()))


@pytest.mark.parametrize(
    "value", [None, {}, [], {"models": {}}, FULL | {"models": {}}, "models", WHOLE_FLOAT], ids=str
)
def test_what_needs_the_models(value: object) -> None:
    assert not is_surely_sound(value)
    assert find_shape_errors(WHOLE_FLOAT) == []


def test_a_schema_of_another_pydantic_needs_the_models(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = {"a section": {"": {"schema": {"type": "of another version"}}}}
    monkeypatch.setattr(catalog, "_read_catalog", lambda: entries)
    assert not is_sound("a section", "MyTrainer", {})
