"""What people changed by hand in many configs: done by name, every other byte as it was."""

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
    """How a config was before, and what makes it the shipped one again.

    ``about`` is a text of the configs that it happened to; a history that is not ``kept`` cannot
    be told after a re-serialisation.
    """

    before: Callable[[str], str]
    changes: list[Rewrite]
    about: str = ""
    kept: bool = True


def replaced(*pairs: tuple[str, str]) -> Callable[[str], str]:
    return lambda text: reduce(lambda found, pair: found.replace(*pair), pairs, text)


def setting(*texts: str, after: str | None = None) -> list[Rewrite]:
    return [partial(assign, wanted=parse_assignment(text), after=after) for text in texts]


HISTORIES = {
    "a_key_that_was_forgotten": History(
        replaced((LINE, "")), setting("max_epoch=null", after="max_steps")
    ),
    "a_limit_that_was_lower": History(
        replaced((STEPS, '"max_steps": 500000,')), setting("max_steps=1000000"), STEPS
    ),
    "from_epochs_back_to_steps": History(
        replaced((STEPS, '"max_steps": null,'), ('"max_epoch": null,', '"max_epoch": 100,')),
        setting("max_steps=1000000", "max_epoch=null"),
        STEPS,
    ),
    "a_class_under_its_old_name": History(
        replaced(('"name": "AdamW"', '"name": "Adam"')),
        setting("trainer.args.optimizer.name=AdamW"),
    ),
    "a_flag_of_every_model": History(
        replaced(('"use_fp16": true', '"use_fp16": false')),
        setting("models.*.args.use_fp16=true"),
        '"use_fp16": true',
    ),
    "the_spelling_of_a_number": History(
        replaced(('"sigma_min": 1e-5', '"sigma_min": 0.5')),
        setting("sigma_min=1e-5"),
        '"sigma_min": 1e-5',
        kept=False,
    ),
    "a_retired_key": History(
        replaced(('            "i_log"', '            "old": [1, {}],\n            "i_log"')),
        [partial(erase, where=parse_pattern("old"))],
    ),
}


def laid_out(text: str, layout: str, history: str) -> bytes:
    if layout == "trailing_blanks" and history != "a_key_that_was_forgotten":
        return text.replace("\n", " \t\n").encode()
    return LAYOUTS[layout](text).encode()


CASES = [
    (name, layout)
    for name, history in HISTORIES.items()
    for layout in LAYOUTS
    if history.kept or layout not in DUMPED
]


@pytest.mark.parametrize(("name", "layout"), CASES)
def test_history(name: str, layout: str) -> None:
    history = HISTORIES[name]
    texts = [text for text in SHIPPED.values() if history.about in text]
    assert texts
    for text in texts:
        old, new = (laid_out(one, layout, name) for one in (history.before(text), text))
        assert old != new
        changed = reduce(lambda found, change: change(found), history.changes, Document(old))
        assert changed.data == new
        again = reduce(lambda found, change: change(found), history.changes, changed)
        assert again is changed
