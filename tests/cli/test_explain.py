"""``explain``: the pages of the rules, and start-up without validators."""

import json

import pytest

from tests.cli.conftest import Program, run_without
from trellis_cfg.lint.rules import RULES


def test_the_list_has_a_line_for_each_rule(run: Program) -> None:
    result = run("explain")
    assert result.code == 0
    assert [line[:5] for line in result.out.splitlines()] == list(RULES)
    assert "TC202  batch-split                 error    `batch_split` must divide" in result.out


def test_a_page(run: Program) -> None:
    result = run("explain", "TC202")
    assert result.out == (
        "TC202 batch-split (error)\n"
        "\n"
        "`batch_split` must divide the per-GPU batch size.\n"
        "\n"
        "The trainer splits the batch into that many equal micro-batches and asserts this at "
        "startup. A\n"
        "batch of 1 cannot be split. To train on larger batches without more memory, raise\n"
        "`batch_size_per_gpu` and `batch_split` together.\n"
        "\n"
        'Bad: `{"trainer": {"args": {"batch_size_per_gpu": 1, "batch_split": 4}}}`\n'
        "\n"
        'Good: `{"trainer": {"args": {"batch_size_per_gpu": 4, "batch_split": 4}}}`\n'
        "\n"
        "Cost: The run fails at startup: each attempt costs the wait for the GPUs.\n"
        "Needs: only the config.\n"
        "Fix: by hand.\n"
        "Silence: `--ignore TC202`, or `ignore` and `per-file-ignores` in the settings.\n"
    )


@pytest.mark.parametrize("name", ["tc102", "outdated", "TC102"])
def test_a_rule_goes_by_its_code_or_its_name(name: str, run: Program) -> None:
    out = run("explain", name).out
    assert out.startswith("TC102 outdated (note)\n")
    assert "\nFix: `trellis-cfg migrate`.\n" in out


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("TC222", "; codes are TC201, TC202, TC203, TC204, TC205\n"),
        ("batch-spilt", '; did you mean "batch-split"?'),
        ("TC9*", "; codes start with TC0, TC1, TC2, TC3, TC4, TC5, TC6"),
        ("", "; codes start with TC0"),
    ],
)
def test_an_unknown_code(text: str, hint: str, run: Program) -> None:
    assert run("explain", text).refuses(f'no rule "{text}"{hint}')


@pytest.mark.parametrize(
    ("text", "codes"),
    [(each, "TC301 TC302 TC303") for each in ("TC3", "TC3*", "tc30[1-3]")]
    + [("*save*", "TC301 TC302"), ("zero-*", "TC303")],
)
def test_a_prefix_or_a_glob_explains_a_group(text: str, codes: str, run: Program) -> None:
    lines = run("explain", text).out.splitlines()
    assert [line[:5] for line in lines if line.startswith("TC")] == codes.split()


def test_a_rule_in_chinese(run: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        "TC202 batch-split（error）：batch_split 不能整除批大小\n"
        "  让 batch_split 整除 batch_size_per_gpu。\n"
    )
    assert run("explain", "TC202", "--lang", "zh").out == text
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert run("explain", "batch-split").out == text
    assert run("explain", "TC202", "--lang", "en").out.startswith("TC202 batch-split (error)\n")


def test_all_as_json(run: Program) -> None:
    pages = json.loads(run("explain", "--all", "--output-format", "json").out)
    assert [page["code"] for page in pages] == list(RULES)
    assert all(page["summary"] for page in pages)
    (page,) = json.loads(run("explain", "TC202", "--output-format", "json").out)
    assert page["name"] == "batch-split"


COMMANDS = [
    ("--help",),
    ("--version",),
    ("explain",),
    ("explain", "TC202"),
    ("explain", "--all", "--output-format", "markdown"),
    ("check", "--help"),
    ("schema", "--help"),
    ("migrate", "--list"),
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_no_validator_is_imported_for(arguments: tuple[str, ...]) -> None:
    run_without({"pydantic", "pydantic_core", "jsonschema"}, *arguments)
