"""The shipped configs in other layouts keep their layout when they are upgraded."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from trellis_cfg.document.document import Document
from trellis_cfg.migrations import MIGRATIONS, migrate

CONFIGS = sorted((Path(__file__).parents[2] / "configs").rglob("*.json"))
LINE = '            "max_epoch": null,\n'
NEW, NEW_BLANK = LINE, LINE.replace("\n", " \t\n")


def indent_by(unit: str) -> Callable[[str], str]:
    return lambda text: re.sub(
        "^( {4})+", lambda run: unit * (len(run[0]) // 4), text, flags=re.MULTILINE
    )


def put_commas_first(text: str) -> str:
    return re.sub(r",\n( *)  ", r"\n\1, ", text)


def dump(**options: object) -> Callable[[str], str]:
    return lambda text: json.dumps(json.loads(text), ensure_ascii=False, **options)  # type: ignore[arg-type]


LAYOUTS: dict[str, Callable[[str], str]] = {
    "as_shipped": lambda text: text,
    "no_final_newline": lambda text: text.rstrip("\n"),
    "tabs": indent_by("\t"),
    "two_spaces": indent_by("  "),
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "lone_cr": lambda text: text.replace("\n", "\r"),
    "byte_order_mark": lambda text: "\ufeff" + text,
    "space_before_colon": lambda text: text.replace('": ', '" : '),
    "no_space_after_colon": lambda text: text.replace('": ', '":'),
    "trailing_blanks": lambda text: text.replace("\n", " \t\n").replace(NEW_BLANK, NEW),
    "comma_first": put_commas_first,
    "expanded_by_json_dump": dump(indent=4),
    "one_line": dump(),
    "compact": dump(separators=(",", ":")),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_twin(path: Path, layout: str) -> None:
    shipped = path.read_text(encoding="utf-8")
    assert shipped.count(LINE) == 1
    lay_out = LAYOUTS[layout]
    before, after = (lay_out(text).encode() for text in (shipped.replace(LINE, ""), shipped))
    upgraded = migrate(Document(before), MIGRATIONS)
    assert upgraded.data == after
    assert migrate(upgraded, MIGRATIONS, revert=True).data == before
