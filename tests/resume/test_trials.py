"""What the command says of a change is what real trainers did when they resumed with it."""

import json
from pathlib import Path

import pytest

from tests.resume import trials
from tests.resume.trials import STEP, Trial
from trellis_cfg.restore.run_folder import list_stems

TRIALS = trials.read_trials()


@pytest.mark.parametrize("trial", TRIALS, ids=" ".join)
def test_the_catalog_says_what_was_seen(
    trial: Trial, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    base = trials.make_base(trial.trainer, trial.base)
    run, config, data = (tmp_path / name for name in ("run", "new.json", "data"))
    (run / "ckpts").mkdir(parents=True)
    (run / "config.json").write_text(json.dumps(base))
    (run / "command.txt").write_text("python train.py --num_gpus=1\n")
    for stem in ("misc", *list_stems(base)):
        (run / "ckpts" / f"{stem}_step{STEP:07d}.pt").write_bytes(b"x")
    trials.change_files(run, trial.change)
    config.write_text(json.dumps(trials.change_config(base, trial.change)))
    trials.write_data(data)
    assert trials.ask(run, config, data, "--no-source") == trial.catalog


def test_nothing_was_said_that_was_not_seen() -> None:
    assert [" ".join(trial) for trial in TRIALS if not trial.is_right] == []
    assert sum(trial.trainer == "TRELLIS" for trial in TRIALS) > 40
