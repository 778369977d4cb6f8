"""Write trellis_cfg/models/catalog.json: the known classes, as plain data.

python scripts/catalog.py
"""

import json
from pathlib import Path

from trellis_cfg.models.catalog import FILE
from trellis_cfg.models.catalog_compiler import compile_catalog


def format_catalog() -> str:
    """Return the content of the file, with one class per line for readable diffs."""
    sections = (
        f"{json.dumps(section)}:{{\n" + ",\n".join(map(_format_class, classes.items())) + "\n}"
        for section, classes in compile_catalog().items()
    )
    return "{" + ",\n".join(sections) + "}\n"


def _format_class(item: tuple[str, object]) -> str:
    name, entry = item
    return f"{json.dumps(name)}:{json.dumps(entry, separators=(',', ':'))}"


if __name__ == "__main__":
    Path(FILE).write_text(format_catalog(), encoding="utf-8")
