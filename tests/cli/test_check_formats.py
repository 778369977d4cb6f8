"""``check`` in continuous integration: each format as a whole command."""

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import VALID, Program, Result, write
from tests.reporters.runner import commands
from trellis_cfg.reporters import REPORTERS
from trellis_cfg.reporters.markdown import ROOM

ENDLESS = VALID.replace('"max_steps": 1000000', '"max_steps": null')
OUTDATED = VALID.replace('\n            "max_epoch": null,', "")
FOUND = "Found 1 error, 1 note in 2 of 3 files. 1 fixable with --fix.\n"

each = pytest.mark.parametrize("form", REPORTERS)


def check(run: Program, form: str, *options: str) -> Result:
    result: Result = run("check", "--output-format", form, *options)
    return result


def results(result: Result) -> Any:  # noqa: ANN401  JSON
    return json.loads(result.out)["runs"][0]["results"]


@pytest.fixture
def configs(project: Path) -> Path:
    """Return the folder of a sound, an endless and an outdated config."""
    write(project / "configs", endless=ENDLESS, old=OUTDATED, sound=VALID)
    return project / "configs"


@each
@pytest.mark.usefixtures("configs")
def test_the_exit_code_does_not_depend_on_the_format(
    form: str, project: Path, run: Program
) -> None:
    assert check(run, form).code == 1
    assert check(run, form, "--exclude", "endless.json").code == 0
    assert check(run, form, "--exclude", "endless.json", "--strict").code == 0
    assert check(run, form, "--exclude", "endless.json", "--fail-on", "note").code == 1
    assert check(run, form, "--exit-zero").code == 0
    (project / "configs/gone.json").symlink_to("nowhere")
    assert check(run, form).code == 2


@each
@pytest.mark.usefixtures("configs")
def test_a_file_gets_what_stdout_would_get(form: str, project: Path, run: Program) -> None:
    shown = check(run, form)
    written = check(run, form, "--output-file", "report", "--color", "always")
    assert (written.code, written.out, written.err) == (1, "", FOUND)
    text = (project / "report").read_text(encoding="utf-8")
    assert untimed(text) == untimed(shown.out)


def untimed(text: str) -> str:
    """Return a report without the one thing that differs between runs."""
    head, found, rest = text.partition(' time="')
    return head + (rest[rest.index('"') :] if found else "")


@each
@pytest.mark.usefixtures("configs")
def test_the_summary_is_printed_once(form: str, run: Program) -> None:
    result = check(run, form)
    is_in_report = form in ("github", "markdown")
    assert (FOUND in result.out) == is_in_report
    assert result.err == ("" if form == "github" else FOUND)


@each
def test_nothing_found_is_a_whole_report(form: str, project: Path, run: Program) -> None:
    write(project / "configs", sound=VALID)
    result = check(run, form)
    assert result.code == 0
    assert result.out == check(run, form, "--select", "TC1").out or form == "junit"
    match form:
        case "sarif":
            assert results(result) == []
        case "gitlab":
            assert result.out == "[]\n"
        case "github":
            assert result.out == "No findings in 1 file.\n"
        case "junit":
            (case,) = ET.fromstring(result.out).iter("testcase")  # noqa: S314  our own
            assert (case.get("file"), len(case)) == ("configs/sound.json", 0)


def test_statistics(configs: Path, run: Program) -> None:
    del configs
    result = check(run, "github", "--statistics")
    assert result.out == "1 TC101 no-stop-condition\n1 TC102 outdated\n"
    assert result.err == FOUND


@pytest.mark.parametrize("key", ["\n::add-mask::a", "##[add-mask]a", "a%0A::error::b"])
def test_a_config_cannot_send_github_commands(key: str, project: Path, run: Program) -> None:
    hostile = OUTDATED.replace('"loss_type"', f'{json.dumps(key)}: 1, "loss_type"')
    write(project / "configs", **{"::error::a": hostile})
    found = commands(check(run, "github").out)
    assert {one.name for one in found} == {"warning", "notice"}
    assert {one.properties["file"] for one in found} == {"configs/::error::a.json"}


