"""Tables of cases: all that the linter reports of a config, with all rules on."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from textwrap import dedent
from typing import Any, NamedTuple

import pytest

from tests.lint.rules.configs import GONE, SOUND, Config, changed, written
from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.lint.linter import lint
from trellis_cfg.lint.options import Facts, LintOptions
from trellis_cfg.lint.rules import select_codes
from trellis_cfg.lint.runner import lint_files

CONFIGS = Path(__file__).parents[3] / "configs"

_NO_FACTS = Facts()
_SETTING = re.compile(r" *(?:-(?P<gone>[\w.$]+)|(?P<key>[\w.$-]+)=(?P<name>\w+(?={))?)")


class Case(NamedTuple):
    """A file, the facts about its run, and all findings.

    A finding is ``line:column severity CODE message``, a related place ``+line:column label``;
    either may end early with an ellipsis. Without ``data``, the file at ``path`` is read.
    """

    data: bytes | None
    findings: tuple[str, ...]
    facts: Facts
    path: str = "config.json"


Table = Mapping[str, Mapping[str, Case]]
"""Code to situation to case."""


def case(
    base: Config, changes: Mapping[str, object], *findings: str, facts: Facts = _NO_FACTS
) -> Case:
    """Return a case over a base config with some of its values changed."""
    return Case(written(changed(base, changes)).encode(), findings, facts)


def raw(text: str | bytes, *findings: str, facts: Facts = _NO_FACTS) -> Case:
    """Return a case where the text matters."""
    return Case(text if isinstance(text, bytes) else text.encode(), findings, facts)


def unread(path: str, *findings: str) -> Case:
    """Return a case of a file that is named, and still to be read."""
    return Case(None, findings, _NO_FACTS, path)


def parse_cases(
    text: str, facts: Facts = _NO_FACTS, bases: Mapping[str, Config] = SOUND
) -> dict[str, Case]:
    """Return cases by situation: ``situation: base key=JSON -key --gpus=8``, then the findings.

    A key is an argument of the trainer; with a dot, a path from the top; ``-key`` removes it.
    ``Name{…}`` is a class with its arguments, what starts with ``--`` a fact. Settings may continue
    on indented lines.
    """
    cases = {}
    for block in re.split(r"\n(?! )", dedent(text).strip("\n")):
        head, *lines = (line.strip() for line in block.splitlines())
        findings = tuple(line for line in lines if re.match(r"\+?\d+:", line))
        situation, _, rest = " ".join([head, *lines[: len(lines) - len(findings)]]).partition(": ")
        base, _, settings = rest.partition(" ")
        changes = dict(parse_settings(settings))
        names = [key for key in changes if key.startswith("--")]
        known: dict[str, Any] = {key[2:].replace("-", "_"): changes.pop(key) for key in names}
        cases[situation] = case(bases[base], changes, *findings, facts=facts._replace(**known))
    return cases


def parse_settings(text: str) -> Iterator[tuple[str, object]]:
    """Yield the keys that settings change, each with its value."""
    decoder, position = json.JSONDecoder(), 0
    while position < len(text.rstrip()):
        match = _SETTING.match(text, position)
        assert match, text[position:]
        key, position = match["gone"] or match["key"], match.end()
        value: object = GONE
        if match["key"]:
            value, position = decoder.raw_decode(text, position)
        if match["name"]:
            value = {"name": match["name"], "args": value}
        is_argument = "." not in key and not key.startswith("--")
        yield f"trainer.args.{key}" if is_argument else key.removeprefix("."), value


def format_findings(diagnostics: list[Diagnostic]) -> list[str]:
    """Return diagnostics and their related places as strings."""
    lines = []
    for each in diagnostics:
        lines.append(f"{each.line}:{each.column} {each.severity} {each.code} {each.message}")
        lines += [f"+{at.range.line}:{at.range.column} {at.label}" for at in each.related]
    return lines


def findings(case: Case) -> list[str]:
    """Return all that the linter reports of a case."""
    options = LintOptions(select_codes(), case.facts)
    if case.data is None:
        files = [ConfigFile(case.path, named=True)]
        return format_findings(lint_files(files, options).diagnostics)
    return format_findings(lint(case.path, case.data, options))


def abridged(lines: list[str], expected: tuple[str, ...]) -> list[str]:
    """Return findings, each cut where the expectation ends with an ellipsis."""
    return [_abridge(*pair) for pair in zip_longest(lines, expected) if pair[0] is not None]


def _abridge(line: str, expected: str | None) -> str:
    is_open = expected is not None and expected.endswith("…")
    return expected if is_open and expected and line.startswith(expected[:-1]) else line


def codes(lines: list[str]) -> list[str]:
    """Return the codes of findings as strings."""
    return [line.split()[2] for line in lines if not line.startswith("+")]


def reports(table: Table) -> Callable[[Case], None]:
    """Return the test that the linter reports what each case expects, and nothing else."""
    params = [
        pytest.param(case, id=f"{code}-{situation}")
        for code, cases in table.items()
        for situation, case in cases.items()
    ]

    @pytest.mark.parametrize("case", params)
    def test(case: Case) -> None:
        assert abridged(findings(case), case.findings) == list(case.findings)

    return test
