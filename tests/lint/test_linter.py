"""The linter as a whole: all of a file's faults in one run, and the strangest of files."""

from pathlib import Path

import pytest

from tests.lint.rules.configs import GONE, STRUCTURE_VAE, TEXT_FLOW, changed, written
from tests.lint.rules.tables import case, codes, findings, format_findings, raw, unread
from trellis_cfg.diagnostics import SEVERITIES
from trellis_cfg.files.discovery import ConfigFile, Exclude
from trellis_cfg.lint.linter import MAX_FINDINGS, lint
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.lint.rules import RULES, select_codes
from trellis_cfg.lint.runner import lint_files

ARGS = "trainer.args"
ALL = LintOptions(select_codes())
SOUND = written(STRUCTURE_VAE)
REST = SOUND[SOUND.index('"dataset"') :]

TWENTY_FAULTS = {
    "num_nodes": 2,
    "models.denoiser.args.use_fp16": False,
    "models.denoiser.args.cond_channels": 512,
    "models.denoiser.args.pe_mode": "rop",
    "models.denoiser.args.num_heads": "16",
    "models.denoiser.args.droput": 0.1,
    "models.denoiser.args.model_channels": GONE,
    "dataset.args.roots": "data",
    "dataset.args.normalization": {"mean": [0.5, 1.5, 2.5], "std": [1.0, 2.0]},
    f"{ARGS}.max_steps": 20_000.0,
    f"{ARGS}.batch_size": 32,
    f"{ARGS}.batch_split": 3,
    f"{ARGS}.optimizer": {"name": "Adamw", "args": {}},
    f"{ARGS}.lr_scheduler": {"name": "CosineAnnealingLR", "args": {"T_max": 9_000}},
    f"{ARGS}.elastic.args.target_ratio": 1.5,
    f"{ARGS}.ema_rate": 1,
    f"{ARGS}.i_log": 0,
    f"{ARGS}.i_sav": 1_000,
    f"{ARGS}.output_dir": "out",
    f"{ARGS}.finetune_ckpt": {"denoiser": "PATH_TO_CKPT"},
}


def test_twenty_faults_are_twenty_findings() -> None:
    reported = codes(findings(case(TEXT_FLOW, TWENTY_FAULTS)))
    assert " ".join(sorted(reported)) == (
        "TC005 TC005 TC007 TC007 TC104 TC202 TC203 TC303 TC401 TC404 "
        "TC405 TC502 TC502 TC503 TC504 TC504 TC505 TC506 TC602 TC605"
    )
    assert len(reported) == len(TWENTY_FAULTS)


def test_each_of_them_is_found_by_itself() -> None:
    for key, value in TWENTY_FAULTS.items():
        assert findings(case(TEXT_FLOW, {key: value})), key


def test_findings_stand_in_the_order_of_the_file() -> None:
    diagnostics = lint("a.json", written(changed(TEXT_FLOW, TWENTY_FAULTS)).encode(), ALL)
    places = [(each.line, each.column) for each in diagnostics]
    assert places == sorted(places)


def test_only_what_is_selected_is_looked_for() -> None:
    data = written(changed(TEXT_FLOW, TWENTY_FAULTS)).encode()
    for code in RULES:
        diagnostics = lint("a.json", data, LintOptions(select_codes([code])))
        assert {each.code for each in diagnostics} <= {code}


def test_what_cannot_be_read_is_reported_whatever_is_ignored(tmp_path: Path) -> None:
    gone = [ConfigFile(str(tmp_path / "gone.json"), named=True)]
    for ignored in ("TC", "TC0", "TC006", "unreadable"):
        report = lint_files(gone, LintOptions(select_codes(ignore=[ignored])))
        assert (report.count("error"), report.unreadable) == (1, True)
    for ignored in ("TC", "TC00", "TC006"):
        assert lint("a.json", b"{", LintOptions(select_codes(ignore=[ignored])))
    assert lint("a.json", b"{", LintOptions(select_codes(ignore=["TC001"]))) == []


