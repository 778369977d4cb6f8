"""``check --schema`` as a user sees it: a custom schema, as rule TC008."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import VALID, Program, run_without, write
from trellis_cfg.lint import runner
from trellis_cfg.models.json_schema import build_schema

TEAM = """{
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "properties": {
        "trainer": {
            "properties": {
                "args": {
                    "properties": {
                        "max_steps": {
                            "maximum": 500000,
                            "description": "a job ends after three days"
                        }
                    }
                }
            }
        }
    }
}
"""
FOUND = "error[TC008] max_steps is 1000000, but must be 500000 or less"


@pytest.fixture(autouse=True)
def team(project: Path) -> Path:
    """Return a project with a config and a schema that it does not pass."""
    write(project / "configs", a=VALID)
    write(project, team=TEAM)
    return project


def test_a_finding_with_the_schema_s_own_reason(run: Program) -> None:
    assert run("check", "--schema", "team.json") == (
        1,
        (
            f"configs/a.json:36:26: {FOUND}\n"
            "   |\n"
            '35 |         "args": {\n'
            '36 |             "max_steps": 1000000,\n'
            "   |                          ^^^^^^^\n"
            "   |\n"
            "   = why: a job ends after three days\n"
            "   = more: trellis-cfg explain TC008\n"
            "\n"
        ),
        "Found 1 error in 1 file.\n",
    )


def test_a_config_that_matches(team: Path, run: Program) -> None:
    write(team / "configs", a=VALID.replace("1000000", "500000"))
    assert run("check", "--schema", "team.json") == (0, "", "No findings in 1 file.\n")


def test_the_shipped_schema_accepts_the_shipped_configs(project: Path, run: Program) -> None:
    write(project, ours=json.dumps(build_schema("config")))
    configs = str(Path(__file__).parents[2] / "configs")
    assert run("check", "--schema", "ours.json", configs).code == 0


def test_the_setting_is_relative_to_its_file(
    team: Path, run: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    (team / "pyproject.toml").write_text('[tool.trellis-cfg]\nschema = "team.json"\n')
    assert FOUND in run("check").out
    monkeypatch.chdir(team / "configs")
    assert FOUND in run("check", "a.json").out
    (team / "any.json").write_text("true")
    assert run("check", "--schema", "../any.json", "a.json").code == 0


def test_left_out_by_its_code_or_not_selected(team: Path, run: Program) -> None:
    (team / "pyproject.toml").write_text('[tool.trellis-cfg]\nschema = "team.json"\n')
    for options in (("--ignore", "TC008"), ("--ignore", "schema"), ("--select", "TC1")):
        assert run("check", *options).code == 0


def test_other_json_stays_skipped(team: Path, run: Program) -> None:
    (team / "team.json").write_text('{"required": ["owner"]}')
    write(team / "configs", data='{"a": 1}')
    result = run("check", "--schema", "team.json")
    assert result.err == "Found 1 error in 1 file. 1 other JSON file skipped.\n"
    assert "data.json" not in result.out
    named = run("check", "--schema", "team.json", "configs/data.json")
    assert "configs/data.json:1:1: error[TC008]" in named.out


def test_stdin(pipe: Program) -> None:
    result = pipe("check", "--schema", "team.json", "-", stdin=VALID.encode())
    assert (result.code, f"stdin:36:26: {FOUND}" in result.out) == (1, True)


def test_many_findings_are_capped(team: Path, run: Program) -> None:
    (team / "team.json").write_text('{"properties": {"x": {"items": false}}}')
    write(team / "configs", a=VALID.replace("{", '{"x": [' + "0, " * 5_000 + "0],", 1))
    out = run("check", "--schema", "team.json", "--output-format", "concise").out
    assert "x is an array of length 5001, but the schema allows 0" in out
    (team / "team.json").write_text('{"properties": {"x": {"items": {"minimum": 1}}}}')
    lines = run("check", "--schema", "team.json", "--output-format", "concise").out.splitlines()
    assert len(lines) == 100
    assert lines[-1].endswith("must be 1 or more (more of these are not shown)")


REFUSED = {
    "remote": (
        '{\n  "$ref": "https://127.0.0.1:1/a.json"\n}',
        'team.json:2:11: error: "https://127.0.0.1:1/a.json" is not in this file, and no other',
    ),
    "no_schema": (
        '{\n    "type": "strin"\n}',
        'team.json:2:13: error: not a valid JSON Schema: type is "strin", but must be',
    ),
    "endless": ('{"$ref": "#"}', 'team.json:1:10: error: "#" leads back to itself'),
}


@pytest.mark.parametrize("situation", REFUSED)
def test_a_schema_that_cannot_be_applied(situation: str, team: Path, run: Program) -> None:
    text, expected = REFUSED[situation]
    (team / "team.json").write_text(text)
    result = run("check", "--schema", "team.json", "--exit-zero")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(expected)


@pytest.mark.parametrize("path", ["nowhere.json", "configs", "", "\x1b[31m"])
def test_a_schema_that_cannot_be_read(path: str, team: Path, run: Program) -> None:
    result = run("check", "--schema", path)
    assert (result.code, result.out) == (2, "")
    assert "Invalid value for --schema" in result.err
    assert "\x1b" not in result.err
    (team / "pyproject.toml").write_text('[tool.trellis-cfg]\n\nschema = "nowhere.json"\n')
    assert run("check") == (
        2,
        "",
        (
            f"{team}/pyproject.toml:3:1: error: schema: nowhere.json: cannot be read: "
            "No such file or directory\n"
        ),
    )


def test_the_output_never_replaces_the_schema(team: Path, run: Program) -> None:
    (team / "link.json").symlink_to("team.json")
    assert run("check", "--schema", "link.json", "--output-file", "team.json").refuses(
        "link.json is one of the files to read"
    )
    assert (team / "team.json").read_text() == TEAM


def test_several_processes_report_the_same(
    team: Path, run: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(team / "configs", **{f"c{number}": VALID for number in range(20)})
    monkeypatch.setattr(runner, "CHUNK", 4)
    alone = run("check", "-v", "--schema", "team.json", "--jobs", "1")
    monkeypatch.setattr(runner, "POOL_WORK", 0)
    assert run("check", "-v", "--schema", "team.json", "--jobs", "2") == alone
    assert alone.out.count("TC008") == 22


def test_a_schema_that_fails_in_another_process(
    team: Path, run: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "POOL_WORK", 0)
    monkeypatch.setattr(runner, "CHUNK", 1)
    monkeypatch.setattr("trellis_cfg.lint.rules.user_schema.SECONDS", 0.2)
    (team / "team.json").write_text('{"properties": {"x": {"pattern": "^(a+)+$"}}}')
    write(team / "configs", a=VALID, b=VALID.replace("{", '{"x": "' + "a" * 60 + '!",', 1))
    result = run(
        *("check", "--schema", "team.json", "--jobs", "2", "configs/a.json", "configs/b.json")
    )
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith('team.json:1:34: error: "^(a+)+$" takes more than')


def test_an_edit_that_the_schema_forbids_is_refused(team: Path, run: Program) -> None:
    (team / "pyproject.toml").write_text('[tool.trellis-cfg]\nschema = "team.json"\n')
    write(team / "configs", a=VALID.replace("1000000", "1000"))
    assert run("set", "max_steps=600000", "configs").refuses(
        "max_steps is 600000, but must be 500000 or less"
    )
    assert run("set", "max_steps=400000", "configs").code == 0


def test_a_preview_does_not_read_it(team: Path, run: Program) -> None:
    (team / "pyproject.toml").write_text('[tool.trellis-cfg]\nschema = "nowhere.json"\n')
    assert run("preview").code == 0


@pytest.mark.parametrize("arguments", [("check", "configs"), ("explain", "TC008")], ids=" ".join)
def test_jsonschema_is_not_imported_for(arguments: tuple[str, ...], team: Path) -> None:
    run_without({"jsonschema", "referencing", "pydantic"}, *arguments, folder=team)
