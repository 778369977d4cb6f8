"""The upgrade and edits as functions: text in, text and what was changed out, nothing written."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import Path, dotted
from trellis_cfg.editing import Assignment, assign, erase, pattern
from trellis_cfg.migrations import MIGRATIONS, Migration, of_project
from trellis_cfg.migrations import migrate as _migrate
from trellis_cfg.settings import load


class Edited(NamedTuple):
    """A config's new text, and a line for each value that differs: ``a.b: 1 -> 2``."""

    text: str
    changes: tuple[str, ...]


def migrations(folder: str = ".") -> Sequence[Migration]:
    """Return the migrations of the project that a folder belongs to: the built-in one and its own.

    Raises trellis_cfg.errors.SettingsError for a declaration that cannot be used.
    """
    return of_project(load(folder))


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
    new = document = Document(text.encode("utf-8"))
    for key, value in (values or {}).items():
        raw = json.dumps(value, ensure_ascii=False, allow_nan=False)
        new = assign(new, Assignment(pattern(key), raw), after)
    for key in unset:
        new = erase(new, pattern(key))
    return _edited(document, new)


def _edited(old: Document, new: Document) -> Edited:
    return Edited(new.text, tuple(_changes(old.value, new.value)) if new is not old else ())


def _changes(old: object, new: object) -> list[str]:
    before, after = (
        {dotted(path): json.dumps(leaf, ensure_ascii=False) for path, leaf in _leaves(value)}
        for value in (old, new)
    )
    return [
        f"{path}: {before.get(path, 'absent')} -> {after.get(path, 'absent')}"
        for path in dict.fromkeys([*before, *after])
        if before.get(path) != after.get(path)
    ]


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
