"""Reports for all formats: examples, and strategies for hostile ones."""

from itertools import cycle

from hypothesis import strategies as st

from trellis_cfg.diagnostics import (
    SEVERITIES,
    Diagnostic,
    Fix,
    Range,
    Related,
    Replacement,
    Report,
    Severity,
)
from trellis_cfg.lint.rules import RULES
from trellis_cfg.reporters import load_reporter, plain

WARNING = Diagnostic(
    "configs/a b,%值.json",
    36,
    26,
    "warning",
    "TC203",
    "batch_size is ignored: 100% sure",
    36,
    30,
    "/trainer/args/batch_size",
    label="this",
    related=(Related(Range(9, 1, 9, 3), "this one counts"),),
    why="it is so",
    fingerprint="271789c17abda88f:1",
)
FIXED = WARNING._replace(
    fix=Fix(
        "set batch_size to null",
        is_safe=True,
        edits=(Replacement(900, 902, "null", Range(36, 26, 36, 28)),),
    )
)
MARKED = Diagnostic(
    "configs/b.json",
    1,
    1,
    "error",
    "TC002",
    "a byte-order mark",
    fix=Fix("remove it", is_safe=True, edits=(Replacement(0, 1, "", Range(1, 1, 1, 1)),)),
)
ERROR = Diagnostic("configs/b.json", 2, 5, "error", "TC102", "not upgraded yet", 3, 1, "/trainer")
GONE = Diagnostic("configs/gone.json", 1, 1, "error", "TC006", "cannot be read: No such file")
ALL = Report(4, 1, sorted([WARNING, ERROR, GONE]), ("configs/clean.json",), 0.25)
CLEAN = Report(1, 0, [], ("configs/clean.json",), 0.125)

_PIECES = (
    *("\n::add-mask::a", "::error file=a::", "##[stop-commands]a", "%0A", "\r\n", "\x1b[31m"),
    *("[a](1)", "![a](b.c)", "{0}", "<b>", "</failure>", "]]>", "&amp;", "**a**", "`a`", "www.a.b"),
    *'a:,%\r\n\t=|`<>&"#[](){}\x00\x1b\x7f\x9b\u202e\u2028\ufeff\ufffe值😀~$\\*_',
)
hostile = st.lists(
    st.sampled_from(_PIECES) | st.characters(exclude_categories=["Cs"]), max_size=20
).map("".join)
_undecodable = st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF, categories=["Cs"])
paths = st.text(_undecodable | st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
paths |= hostile.filter(bool)
names = paths.filter(lambda path: "/" not in path and path not in (".", ".."))
"""Paths that name a file of the working folder."""
_severities: st.SearchStrategy[Severity] = st.sampled_from(SEVERITIES)
_edits = st.lists(
    st.builds(
        Replacement, st.integers(0, 9), st.integers(9, 99), hostile, st.just(Range(1, 2, 3, 4))
    ),
    max_size=2,
).map(tuple)
findings = st.builds(
    Diagnostic,
    path=paths,
    line=st.integers(1, 10**6),
    column=st.integers(1, 10**6),
    severity=_severities,
    code=st.sampled_from([*RULES]),
    message=hostile.filter(bool),
    end_line=st.integers(1, 10**6),
    end_column=st.integers(1, 10**6),
    pointer=hostile,
    label=hostile,
    related=st.lists(st.builds(Related, st.just(Range(1, 2, 3, 4)), hostile), max_size=2).map(
        tuple
    ),
    why=hostile,
    source=st.just(()),
    fingerprint=st.sampled_from(["", "abc:1"]),
    value=hostile,
    fix=st.just(Fix())
    | st.builds(
        Fix, hostile.filter(bool), st.booleans(), _edits, refusal=st.just(""), reveals=st.none()
    ),
)
reports = st.builds(
    Report,
    st.integers(0, 9),
    st.integers(0, 9),
    st.lists(findings, max_size=4).map(sorted),
    st.lists(paths, max_size=2).map(tuple),
    st.floats(0, 9),
    silenced=st.integers(0, 9),
    known=st.integers(0, 9),
    fixed=st.just(()),
)


def rename(result: Report, paths: list[str]) -> Report:
    """Return the same findings, in these files by turns."""
    pairs = zip(result.diagnostics, cycle(paths), strict=False)
    return result._replace(diagnostics=sorted(one._replace(path=path) for one, path in pairs))


def move(result: Report, lines: int) -> Report:
    """Return the same findings some lines further down."""
    return result._replace(
        diagnostics=[
            one._replace(line=one.line + lines, end_line=one.end_line + lines)
            for one in result.diagnostics
        ]
    )


def render(result: Report, form: str) -> str:
    return load_reporter(form)(result, plain)
