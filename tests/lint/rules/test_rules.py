"""The table of codes: each rule has a name, a page, cases that fire and cases that stay silent."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from tests.lint.rules.configs import SOUND, Config, written
from tests.lint.rules.tables import Case, Table, codes, findings, raw
from trellis_cfg.diagnostics import ERROR, WARNING
from trellis_cfg.lint.rules import RULES, page

SUMMARY = 100
"""The length that a summary stays under."""

MODULES = sorted(path.stem for path in Path(__file__).parent.glob("test_*.py"))
TABLES = [import_module(f"tests.lint.rules.{name}") for name in MODULES if name != "test_rules"]


def gathered(name: str) -> dict[str, dict[str, Case]]:
    """Return the cases of all modules, by code."""
    found: dict[str, dict[str, Case]] = {code: {} for code in RULES}
    for module in TABLES:
        table: Table = getattr(module, name, {})
        for code, cases in table.items():
            assert not found[code], f"{code} has cases in two modules"
            found[code] |= cases
    return found


FIRES, SILENT = gathered("FIRES"), gathered("SILENT")
each_code = pytest.mark.parametrize("code", RULES)


@each_code
def test_a_code_has_three_digits(code: str) -> None:
    assert re.fullmatch(r"TC\d{3}", code)


def test_codes_stand_in_order() -> None:
    assert list(RULES) == sorted(RULES)


@each_code
def test_a_name_is_in_kebab_case(code: str) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", RULES[code].name)


def test_names_are_unique() -> None:
    assert len({rule.name for rule in RULES.values()}) == len(RULES)


@each_code
def test_each_code_has_a_check_of_its_own(code: str) -> None:
    assert sum(rule.check is RULES[code].check for rule in RULES.values()) == 1


@each_code
def test_a_severity_is_error_or_warning(code: str) -> None:
    assert RULES[code].severity in (ERROR, WARNING)


@each_code
def test_the_page_starts_with_a_sentence_of_a_line(code: str) -> None:
    summary = page(code).summary
    assert 0 < len(summary) < SUMMARY
    assert summary.endswith(".")
    assert summary[0].isupper() or summary.startswith("`")


@each_code
def test_the_page_says_more_than_its_summary(code: str) -> None:
    assert page(code).body
    assert "\t" not in page(code).body


@each_code
def test_each_code_has_cases_that_fire_and_cases_that_stay_silent(code: str) -> None:
    assert FIRES[code]
    assert SILENT[code]


@each_code
def test_what_fires_has_the_severity_of_the_rule_at_least_once(code: str) -> None:
    expected = [line.split() for case in FIRES[code].values() for line in case.findings]
    assert RULES[code].severity in [words[1] for words in expected if code in words]


def test_a_rule_is_fixed_by_a_command_of_the_program() -> None:
    fixed = {code: rule.fixed_by for code, rule in RULES.items() if rule.fixed_by}
    assert fixed == {"TC102": "trellis-cfg migrate"}


@pytest.mark.parametrize("config", SOUND.values(), ids=SOUND)
def test_the_configs_that_cases_are_made_of_are_sound(config: Config) -> None:
    assert codes(findings(raw(written(config)))) == []
