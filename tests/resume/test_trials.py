"""What the command says of a change is what real trainers did when they resumed with it."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Program
from tests.resume import trials
from tests.resume.trials import STEP, Trial
from trellis_cfg.restore.run_folder import list_stems

TRIALS = trials.read_trials()


@pytest.mark.parametrize("trial", TRIALS, ids=" ".join)
def test_the_catalog_says_what_was_seen(trial: Trial, run: Program, project: Path) -> None:
    base = trials.make_base(trial.trainer, trial.base)
    folder = project / "run"
    (folder / "ckpts").mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(base))
    for stem in ("misc", *list_stems(base)):
        (folder / "ckpts" / f"{stem}_step{STEP:07d}.pt").write_bytes(b"x")
    trials.change_files(folder, trial.change)
    new = project / "new.json"
    new.write_text(json.dumps(trials.change_config(base, trial.change)))
    trials.write_data(project / "data")
    answer = run(*trials.list_words(folder, new, project / "data"), "--no-source")
    assert trials.parse_answer(answer.out, answer.err) == trial.catalog


def test_nothing_that_was_said_was_not_seen() -> None:
    assert [trial for trial in TRIALS if trial.said != trial.seen] == []
    assert [trial for trial in TRIALS if trial.catalog not in (trial.seen, "unknown")] == []
    assert sum(trial.trainer == "TRELLIS" for trial in TRIALS) > 40
