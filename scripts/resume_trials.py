"""Change the config of small runs, one change at a time, and resume them with the real trainer.

``python scripts/resume_trials.py CLONE`` makes the trials of ``tests/resume/trials.tsv`` that name
the trainer of this clone of microsoft/TRELLIS, microsoft/TRELLIS.2 or the fork that trains on SDFs.
Each base is trained to step 10; then, for each of its trials, ``trellis-cfg resume`` is asked what
the change will do, the repository's train.py resumes the run, and what it did is compared: with a
resume of the unchanged config, and with a new run of the changed one. Needs torch and easydict.
"""

import argparse
import json
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

import torch
from resume_trainer import Job, Repository, Trace

from tests.resume import trials as table
from tests.resume.trials import STEP, Config, Trial

_TORCH = torch.__version__.partition("+")[0]


class Base(NamedTuple):
    """A run to resume: its folder, and what it does in a new run and when it is resumed."""

    folder: Path
    config: Config
    anew: Trace
    resumed: Trace


def main() -> int:
    """Make the trials of a clone; return 1 if one disagrees."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("clone", type=Path)
    parser.add_argument("--write", action="store_true", help="write what was seen to the table")
    parser.add_argument("--only", default="", help="only changes with this text")
    parser.add_argument("--keep", type=Path, help="keep the runs in this folder")
    options = parser.parse_args()
    repository = Repository(options.clone)
    folder = options.keep or Path(tempfile.mkdtemp())
    laboratory = Laboratory(repository, folder.resolve())
    trials = []
    for trial in table.read_trials():
        if trial.trainer == repository.name and options.only in trial.change:
            trials.append(laboratory.make_trial(trial))
            _report(trials[-1])
    if options.write:
        table.write_trials(trials)
    bad = sum(not trial.is_right for trial in trials)
    if not options.keep:
        shutil.rmtree(folder)
    print(f"{repository.name}, torch {_TORCH}: {len(trials)} trials, {bad} disagree")
    return int(bool(bad))


def _report(trial: Trial) -> None:
    answers = f"said {trial.said}, by the catalog {trial.catalog}; seen {trial.seen}"
    mark = "" if trial.is_right else "DISAGREES: "
    print(f"{mark}{trial.base} {trial.change}: {answers}", flush=True)


class Laboratory:
    """The runs of a repository, below a folder."""

    def __init__(self, repository: Repository, folder: Path) -> None:
        """Write the dataset."""
        self.repository = repository
        self.folder = folder
        self.bases: dict[str, Base] = {}
        self.count = 0
        table.write_data(folder / "data")

    def make_trial(self, trial: Trial) -> Trial:
        """Return a trial with what is said of it, and seen."""
        base = self.bases.get(trial.base) or self._train_base(trial.base)
        config = table.change_config(base.config, trial.change)
        run = self._copy(base)
        table.change_files(run, trial.change)
        file = self._write(config, run)
        said, catalog = (
            table.ask(run, file, self.folder / "data", *source)
            for source in (("--source", str(self.repository.clone)), ("--no-source",))
        )
        resumed = self._train(config, run)
        seen = classify_alone(base, resumed)
        seen = seen or classify(base, resumed, self._train(config, self._make_folder()))
        return trial._replace(said=said, catalog=catalog, seen=seen, torch=_TORCH)

    def _train_base(self, name: str) -> Base:
        config = table.make_base(self.repository.name, name)
        run = self.folder / f"base-{name}"
        anew = self._train(config, self._make_folder(), copy_to=run)
        assert anew["error"] is None, anew["error"]
        base = Base(run, config, anew, {})
        traces = [self._train(config, self._copy(base)) for _ in range(2)]
        assert traces[0] == traces[1], "a resume is not deterministic"
        assert len(traces[0]["steps"]) == STEP, traces[0]["error"]
        self.bases[name] = base._replace(resumed=traces[0])
        return self.bases[name]

    def _make_folder(self) -> Path:
        self.count += 1
        return self.folder / f"run-{self.count}"

    def _copy(self, base: Base) -> Path:
        return Path(shutil.copytree(base.folder, self._make_folder()))

    def _write(self, config: Config, run: Path) -> Path:
        file = self.folder / f"{run.name}.json"
        file.write_text(json.dumps(config, indent=4))
        return file

    def _train(self, config: Config, run: Path, copy_to: Path | None = None) -> Trace:
        job = Job(self._write(config, run), run, self.folder / "data")
        if copy_to:
            job = job._replace(copy_at=STEP, copy_to=copy_to)
        return self.repository.train(job)


MEANT = ("hyper", "precision", "elastic", "batch", "clip", "logged")
"""What a config alone decides, in each step."""


def classify_alone(base: Base, resumed: Trace) -> str:
    """Return what a change did to a resumed run, if that needs no new run; else nothing."""
    if resumed["error"]:
        return f"fails at {resumed['error'][0]}"
    if _drop_settings(resumed) == _drop_settings(base.resumed):
        return "ignored"
    starts_anew = any(row["step"] <= STEP for row in resumed["steps"])
    return "silent" if starts_anew or _repeats(base, resumed) else ""


def classify(base: Base, resumed: Trace, anew: Trace) -> str:
    """Return what a change did to a resumed run, compared with a new run of the config."""
    if anew["error"]:
        return f"acts, but a new run fails at {anew['error'][0]}"
    facets = [_list_facets(each) for each in (base.anew, anew, base.resumed, resumed)]
    effects = set()
    for old, new, unchanged, seen in zip(*facets, strict=True):
        if old != new:
            effects.add("acts" if seen == new else "ignored" if seen == unchanged else "partly")
    return effects.pop() if len(effects) == 1 else "partly" if effects else "silent"


def _drop_settings(trace: Trace) -> Trace:
    return {key: value for key, value in trace.items() if key != "settings"}


def _list_facets(trace: Trace) -> list[object]:
    """Return what the config decides after the step of the checkpoint, a facet an element."""
    steps = [row for row in trace["steps"] if row["step"] > STEP]
    facets: list[object] = [[row[key] for row in steps] for key in MEANT]
    facets += [[sorted(row[key]) for row in steps] for key in ("ema", "loss")]
    facets.append([row["step"] for row in steps])
    facets.append([row for row in trace["snapshots"] if row[1] is None and row[0] > STEP])
    facets += [[step for step in trace[key] if step > STEP] for key in ("printed", "logged")]
    facets.append([name for name in trace["files"] if int(name[-10:-3]) > STEP])
    return [*facets, trace["settings"]]


def _repeats(base: Base, resumed: Trace) -> bool:
    """Tell whether samples come again that have not in as many of an unchanged resume."""
    before = [row for row in base.anew["steps"] if row["step"] <= STEP]
    seen, unchanged = (
        [sample for row in (*before, *trace["steps"]) for sample in row["samples"]]
        for trace in (resumed, base.resumed)
    )
    count = min(len(seen), len(unchanged))
    return len(set(seen[:count])) < len(set(unchanged[:count]))


if __name__ == "__main__":
    raise SystemExit(main())
