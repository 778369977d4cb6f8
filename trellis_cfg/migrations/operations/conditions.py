"""Where an operation is meant: conditions on other places of the config."""

from collections.abc import Sequence
from typing import NamedTuple

from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import Edit, apply
from trellis_cfg.document.paths import Path, matches, parse_path
from trellis_cfg.migrations.operations.values import Json

Pattern = tuple[str, ...]


class When(NamedTuple):
    """A condition: some place that ``path`` names has this value.

    A ``*`` of the operation's own path means the same key here, if the same keys stand before it.
    """

    path: str
    value: Json


def holds(when: Sequence[When], value: object, pattern: Pattern, place: Path) -> bool:
    """Tell whether all conditions hold for one place that an operation's ``pattern`` names."""
    return all(_holds(condition, value, pattern, place) for condition in when)


def meant(value: object, pattern: Pattern, when: Sequence[When]) -> list[tuple[Path, object]]:
    """Return path and value of the places that a pattern names, where the conditions hold."""
    found = matches(value, pattern)
    return [pair for pair in found if holds(when, value, pattern, pair[0])] if when else found


def elsewhere(when: Sequence[When], pattern: Pattern) -> list[When]:
    """Return the conditions that are not about the very place that an operation changes."""
    return [one for one in when if parse_path(one.path)[: len(pattern)] != pattern]


def undone(
    document: Document, edits: dict[Path, Edit], pattern: Pattern, when: Sequence[When]
) -> dict[Path, Edit]:
    """Return the edits that undo, by the place each brings back, where the conditions did hold."""
    if not when:
        return edits
    value = Document(apply(document.text, edits.values()).encode("utf-8")).value
    return {path: edit for path, edit in edits.items() if holds(when, value, pattern, path)}


def described(when: Sequence[When]) -> str:
    """Return the conditions as the end of a sentence; empty without any."""
    said = " and ".join(f"{one.path} = {one.value.shown()}" for one in when)
    return f" where {said}" if said else ""


def _holds(condition: When, value: object, pattern: Pattern, place: Path) -> bool:
    wanted = parse_path(condition.path)
    bound = [at for at, key in enumerate(wanted[: len(pattern)]) if _is_bound(wanted, pattern, at)]
    return any(
        all(path[at] == place[at] for at in bound) and condition.value.equals(found)
        for path, found in matches(value, wanted)
    )


def _is_bound(wanted: Pattern, pattern: Pattern, at: int) -> bool:
    """Tell whether the parts at ``at`` are the same star, of the same parent."""
    return wanted[at] == "*" and wanted[: at + 1] == pattern[: at + 1]
