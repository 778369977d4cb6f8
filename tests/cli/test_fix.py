"""``check --fix``, ``--unsafe-fixes`` and ``--diff``, as whole commands."""

import json
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.cases import FOLDER
from tests.cli.conftest import VALID, Program, write
from trellis_cfg.files import writing
from trellis_cfg.lint import runner
from trellis_cfg.rewrite import plan

SAFE = VALID.replace('"max_steps": 1000000', '"max_steps": 1e6')
UNSAFE = VALID.replace('"i_save"', '"i_sav"')
BOTH = SAFE.replace('"i_save"', '"i_sav"')
FIXED_STEPS = "configs/a.json:36:26: fixed TC104: set max_steps to 1000000\n"


def read(project: Path, name: str = "a") -> str:
    return (project / f"configs/{name}.json").read_text("utf-8")


def test_safe_fixes_are_applied_and_the_rest_is_reported(project: Path, run: Program) -> None:
    write(project / "configs", a=BOTH, b=VALID)
    before = os.stat("configs/b.json")
    result = run("check", "--fix", "--output-format", "concise")
    assert read(project) == UNSAFE
    assert result.code == 1
    assert result.out.startswith("configs/a.json:59:13: error[TC502] [*] SparseStructureVaeTrainer")
    assert result.err == (
        f"{FIXED_STEPS}Fixed 1 finding in 1 file.\n"
        "Found 1 error in 1 of 2 files. 1 fixable with --fix --unsafe-fixes.\n"
    )
    assert os.stat("configs/b.json")[:7] == before[:7]
    assert run("check", "--fix", "--unsafe-fixes").code == 0
    assert read(project) == VALID
    assert run("check", "--fix", "--unsafe-fixes").err == "No findings in 2 files.\n"


def test_a_patch_changes_nothing(project: Path, run: Program) -> None:
    write(project / "configs", a=BOTH)
    result = run("check", "--diff", "--unsafe-fixes")
    assert (result.code, read(project)) == (1, BOTH)
    changed = [line for line in result.out.splitlines() if line[:1] in "+-"]
    assert changed[2:] == [
        '-            "max_steps": 1e6,',
        '+            "max_steps": 1000000,',
        '-            "i_sav": 10000,',
        '+            "i_save": 10000,',
    ]
    assert "Would fix 2 findings in 1 file.\nAfter these fixes: No findings" in result.err
    write(project / "configs", a=VALID)
    assert run("check", "--diff") == (0, "", "No findings in 1 file.\n")


def test_json_has_the_edits_and_what_is_fixed(project: Path, run: Program) -> None:
    write(project / "configs", a=BOTH)
    findings = json.loads(run("check", "--output-format", "json").out)["findings"]
    text = BOTH
    for finding in sorted(findings, key=lambda each: -each["fix"]["edits"][0]["start"]):
        (edit,) = finding["fix"]["edits"]
        text = text[: edit["start"]] + edit["text"] + text[edit["end"] :]
    assert text == VALID
    assert [(each["fix"]["command"], each["fix"]["safe"]) for each in findings] == [
        ("trellis-cfg check --fix", True),
        ("trellis-cfg check --fix --unsafe-fixes", False),
    ]
    document = json.loads(run("check", "--fix", "--output-format", "json").out)
    steps = {"path": "configs/a.json", "code": "TC104", "pointer": "/trainer/args/max_steps"}
    assert document["fixed"] == [{**steps, "title": "set max_steps to 1000000"}]
    assert document["summary"]["fixable_unsafe"] == 1


def test_stdin_is_fixed_to_stdout(pipe: Program) -> None:
    result = pipe("check", "--fix", "-", stdin=BOTH.encode())
    assert (result.code, result.out) == (1, UNSAFE)
    assert "stdin:59:13: error[TC502]" in result.err
    assert pipe("check", "--fix", "-", stdin=VALID.encode())[:2] == (0, VALID)
    patch = pipe("check", "--diff", "-", stdin=SAFE.encode())
    assert (patch.code, patch.out.count("\n+ ")) == (1, 1)
    assert pipe("check", "--fix", "-", stdin=b"{").code == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--unsafe-fixes",), "--unsafe-fixes needs --fix or --diff"),
        (("--diff", "--output-format", "json"), "--diff prints a patch"),
        (("--diff", "--output-file", "x"), "--diff prints a patch"),
        (("--fix", "--output-format", "json", "-"), "the fixed config goes to stdout"),
    ],
)
def test_options_that_do_not_go_together(
    options: tuple[str, ...], message: str, project: Path, run: Program
) -> None:
    write(project / "configs", a=BOTH)
    result = run("check", *options)
    assert (result.code, read(project)) == (2, BOTH)
    assert message in result.err


