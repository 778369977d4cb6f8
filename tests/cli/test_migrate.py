"""``migrate`` as a user sees it: files, output and exit codes."""

from pathlib import Path

import pytest

from tests.cli.conftest import CONFIG, ENDLESS, UPGRADED, Program, write


def test_upgrade_then_nothing_to_do_then_back(project: Path, run: Program) -> None:
    write(project / "configs/vae", a=CONFIG, b=CONFIG)
    first = run("migrate")
    assert first.code == 0
    assert first.out == "upgraded configs/vae/a.json\nupgraded configs/vae/b.json\n"
    assert first.err == "2 of 2 configs upgraded. To undo: trellis-cfg migrate --revert\n"
    assert (project / "configs/vae/a.json").read_text() == UPGRADED
    assert run("migrate") == (0, "", "No changes needed in 2 configs.\n")
    back = run("migrate", "--revert", "configs")
    assert back.code == 0
    assert back.err == "2 of 2 configs reverted. To undo: trellis-cfg migrate configs\n"
    assert (project / "configs/vae/a.json").read_text() == CONFIG


def test_check_writes_nothing(project: Path, run: Program) -> None:
    write(project / "configs", a=CONFIG, b=UPGRADED)
    result = run("migrate", "--check", "configs")
    assert result.code == 1
    assert result.out == "would be upgraded configs/a.json\n"
    assert result.err == "1 of 2 configs would be upgraded. Next: trellis-cfg migrate configs\n"
    assert (project / "configs/a.json").read_text() == CONFIG
    write(project / "configs", a=UPGRADED)
    assert run("migrate", "--check") == (0, "", "No changes needed in 2 configs.\n")


def test_diff_prints_a_patch_and_nothing_else(project: Path, run: Program) -> None:
    write(project / "configs", a=CONFIG, b=ENDLESS)
    result = run("migrate", "--diff")
    assert result.code == 1
    patch = (
        "--- a/configs/a.json\n+++ b/configs/a.json\n@@ -3,6 +3,7 @@\n"
        '         "name": "SLatVaeGaussianTrainer",\n         "args": {\n'
        '             "max_steps": 1000000,\n+            "max_epoch": null,\n'
        '             "batch_size_per_gpu": 4\n         }\n     }\n'
    )
    assert result.out == patch
    assert (project / "configs/a.json").read_text() == CONFIG


def test_no_stop_condition_is_left_alone(project: Path, run: Program) -> None:
    write(project / "configs", a=CONFIG, b=ENDLESS)
    result = run("migrate")
    assert result.code == 1
    assert result.err.splitlines() == [
        (
            "configs/b.json:5:26: error[TC101] no stop condition: "
            "max_steps and max_epoch are both null; left alone: set one of the two"
        ),
        "1 of 2 configs upgraded, 1 left alone. To undo: trellis-cfg migrate --revert",
    ]
    assert (project / "configs/a.json").read_text() == UPGRADED
    assert (project / "configs/b.json").read_text() == ENDLESS


def test_max_epoch_gives_the_limit(project: Path, run: Program) -> None:
    write(project / "configs", a=ENDLESS)
    assert run("migrate", "--max-epoch", "20").code == 0
    text = (project / "configs/a.json").read_text()
    assert text == UPGRADED.replace("1000000", "null").replace('epoch": null', 'epoch": 20')
    assert run("migrate", "--revert").code == 1
    assert (project / "configs/a.json").read_text() == text
    result = run("migrate", "--max-epoch", "20", "--revert")
    assert result.code == 1
    assert "both null" in result.err


