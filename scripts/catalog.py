"""Write trellis_cfg/models/catalog.json: what the models know of each class, as plain data.

python scripts/catalog.py
"""

import json
from pathlib import Path

from trellis_cfg.models.catalog import FILE
from trellis_cfg.models.catalog_compiler import compile_catalog


def text() -> str:
    """Return the content of the file: a class a line, so that a change shows where it is."""
    sections = (
        f"{json.dumps(section)}:{{\n" + ",\n".join(map(_line, classes.items())) + "\n}"
        for section, classes in compile_catalog().items()
    )
    return "{" + ",\n".join(sections) + "}\n"


def _line(item: tuple[str, object]) -> str:
    name, told = item
    return f"{json.dumps(name)}:{json.dumps(told, separators=(',', ':'))}"


if __name__ == "__main__":
    Path(FILE).write_text(text(), encoding="utf-8")
