"""Write the known classes as plain data, and the schema that validates a config without the models.

python scripts/catalog.py
"""

import json
from pathlib import Path

from trellis_cfg.models import catalog, validators
from trellis_cfg.models.catalog_compiler import compile_catalog, compile_schemas


def format_catalog() -> str:
    """Return the content of the catalog, with one class per line for readable diffs."""
    sections = (
        f"{json.dumps(section)}:{{\n" + ",\n".join(map(_format_class, classes.items())) + "\n}"
        for section, classes in compile_catalog().items()
    )
    return "{" + ",\n".join(sections) + "}\n"


def _format_class(item: tuple[str, object]) -> str:
    name, entry = item
    return f"{json.dumps(name)}:{json.dumps(entry, separators=(',', ':'))}"


def format_schemas() -> str:
    """Return the content of the file of schemas, which has one member per line."""
    return "{\n" + ",\n".join(map(_format_class, compile_schemas().items())) + "\n}\n"


if __name__ == "__main__":
    Path(catalog.FILE).write_text(format_catalog(), encoding="utf-8")
    Path(validators.FILE).write_text(format_schemas(), encoding="utf-8")