def test_max_epoch_never_changes_an_existing_key(project: Path, run: Program) -> None:
    write(project / "configs", a=UPGRADED)
    result = run("migrate", "--max-epoch", "20")
    assert result.code == 0
    assert result.err == (
        "No changes needed in 1 config. Existing values are kept: "
        "trellis-cfg set max_epoch=20 changes them.\n"
    )
    assert run("migrate", "--max-epoch", "null").err == "No changes needed in 1 config.\n"
    assert (project / "configs/a.json").read_text() == UPGRADED


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "true", "", "1e3", "9" * 30, "٣"])
def test_a_bad_max_epoch_is_a_usage_error(value: str, run: Program) -> None:
    assert run("migrate", "--max-epoch", value).refuses("neither a positive integer nor null")


def test_revert_leaves_another_value(project: Path, run: Program) -> None:
    write(project / "configs", a=UPGRADED.replace("null", "7"), b=UPGRADED)
    result = run("migrate", "--revert")
    assert result.code == 1
    assert result.err.splitlines()[0] == (
        "configs/a.json:6:26: warning: trainer.args.max_epoch is 7, not null: left alone"
    )
    assert (project / "configs/b.json").read_text() == CONFIG


BROKEN = {
    "empty": ("", "1:1: error[TC001] the file is empty"),
    "two_roots": ("{}\n{}", "2:1: error[TC001] more text follows the JSON value"),
    "syntax": ('{"trainer": {,}}', "1:14: error[TC001] expected a key in double quotes"),
    "duplicate": (
        CONFIG.replace('"batch_size_per_gpu"', '"max_steps"'),
        "6:13: error[TC003] duplicate key trainer.args.max_steps, first at line 5",
    ),
    "array": ('{"trainer": {"args": []}}', "1:22: error[TC005] trainer.args is an array"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_one_refused_file_stops_the_writing(name: str, project: Path, run: Program) -> None:
    text, message = BROKEN[name]
    write(project / "configs", a=CONFIG, bad=text)
    result = run("migrate")
    assert result.code == 2
    assert f"configs/bad.json:{message}" in result.err
    assert "Nothing was written: 1 of 2 configs cannot be upgraded." in result.err
    assert (project / "configs/a.json").read_text() == CONFIG
    assert run("migrate", "--keep-going").code == 2
    assert (project / "configs/a.json").read_text() == UPGRADED
    assert (project / "configs/bad.json").read_text() == text


def test_other_json_is_skipped_unless_named(project: Path, run: Program) -> None:
    write(project / "configs", a=UPGRADED, other='{"a": 1}', more="[1]")
    assert run("migrate").err == "No changes needed in 1 config; 2 other JSON files skipped.\n"
    result = run("migrate", "configs/other.json")
    assert result.code == 1
    assert "configs/other.json:1:1: warning: trainer.args is missing or not an object" in result.err


def test_only_picks_by_name(project: Path, run: Program) -> None:
    write(project / "configs", a=CONFIG)
    result = run("migrate", "--only", "max-epoch", "--check")
    assert result.code == 1
    assert "Next: trellis-cfg migrate --only max-epoch" in result.err
    assert run("migrate", "--only", "max_epoch").refuses(
        "unknown migration 'max_epoch'; known: max-epoch"
    )


def test_the_next_command_keeps_the_options(project: Path, run: Program) -> None:
    write(project / "my configs", a=ENDLESS)
    result = run("migrate", "--check", "--max-epoch", "5", "my configs")
    assert result.err.endswith("Next: trellis-cfg migrate --max-epoch 5 'my configs'\n")
    paths = [f"my configs/{number}.json" for number in range(5)]
    write(project / "my configs", **{str(number): CONFIG for number in range(5)})
    assert run("migrate", "--check", *paths).err.endswith("Next: trellis-cfg migrate PATH...\n")


def test_a_stale_temporary_file_is_removed(project: Path, run: Program) -> None:
    write(project / "configs", a=UPGRADED)
    stale = project / "configs/.trellis-cfg-0123456789abcdef.tmp"
    stale.write_text("half")
    assert run("migrate", "--check").err == "No changes needed in 1 config.\n"
    assert stale.exists()
    result = run("migrate")
    assert result.err.splitlines()[0] == "Removed 1 temporary file left by a killed run."
    assert not stale.exists()
