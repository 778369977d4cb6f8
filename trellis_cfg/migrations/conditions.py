"""Where an operation is meant: conditions on other places of the config."""

import json
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import Edit, apply_edits
from trellis_cfg.document.paths import Path, find_matches, format_path, parse_path
from trellis_cfg.errors import EditRefused, LeftAlone

_SHOWN = 40


class Json(NamedTuple):
    """A JSON value, as the text that is written for it: ``1e-4`` stays ``1e-4``."""

    text: str

    @classmethod
    def of(cls, value: object) -> "Json":
        """Return a value in Python's spelling."""
        return cls(json.dumps(value, ensure_ascii=False))

    @property
    def value(self) -> object:
        """What the text means."""
        return json.loads(self.text)

    def equals(self, value: object) -> bool:
        """Tell whether a parsed value is this one: true is not 1, and 1.0 is not 1."""
        return _canonical(value) == _canonical(self.value)

    def laid_out(self, document: Document, path: Path) -> str:
        """Return the text in the layout of its place in ``document``."""
        if self.text[0] not in "{[":
            return self.text
        from trellis_cfg.document import edits as edits_module  # noqa: PLC0415  most values are scalars

        return edits_module.lay_out(self.text, edits_module.Layout.at(document, path))

    def shown(self) -> str:
        """Return the text, cut to a readable length."""
        return self.text if len(self.text) <= _SHOWN else f"{self.text[:_SHOWN]}…"


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True)


Pattern = tuple[str, ...]


class Condition(NamedTuple):
    """A condition: some place that ``path`` names has this value.

    A ``*`` of the operation's own path means the same key here, if the same keys stand before it.
    """

    path: str
    value: Json


def holds(when: Sequence[Condition], value: object, pattern: Pattern, place: Path) -> bool:
    """Tell whether all conditions hold for one place that an operation's ``pattern`` names."""
    return all(_holds(condition, value, pattern, place) for condition in when)


def meant(value: object, pattern: Pattern, when: Sequence[Condition]) -> list[tuple[Path, object]]:
    """Return path and value of the places that a pattern names, where the conditions hold."""
    found = find_matches(value, pattern)
    return [pair for pair in found if holds(when, value, pattern, pair[0])] if when else found


def elsewhere(when: Sequence[Condition], pattern: Pattern) -> list[Condition]:
    """Return the conditions that are not about the very place that an operation changes."""
    return [one for one in when if parse_path(one.path)[: len(pattern)] != pattern]


def undone(
    document: Document, edits: dict[Path, Edit], pattern: Pattern, when: Sequence[Condition]
) -> dict[Path, Edit]:
    """Return the edits that undo, by the place each brings back, where the conditions did hold."""
    if not when:
        return edits
    value = Document(apply_edits(document.text, edits.values()).encode("utf-8")).value
    return {path: edit for path, edit in edits.items() if holds(when, value, pattern, path)}


def describe_value(when: Sequence[Condition]) -> str:
    """Return the conditions as the end of a sentence; empty without any."""
    said = " and ".join(f"{one.path} = {one.value.shown()}" for one in when)
    return f" where {said}" if said else ""


def _holds(condition: Condition, value: object, pattern: Pattern, place: Path) -> bool:
    wanted = parse_path(condition.path)
    bound = [at for at, key in enumerate(wanted[: len(pattern)]) if _is_bound(wanted, pattern, at)]
    return any(
        all(path[at] == place[at] for at in bound) and condition.value.equals(found)
        for path, found in find_matches(value, wanted)
    )


def _is_bound(wanted: Pattern, pattern: Pattern, at: int) -> bool:
    """Tell whether the parts at ``at`` are the same star, of the same parent."""
    return wanted[at] == "*" and wanted[: at + 1] == pattern[: at + 1]


def refused(document: Document, offset: int, message: str) -> EditRefused:
    """Return the error for an edit that would be a guess."""
    return EditRefused(message, **document.place(offset)._asdict())


def left_alone(document: Document, path: Path, message: str) -> LeftAlone:
    """Return the error for an undoing that would lose something at ``path``."""
    return LeftAlone(message, **document.place_of_value(path)._asdict())


def refuse_element(document: Document, path: Path, verb: str) -> None:
    """Raise EditRefused if ``path`` leads to an array's element, which has no key."""
    if isinstance(path[-1], int):
        message = f"{format_path(path)} is an array's element, no key that can be {verb}"
        raise refused(document, document.start(path), message)


class Operation(Protocol):
    """The contract of an operation: edits that bring a document forward, and back.

    The edits of one direction never overlap.
    """

    @property
    def is_undoable(self) -> bool:
        """Whether the old state is known, so that ``downgrade`` can bring it back."""
        ...

    def upgrade(self, document: Document) -> list[Edit]:
        """Return the edits that are still to be made; none for a document that is current."""
        ...

    def downgrade(self, document: Document) -> list[Edit]:
        """Return the edits that undo it; raises LeftAlone where they would lose something."""
        ...

    def places(self, document: Document) -> list[Path]:
        """Return where ``upgrade`` still has edits to make: a place that is there already."""
        ...

    def describe(self) -> str:
        """Return the operation in words."""
        ...
