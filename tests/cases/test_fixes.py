"""Each folder ``fix-…`` is a fix: ``before.json`` becomes ``after.json``, ``same.json`` stays.

The name says whether the fix is safe. Each is tried in five layouts, with the checkout and the
settings of the folder, or of one above.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cases import FOLDER
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.lint.fixer import FixChoice, Fixed, fix_data
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.lint.project import LintArguments, build_lint_options
from trellis_cfg.lint.rules import BOTH, RULES, SAFE, UNSAFE
from trellis_cfg.settings import load_settings

CASES = sorted(FOLDER.rglob("fix-*"))
MARK = b"\xef\xbb\xbf"
LAYOUTS: dict[str, Callable[[str], bytes]] = {
    "spaces": lambda text: text.encode(),
    "tabs": lambda text: text.replace("    ", "\t").encode(),
    "one line": lambda text: re.sub(r"\n *", " ", text.strip()).encode(),
    "CR LF": lambda text: text.replace("\n", "\r\n").encode(),
    "byte-order mark": lambda text: MARK + text.encode(),
}


def fix(case: Path, data: bytes, *, is_unsafe: bool) -> Fixed:
    """Fix a config in the folder of its case; a byte-order mark may stand."""
    arguments = LintArguments(ignore=("TC002",) if data.startswith(MARK) else ())
    file = ConfigFile(str(case / "config.json"), named=True)
    options = build_lint_options(arguments, load_settings(str(case))).for_file(file.path)
    return fix_data(file, data, options, FixChoice(is_unsafe))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_fix(case: Path, layout: str) -> None:
    before, after, same = (
        LAYOUTS[layout]((case / f"{name}.json").read_text("utf-8"))
        for name in ("before", "after", "same")
    )
    is_unsafe = case.name.startswith("fix-unsafe-")
    fixed = fix(case, before, is_unsafe=is_unsafe)
    assert fixed.data.decode() == after.decode()
    assert {finding.fix.is_safe for finding in fixed.applied} == {not is_unsafe}
    assert fixed.refused == {}
    for sound in (after, same):
        assert fix(case, sound, is_unsafe=True).data == sound
    if is_unsafe:
        assert fix(case, before, is_unsafe=False).data == before


def test_a_byte_order_mark_is_removed() -> None:
    text = (CASES[-1] / "after.json").read_text("utf-8")
    file = ConfigFile("config.json", named=True)
    fixed = fix_data(file, MARK + text.encode(), LintOptions(), FixChoice())
    assert [finding.code for finding in fixed.applied] == ["TC002"]
    assert fixed.data == text.encode()
    inside = json.dumps({**json.loads(text), "_mark": "\ufeff"}, ensure_ascii=False).encode()
    assert fix_data(file, inside, LintOptions(), FixChoice(is_unsafe=True)).data == inside


def test_each_fixable_code_has_a_case_and_its_page_says_how() -> None:
    applied = (fix(case, (case / "before.json").read_bytes(), is_unsafe=True) for case in CASES)
    fixes = {("TC002", True), ("TC504", False)}  # a mark, and a class that is not known
    for fixed in applied:
        fixes |= {(finding.code, finding.fix.is_safe) for finding in fixed.applied}
    kinds = {True: SAFE, False: UNSAFE}
    for code, rule in RULES.items():
        safe = {is_safe for each, is_safe in fixes if each == code}
        expected = BOTH if len(safe) > 1 else next((kinds[each] for each in safe), "")
        assert rule.fixes == ("" if rule.fixed_by else expected), code
