"""``resume``: what a person and a program see, and what is refused."""

import json
import os
import re
from pathlib import Path

import pytest

from tests.cases import FOLDER
from tests.cli.conftest import Program
from tests.cli.test_hostile import CONTROL, HARM
from tests.lint.rules.configs import (
    GONE,
    SDF_VQVAE,
    STRUCTURE_VAE,
    TEXT_FLOW,
    Config,
    changed,
    written,
)
from tests.restore.folders import write_run
from tests.source.checkouts import TRAIN, lazy
from tests.source.checkouts import write as write_files
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.preview.formats import Layout
from trellis_cfg.preview.resume import resume
from trellis_cfg.preview.resume_formats import format_text
from trellis_cfg.reporters import plain

NAN = float("nan")
LR, LIMIT = "trainer.args.optimizer.args.lr", "trainer.args.max_steps"
TRAINERS = """
class SparseStructureVaeTrainer:
    def __init__(self, models, dataset, *, output_dir, load_dir, step, max_steps, optimizer={},
                 batch_size_per_gpu=None, batch_split=1, i_save=10, **kwargs):
        self.models, self.max_steps = models, max_steps
        if step is not None:
            self.load(load_dir, step)

    def load(self, load_dir, step):
        for role, net in self.models.items():
            net.load_state_dict(torch.load(f"{load_dir}/{role}_step{step}.pt"))

    def run(self):
        pass
"""


def write_new(folder: Path, changes: Config, base: Config = STRUCTURE_VAE) -> str:
    (folder / "new.json").write_text(written(changed(base, changes)), encoding="utf-8")
    return "new.json"


def test_the_groups(run: Program, project: Path) -> None:
    write_run(project / "run", STRUCTURE_VAE)
    result = run("resume", "run", write_new(project, {LR: 1e-5, LIMIT: 200_000}))
    assert result.code == 0
    assert result.out == (
        "run: step 2,000\n"
        "Run this before the launch: train.py overwrites config.json before it loads.\n"
        "\n"
        "Is ignored\n"
        "  trainer.args.optimizer.args.lr: 0.0001 -> 1e-05\n"
        "    the optimizer's state in the checkpoint restores the old arguments\n"
        "    instead: start a new run with finetune_ckpt, or set lr in optimizer.param_groups of "
        "the misc file (and base_lrs of lr_scheduler)\n"
        "\n"
        "Acts\n"
        "  trainer.args.max_steps: 100000 -> 200000\n"
        "    the trainer reads it from the config; no checkpoint holds it\n"
        "\n"
        "new.json  SparseStructureVaeTrainer\n"
        "  batch       4 = 4 per GPU x 1 GPU (assumed; set --gpus)\n"
        "  epoch       unknown: set --dataset-size, --data-dir, or dataset-sizes in the settings\n"
        "  max_steps   200,000 steps\n"
        "  stops       after 200,000 steps, 800,000 samples\n"
        "  resumes     after step 2,000 (epoch unknown, as its length is); 198,000 steps left\n"
        "  saves       20, every 10,000 steps, the last at 200,000\n"
        "  snapshots   22, every 10,000 steps and at the start and the end\n"
    )


def test_nothing_differs(run: Program, project: Path) -> None:
    write_run(project / "run", STRUCTURE_VAE)
    result = run("resume", "run")
    assert result.code == 0
    assert "No value differs" in result.out
    assert "Name another copy with --against FILE." in result.out
    old = write_new(project, {LR: 1e-5})
    out = run("resume", "run", "--against", old).out
    assert "trainer.args.optimizer.args.lr: 1e-05 -> 0.0001" in out


def test_json(run: Program, project: Path) -> None:
    folder = write_run(project / "run", STRUCTURE_VAE)
    (folder / "ckpts/misc_step0003000.pt").write_bytes(b"PK")
    changes = {LIMIT: 2000, "trainer.args.ema_rate": [0.5], "_note": 1}
    arguments = ("--output-format", "json", "--gpus", "2", "--dataset-size", "80")
    result = run("resume", "run", write_new(project, changes), *arguments)
    assert result.code == 1
    report = json.loads(result.out)
    assert report["format_version"] == 1
    assert report["state"] == {
        "path": "run",
        "step": 2000,
        "epoch": 200,
        "world_size": 2,
        "batch_size": 8,
        "latest_step": 3000,
        "incomplete_steps": [3000],
        "problems": ["encoder_step0003000.pt is missing"],
        "partial_files": [],
        "config_is_newer": False,
        "checkpoint": {},
    }
    (limit, rate, note) = report["changes"]
    assert limit["effect"] == "acts"
    assert rate == {
        "pointer": "/trainer/args/ema_rate",
        "old": None,
        "new": [0.5],
        "added": True,
        "effect": "fails",
        "stage": "load",
        "reason": "the checkpoint has no file of the rate 0.5: FileNotFoundError",
        "advice": "copy the files *_ema0.9999_step* to that name",
        "path": None,
        "line": None,
    }
    assert (note["pointer"], note["effect"]) == ("/_note", "ignored")
    codes = [each["code"] for each in report["findings"]]
    assert sorted(codes) == ["TC701", "TC702", "TC702", "TC703"]
    assert report["preview"]["remaining"] == 0


