"""``check`` as a user sees it: findings, output, files and exit codes."""

import json
import os
import stat
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import VALID, Program, write
from trellis_cfg.lint.config import Config, Finding
from trellis_cfg.lint.rules import RULES
from trellis_cfg.reporters import REPORTERS

STEPS = '"max_steps": 1000000'
ENDLESS = VALID.replace(STEPS, '"max_steps": null')
UNUSUAL = VALID.replace('"loss_type": "dice"', '"loss_type": "focal"')
OUTDATED = VALID.replace('\n            "max_epoch": null,', "")
MORE = "   = more: trellis-cfg explain TC101\n"


def broken(old: str, new: str) -> str:
    assert old in VALID
    return VALID.replace(old, new)


def test_a_valid_folder(project: Path, run: Program) -> None:
    write(project / "configs/vae", a=VALID, b=VALID)
    assert run("check") == (0, "", "No findings in 2 files.\n")


def test_both_nulls_are_one_finding_with_two_places(project: Path, run: Program) -> None:
    write(project / "configs", a=ENDLESS)
    result = run("check")
    assert result.code == 1
    assert result.out == (
        "configs/a.json:36:26: error[TC101] no stop condition: "
        "max_steps and max_epoch are both null\n"
        "   |\n"
        '35 |         "args": {\n'
        '36 |             "max_steps": null,\n'
        "   |                          ^^^^ a positive integer here\n"
        '37 |             "max_epoch": null,\n'
        "   |                          ---- or here\n"
        "   |\n"
        "   = why: the trainer fails only after loading the data and building the "
        "models\n" + MORE + "\n"
    )
    assert result.err == "Found 1 error in 1 file.\n"


def test_a_warning_passes_unless_strict(project: Path, run: Program) -> None:
    write(project / "configs", a=UNUSUAL, b=VALID)
    result = run("check", "--output-format", "concise")
    assert (result.code, result.err) == (0, "Found 1 warning in 1 of 2 files.\n")
    assert result.out.startswith("configs/a.json:60:26: warning[TC007] loss_type is ")
    assert run("check", "--strict").code == 1
    (project / "pyproject.toml").write_text("[tool.trellis-cfg]\nstrict = true\n")
    assert run("check").code == 1
    assert run("check", "--fail-on", "error").code == 0
    assert run("check", "--exit-zero").code == 0


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), {ENDLESS: 1, UNUSUAL: 0, OUTDATED: 0}),
        (("--strict",), {ENDLESS: 1, UNUSUAL: 1, OUTDATED: 0}),
        (("--fail-on", "warning"), {ENDLESS: 1, UNUSUAL: 1, OUTDATED: 0}),
        (("--fail-on", "note"), {ENDLESS: 1, UNUSUAL: 1, OUTDATED: 1}),
        (("--fail-on", "note", "--min-severity", "warning"), {UNUSUAL: 1, OUTDATED: 0}),
        (("--fail-on", "note", "--exit-zero"), {ENDLESS: 0, UNUSUAL: 0, OUTDATED: 0}),
    ],
)
def test_what_fails(
    options: tuple[str, ...], expected: dict[str, int], project: Path, run: Program
) -> None:
    for text, code in expected.items():
        write(project / "configs", a=text)
        assert run("check", *options).code == code


def test_outdated_configs_are_one_line(project: Path, run: Program) -> None:
    write(project / "configs", a=OUTDATED, b=OUTDATED, c=UNUSUAL)
    result = run("check")
    assert result.out.endswith(
        "\nnote[TC102] 2 configs are not upgraded: trellis-cfg migrate (-v shows each)\n\n"
    )
    assert result.out.count("TC102") == 1
    assert result.err == "Found 1 warning, 2 notes in 3 files. 2 fixable with --fix.\n"
    assert run("check", "configs/a.json").out.startswith("note[TC102] 1 config is not upgraded: ")
    shown = run("check", "-v").out
    assert shown.count("note[TC102] [*] migration max-epoch is not applied") == 2
    assert "   = fix: apply the migration max-epoch (trellis-cfg migrate)\n" in shown
    concise = run("check", "-v", "--output-format", "concise").out
    assert concise == run("check", "--output-format", "concise").out
    assert concise.count("note[TC102]") == 2


