"""Fingerprints of lines: known values, and a slow hash that does what the definition says."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lint.rules.configs import STRUCTURE_VAE, written
from trellis_cfg.lint.fingerprints import line_fingerprints
from trellis_cfg.lint.linter import lint
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.lint.rules import select_codes

texts = st.text(st.sampled_from("ab \t\r\n值😀\ufeff\uffff\0"), max_size=300) | st.text(max_size=50)


def plainly(text: str) -> dict[int, str]:
    """Return the fingerprint of every line, unit for unit."""
    units: list[int] = []
    starts, at_start, after_cr = [], True, False
    encoded = text.encode("utf-16-le", "surrogatepass")
    for unit in (*memoryview(encoded).cast("H"), 65535):
        if chr(unit) in " \t" or (after_cr and chr(unit) == "\n"):
            after_cr = False
            continue
        after_cr = chr(unit) == "\r"
        if at_start:
            starts.append(len(units))
        at_start = chr(unit) in "\r\n"
        units.append(10 if after_cr else unit)
    units += [0] * 100
    seen: Counter[int] = Counter()
    fingerprints = {}
    for line, start in enumerate(starts, 1):
        value = 0
        for unit in units[start : start + 100]:
            value = (value * 37 + unit) % 2**64
        seen[value] += 1
        fingerprints[line] = f"{value:x}:{seen[value]}"
    return fingerprints


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["c129715d7a2bc9a3:1"]),
        (
            " a\nb\n  \t\tc\n d",
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
        ),
    ],
)
def test_known_values(text: str, expected: list[str]) -> None:
    lines = range(1, len(expected) + 1)
    assert (
        line_fingerprints(text, lines) == dict(zip(lines, expected, strict=True)) == plainly(text)
    )


@given(texts)
def test_they_are_what_the_definition_says(text: str) -> None:
    expected = plainly(text)
    assert line_fingerprints(text, expected.keys()) == expected


@given(texts, st.data())
def test_a_line_has_the_same_whatever_else_is_asked_for(text: str, data: st.DataObject) -> None:
    expected = plainly(text)
    some = data.draw(st.sets(st.sampled_from(sorted(expected))))
    assert line_fingerprints(text, some) == {line: expected[line] for line in sorted(some)}


def test_lines_that_look_alike_are_counted() -> None:
    text = "x" * 100 + "\n" + "x" * 200 + "\n"
    first, second = line_fingerprints(text * 2, {2, 4}).values()
    assert (first[-2:], second[-2:]) == (":2", ":4")  # the lines between begin likewise
    assert first[:-2] == second[:-2]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_findings_carry_those_of_their_lines_where_they_are_asked_for(mark: str) -> None:
    text = mark + written(STRUCTURE_VAE).replace('"max_steps": 100000', '"max_steps": null')
    diagnostics = lint("a.json", text.encode(), LintOptions(select_codes(), fingerprints=True))
    assert diagnostics
    assert [each.fingerprint for each in diagnostics] == [
        plainly(text)[each.line] for each in diagnostics
    ]
    plain = lint("a.json", text.encode(), LintOptions(select_codes()))
    assert plain == [each._replace(fingerprint="") for each in diagnostics]


@pytest.mark.parametrize("data", [b"", b'{"a":\n1,}', b"{\n\xff\xfe}"])
def test_a_file_that_will_not_parse_has_fingerprints_too(data: bytes) -> None:
    (diagnostic,) = lint("a.json", data, LintOptions(select_codes(), fingerprints=True))
    assert diagnostic.fingerprint == plainly(data.decode("utf-8", "replace"))[diagnostic.line]
