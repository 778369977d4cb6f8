"""Changes that people made by hand in many configs, made by ``set`` and ``unset`` to the byte."""

from collections.abc import Callable
from functools import partial, reduce
from typing import NamedTuple

import pytest

from tests.migrations.test_twins import CONFIGS, LAYOUTS, LINE
from trellis_cfg.document.document import Document
from trellis_cfg.rewrite.assign import assign, erase, parse_assignment, parse_pattern
from trellis_cfg.rewrite.plan import Rewrite

SHIPPED = {path.stem: path.read_text(encoding="utf-8") for path in CONFIGS}
STEPS = '"max_steps": 1000000,'
DUMPED = ("expanded_by_json_dump", "one_line", "compact")


class History(NamedTuple):
    """How a config was before, and the changes that make the shipped one of it.

    ``marker`` is a text of the configs to test. ``is_layout_free`` if the change can also be tested
    on a re-serialized text.
    """

    before: Callable[[str], str]
    changes: list[Rewrite]
    marker: str = ""
    is_layout_free: bool = True


def replace_all(*pairs: tuple[str, str]) -> Callable[[str], str]:
    return lambda text: reduce(lambda new, pair: new.replace(*pair), pairs, text)


def set_all(*texts: str, after: str | None = None) -> list[Rewrite]:
    assignments = [parse_assignment(text) for text in texts]
    return [lambda document: assign(document, *assignments, after=after)]


HISTORIES = {
    "forgotten_key": History(replace_all((LINE, "")), set_all("max_epoch=null", after="max_steps")),
    "lower_limit": History(
        replace_all((STEPS, '"max_steps": 500000,')), set_all("max_steps=1000000"), STEPS
    ),
    "epochs_to_steps": History(
        replace_all((STEPS, '"max_steps": null,'), ('"max_epoch": null,', '"max_epoch": 100,')),
        set_all("max_steps=1000000", "max_epoch=null"),
        STEPS,
    ),
    "renamed_class": History(
        replace_all(('"name": "AdamW"', '"name": "Adam"')),
        set_all("trainer.args.optimizer.name=AdamW"),
    ),
    "flag_of_every_model": History(
        replace_all(('"use_fp16": true', '"use_fp16": false')),
        set_all("models.*.args.use_fp16=true"),
        '"use_fp16": true',
    ),
    "number_spelling": History(
        replace_all(('"sigma_min": 1e-5', '"sigma_min": 0.5')),
        set_all("sigma_min=1e-5"),
        '"sigma_min": 1e-5',
        is_layout_free=False,
    ),
    "retired_key": History(
        replace_all(('            "i_log"', '            "old": [1, {}],\n            "i_log"')),
        [partial(erase, pattern=parse_pattern("old"))],
    ),
}


def lay_out_as(text: str, layout: str, history: str) -> bytes:
    if layout == "trailing_blanks" and history != "forgotten_key":
        return text.replace("\n", " \t\n").encode()
    return LAYOUTS[layout](text).encode()


def make_changes(document: Document, changes: list[Rewrite]) -> Document:
    return reduce(lambda current, change: change(current), changes, document)


CASES = [
    (name, layout)
    for name, history in HISTORIES.items()
    for layout in LAYOUTS
    if history.is_layout_free or layout not in DUMPED
]


@pytest.mark.parametrize(("name", "layout"), CASES)
def test_history(name: str, layout: str) -> None:
    history = HISTORIES[name]
    texts = [text for text in SHIPPED.values() if history.marker in text]
    assert texts
    for text in texts:
        old, new = (lay_out_as(version, layout, name) for version in (history.before(text), text))
        assert old != new
        changed = make_changes(Document(old), history.changes)
        assert changed.data == new
        assert make_changes(changed, history.changes) is changed