def test_what_the_checkout_takes_is_a_warning(project: Path, run: Program) -> None:
    """And depends on nothing but the file, its checkout and the settings."""
    write(project / "configs", a=OUTDATED, b=OUTDATED)
    (project / "pyproject.toml").write_text("[tool.trellis-cfg]\nruntime = true\n")
    for paths in ((), ("configs/a.json",)):
        result = run("check", *paths)
        assert "configs/a.json:36:13: warning[TC102] [*] migration max-epoch" in result.out


@pytest.mark.parametrize("form", REPORTERS)
def test_less_severe_findings_are_dropped(form: str, project: Path, run: Program) -> None:
    write(project / "configs", a=OUTDATED, b=UNUSUAL, c=ENDLESS)
    for least, codes in (
        ("note", {"TC102", "TC007", "TC101"}),
        ("warning", {"TC007", "TC101"}),
        ("error", {"TC101"}),
    ):
        result = run("check", "--output-format", form, "--min-severity", least)
        shown = result.out
        if form == "sarif":  # it holds all rules
            shown = json.dumps(json.loads(shown)["runs"][0]["results"])
        assert {code for code in ("TC102", "TC007", "TC101") if code in shown} == codes
        assert ("a.json" in shown) == (form == "junit" or (least == "note" and form != "text"))


def test_a_code_is_explained_once(project: Path, run: Program) -> None:
    write(project / "configs", a=ENDLESS, b=ENDLESS)
    assert run("check").out.count(MORE) == 1


def test_the_second_place_may_be_far_away(project: Path, run: Program) -> None:
    write(project / "configs", a=broken('"batch_split": 1', '"batch_split": 3'))
    out = run("check").out
    assert '38 |             "batch_size_per_gpu": 4,\n   |' in out
    assert "- the batch\n" in out
    far = broken('"i_save": 10000', '"i_save": 2000000')
    write(project / "configs", a=far)
    lines = run("check").out.splitlines()
    assert lines[0].startswith("configs/a.json:59:23: error[TC302] [*] no checkpoint is written")
    assert "..." in lines


def test_columns_of_wide_characters_and_tabs(project: Path, run: Program) -> None:
    text = broken('"loss_type": "dice"', '"中文": 1,\t"loss_type": "骰子"')
    write(project / "configs", a=text)
    lines = run("check", "--select", "TC007").out.splitlines()
    assert lines[3].endswith('"中文": 1,    "loss_type": "骰子",')
    start = lines[4].index("^")
    shown = lines[3].encode("gb18030").decode("latin-1")
    assert shown[start : start + 6] == '"骰子"'.encode("gb18030").decode("latin-1")
    assert lines[4] == " " * 3 + "|" + " " * (start - 4) + "^^^^^^"


def test_a_very_long_line_is_cut_around_the_place(project: Path, run: Program) -> None:
    write(project / "configs", a=json.dumps(json.loads(ENDLESS)))
    out = run("check").out
    assert max(map(len, out.splitlines()[1:])) < 140
    rows = out.splitlines()
    assert rows[2].startswith("1 | …")
    assert rows[2][rows[3].index("^") :].startswith("null")


@pytest.mark.parametrize("value", ["\x1b[31m", "\u202e", "\x07", "\x9b"])
def test_control_characters_are_escaped(value: str, project: Path, run: Program) -> None:
    text = VALID.replace('"loss_type": "dice"', json.dumps(value) + ': 1, "loss_type": "x"')
    raw = VALID.replace('"loss_type": "dice"', f'"{value}": 1, "loss_type": "x"')
    for source in (text, raw):
        write(project / "configs", a=source)
        for form in ("text", "concise"):
            result = run("check", "--output-format", form)
            assert result.code == 0 or "TC001" in result.out
            assert value not in result.out + result.err