def test_paths_start_at_the_checkout(
    configs: Path, run: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI_PROJECT_DIR", str(configs.parents[1]))
    expected = f"{configs.parent.name}/configs/endless.json"
    only = ("--select", "TC101")
    (entry,) = json.loads(check(run, "gitlab", *only).out)
    assert entry["location"]["path"] == expected
    (command,) = commands(check(run, "github", *only).out)
    assert command.properties["file"] == expected
    (result,) = results(check(run, "sarif", *only))
    at = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert at == {"uri": expected, "uriBaseId": "%SRCROOT%"}
    (failure,) = ET.fromstring(check(run, "junit", *only).out).iterfind(  # noqa: S314  our own
        "./testsuite/testcase[failure]"
    )
    assert failure.get("file") == expected


def test_sarif_has_fingerprints_and_columns_after_a_byte_order_mark(
    project: Path, run: Program
) -> None:
    text = json.dumps(json.loads(ENDLESS), ensure_ascii=False)
    write(project / "configs", plain=text, marked="\ufeff" + text)
    found = {
        one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]: one
        for one in results(check(run, "sarif", "--select", "TC101"))
    }
    plain, marked = found["configs/plain.json"], found["configs/marked.json"]
    region = plain["locations"][0]["physicalLocation"]["region"]
    assert text[region["startColumn"] - 1 : region["endColumn"] - 1] == "null"
    assert marked["locations"][0]["physicalLocation"]["region"] == region
    assert plain["partialFingerprints"] != marked["partialFingerprints"]


def test_sarif_fingerprints_need_a_readable_file(project: Path, run: Program) -> None:
    (project / "empty.json").write_text("")
    found = results(check(run, "sarif", "empty.json", "gone.json"))
    prints = {one["ruleId"]: one.get("partialFingerprints") for one in found}
    assert prints == {
        "TC001": {"primaryLocationLineHash": "c129715d7a2bc9a3:1"},
        "TC006": None,
    }


def test_stdin_with_a_name(pipe: Program) -> None:
    named = ("--stdin-filename", "configs/a.json")
    for text, tests in ((VALID, "0"), (ENDLESS, "1")):
        result = pipe("check", "-", *named, "--output-format", "junit", stdin=text.encode())
        (suite,) = ET.fromstring(result.out)  # noqa: S314  our own
        assert (suite.get("name"), suite.get("failures")) == ("configs/a.json", tests)


@each
def test_a_terminal_of_another_encoding_gets_whole_reports(form: str, project: Path) -> None:
    write(project / "配置", a=ENDLESS)
    result = latin(project, "check", "配置", "--output-format", form)
    assert "TC101" in result
    match form:
        case "json" | "gitlab" | "sarif":
            assert json.loads(result)
        case "junit":
            assert ET.fromstring(result)[0].get("name") == "配置/a.json"  # noqa: S314  our own


def latin(folder: Path, *arguments: str) -> str:
    """Return what the program prints where stdout knows no Chinese."""
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    command = [sys.executable, "-m", "trellis_cfg", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    return done.stdout.decode("latin-1")


@pytest.fixture
def page(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (project / "a.json").write_text(ENDLESS)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(project / "page.md"))
    return project / "page.md"


def test_the_job_summary_is_appended(page: Path, run: Program) -> None:
    run("check", "--output-format", "github", ".", "--exclude", "a.json")
    assert page.read_text() == "\n### trellis-cfg\n\nNo findings in 0 files.\n"
    page.write_text("before\n")
    result = run("check", "--output-format", "github", "a.json")
    assert result.code == 1
    assert "::error file=a.json" in result.out
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n\n### trellis-cfg\n\nFound ")
    assert "| error | a.json:" in text


def test_other_formats_write_no_job_summary(page: Path, run: Program) -> None:
    run("check", "a.json")
    assert not page.exists()


def test_an_unwritable_job_summary(page: Path, run: Program) -> None:
    page.mkdir()
    result = run("check", "--output-format", "github", "a.json")
    assert (result.code, "::error file=a.json" in result.out) == (1, True)
    assert "page.md cannot be written: Is a directory: findings are only in the log" in result.err


def test_a_full_job_summary(page: Path, run: Program) -> None:
    page.write_bytes(b"x" * (ROOM - 10))
    result = run("check", "--output-format", "github", "a.json")
    assert "is full" in result.err
    assert page.stat().st_size == ROOM - 10
