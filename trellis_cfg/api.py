"""Public functions that check, fix, migrate, edit and preview text; they return plain data.

Nothing is written or printed, and no settings are read but by ``migrations``; what goes in and
what comes out can be pickled, so that other machines may do the work. Unusable text or settings
raise a ConfigError, an unusable argument TypeError or ValueError.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from trellis_cfg.diagnostics import (
    Diagnostic,
    Fix,
    Range,
    Related,
    Replacement,
    Severity,
    SourceLine,
)
from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import Path, format_path
from trellis_cfg.errors import ConfigError, EditRefused, InvalidDocument, LeftAlone, SettingsError
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.lint.class_use import MAX, is_integer
from trellis_cfg.lint.fixer import FixChoice, fix_data
from trellis_cfg.lint.linter import lint
from trellis_cfg.lint.options import Facts, LintOptions, UserSchema
from trellis_cfg.lint.rules import RULES, page, select_codes
from trellis_cfg.lint.rules import Page as RulePage
from trellis_cfg.migrations import MIGRATIONS, Migration, project_migrations
from trellis_cfg.migrations import migrate as _migrate
from trellis_cfg.preview.facts import CODES, PlainValue, PreviewOptions, figures, preview_row
from trellis_cfg.rewrite.assign import Assignment, assign, erase, parse_pattern
from trellis_cfg.settings import load_settings
from trellis_cfg.source import CheckoutFinder, find_checkout

__all__ = [
    "ConfigError",
    "Diagnostic",
    "EditRefused",
    "Edited",
    "Facts",
    "Fix",
    "Fixed",
    "InvalidDocument",
    "LeftAlone",
    "Migration",
    "PlainValue",
    "Previewed",
    "Range",
    "Related",
    "Replacement",
    "RulePage",
    "SettingsError",
    "Severity",
    "SourceLine",
    "UserSchema",
    "check",
    "edit",
    "fix",
    "migrate",
    "migrations",
    "preview",
    "rules",
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

    A figure is None where it is not known, or does not apply. Limits and intervals are in steps,
    ``samples`` in samples of the dataset, ``hours`` in hours.
    """

    figures: dict[str, PlainValue]
    findings: tuple[Diagnostic, ...]