def test_what_is_the_same_in_effect(run: Program, project: Path) -> None:
    old = changed(SDF_VQVAE, {"trainer.args.fp16_mode": None, "trainer.args.max_epoch": 50})
    write_run(project / "run", old)
    new: Config = {"trainer.args.batch_size_per_gpu": GONE, LIMIT: 200_000}
    new |= {"trainer.args.batch_size": 4, "trainer.args.i_ddpcheck": 5}
    facts = ("--gpus", "1", "--dataset-size", "400", "--output-format", "json")
    result = run("resume", "run", write_new(project, new, old), *facts)
    changes = json.loads(result.out)["changes"]
    assert [(each["pointer"][14:], each["effect"]) for each in changes] == [
        *(("max_steps", "ignored"), ("batch_size", "ignored"), ("i_ddpcheck", "ignored")),
        ("batch_size_per_gpu", "ignored"),
    ]


def test_samples_are_counted_for_both_datasets(run: Program, project: Path) -> None:
    write_run(project / "run", STRUCTURE_VAE)
    new = write_new(project, {"dataset.args.min_aesthetic_score": 5.5, "trainer.args.i_log": NAN})
    (project / "data").mkdir()
    rows = [f"{number},True,{5 + number % 2}\n" for number in range(80)]
    table = "sha256,voxelized,aesthetic_score\n" + "".join(rows)
    (project / "data/metadata.csv").write_text(table)
    out = run("resume", "run", new, "--data-dir", "data", "--output-format", "json").out
    score, interval = json.loads(out, parse_constant=pytest.fail)["changes"]
    assert "(80 samples before, 40 now)" in score["reason"]
    assert interval["new"] == "NaN"
    result = run("resume", "run", new, "--data-dir", "missing")
    assert result.code == 2
    assert "missing" in result.out


def test_a_checkout_whose_trainer_restores_less(run: Program, project: Path) -> None:
    files = {
        "train.py": TRAIN,
        "trellis/trainers/__init__.py": lazy(SparseStructureVaeTrainer="mine"),
        "trellis/trainers/mine.py": TRAINERS,
        "trellis/models/__init__.py": "",
        "trellis/datasets/__init__.py": "",
    }
    write_files(project / "code", files)
    write_run(project / "run", STRUCTURE_VAE)
    new = write_new(project, {LR: 1e-5, "models.encoder.args.channels": [1]})
    arguments = ("resume", "run", new, "--output-format", "json")
    for source, effects in (
        (("--source", "code"), ["unknown", "acts"]),
        (("--no-source",), ["fails", "ignored"]),
    ):
        changes = json.loads(run(*arguments, *source).out)["changes"]
        assert [each["effect"] for each in changes] == effects


def test_a_step_that_is_loaded_although_it_is_not_whole(run: Program, project: Path) -> None:
    folder = write_run(project / "run", STRUCTURE_VAE)
    (folder / "ckpts/misc_step0003000.pt").write_bytes(b"")
    result = run("resume", "run")
    assert result.code == 1
    assert "step 3,000 is not whole: encoder_step0003000.pt is missing" in result.out
    assert "pass --ckpt 2000, or move misc_step0003000.pt away" in result.out
    assert run("resume", "run", "--ckpt", "2000").code == 0


def test_what_the_folder_shows(run: Program, project: Path) -> None:
    folder = write_run(project / "run", STRUCTURE_VAE)
    (folder / "ckpts/misc_step0003000.pt.tmp").write_bytes(b"")
    os.utime(folder / "config.json", (2e9, 2e9))
    out = run("resume", "run").out
    assert "  of an interrupted save: misc_step0003000.pt.tmp\n" in out
    assert "  config.json is newer than all checkpoints: another launch has replaced it\n" in out