def test_what_is_ignored_below_a_folder_is_found_elsewhere() -> None:
    ignored = ((Exclude(["old/*"]), frozenset({"TC101"})),)
    profile = LintOptions(select_codes(), ignored=ignored)
    data = SOUND.replace('"max_steps": 100000', '"max_steps": null').encode()
    assert lint("old/a.json", data, profile) == []
    assert [each.code for each in lint("new/a.json", data, profile)] == ["TC101"]


@pytest.mark.parametrize(
    ("more", "end"), [(0, '"odd_99"'), (1, '"odd_99" (more of these are not shown)')]
)
def test_a_rule_that_would_speak_of_everything_is_cut_short(more: int, end: str) -> None:
    odd = {f"{ARGS}.optimizer.args.odd_{number}": None for number in range(MAX_FINDINGS + more)}
    lines = findings(case(STRUCTURE_VAE, odd))
    assert len(lines) == MAX_FINDINGS
    assert lines[-1].endswith(f"has no argument {end}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1:1 error TC001 the file is empty"),
        ("{", "1:2 error TC001 the file ends inside an object: a } is missing"),
        ("\x00\x01", "1:1 error TC001 expected a value: "),
        (SOUND[:-2], "51:6 error TC001 the file ends inside an object: a } is missing"),
        ("[" * 1_000, "1:202 error TC001 nested deeper than 200 levels"),
        ('{"a":' * 1_000 + "1" + "}" * 1_000, "1:1006 error TC001 nested deeper than 200 levels"),
    ],
)
def test_a_strange_file_is_one_finding_at_its_place(text: str, expected: str) -> None:
    (line,) = findings(raw(text))
    assert line.startswith(expected)


def test_as_deep_as_json_may_be() -> None:
    assert codes(findings(raw('{"trainer": ' * 200 + "1" + "}" * 200))) == ["TC005", "TC005"]


def test_a_hundred_thousand_keys_are_answered() -> None:
    keys = ", ".join(f'"odd_{number}": {number}' for number in range(100_000))
    text = SOUND.replace('"i_save": 10000', f'"i_save": 10000, {keys}')
    assert codes(findings(raw(text))) == ["TC502"]


def test_a_hundred_thousand_models_are_answered() -> None:
    models = ", ".join(f'"m{number}": {{"name": "M", "args": 1}}' for number in range(100_000))
    text = f'{{"models": {{{models}}}, {REST}'
    assert codes(findings(raw(text))) == ["TC005"] * MAX_FINDINGS


def test_duplicate_keys_do_not_hide_other_faults() -> None:
    twice = SOUND.replace('"i_save": 10000', '"i_save": 10000, "i_save": 0')
    assert codes(findings(raw(twice))) == ["TC003", "TC303"]


def test_nan_does_not_hide_other_faults() -> None:
    text = SOUND.replace('"lr": 0.0001', '"lr": NaN').replace('"i_save": 10000', '"i_save": 0')
    assert codes(findings(raw(text))) == ["TC004", "TC303"]


def test_a_report_counts_files_and_severities(tmp_path: Path) -> None:
    texts = {
        "sound": SOUND,
        "endless": SOUND.replace("100000", "null"),
        "old": SOUND.replace('            "max_epoch": null,\n', ""),
        "other": "[1, 2]",
        "empty": "",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.json").write_text(text)
    files = [ConfigFile(str(tmp_path / f"{name}.json"), named=False) for name in texts]
    report = lint_files([*files, ConfigFile(str(tmp_path / "gone.json"), named=True)], ALL)
    assert (report.checked, report.skipped, report.files) == (5, 1, 4)
    assert [*map(report.count, SEVERITIES), report.unreadable] == [3, 0, 1, True]
    assert report.by_code() == [("TC001", 1), ("TC006", 1), ("TC101", 1), ("TC102", 1)]
    assert [each.code for each in report.diagnostics] == ["TC001", "TC101", "TC006", "TC102"]


def test_a_named_file_that_is_no_config_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "package.json"
    path.write_text('{"name": "x"}')
    report = lint_files([ConfigFile(str(path), named=True)], ALL)
    assert (report.checked, report.skipped) == (1, 0)
    assert format_findings(report.diagnostics) == findings(unread(str(path)))
    assert codes(format_findings(report.diagnostics)) == ["TC005"]