def test_a_fix_that_brings_an_error_is_refused(project: Path, run: Program) -> None:
    text = UNSAFE.replace('"i_sav": 10000', '"i_sav": 0')
    write(project / "configs", a=text)
    result = run("check", "--fix", "--unsafe-fixes")
    assert (result.code, read(project)) == (1, text)
    assert (
        'configs/a.json:59:13: not fixed TC502 (rename "i_sav" to "i_save"): it would cause TC30'
    ) in result.err


def test_a_fix_without_a_place_is_refused(project: Path, run: Program) -> None:
    text = VALID.replace('"i_save": 10000', '"i_save": 10000,\n            "i_sav": 5')
    write(project / "configs", a=text)
    assert "[*]" not in run("check").out
    result = run("check", "--fix", "--unsafe-fixes")
    assert (result.code, read(project)) == (1, text)
    assert "not fixed TC502 (rename" in result.err
    assert "trainer.args.i_save already exists" in result.err


def test_what_is_turned_off_stays(project: Path, run: Program) -> None:
    write(project / "configs", a=BOTH)
    run("check", "--fix", "--unsafe-fixes", "--ignore", "TC104", "--min-severity", "error")
    assert read(project) == SAFE
    (project / "pyproject.toml").write_text('[tool.trellis-cfg]\nignore = ["TC104"]\n')
    assert (
        run("check", "--fix").err == "No findings in 1 file. Not shown: 1 turned off by settings.\n"
    )
    assert read(project) == SAFE


def test_a_file_that_cannot_be_parsed_stops_no_other(project: Path, run: Program) -> None:
    write(project / "configs", a=SAFE, b="{")
    result = run("check", "--fix")
    assert (result.code, read(project), read(project, "b")) == (1, VALID, "{")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anything")
def test_a_write_protected_file_is_refused(project: Path, run: Program) -> None:
    write(project / "configs", a=SAFE, b=SAFE)
    (project / "configs/a.json").chmod(0o444)
    result = run("check", "--fix")
    assert (result.code, read(project), read(project, "b")) == (2, SAFE, VALID)
    assert "configs/a.json:1:1: error: not fixed: write-protected" in result.err


def test_a_hard_linked_file_is_refused(project: Path, run: Program) -> None:
    write(project / "configs", a=SAFE)
    os.link("configs/a.json", "elsewhere")
    result = run("check", "--fix")
    assert (result.code, read(project)) == (2, SAFE)
    assert "configs/a.json:1:1: error: not fixed: has 2 hard links" in result.err
    assert "warning[TC104]" in result.out


