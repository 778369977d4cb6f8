"""The lint, the upgrade, edits and the preview as functions: text in, plain data out.

Nothing is written, printed or kept, and no settings are read; what goes in and what comes out can
be pickled, so that other machines may do the work.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import Path, format_path
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.lint.fixer import FixChoice, fix_data
from trellis_cfg.lint.linter import lint
from trellis_cfg.lint.options import Facts, LintOptions
from trellis_cfg.lint.rules import select_codes
from trellis_cfg.migrations import MIGRATIONS, Migration, project_migrations
from trellis_cfg.migrations import migrate as _migrate
from trellis_cfg.preview.facts import CODES, PlainValue, PreviewOptions, figures, preview_row
from trellis_cfg.rewrite.assign import Assignment, assign, erase, parse_pattern
from trellis_cfg.settings import load_settings

__all__ = [
    "Diagnostic",
    "Edited",
    "Facts",
    "Fixed",
    "Previewed",
    "check",
    "edit",
    "fix",
    "migrate",
    "migrations",
    "preview",
]


class Edited(NamedTuple):
    """A config's new text, and a line for each value that differs: ``a.b: 1 -> 2``."""

    text: str
    changes: tuple[str, ...]


class Fixed(NamedTuple):
    """A config's new text, a line for each fix, and the findings that remain."""

    text: str
    fixes: tuple[str, ...]
    findings: tuple[Diagnostic, ...]


class Previewed(NamedTuple):
    """What the limits of a config mean: the figures by name, and what is wrong with them.

    A figure is None where it is not known, or does not apply.
    """

    figures: dict[str, PlainValue]
    findings: tuple[Diagnostic, ...]


def check(
    config: str | bytes,
    *,
    path: str = "config.json",
    facts: Facts | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a config, by its place; text that is no JSON is a finding, too.

    The severity of a finding is "error", "warning" or "note".
    ``path`` is what findings call it; nothing is read there. ``select`` and ``ignore`` are codes,
    prefixes or names of rules. Raises ValueError for one that no rule has.
    """
    profile = LintOptions(select_codes(select, ignore), facts or Facts())
    return tuple(lint(path, _bytes(config), profile))


def fix(
    text: str,
    *,
    unsafe: bool = False,
    facts: Facts | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
) -> Fixed:
    """Return a config with its findings fixed, as far as that is safe, and what remains.

    With ``unsafe``, fixes apply that change what the config does, too. Of each fix, every other
    character stays; one that would bring a new error is not applied. ``select`` and ``ignore`` are
    as for ``check``.
    """
    file, options = ConfigFile("config.json", named=True), LintOptions(facts=facts or Facts())
    options = options._replace(codes=select_codes(select, ignore))
    fixed = fix_data(file, text.encode("utf-8"), options, FixChoice(unsafe))
    applied = tuple(f"{each.code}: {each.fix.title}" for each in fixed.applied)
    return Fixed(fixed.data.decode("utf-8"), applied, tuple(fixed.linted.findings))


def preview(
    config: str | bytes,
    *,
    path: str = "config.json",
    facts: Facts | None = None,
    start: int = 0,
    seconds_per_step: float | None = None,
) -> Previewed:
    """Return what a config's limits mean: for text that is no config, only findings.

    ``start`` is the step that is resumed. Without ``gpus`` among the facts, one is assumed.
    """
    profile = LintOptions(select_codes(CODES), facts or Facts())
    question = PreviewOptions(profile, None, start, seconds_per_step)
    row = preview_row(path, _bytes(config), question)
    return Previewed(figures(row), row.findings)


def _bytes(config: str | bytes) -> bytes:
    """Return the content of a file; half a surrogate pair becomes a finding, not an error."""
    return config.encode("utf-8", "surrogatepass") if isinstance(config, str) else config


def migrations(folder: str = ".") -> tuple[Migration, ...]:
    """Return the migrations of the project that a folder belongs to: the built-in one and its own.

    Raises trellis_cfg.errors.SettingsError for a declaration that cannot be used.
    """
    return project_migrations(load_settings(folder))


def migrate(
    text: str, through: Sequence[Migration] = MIGRATIONS, *, revert: bool = False
) -> Edited:
    """Return a config brought through migrations, or back; every other character stays.

    Raises trellis_cfg.errors.ConfigError, with line and column, for text that is no JSON, an edit
    that would be a guess, or an undoing that would lose a value that somebody set.
    """
    document = Document(text.encode("utf-8"))
    return _edited(document, _migrate(document, through, revert=revert))


def edit(
    text: str,
    values: Mapping[str, object] | None = None,
    *,
    unset: Sequence[str] = (),
    after: str | None = None,
) -> Edited:
    """Return a config with values set and keys taken out; every other character stays.

    A key is an argument of the trainer, or a dotted path from the top; ``*`` stands for any one
    key. Values are what ``json.dumps`` takes. A new key goes ``after`` that sibling, or last.
    Raises ValueError for a key or a value that is none, and ConfigError as ``migrate`` does, also
    where a path leads nowhere. The lint is not asked.
    """
    document = Document(text.encode("utf-8"))
    assignments = [
        Assignment(parse_pattern(key), json.dumps(value, ensure_ascii=False, allow_nan=False))
        for key, value in (values or {}).items()
    ]
    new = assign(document, *assignments, after=after)
    for key in unset:
        new = erase(new, parse_pattern(key))
    return _edited(document, new)


def _edited(old: Document, new: Document) -> Edited:
    if new is old:
        return Edited(new.text, ())
    before, after = (
        {format_path(path): json.dumps(leaf, ensure_ascii=False) for path, leaf in _leaves(value)}
        for value in (old.value, new.value)
    )
    changes = [
        f"{path}: {before.get(path, 'absent')} -> {after.get(path, 'absent')}"
        for path in dict.fromkeys([*before, *after])
        if before.get(path) != after.get(path)
    ]
    return Edited(new.text, tuple(changes))


def _leaves(value: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Yield path and value of every place below which there is none."""
    match value:
        case dict(members) if members:
            for key, child in members.items():
                yield from _leaves(child, (*path, key))
        case list(elements) if elements:
            for at, child in enumerate(elements):
                yield from _leaves(child, (*path, at))
        case _:
            yield path, value
