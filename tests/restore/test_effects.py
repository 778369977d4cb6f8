"""The recorded table of changes, each with what it does to a run that is resumed."""

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.lint.rules.configs import SOUND, changed, written
from tests.lint.rules.tables import parse_settings
from tests.restore.folders import write_run
from trellis_cfg import api
from trellis_cfg.restore import COMPONENTS, TRELLIS, RestoreBehavior
from trellis_cfg.schedule import TrainerBehavior

BEHAVIORS = {
    "bare": RestoreBehavior({"models": ""}),
    "hidden": RestoreBehavior({}, frozenset(COMPONENTS)),
    "tolerant": RestoreBehavior(optional=frozenset(COMPONENTS)),
    "unread": None,
    "setting": RestoreBehavior(unclear=frozenset({"lr"})),
    "either": RestoreBehavior(),
    "reading": TRELLIS,
}
TABLE = Path(__file__).with_name("effects.txt")


class Row(NamedTuple):
    """A row of the table."""

    config: str
    before: str
    change: str
    pointer: str
    effect: str
    seen: str = ""


ROWS = [
    Row(*(cell.strip() for cell in line.split("|")))
    for line in TABLE.read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.config}{row.pointer}-{row.effect}")
def test_a_change_does_what_was_seen(
    row: Row, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    behavior, _, name = row.config.rpartition(":")
    if behavior:
        known = BEHAVIORS[behavior]
        monkeypatch.setattr("trellis_cfg.lint.resume.find_restore", lambda *_: known)
    if behavior == "reading":
        never = TrainerBehavior(reads_max_epoch=False)
        monkeypatch.setattr("trellis_cfg.lint.config.Config.behavior", never)
    old = changed(SOUND[name], dict(parse_settings(row.before)))
    new = changed(old, dict(parse_settings(row.change)))
    resumed = api.resume(str(write_run(tmp_path / "run", old)), written(new))
    effects = {
        each.pointer: f"{each.effect} {each.stage or ''}".strip() for each in resumed.changes
    }
    assert effects.get(row.pointer) == row.effect, resumed.changes