def test_a_file_that_changes_meanwhile_is_kept(
    project: Path, run: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project / "configs", a=SAFE, b=SAFE)
    replace = writing.replace_file

    def replace_late(path: str, *arguments: object) -> str:
        if path.endswith("a.json"):
            Path(path).write_text("{}")
        return replace(path, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(writing, "replace_file", replace_late)
    result = run("check", "--fix")
    assert (result.code, read(project), read(project, "b")) == (2, "{}", VALID)
    assert "Fixed 1 finding in 1 file." in result.err


def test_two_names_of_one_file(project: Path, run: Program) -> None:
    write(project / "configs", a=SAFE)
    (project / "configs/b.json").symlink_to("a.json")
    result = run("check", "--fix")
    assert result.err.endswith("Fixed 2 findings in 2 files.\nNo findings in 2 files.\n")
    assert read(project) == VALID
    assert (project / "configs/b.json").is_symlink()


def test_several_processes_fix_the_same(
    project: Path, run: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "CHUNK", 4)
    monkeypatch.setattr(runner, "POOL_WORK", 0)
    write(project / "configs", **{f"c{number}": SAFE for number in range(20)})
    result = run("check", "--fix", "--jobs", "2")
    assert result.code == 0
    assert "Fixed 20 findings in 20 files." in result.err
    assert {path.read_text("utf-8") for path in (project / "configs").iterdir()} == {VALID}


def test_findings_that_many_files_share_fold(project: Path, run: Program) -> None:
    write(project / "configs", **{f"c{number}": SAFE for number in range(5)})
    folded = run("check").out
    assert folded.count("TC104]") == 3
    assert folded.endswith("   = and in 2 more files (-v shows all)\n\n")
    assert run("check", "-v").out.count("TC104]") == 5
    assert run("check", "--output-format", "concise").out.count("TC104]") == 5


def test_quiet_shows_only_errors(project: Path, run: Program) -> None:
    write(project / "configs", a=BOTH)
    result = run("check", "-q", "--output-format", "concise")
    assert (result.code, result.out.count("\n")) == (1, 1)
    assert "Found 1 error, 1 warning" in result.err
    write(project / "configs", a=SAFE)
    assert run("check", "-q", "--strict")[:2] == (1, "")


def test_nan_is_moved_with_its_key_by_nobody(project: Path, run: Program) -> None:
    text = VALID.replace('"i_save"', '"resolution": NaN,\n            "i_save"', 1)
    text = text.replace('"resolution": 64', '"min_aesthetic_score": 1')
    write(project / "configs", a=text)
    assert run("check", "--fix", "--unsafe-fixes").code == 1


def test_a_stream_without_a_fix_passes_through(pipe: Program) -> None:
    text = VALID.replace('"batch_split": 1', '"batch_split": 3')
    result = pipe("check", "--fix", "-", stdin=text.encode())
    assert (result.code, result.out) == (1, text)
    assert "stdin:39:28: error[TC202]" in result.err


def test_many_findings_of_a_rule_are_fixed(project: Path, run: Program) -> None:
    twice = "".join(f'"k{number}": 1, "k{number}": 2, ' for number in range(150))
    write(project / "configs", a=VALID.replace("{", f"{{{twice}", 1))
    assert "Fixed 150 findings in 1 file." in run("check", "--fix").err


def test_a_fix_that_fits_after_another_is_applied(project: Path, run: Program) -> None:
    text = VALID.replace('"i_save": 10000', '"i_sav": 10000').replace("1000000,", '"x",')
    text = text.replace('"max_steps": "x"', '"max_steps": 5000, "max_steps": "1000000"')
    write(project / "configs", a=text)
    assert run("check", "--fix", "--unsafe-fixes").code == 0
    assert read(project) == VALID


@pytest.mark.parametrize("fault", ["edit", "delete"])
def test_a_file_that_is_lost_meanwhile(
    fault: str, project: Path, run: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project / "configs", a=SAFE)
    drop = plan.drop_aliases

    def drop_late(changes: Iterable[plan.Change]) -> list[plan.Change]:
        listed = list(changes)
        path = project / "configs/a.json"
        path.unlink() if fault == "delete" else path.write_text("{}")
        return drop(listed)

    monkeypatch.setattr(plan, "drop_aliases", drop_late)
    result = run("check", "--fix", "--output-format", "concise")
    assert (result.code, "warning[TC104]" in result.out) == (2, True)
    assert "Found 1 warning in 1 file." in result.err


OWN = """
class MyTrainer:
    def __init__(self, models, dataset, *, output_dir, load_dir, step, max_steps, {} **kwargs):
        self.max_steps, self.batch_size, self.max_epoch = max_steps, {}, {}

    def run(self):
        for self.step in range(self.max_steps):
            print(self.batch_size, self.max_epoch)
"""
OWN_CONFIG = {
    "models": {},
    "dataset": {"name": "Grid", "args": {}},
    "trainer": {"name": "MyTrainer", "args": {"max_steps": 9}},
}


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (("batch_size=1,", "batch_size", "None"), {"max_epoch": None, "batch_size": 8}),
        (("batch_size=1, batch_size_per_gpu=1,", "batch_size // batch_size_per_gpu", "None"), {}),
        (("max_epoch=10,", "1", "max_epoch"), {}),
    ],
)
def test_what_a_trainer_of_its_own_does_is_no_safe_fix(
    code: tuple[str, ...], arguments: dict[str, object], project: Path, run: Program
) -> None:
    shutil.copytree(FOLDER / "deprecated-arguments", project, dirs_exist_ok=True)
    path = project / "trellis/trainers/__init__.py"
    path.write_text(OWN.format(*code))
    args = {"max_steps": 9, "batch_size_per_gpu": 4, "batch_size": 8, **arguments}
    config = OWN_CONFIG | {"trainer": {"name": "MyTrainer", "args": args}}
    write(project / "configs", own=json.dumps(config))
    assert run("check", "--diff", "configs/own.json").out == ""