def test_json_for_programs(project: Path, run: Program) -> None:
    write(project / "configs", a=ENDLESS, b='{"trainer": 1,}', c="[1]")
    result = run("check", "--output-format", "json")
    document = json.loads(result.out)
    assert document["version"] == 1
    first, second = document["findings"]
    assert first == {
        "code": "TC101",
        "name": "no-stop-condition",
        "severity": "error",
        "message": "no stop condition: max_steps and max_epoch are both null",
        "path": "configs/a.json",
        "pointer": "/trainer/args/max_steps",
        "range": {"start": {"line": 36, "column": 26}, "end": {"line": 36, "column": 30}},
        "label": "a positive integer here",
        "help": "the trainer fails only after loading the data and building the models",
        "related": [
            {
                "range": {"start": {"line": 37, "column": 26}, "end": {"line": 37, "column": 30}},
                "label": "or here",
            }
        ],
        "fix": None,
    }
    assert second.keys() == first.keys()
    assert (second["code"], second["range"]["start"]) == ("TC001", {"line": 1, "column": 15})
    assert document["summary"] == {
        "checked": 2,
        "skipped": 1,
        "files_with_findings": 2,
        "errors": 2,
        "warnings": 0,
        "notes": 0,
        "fixable": 1,
        "fixable_unsafe": 0,
        "turned_off": 0,
        "in_baseline": 0,
        "codes": {"TC001": 1, "TC101": 1},
    }


def test_statistics_count_instead(project: Path, run: Program) -> None:
    write(project / "configs", a=OUTDATED, b=OUTDATED, c=ENDLESS)
    result = run("check", "--statistics")
    assert result.out == "2 TC102 outdated\n1 TC101 no-stop-condition\n"
    assert result.code == 1
    write(project / "configs", a=VALID, b=VALID, c=VALID)
    document = json.loads(run("check", "--output-format", "json", "--statistics").out)
    assert (document["findings"], document["summary"]["codes"]) == ([], {})


def test_select_and_ignore_take_codes_prefixes_and_names(project: Path, run: Program) -> None:
    write(project / "configs", a=ENDLESS.replace('"batch_split": 1', '"batch_split": 3'))
    codes = {
        (): ["TC101", "TC202"],
        ("--select", "TC1"): ["TC101"],
        ("--select", "TC101,TC202"): ["TC101", "TC202"],
        ("--select", "batch-split"): ["TC202"],
        ("--ignore", "TC1", "--ignore", "tc2"): [],
        ("--select", "TC", "--ignore", "TC202"): ["TC101"],
    }
    for options, expected in codes.items():
        out = run("check", "--output-format", "concise", *options).out
        assert [line.split("[")[1][:5] for line in out.splitlines()] == expected, options
    write(project / "configs", a="{")
    assert run("check", "--select", "TC1").code == 1
    assert run("check", "--ignore", "TC001").code == 0


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_an_unknown_code_is_a_usage_error(option: str, run: Program) -> None:
    assert run("check", option, "TC10l", ".").refuses('no rule "TC10l"; codes are TC101, TC102')
    result = run("check", option, "batch-splitt", ".")
    assert 'no rule "batch-splitt"; did you mean "batch-split"?' in result.err


def test_settings_are_overridden_by_options_but_more_can_be_ignored(
    project: Path, run: Program
) -> None:
    write(project / "configs/old", a=ENDLESS)
    write(project / "configs/new", b=ENDLESS.replace('"batch_split": 1', '"batch_split": 3'))
    (project / "pyproject.toml").write_text(
        '[tool.trellis-cfg]\nselect = ["TC1", "TC2"]\nignore = ["TC202"]\n'
        '[tool.trellis-cfg.per-file-ignores]\n"configs/old/*" = ["TC101"]\n'
    )
    concise = ("check", "--output-format", "concise")
    assert [line[:18] for line in run(*concise).out.splitlines()] == ["configs/new/b.json"]
    assert run(*concise, "--select", "TC2").out == ""
    assert run(*concise, "--ignore", "TC101").code == 0


def test_an_unknown_code_in_the_settings(project: Path, run: Program) -> None:
    for table in ('select = ["TC9"]', 'ignore = ["TC9"]', 'per-file-ignores = {"a" = ["TC9"]}'):
        (project / "pyproject.toml").write_text(f"[tool.trellis-cfg]\nnodes = 1\n{table}\n")
        result = run("check", ".")
        assert result.code == 2
        assert "pyproject.toml:3:1: error: " in result.err
        assert 'no rule "TC9"' in result.err


