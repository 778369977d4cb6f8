"""A config that nothing would end is left alone, and reported where its limit should be."""

import pytest

from trellis_cfg.document.document import Document
from trellis_cfg.errors import LeftAlone
from trellis_cfg.lint.guards import require_stop_condition
from trellis_cfg.migrations import MIGRATIONS, migrate

upgrade = require_stop_condition(lambda document: migrate(document, MIGRATIONS))
revert = require_stop_condition(lambda document: migrate(document, MIGRATIONS, revert=True))


def write_config(limits: str) -> Document:
    return Document(f'{{"trainer": {{"args": {{{limits}}}}}}}'.encode())


@pytest.mark.parametrize(
    ("limits", "column"),
    [
        ('"max_steps": null', 36),
        ('"max_steps": null, "max_epoch": null', 36),
        ('"max_epoch": null', 22),
        ("", 22),
    ],
)
def test_both_limits_null(limits: str, column: int) -> None:
    with pytest.raises(LeftAlone, match="max_steps and max_epoch are both null") as raised:
        upgrade(write_config(limits))
    assert (raised.value.line, raised.value.column, raised.value.code) == (1, column, "TC101")


@pytest.mark.parametrize(
    "limits", ['"max_steps": 5', '"max_steps": null, "max_epoch": 3', '"max_epoch": 3']
)
def test_a_single_limit_is_enough(limits: str) -> None:
    assert isinstance(upgrade(write_config(limits)), Document)


def test_a_limit_that_the_run_inserts_is_enough() -> None:
    inserted = require_stop_condition(
        lambda document: Document(document.data.replace(b"null", b"7"))
    )
    assert inserted(write_config('"max_epoch": null')).value


def test_revert_leaves_alone_what_it_would_leave_without_a_limit() -> None:
    with pytest.raises(LeftAlone, match="both null"):
        revert(write_config('"max_steps": null, "max_epoch": null'))


@pytest.mark.parametrize("text", ['{"trainer": {}}', '{"models": {}}', '{"trainer": "x"}', "[]"])
def test_no_arguments_of_a_trainer(text: str) -> None:
    with pytest.raises(LeftAlone, match=r"trainer\.args is missing or not an object"):
        upgrade(Document(text.encode()))
