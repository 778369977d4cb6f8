"""Compiles the models to plain data: the fields of each class."""

from typing import Any

from pydantic_core import to_jsonable_python

from trellis_cfg.models import CLASSES, load_model
from trellis_cfg.models.base import Arguments


def compile_catalog() -> dict[str, dict[str, Any]]:
    """Return the content of ``catalog.json``, by section and name."""
    return {
        section: {name: _compile_model(load_model(section, name)) for name in names}
        for section, names in CLASSES.items()
    }


def _compile_model(model: type[Arguments]) -> dict[str, Any]:
    fields = model.model_fields
    packages = {name: package for name in fields if (package := model.package_of(name))}
    optional = {name: field for name, field in fields.items() if not field.is_required()}
    return {
        "package": model.package and model.package.value,
        "kind": model.kind,
        "is_elastic": model.is_elastic,
        "swallowed_by": [package.value for package in model.swallowed_by],
        "required": [name for name in fields if name not in optional],
        "defaults": {name: to_jsonable_python(field.default) for name, field in optional.items()},
        "packages": {name: package.value for name, package in packages.items()},
    }
