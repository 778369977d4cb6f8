"""Known findings: ``check --baseline`` and ``--write-baseline``."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import VALID, Program, write

WRONG = VALID.replace('"batch_split": 1', '"batch_split": 3')
COMMAND = ("check", "--baseline", "known.json")


@pytest.fixture
def known(project: Path, run: Program) -> Path:
    """Return a project with two known findings in two files."""
    write(project / "configs", a=WRONG, b=WRONG)
    result = run("check", "--write-baseline", "known.json")
    assert (result.code, result.out) == (0, "")
    assert result.err == (
        "Wrote 2 findings to known.json: check --baseline known.json reports new ones.\n"
    )
    return project


def test_a_known_finding_is_known_wherever_its_line_is(known: Path, run: Program) -> None:
    write(known / "configs", a=WRONG.replace("{", '{\n\n    "_note": "moved",', 1))
    assert run(*COMMAND) == (0, "", "No findings in 2 files. Not shown: 2 in the baseline.\n")


@pytest.mark.parametrize(
    "changed",
    [
        WRONG.replace('"batch_split": 3', '"batch_split": 5'),
        WRONG.replace('"batch_size_per_gpu": 4', '"batch_size_per_gpu": 5'),
        WRONG.replace('"i_save"', '"i_sav"'),
    ],
)
def test_a_changed_value_and_another_finding_are_new(
    changed: str, known: Path, run: Program
) -> None:
    write(known / "configs", a=changed)
    result = run(*COMMAND)
    assert (result.code, result.out.count("error[")) == (1, 1)


def test_what_is_fixed_is_gone_and_the_file_shrinks(known: Path, run: Program) -> None:
    write(known / "configs", a=VALID)
    assert run(*COMMAND).err == (
        "gone: configs/a.json: TC202 at /trainer/args/batch_split\n"
        "1 finding in the baseline is gone: write it again with --write-baseline\n"
        "No findings in 2 files. Not shown: 1 in the baseline.\n"
    )
    assert "gone" not in run(*COMMAND, "configs/b.json").err
    assert "gone" not in run(*COMMAND, "--select", "TC1").err
    run("check", "--write-baseline", "known.json", "configs/a.json")
    rows = json.loads((known / "known.json").read_text())["findings"]
    assert rows == [
        {
            "path": "configs/b.json",
            "code": "TC202",
            "pointer": "/trainer/args/batch_split",
            "value": "3, 4",
            "count": 1,
        }
    ]
    (known / "configs/b.json").unlink()
    assert "gone: configs/b.json" in run(*COMMAND).err


def test_the_setting_is_relative_to_its_file(
    known: Path, run: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    (known / "pyproject.toml").write_text('[tool.trellis-cfg]\nbaseline = "known.json"\n')
    monkeypatch.chdir(known / "configs")
    assert run("check", ".").code == 0
    (known / "pyproject.toml").write_text('[tool.trellis-cfg]\nbaseline = "none.json"\n')
    assert run("check", ".").refuses("none.json: cannot be read")


def test_known_findings_are_not_fixed(project: Path, run: Program) -> None:
    text = VALID.replace('"max_steps": 1000000', '"max_steps": 1e6')
    write(project / "configs", a=text)
    run("check", "--write-baseline", "known.json")
    assert run(*COMMAND, "--fix").code == 0
    assert (project / "configs/a.json").read_text("utf-8") == text


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 1, "findings": [{}]}', '{"version": 1, "findings": [1]}']
)
def test_another_file_is_refused(text: str, known: Path, run: Program) -> None:
    (known / "known.json").write_text(text)
    for option in ("--baseline", "--write-baseline"):
        assert run("check", option, "known.json").refuses("not a baseline")
    assert (known / "known.json").read_text() == text


def test_a_later_version_is_refused(known: Path, run: Program) -> None:
    (known / "known.json").write_text('{"version": 2}')
    assert "a baseline of a newer trellis-cfg, version 2" in run(*COMMAND).err


def test_an_unreadable_file_is_never_known(project: Path, run: Program) -> None:
    assert run("check", "--write-baseline", "known.json", "gone.json").code == 2
    assert json.loads((project / "known.json").read_text())["findings"] == []
    assert run(*COMMAND, "gone.json").code == 2


def test_a_long_value_is_shortened(project: Path, run: Program) -> None:
    text = VALID.replace('"AdamW"', f'"{"x" * 200}"')
    write(project / "configs", a=text)
    run("check", "--write-baseline", "known.json")
    (row,) = json.loads((project / "known.json").read_text())["findings"]
    assert len(row["value"]) < 100
    assert run(*COMMAND).err.endswith("Not shown: 1 in the baseline.\n")
    write(project / "configs", a=text.replace('x"', 'y"'))
    assert "Found 1 note" in run(*COMMAND).err


def test_rules_that_were_not_checked_stay(known: Path, run: Program) -> None:
    run("check", "--write-baseline", "known.json", "--select", "TC1")
    assert len(json.loads((known / "known.json").read_text())["findings"]) == 2
    (known / "pyproject.toml").write_text(
        '[tool.trellis-cfg.per-file-ignores]\n"configs/a.json" = ["TC202"]\n'
    )
    assert "gone" not in run(*COMMAND).err


def test_a_file_that_cannot_be_parsed_keeps_its_findings(known: Path, run: Program) -> None:
    write(known / "configs", a=WRONG[:-3])
    result = run(*COMMAND)
    assert (result.code, "gone" in result.err) == (1, False)
    run("check", "--write-baseline", "known.json")
    assert "TC001" not in (known / "known.json").read_text()
    assert run(*COMMAND).code == 1
    write(known / "configs", a=WRONG)
    assert run(*COMMAND).code == 0


def test_another_missing_argument_is_new(project: Path, run: Program) -> None:
    write(project / "configs", a=VALID.replace('"in_channels": 1,', ""))
    run("check", "--write-baseline", "known.json")
    write(project / "configs", a=VALID.replace('"latent_channels": 8,', "", 1))
    result = run(*COMMAND)
    assert (result.code, 'requires "latent_channels"' in result.out) == (1, True)


def test_the_baseline_is_no_output_file(known: Path, run: Program) -> None:
    before = (known / "known.json").read_text()
    assert run(*COMMAND, "--output-file", "known.json").code == 2
    for option in ("--fix", "--diff", "--output-file=x", "--baseline=known.json"):
        assert run("check", "--write-baseline", "known.json", option).code == 2
    assert run("check", "--write-baseline", "").code == 2
    assert (known / "known.json").read_text() == before
    assert run("check", "--baseline", "").code == 1


def test_paths_follow_links(known: Path, run: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    (known / "link").symlink_to("configs")
    monkeypatch.chdir(known / "link")
    assert run("check", "--baseline", "../known.json", ".").code == 0
