"""The catalog says what the models say."""

from types import NoneType
from typing import get_args

import pytest

from trellis_cfg.models import CLASSES, find_model
from trellis_cfg.models.catalog import is_nullable, load_spec


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
        assert is_nullable(section, name, name_of_field) is (NoneType in get_args(field.annotation))
    assert (spec.kind, spec.is_elastic) == (model.kind, name.startswith("Elastic"))
    assert list(spec.ignoring_packages) == [package.value for package in model.ignoring_packages]


@pytest.mark.parametrize("name", ["", "*", "MyTrainer", "__class__"])
def test_other_names_are_unknown(name: str) -> None:
    assert load_spec("trainer", name) is None
    assert load_spec(name, "BasicTrainer") is None
    assert not is_nullable("trainer", name, "max_steps")