def check(  # noqa: PLR0913  a keyword an option
    config: str | bytes,
    *,
    path: str = "config.json",
    facts: Facts | None = None,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    checkout: str | None = None,
) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a config, by its place; invalid JSON is a finding, too.

    ``path`` is what findings call it; nothing is read there. ``select`` and ``ignore`` are codes,
    prefixes or names of rules. ``checkout`` is the folder of the training code, whose classes the
    config is then checked against; each process reads it once.

    Raises ValueError for a code that no rule has, a fact out of range, and a folder without
    trainers; SettingsError for a schema among the facts that is not valid.
    """
    _require(isinstance(path, str), "path", "str", path)
    options = _build_options(_select_codes(select, ignore), facts, checkout)
    return tuple(lint(path, _bytes(config), options))


def fix(  # noqa: PLR0913  a keyword an option
    text: str,
    *,
    unsafe: bool = False,
    facts: Facts | None = None,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    checkout: str | None = None,
) -> Fixed:
    """Return a config with its findings fixed, as far as that is safe, and what remains.

    With ``unsafe``, fixes apply that change what the config does, too. Every other character
    stays; a fix that would bring a new error is not applied. The other parameters and the errors
    are those of ``check``.
    """
    _require(isinstance(unsafe, bool), "unsafe", "True or False", unsafe)
    file = ConfigFile("config.json", named=True)
    options = _build_options(_select_codes(select, ignore), facts, checkout)
    fixed = fix_data(file, _encode(text), options, FixChoice(unsafe))
    applied = tuple(f"{each.code}: {each.fix.title}" for each in fixed.applied)
    return Fixed(fixed.data.decode("utf-8"), applied, tuple(fixed.linted.findings))


def preview(  # noqa: PLR0913  a keyword an option
    config: str | bytes,
    *,
    path: str = "config.json",
    facts: Facts | None = None,
    start: int = 0,
    seconds_per_step: float | None = None,
    checkout: str | None = None,
) -> Previewed:
    """Return what a config's limits mean: for text that is not a config, only findings.

    ``start`` is the step that is resumed. Without ``gpus`` among the facts, one is assumed. The
    figure ``hours`` needs ``seconds_per_step``. The other parameters are those of ``check``.

    Raises ValueError for a step below 0, for seconds that are not from 1e-6 to 1e9, and for facts
    and a checkout as ``check`` does.
    """
    _require(isinstance(path, str), "path", "str", path)
    _require(is_integer(start), "start", "an integer", start)
    _require(start >= 0, "start", "0 or more", start, ValueError)
    if seconds_per_step is not None:
        is_number = isinstance(seconds_per_step, int | float)
        _require(is_number, "seconds_per_step", "a number", seconds_per_step)
        is_time = 1e-6 <= seconds_per_step <= 1e9  # noqa: PLR2004  as --seconds-per-step
        _require(is_time, "seconds_per_step", "from 1e-6 to 1e9", seconds_per_step, ValueError)
    options = _build_options(select_codes(CODES), facts, checkout)
    question = PreviewOptions(options, None, start, seconds_per_step)
    row = preview_row(path, _bytes(config), question)
    return Previewed(figures(row), row.findings)


def rules() -> tuple[RulePage, ...]:
    """Return the rules, by code: name, severity, a line of summary, a body in Markdown, a fix."""
    return tuple(map(page, RULES))


def _bytes(config: str | bytes) -> bytes:
    """Return the content of a file; a lone surrogate becomes a finding, not an error."""
    _require(isinstance(config, str | bytes), "config", "str or bytes", config)
    return config.encode("utf-8", "surrogatepass") if isinstance(config, str) else config


def _encode(text: str) -> bytes:
    """Return a text in UTF-8; raises ValueError for a lone surrogate, which has none there."""
    _require(isinstance(text, str), "text", "str", text)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        message = f"lone surrogate at offset {error.start}: UTF-8 cannot encode it"
        raise ValueError(message) from None


def _select_codes(select: Collection[str], ignore: Collection[str]) -> frozenset[str]:
    _require_list("select", select, "codes")
    _require_list("ignore", ignore, "codes")
    return select_codes(select, ignore)


def _build_options(codes: frozenset[str], facts: Facts | None, checkout: str | None) -> LintOptions:
    """Return the options; raises TypeError or ValueError for an unusable fact or folder."""
    facts = Facts() if facts is None else facts
    _require(isinstance(facts, Facts), "facts", "api.Facts", facts)
    for name in ("gpus", "nodes", "dataset_size"):
        number = getattr(facts, name)
        if number is not None or name == "nodes":
            _require(is_integer(number), name, "an integer", number)
            _require(0 < number <= MAX, name, "more than 0, in 64 bits", number, ValueError)
    _require(isinstance(facts.runtime, bool), "runtime", "True or False", facts.runtime)
    schema = facts.schema
    is_schema = isinstance(schema, UserSchema) and isinstance(schema.data, bytes)
    _require(schema is None or is_schema, "schema", "api.UserSchema, with bytes", schema)
    _require(facts.source is None, "source", "None: the folder is an argument", facts.source)
    if facts.migrations is not None:
        _require_list("migrations", facts.migrations, "migrations", Migration)
        facts = facts._replace(migrations=tuple(facts.migrations))
    return LintOptions(codes, facts, checkouts=_find_checkout(checkout))


def _find_checkout(folder: str | None) -> CheckoutFinder | None:
    if folder is None:
        return None
    _require(isinstance(folder, str), "checkout", "str", folder)
    checkout = find_checkout(folder)
    if checkout is None:
        raise ValueError(f"no package with trainers/ and models/ or datasets/ in {folder!r}")
    return CheckoutFinder((checkout,))


def _require_list(name: str, values: Collection[object], noun: str, item: type = str) -> None:
    """Raise TypeError for a single value, or one in a list that is not an ``item``."""
    is_list = isinstance(values, Collection) and not isinstance(values, str | bytes | item)
    is_typed = is_list and all(isinstance(each, item) for each in values)
    _require(is_typed, name, f"a list of {noun}", values)


def _require(
    holds: bool,  # noqa: FBT001  what is required
    name: str,
    expected: str,
    value: object,
    error: type[Exception] = TypeError,
) -> None:
    if not holds:
        raise error(f"{name} must be {expected}, not {value!r:.80}")


def migrations(folder: str = ".") -> tuple[Migration, ...]:
    """Return the migrations of the project that a folder belongs to: the built-in one and its own.

    Raises SettingsError, with ``path`` and line, for settings that cannot be used.
    """
    _require(isinstance(folder, str), "folder", "str", folder)
    return project_migrations(load_settings(folder))


def migrate(
    text: str, through: Sequence[Migration] = MIGRATIONS, *, revert: bool = False
) -> Edited:
    """Return a config brought through migrations, or back; every other character stays.

    Raises a ConfigError, with line and column: InvalidDocument for text that is not JSON,
    EditRefused for an edit that is ambiguous, LeftAlone for an undoing that would lose a value
    that somebody set.
    """
    _require_list("through", through, "migrations", Migration)
    _require(isinstance(revert, bool), "revert", "True or False", revert)
    document = Document(_encode(text))
    return _edited(document, _migrate(document, through, revert=revert))


def edit(
    text: str,
    values: Mapping[str, object] | None = None,
    *,
    unset: Collection[str] = (),
    after: str | None = None,
) -> Edited:
    """Return a config with values set and keys taken out; every other character stays.

    A key is an argument of the trainer, or a dotted path from the top; ``*`` stands for any one
    key. Values are what ``json.dumps`` takes. A new key goes ``after`` that sibling, or last.

    Raises ValueError or TypeError for a key or a value that is not one, InvalidDocument for text
    that is not JSON, and EditRefused where a path leads nowhere. Edits are not linted.
    """
    document = Document(_encode(text))
    values = {} if values is None else values
    _require(isinstance(values, Mapping), "values", "a mapping", values)
    _require(isinstance(after, str | None), "after", "str", after)
    _require_list("values", values.keys(), "keys")
    _require_list("unset", unset, "keys")
    assignments = [
        Assignment(parse_pattern(key), _encode(_dump(value)).decode())
        for key, value in values.items()
    ]
    new = assign(document, *assignments, after=after)
    for key in unset:
        new = erase(new, parse_pattern(key))
    return _edited(document, new)


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


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
