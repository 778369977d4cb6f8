"""Which rules a run applies."""

import pytest

from trellis_cfg.lint.rules import RULES, match_codes, select_codes

ALWAYS = {"TC001", "TC002", "TC006"}
"""What tells of a file that cannot be judged."""


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        (["TC101"], {"TC101"}),
        (["tc101"], {"TC101"}),
        ([" TC101 "], {"TC101"}),
        (["TC3"], {"TC301", "TC302", "TC303"}),
        (["TC30"], {"TC301", "TC302", "TC303"}),
        (["no-stop-condition"], {"TC101"}),
        (["No-Stop-Condition"], {"TC101"}),
        (["TC20", "TC101", "TC201"], {"TC101", "TC201", "TC202", "TC203", "TC204", "TC205"}),
        (["TC"], set(RULES)),
        ([], set()),
    ],
)
def test_codes_prefixes_and_names_match(given: list[str], codes: set[str]) -> None:
    assert match_codes(given) == codes


@pytest.mark.parametrize("code", RULES)
def test_each_rule_is_matched_by_its_code_and_its_name(code: str) -> None:
    assert match_codes([code]) == match_codes([RULES[code].name]) == {code}


def test_without_a_selection_all_rules_apply() -> None:
    assert select_codes() == set(RULES)


def test_a_file_that_cannot_be_judged_is_told_of_whatever_is_selected() -> None:
    assert select_codes(["TC101"]) == {"TC101"} | ALWAYS


def test_what_is_ignored_goes_before_what_is_selected() -> None:
    assert select_codes(["TC1"], ["TC102"]) == {"TC101", "TC103", "TC104", "TC105"} | ALWAYS
    assert select_codes(ignore=["TC5", "encoding"]) == {
        code for code in RULES if not code.startswith("TC5") and code != "TC002"
    }


def test_even_the_unreadable_is_ignored_by_name() -> None:
    assert select_codes(["TC101"], ["TC001", "encoding", "unreadable"]) == {"TC101"}


@pytest.mark.parametrize("given", ["", " ", "TC9", "TC1011", "E501", "stop", "101", "*", "无"])
def test_what_no_rule_has_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match=r"^no rule ") as refused:
        select_codes([given])
    assert "trellis-cfg explain lists them" in str(refused.value)


def test_a_near_name_is_offered() -> None:
    with pytest.raises(ValueError, match='no rule "zero-intervall"; did you mean "zero-interval"'):
        select_codes(ignore=["zero-intervall"])


def test_one_wrong_code_among_right_ones_is_refused() -> None:
    with pytest.raises(ValueError, match='no rule "TC999"'):
        select_codes(["TC101", "TC999"])
