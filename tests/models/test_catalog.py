"""The catalog says what the models say."""

import json
from pathlib import Path

import pytest

from trellis_cfg.models import CLASSES, find_model
from trellis_cfg.models.catalog import FILE, known
from trellis_cfg.models.catalog_compiler import compile_catalog


def test_the_file_is_up_to_date() -> None:
    assert json.loads(Path(FILE).read_text(encoding="utf-8")) == compile_catalog(), "make generate"


@pytest.mark.parametrize(
    ("section", "name"), [(section, name) for section in CLASSES for name in CLASSES[section]]
)
def test_a_class_is_as_its_model(section: str, name: str) -> None:
    entry, model = known(section, name), find_model(section, name)
    assert entry
    assert model
    assert entry.fields == model.model_fields.keys()
    for name_of_field, field in model.model_fields.items():
        assert (name_of_field in entry.defaults) is not field.is_required()
        package = model.package_of(name_of_field)
        assert entry.packages.get(name_of_field) == (package.value if package else None)
    assert (entry.kind, entry.is_elastic) == (model.kind, model.is_elastic)
    assert list(entry.swallowed_by) == [package.value for package in model.swallowed_by]


@pytest.mark.parametrize("name", ["", "*", "MyTrainer", "__class__"])
def test_other_names_are_unknown(name: str) -> None:
    assert known("trainer", name) is None
    assert known(name, "BasicTrainer") is None
