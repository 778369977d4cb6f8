"""The lint, the upgrade, edits and the preview as functions: text in, plain data out.

Nothing is written, printed or kept, and no settings are read; what goes in and what comes out can
be pickled, so that other machines may do the work.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import Path, format_path, format_pointer
from trellis_cfg.errors import ConfigError, EditRefused, InvalidDocument, LeftAlone, SettingsError
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.lint.class_use import MAX, is_integer
from trellis_cfg.lint.fixer import FixChoice, fix_data
from trellis_cfg.lint.linter import lint
from trellis_cfg.lint.options import Facts, LintOptions
from trellis_cfg.lint.rules import select_codes
from trellis_cfg.migrations import MIGRATIONS, Migration, project_migrations
from trellis_cfg.migrations import migrate as _migrate
from trellis_cfg.preview.facts import CODES, PlainValue, PreviewOptions, figures, preview_row
from trellis_cfg.preview.resume import File, ResumeOptions
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
    "Fixed",
    "InvalidDocument",
    "LeftAlone",
    "Migration",
    "Previewed",
    "ResumeChange",
    "Resumed",
    "SettingsError",
    "check",
    "edit",
    "fix",
    "migrate",
    "migrations",
    "preview",
    "resume",
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
    profile = LintOptions(_select_codes(select, ignore), _validate(facts))
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
    file = ConfigFile("config.json", named=True)
    options = LintOptions(_select_codes(select, ignore), _validate(facts))
    fixed = fix_data(file, _encode(text), options, FixChoice(unsafe))
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
    Raises ValueError for a step below 0, and for seconds that are not more than 0 and finite.
    """
    _require(is_integer(start), "start", "an integer", start)
    _require(start >= 0, "start", "0 or more", start, ValueError)
    if seconds_per_step is not None:
        is_number = isinstance(seconds_per_step, int | float)
        _require(is_number, "seconds_per_step", "a number", seconds_per_step)
        is_time = 0 < seconds_per_step < float("inf")
        _require(is_time, "seconds_per_step", "more than 0", seconds_per_step, ValueError)
    profile = LintOptions(select_codes(CODES), _validate(facts))
    question = PreviewOptions(profile, None, start, seconds_per_step)
    row = preview_row(path, _bytes(config), question)
    return Previewed(figures(row), row.findings)


def resume(
    run_dir: str,
    config: str | bytes | None = None,
    *,
    against: str | bytes | None = None,
    step: int | None = None,
    facts: Facts | None = None,
) -> Resumed:
    """Return what a config does to the run in a folder if it is resumed with it.

    Without ``config``, or ``against``, the config that the run was trained with, it is the one in
    the folder. ``step`` is that of the checkpoint, by default the last whole one. No checkpoint is
    loaded. Raises ConfigError if there is nothing to resume, or a config cannot be read.
    """
    if step is not None:
        _require(is_integer(step), "step", "an integer", step)
    new, old = (
        None if each is None else File(name, _bytes(each))
        for name, each in (("config.json", config), ("against", against))
    )
    question = ResumeOptions(LintOptions(facts=_validate(facts)), None, step)
    resumed = resume_run(run_dir, new, old, question)
    changes = (
        ResumeChange(
            format_pointer(change.path),
            change.old,
            change.new,
            outcome.effect,
            outcome.stage,
            outcome.reason,
            outcome.advice,
            outcome.place,
        )
        for change, outcome in resumed.decided
    )
    return Resumed(
        resumed.step, resumed.incomplete, tuple(changes), resumed.findings, figures(resumed.row)
    )


def _bytes(config: str | bytes) -> bytes:
    """Return the content of a file; half a surrogate pair becomes a finding, not an error."""
    _require(isinstance(config, str | bytes), "config", "str or bytes", config)
    return config.encode("utf-8", "surrogatepass") if isinstance(config, str) else config


def _encode(text: str) -> bytes:
    """Return a text in UTF-8; raises ValueError for half a surrogate pair, which has none there."""
    _require(isinstance(text, str), "text", "str", text)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        message = f"half a surrogate pair at offset {error.start}: UTF-8 cannot encode it"
        raise ValueError(message) from None


def _select_codes(select: Sequence[str], ignore: Sequence[str]) -> frozenset[str]:
    for name, codes in (("select", select), ("ignore", ignore)):
        _require(not isinstance(codes, str), name, "a list of codes", codes)
    return select_codes(select, ignore)


def _validate(facts: Facts | None) -> Facts:
    """Return the facts; raises TypeError or ValueError for a number that is none of its kind."""
    facts = Facts() if facts is None else facts
    _require(isinstance(facts, Facts), "facts", "api.Facts", facts)
    for name in ("gpus", "nodes", "dataset_size"):
        number = getattr(facts, name)
        if number is not None or name == "nodes":
            _require(is_integer(number), name, "an integer", number)
            _require(0 < number <= MAX, name, "more than 0, in 64 bits", number, ValueError)
    return facts


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

    Raises SettingsError for a declaration that cannot be used.
    """
    return project_migrations(load_settings(folder))


def migrate(
    text: str, through: Sequence[Migration] = MIGRATIONS, *, revert: bool = False
) -> Edited:
    """Return a config brought through migrations, or back; every other character stays.

    Raises ConfigError, with line and column, for text that is no JSON, an edit
    that would be a guess, or an undoing that would lose a value that somebody set.
    """
    document = Document(_encode(text))
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
    document = Document(_encode(text))
    _require(not isinstance(unset, str), "unset", "a list of keys", unset)
    assignments = [
        Assignment(parse_pattern(key), _encode(_dump(value)).decode())
        for key, value in (values or {}).items()
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
