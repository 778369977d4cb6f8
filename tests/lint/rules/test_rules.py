"""The table of rules: codes, names, pages with examples, and which rules a run applies."""

import copy
import inspect
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.lint.rules.configs import GAUSSIAN_VAE, SOUND, Config, written
from tests.lint.rules.tables import Case, codes, findings, raw
from tests.lint.rules.test_source import FORK, SOURCE
from trellis_cfg.diagnostics import SEVERITIES
from trellis_cfg.lint.options import Facts
from trellis_cfg.lint.rules import EXAMPLE, RULES, match_codes, page, select_codes, translate

MAX_SUMMARY = 100
MODULES = {path.stem for path in Path(__file__).parent.glob("test_*.py")}

# The rules whose page shows no config, and why.
WITHOUT_EXAMPLE = {
    "TC002": "text in this manual is UTF-8",
    "TC006": "it is about files, not about what is in them",
    "TC008": "it needs a schema of the user's",
    **dict.fromkeys(["TC701", "TC702", "TC703"], "it needs a run that is resumed"),
}


def gather_cases() -> dict[str, list[Case]]:
    """Return the cases of all modules, by code."""
    gathered: dict[str, list[Case]] = defaultdict(list)
    for name in MODULES - {"test_rules"}:
        for code, cases in getattr(import_module(f"tests.lint.rules.{name}"), "CASES", {}).items():
            gathered[code] += cases.values()
    return gathered


CASES = gather_cases()
each_code = pytest.mark.parametrize("code", RULES)


def test_codes_are_in_order() -> None:
    assert list(RULES) == sorted(RULES)
    assert all(re.fullmatch(r"TC\d{3}", code) for code in RULES)


def test_names_are_unique_and_in_kebab_case() -> None:
    names = [rule.name for rule in RULES.values()]
    assert len(set(names)) == len(RULES)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in names)


@each_code
def test_a_rule_is_a_function_over_a_config(code: str) -> None:
    rule = RULES[code]
    assert sum(each.check is rule.check for each in RULES.values()) == 1
    assert list(inspect.signature(rule.check).parameters) == ["config"]


@each_code
def test_a_rule_has_a_title_and_a_remedy_in_chinese(code: str) -> None:
    title, remedy = translate(code)
    assert title
    assert remedy.endswith("。")


@each_code
def test_a_page_is_a_sentence_and_more(code: str) -> None:
    summary, body = page(code).summary, page(code).body
    assert 0 < len(summary) < MAX_SUMMARY
    assert summary.endswith(".")
    assert summary[0].isupper() or summary.startswith("`")
    assert body
    assert "\t" not in body


def find_examples(code: str) -> Iterator[tuple[str, Case]]:
    """Yield label and case of each example in a rule's docstring.

    An example replaces the models, keys of the dataset and the trainer, or other keys of a config.
    """
    for label, options, snippet in re.findall(EXAMPLE, inspect.getdoc(RULES[code].check) or ""):
        numbers = re.findall(r"--([\w-]+) (\d+)", options)
        known: dict[str, Any] = {key.replace("-", "_"): int(value) for key, value in numbers}
        base, facts = (FORK, SOURCE) if "--source" in options else (GAUSSIAN_VAE, Facts(**known))
        try:
            sections = json.loads(snippet, object_pairs_hook=reject_duplicates)
        except ValueError:
            yield label, raw(snippet)
            continue
        config = copy.deepcopy(base) | {
            key: base[key] | value if key in ("dataset", "trainer") else value
            for key, value in sections.items()
        }
        yield label, raw(written(config), facts=facts)


def reject_duplicates(pairs: list[tuple[str, object]]) -> Config:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("duplicate key")
    return dict(pairs)


@each_code
def test_the_bad_example_of_a_page_fires_and_the_good_one_does_not(code: str) -> None:
    examples = [(label, code in codes(findings(case))) for label, case in find_examples(code)]
    assert examples == ([] if code in WITHOUT_EXAMPLE else [("Bad", True), ("Good", False)])


@each_code
def test_a_rule_has_cases_with_and_without_a_finding(code: str) -> None:
    assert {code in " ".join(case.findings).split() for case in CASES[code]} == {True, False}


def test_no_config_is_checked_twice() -> None:
    """Each case reports all findings of its config, so that a second case proves nothing more."""
    cases = [case._replace(findings=()) for cases in CASES.values() for case in cases]
    assert [case for at, case in enumerate(cases) if case in cases[:at]] == []


@each_code
def test_a_case_has_the_severity_of_the_rule(code: str) -> None:
    assert RULES[code].severity in SEVERITIES
    lines = [line.split() for case in CASES[code] for line in case.findings]
    assert RULES[code].severity in [parts[1] for parts in lines if code in parts]


def test_a_rule_is_fixed_by_a_command_of_the_program() -> None:
    fixed = {code: rule.fixed_by for code, rule in RULES.items() if rule.fixed_by}
    assert fixed == {"TC102": "trellis-cfg migrate"}


@pytest.mark.parametrize("config", SOUND.values(), ids=SOUND)
def test_the_configs_that_cases_are_made_of_are_sound(config: Config) -> None:
    assert codes(findings(raw(written(config)))) == []


ALWAYS = {"TC001", "TC002", "TC006"}
"""The rules about files that cannot be checked."""


@pytest.mark.parametrize(
    ("prefixes", "expected"),
    [
        (["TC101"], {"TC101"}),
        (["tc101"], {"TC101"}),
        ([" TC101 "], {"TC101"}),
        (["TC3"], {code for code in RULES if code[:3] == "TC3"}),
        (["TC30"], {code for code in RULES if code[:4] == "TC30"}),
        (["No-Stop-Condition"], {"TC101"}),
        (["TC20", "TC101", "TC201"], {"TC101"} | {code for code in RULES if code[:4] == "TC20"}),
        (["TC"], set(RULES)),
        ([], set()),
        *[([code], {code}) for code in RULES],
        *[([rule.name], {code}) for code, rule in RULES.items()],
    ],
)
def test_codes_prefixes_and_names_match(prefixes: list[str], expected: set[str]) -> None:
    assert match_codes(prefixes) == expected


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        ([], [], set(RULES)),
        (["TC101"], [], {"TC101"} | ALWAYS),
        (["TC1"], ["TC102"], {code for code in RULES if code[:3] == "TC1"} - {"TC102"} | ALWAYS),
        (["TC101"], ["TC001", "encoding", "unreadable"], {"TC101"}),
        ([], ["TC5", "encoding"], {code for code in RULES if code[:3] != "TC5"} - {"TC002"}),
    ],
)
def test_codes_are_selected_and_ignored(
    select: list[str], ignore: list[str], expected: set[str]
) -> None:
    assert select_codes(select, ignore) == expected


@pytest.mark.parametrize("prefix", ["", " ", "TC9", "TC1011", "E501", "stop", "101", "无"])
def test_a_prefix_that_no_rule_has_is_an_error(prefix: str) -> None:
    with pytest.raises(ValueError, match=r"^no rule .*; codes (are|start with) TC[0-9, TC]*$"):
        select_codes(["TC101", prefix])


def test_a_similar_name_is_suggested() -> None:
    with pytest.raises(ValueError, match='no rule "zero-intervall"; did you mean "zero-interval"'):
        select_codes(ignore=["zero-intervall"])
