"""Public functions that check, fix, migrate, edit and preview text; they return plain data.

Nothing is written or printed, and no settings are read but by ``migrations``; what goes in and
what comes out can be pickled, so that other machines may do the work. Unusable text or settings
raise a ConfigError, an unusable argument TypeError or ValueError.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from trellis_cfg.api.arguments import (
    build_options,
    encode_config,
    encode_text,
    require,
    require_list,
)
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
from trellis_cfg.document.paths import format_path, format_pointer, iterate_leaves
from trellis_cfg.errors import ConfigError, EditRefused, InvalidDocument, LeftAlone, SettingsError
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.lint.class_use import is_integer
from trellis_cfg.lint.fixer import FixChoice, fix_data
from trellis_cfg.lint.linter import lint
from trellis_cfg.lint.options import Facts, UserSchema
from trellis_cfg.lint.rules import RULES, page
from trellis_cfg.lint.rules import Page as RulePage
from trellis_cfg.migrations import MIGRATIONS, Migration, project_migrations
from trellis_cfg.migrations import migrate as _migrate
from trellis_cfg.preview.facts import CODES, PlainValue, PreviewOptions, figures, preview_row
from trellis_cfg.preview.resume import File
from trellis_cfg.preview.resume import resume as resume_run
from trellis_cfg.restore import Effect, Stage
from trellis_cfg.rewrite.assign import Assignment, assign, erase, parse_pattern
from trellis_cfg.settings import load_settings

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
    "ResumeChange",
    "Resumed",
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
    "resume",
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


class ResumeChange(NamedTuple):
    """A value that differs, by its JSON pointer, and what it does to a run that is resumed.

    ``old`` or ``new`` is None where the key is absent. ``effect`` is "acts", "partly", "ignored",
    "silent", "fails" or "unknown"; a failure has a ``stage``: "start", "load" or "step". ``place``
    is the ``file:line`` of the trainer that decides it, if its code is known.
    """

    pointer: str
    old: object
    new: object
    effect: Effect
    stage: Stage | None
    reason: str
    advice: str
    place: str


class Resumed(NamedTuple):
    """What resuming a run means: the last whole step, later ones that are not whole, with reasons.

    ``figures`` are those of a preview from that step on.
    """

    step: int
    incomplete: dict[int, str]
    changes: tuple[ResumeChange, ...]
    findings: tuple[Diagnostic, ...]
    figures: dict[str, PlainValue]


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
    require(isinstance(path, str), "path", "str", path)
    options = build_options(facts, checkout, select, ignore)
    return tuple(lint(path, encode_config(config), options))


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
    require(isinstance(unsafe, bool), "unsafe", "True or False", unsafe)
    file = ConfigFile("config.json", named=True)
    options = build_options(facts, checkout, select, ignore)
    fixed = fix_data(file, encode_text(text), options, FixChoice(unsafe))
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
    require(isinstance(path, str), "path", "str", path)
    require(is_integer(start), "start", "an integer", start)
    require(start >= 0, "start", "0 or more", start, ValueError)
    if seconds_per_step is not None:
        is_number = isinstance(seconds_per_step, int | float)
        require(is_number, "seconds_per_step", "a number", seconds_per_step)
        is_time = 1e-6 <= seconds_per_step <= 1e9  # noqa: PLR2004  as --seconds-per-step
        require(is_time, "seconds_per_step", "from 1e-6 to 1e9", seconds_per_step, ValueError)
    options = build_options(facts, checkout, CODES)
    question = PreviewOptions(options, start, seconds_per_step)
    row = preview_row(path, encode_config(config), question)
    return Previewed(figures(row), row.findings)


def rules() -> tuple[RulePage, ...]:
    """Return the rules, by code: name, severity, a line of summary, a body in Markdown, a fix."""
    return tuple(map(page, RULES))


def resume(  # noqa: PLR0913  a keyword an option
    run_dir: str,
    config: str | bytes | None = None,
    *,
    against: str | bytes | None = None,
    step: int | None = None,
    facts: Facts | None = None,
    checkout: str | None = None,
) -> Resumed:
    """Return what a config does to the run in a folder if it is resumed with it.

    Without ``config``, or ``against``, the config that the run was trained with, it is the one in
    the folder. ``step`` is that of the checkpoint, by default the last whole one. No checkpoint is
    loaded. Raises ConfigError if there is nothing to resume, or a config cannot be read, and what
    ``check`` raises.
    """
    require(isinstance(run_dir, str), "run_dir", "str", run_dir)
    require(step is None or is_integer(step), "step", "an integer", step)
    new, old = (
        None if each is None else File(name, encode_config(each))
        for name, each in (("config.json", config), ("against", against))
    )
    options = build_options(facts, checkout)
    resumed = resume_run(run_dir, new, old, options, step)
    changes = tuple(
        ResumeChange(format_pointer(change.path), change.old, change.new, **outcome._asdict())
        for change, outcome in resumed.decided
    )
    preview_figures = figures(resumed.row)
    return Resumed(resumed.step, resumed.incomplete, changes, resumed.findings, preview_figures)


def migrations(folder: str = ".") -> tuple[Migration, ...]:
    """Return the migrations of the project that a folder belongs to: the built-in one and its own.

    Raises SettingsError, with ``path`` and line, for settings that cannot be used.
    """
    require(isinstance(folder, str), "folder", "str", folder)
    return project_migrations(load_settings(folder))


def migrate(
    text: str, through: Sequence[Migration] = MIGRATIONS, *, revert: bool = False
) -> Edited:
    """Return a config brought through migrations, or back; every other character stays.

    Raises a ConfigError, with line and column: InvalidDocument for text that is not JSON,
    EditRefused for an edit that is ambiguous, LeftAlone for an undoing that would lose a value
    that somebody set.
    """
    require_list("through", through, "migrations", Migration)
    require(isinstance(revert, bool), "revert", "True or False", revert)
    document = Document(encode_text(text))
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
    document = Document(encode_text(text))
    values = {} if values is None else values
    require(isinstance(values, Mapping), "values", "a mapping", values)
    require(isinstance(after, str | None), "after", "str", after)
    require_list("values", values.keys(), "keys")
    require_list("unset", unset, "keys")
    texts = (json.dumps(each, ensure_ascii=False, allow_nan=False) for each in values.values())
    raws = [encode_text(text).decode() for text in texts]
    assignments = map(Assignment, map(parse_pattern, values), raws)
    new = assign(document, *assignments, after=after)
    for key in unset:
        new = erase(new, parse_pattern(key))
    return _edited(document, new)


def _edited(old: Document, new: Document) -> Edited:
    if new is old:
        return Edited(new.text, ())
    before, after = (
        {
            format_path(at): json.dumps(leaf, ensure_ascii=False)
            for at, leaf in iterate_leaves(value)
        }
        for value in (old.value, new.value)
    )
    changes = [
        f"{path}: {before.get(path, 'absent')} -> {after.get(path, 'absent')}"
        for path in dict.fromkeys([*before, *after])
        if before.get(path) != after.get(path)
    ]
    return Edited(new.text, tuple(changes))
