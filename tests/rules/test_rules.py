"""Each rule of the table fires where it should, and is silent where it lacks its facts."""

import pytest

from trellis_cfg.rules import RULES
from trellis_cfg.rules.base import Context, Finding

BOTH = "nothing ends this training: max_steps and max_epoch are both null"


def args(**given: object) -> object:
    return {"trainer": {"args": given}}


FIRES = {
    "TC101": [
        (args(max_steps=None, max_epoch=None), [Finding(("trainer", "args", "max_steps"), BOTH)]),
        (args(max_epoch=None), [Finding(("trainer", "args", "max_epoch"), BOTH)]),
        (args(), [Finding(("trainer", "args"), BOTH)]),
    ],
}
SILENT = {
    "TC101": [args(max_steps=1), args(max_epoch=1), args(max_steps="x"), {"trainer": []}, 1, {}],
}


@pytest.mark.parametrize(
    ("code", "value", "findings"),
    [(code, *case) for code, cases in FIRES.items() for case in cases],
)
def test_fires(code: str, value: object, findings: list[Finding]) -> None:
    assert list(RULES[code].check(Context(value))) == findings


@pytest.mark.parametrize(
    ("code", "value"), [(code, value) for code, values in SILENT.items() for value in values]
)
def test_is_silent(code: str, value: object) -> None:
    assert list(RULES[code].check(Context(value))) == []


@pytest.mark.parametrize("code", RULES)
def test_each_rule_has_a_name_a_page_and_cases(code: str) -> None:
    rule = RULES[code]
    assert rule.name
    assert rule.check.__doc__
    assert FIRES[code]
    assert SILENT[code]


def test_names_are_unique() -> None:
    assert len({rule.name for rule in RULES.values()}) == len(RULES)
