"""A config that nothing would end is left alone, and told of where its limit should stand."""

import pytest

from trellis_cfg.document.document import Document
from trellis_cfg.errors import LeftAlone
from trellis_cfg.lint.guards import require_stop_condition
from trellis_cfg.migrations import MIGRATIONS, migrate

upgrade = require_stop_condition(lambda document: migrate(document, MIGRATIONS))
revert = require_stop_condition(lambda document: migrate(document, MIGRATIONS, revert=True))


@pytest.mark.parametrize(
    ("text", "column"),
    [
        pytest.param('{"trainer": {"args": {"max_steps": null}}}', 36, id="null_steps"),
        pytest.param(
            '{"trainer": {"args": {"max_steps": null, "max_epoch": null}}}', 36, id="both"
        ),
        pytest.param('{"trainer": {"args": {"max_epoch": null}}}', 22, id="no_steps"),
        pytest.param('{"trainer": {"args": {}}}', 22, id="neither"),
    ],
)
def test_both_limits_null(text: str, column: int) -> None:
    with pytest.raises(LeftAlone, match="max_steps and max_epoch are both null") as raised:
        upgrade(Document(text.encode()))
    assert (raised.value.line, raised.value.column, raised.value.code) == (1, column, "TC101")


@pytest.mark.parametrize(
    "limits", ['"max_steps": 5', '"max_steps": null, "max_epoch": 3', '"max_epoch": 3']
)
def test_one_limit_is_enough(limits: str) -> None:
    document = Document(f'{{"trainer": {{"args": {{{limits}}}}}}}'.encode())
    assert isinstance(upgrade(document), Document)


def test_a_limit_that_the_run_inserts_is_enough() -> None:
    inserted = require_stop_condition(
        lambda document: Document(document.data.replace(b"null", b"7"))
    )
    assert inserted(Document(b'{"trainer": {"args": {"max_epoch": null}}}')).value


def test_revert_leaves_alone_what_it_would_leave_without_a_limit() -> None:
    with pytest.raises(LeftAlone, match="both null"):
        revert(Document(b'{"trainer": {"args": {"max_steps": null, "max_epoch": null}}}'))


@pytest.mark.parametrize("text", ['{"trainer": {}}', '{"models": {}}', '{"trainer": "x"}', "[]"])
def test_no_arguments_of_a_trainer(text: str) -> None:
    with pytest.raises(LeftAlone, match=r"no object trainer\.args"):
        upgrade(Document(text.encode()))