def test_facts_come_from_options_and_settings(project: Path, run: Program) -> None:
    write(project / "configs", a=broken('"batch_size_per_gpu": 4', '"batch_size": 10'))
    assert run("check").code == 0
    assert "batch_size 10 is not divisible by 4 GPUs" in run("check", "--gpus", "4").out
    assert "not divisible by 3 GPUs" in run("check", "--gpus", "1", "--nodes", "3").out
    (project / "pyproject.toml").write_text("[tool.trellis-cfg]\ngpus = 4\ndataset-size = 3\n")
    assert "not divisible by 4 GPUs" in run("check").out
    assert run("check", "--gpus", "5").code == 1
    write(project / "configs", a=VALID)
    assert "each of 4 GPUs gets 1 sample, fewer than its batch of 4" in run("check").out


def test_the_size_of_each_dataset_comes_from_a_table(project: Path, run: Program) -> None:
    write(project / "configs/few", a=VALID)
    write(project / "configs/other", a=VALID)
    (project / "pyproject.toml").write_text(
        "[tool.trellis-cfg]\ngpus = 4\ndataset-size = 1\n"
        '[tool.trellis-cfg.dataset-sizes]\nSparseStructure = 20\n"configs/few/*" = 2\nSLat = 3\n'
    )
    assert run("check", "--output-format", "concise").out == (
        "configs/few/a.json:38:35: error[TC205] each of 4 GPUs gets 1 sample, fewer than its "
        "batch of 4: training would hang\n"
    )
    assert run("check", "--dataset-size", "3").err == "Found 2 errors in 2 files.\n"


def test_stdin_with_a_name(project: Path, pipe: Program) -> None:
    result = pipe("check", "-", "--output-format", "concise", stdin=ENDLESS.encode())
    assert (result.code, result.out[:13]) == (1, "stdin:36:26: ")
    (project / "pyproject.toml").write_text(
        '[tool.trellis-cfg.per-file-ignores]\n"configs/old/*" = ["TC101"]\n'
    )
    named = ("--stdin-filename", "configs/new/a.json")
    result = pipe("check", "-", *named, "--output-format", "concise", stdin=ENDLESS.encode())
    assert result.out.startswith("configs/new/a.json:36:26: ")
    old = ("--stdin-filename", "configs/old/a.json")
    assert pipe("check", "-", *old, stdin=ENDLESS.encode()).code == 0


def test_other_json_is_skipped_unless_named(project: Path, run: Program) -> None:
    write(project / "configs", a=VALID, other='{"a": 1}', more="[1]")
    write(project / "configs", nan='{"a": NaN}', served='{"models": ["x:1b"]}')
    assert run("check").err == "No findings in 1 file. 4 other JSON files skipped.\n"
    assert run("migrate", "--check").err == (
        "No changes needed in 1 config; 4 other JSON files skipped.\n"
    )
    result = run("check", "configs/other.json", "configs/more.json", "--output-format", "concise")
    assert result.code == 1
    assert result.out == (
        "configs/more.json:1:1: error[TC005] the config is an array of length 1, "
        "but must be an object\n"
        "configs/other.json:1:1: error[TC005] not a training config: "
        "it has no models, dataset or trainer\n"
    )


def test_one_bad_file_never_hides_the_next(project: Path, run: Program) -> None:
    write(project / "configs", a=ENDLESS, empty="", z=ENDLESS)
    (project / "configs/binary.json").write_bytes(bytes(range(256)))
    (project / "configs/gone.json").symlink_to("nowhere")
    huge = VALID.rstrip()[:-1] + ', "_comment": "' + "x" * 30_000_000 + '"}'
    write(project / "configs", huge=huge)
    result = run("check", "--output-format", "concise")
    assert result.code == 2
    assert [line.split(" ")[:2] for line in result.out.splitlines()] == [
        ["configs/a.json:36:26:", "error[TC101]"],
        ["configs/binary.json:3:115:", "error[TC002]"],
        ["configs/empty.json:1:1:", "error[TC001]"],
        ["configs/gone.json:1:1:", "error[TC006]"],
        ["configs/z.json:36:26:", "error[TC101]"],
    ]
    assert result.err == "Found 5 errors in 5 of 6 files.\n"