def test_what_was_read_of_the_misc_file(project: Path) -> None:
    write_run(project / "run", STRUCTURE_VAE)
    resumed = resume(str(project / "run"), None, None, LintOptions())
    checkpoint = {"lr": 1e-3, "optimizer_step": 2018}
    text = format_text(resumed._replace(checkpoint=checkpoint), Layout("en", plain))
    assert "  its misc file: lr 0.001, optimizer_step 2018\n" in text
    assert "  the optimizer in it is of a later step" in text


def test_a_config_without_a_trainer(run: Program, project: Path) -> None:
    config = {"models": STRUCTURE_VAE["models"]}
    write_run(project / "run", config, ())
    for step in ("1", "2"):
        (project / f"run/ckpts/misc_step{step}.pt").write_bytes(b"PK")
    new = write_new(project, {"models.encoder.args.channels": [1]}, config)
    result = run("resume", "run", new)
    assert result.code == 0
    assert "run: step 2\n" in result.out
    assert "the code that loads the checkpoint is not known" in result.out


@pytest.mark.parametrize(
    ("base", "changes", "message"),
    [
        (TEXT_FLOW, {"models.denoiser.args.use_fp16": False}, "denoiser is built for full prec"),
        (TEXT_FLOW, {}, ""),
        (STRUCTURE_VAE, {"models.encoder.args.use_fp16": False}, ""),
    ],
)
def test_a_run_that_cannot_be_resumed_as_it_is(
    base: Config, changes: Config, message: str, run: Program, project: Path
) -> None:
    write_run(project / "run", changed(base, changes))
    result = run("resume", "run")
    assert result.code == bool(message)
    assert message in result.out
    assert ("cannot be resumed" in result.out) is bool(message)


def test_a_model_of_a_checkout_without_the_method(run: Program, project: Path) -> None:
    checkout = FOLDER / "half-precision-on-resume"
    for name, code in (("bare", 1), ("null", 0), ("true", 0)):
        config = json.loads((checkout / f"configs/{name}.json").read_text())
        write_run(project / name, config, (500,))
        result = run("resume", name, "--source", str(checkout))
        assert result.code == code, name
        assert ("BareVQ has no such method (AttributeError)" in result.out) is bool(code)
    new = write_new(project, {"models.net.args.bogus": 1, "trainer.args.bogus": 1}, config)
    out = run("resume", name, new, "--source", str(checkout)).out
    assert "models.net.args.bogus: absent -> 1\n    fails at the start: " in out
    assert "Is ignored\n  trainer.args.bogus: absent -> 1\n" in out


def test_check_says_nothing_of_a_resume(run: Program, project: Path) -> None:
    write_run(project / "run", STRUCTURE_VAE)
    result = run("check", "run/config.json", "--select", "TC7")
    assert (result.code, result.out) == (0, "")
    assert "no effect on a run that is resumed" in run("explain", "TC701").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("missing",), "missing: cannot be read"),
        (("run", "missing.json"), "missing.json: cannot be read: No such file or directory"),
        (("run", "--against", "missing.json"), "missing.json: cannot be read"),
        (("run", "--ckpt", "7"), "step 7 is not whole: it has no files; whole: 1,000, 2,000"),
        (("run", "--ckpt", "-1"), "-1 is less than 0"),
        (("run", "--read-checkpoints"), "torch"),
        ((), "Missing argument 'RUN_DIR'"),
    ],
)
def test_unusable_input(
    arguments: tuple[str, ...], message: str, run: Program, project: Path
) -> None:
    write_run(project / "run", STRUCTURE_VAE)
    assert run("resume", *arguments).refuses(message)


@pytest.mark.parametrize("output_format", ["text", "json"])
def test_names_and_values_are_only_text(output_format: str, run: Program, project: Path) -> None:
    base = changed(STRUCTURE_VAE, {f"models.{HARM.replace('.', '')}": {"name": HARM, "args": {}}})
    folder = write_run(project / "run", STRUCTURE_VAE)
    (folder / "ckpts" / f"{HARM}.tmp").write_bytes(b"")
    new = write_new(project, {"trainer.args.optimizer.name": HARM, "x": {HARM: HARM}}, base)
    result = run("resume", "run", new, "--output-format", output_format)
    assert result.code in (0, 1)
    assert not CONTROL.search(result.out + result.err)
    assert not re.search(r"^::|##\[|##vso\[", result.out + result.err, re.MULTILINE)


def test_no_change_of_the_folder(run: Program, project: Path) -> None:
    folder = write_run(project / "run", STRUCTURE_VAE)
    before = {path: path.stat().st_mtime_ns for path in sorted(folder.rglob("*"))}
    run("resume", "run", write_new(project, {LR: 1e-5}))
    assert {path: path.stat().st_mtime_ns for path in sorted(folder.rglob("*"))} == before