def test_colors(project: Path, run: Program) -> None:
    write(project / "configs", a=ENDLESS)
    assert "\x1b[" not in run("check").out
    assert "\x1b[31m\x1b[1merror[TC101]\x1b[0m" in run("check", "--color", "always").out


def test_an_output_file_has_no_colors(project: Path, run: Program) -> None:
    write(project / "configs", a=ENDLESS)
    shown = run("check")
    written = run("check", "--output-file", "report.txt", "--color", "always")
    assert (written.code, written.out, written.err) == (1, "", shown.err)
    assert (project / "report.txt").read_text() == shown.out
    run("check", "--output-file", "report.txt", "--output-format", "json")
    assert json.loads((project / "report.txt").read_text())["summary"]["errors"] == 1


def test_an_output_file_that_cannot_be_written(project: Path, run: Program) -> None:
    write(project / "configs", a=ENDLESS)
    for path in ("nowhere/report.txt", "."):
        assert run("check", "--output-file", path).refuses("--output-file")
    assert run("check", "--output-file", "/dev/null").code == 1
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@pytest.mark.parametrize("path", ["configs", "configs/a.json", "link.json"])
def test_an_output_file_that_would_replace_a_config(path: str, project: Path, run: Program) -> None:
    write(project / "configs", a=ENDLESS)
    (project / "link.json").symlink_to("configs/a.json")
    result = run("check", path, "--output-file", "configs/../configs/a.json")
    assert (result.code, result.out) == (2, "")
    assert "a.json is one of the files to read" in result.err.replace("link", "a")
    assert (project / "configs/a.json").read_text() == ENDLESS


def test_a_rule_is_eight_calls_from_main(
    project: Path, run: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames: list[str] = []

    def rule(config: Config) -> Iterator[Finding]:
        del config
        stack = traceback.extract_stack()
        frames.extend(frame.name for frame in stack if "/trellis_cfg/" in frame.filename)
        yield from ()

    monkeypatch.setitem(RULES, "TC303", RULES["TC303"]._replace(check=rule))
    write(project / "configs", a=ENDLESS)
    run("check", "--select", "TC303,TC105,TC008", "configs")
    in_cli, in_lint = frames[:4], frames[4:]
    assert in_cli == ["main", "invoke", "command", "_check"]
    assert in_lint == ["lint_files", "lint_chunk", "lint_data", "run_rules"]


CHECK_AND_PRINT = """
import sys
before = {*sys.modules}
from trellis_cfg.cli.main import main
try:
    main(["check", sys.argv[1]])
except SystemExit as error:
    print(error.code, *(sys.modules.keys() - before))
"""


def test_a_clean_file_needs_no_rule() -> None:
    path = Path(__file__).parents[2] / "configs/vae/ss_vae_conv3d_16l8_fp16.json"
    command = [sys.executable, "-c", CHECK_AND_PRINT, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=path.anchor)
    code, *modules = done.stdout.split()
    assert code == "0"
    rooms = {name for name in modules if name.startswith("trellis_cfg.")}
    assert not rooms & {"trellis_cfg.lint.config", "trellis_cfg.migrations", "trellis_cfg.schedule"}
    assert not {"pydantic_core", "pydantic", "jsonschema", "json", "fractions"} & {*modules}


def test_the_samples_of_a_data_directory(project: Path, run: Program) -> None:
    text = VALID.replace("SLatVaeGaussianTrainer", "SparseSDF_VQVAETrainer")
    config = json.loads(text) | {"dataset": {"name": "SparseSDF", "args": {}}}
    write(project / "configs", a=json.dumps(config))
    (project / "metadata.csv").write_text("sha256\n1\n2\n3\n")
    hangs = "a GPU gets 3 samples, fewer than its batch of 4: training would hang"
    options = ("check", "--select", "TC205", "--gpus", "1")
    assert hangs in run(*options, "--data-dir", ".").out
    assert run(*options, "--data-dir", "gone").code == 0
    write(project / "configs", a=json.dumps(config | {"dataset": {"name": "SparseSDF"}}))
    assert run(*options, "--data-dir", ".").code == 0
    refused = run(*options, "--data-dir", ".", "--dataset-size", "3")
    assert refused.code == 2
    assert "--dataset-size and --data-dir are mutually exclusive" in refused.err
