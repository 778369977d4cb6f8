"""Fixes: what rules offer, placed as edits of a file."""

import re
from typing import TYPE_CHECKING, NamedTuple

from trellis_cfg.diagnostics import Fix, Range, Replacement
from trellis_cfg.document.operations import move_key, remove_key, rename_key, set_value
from trellis_cfg.document.paths import Path, format_pointer
from trellis_cfg.document.paths import format_path as format_whole_path
from trellis_cfg.errors import ConfigError
from trellis_cfg.lint.wording import format_path, format_value, shorten

if TYPE_CHECKING:
    from trellis_cfg.document.document import Document
    from trellis_cfg.document.edits import Edit
    from trellis_cfg.document.locate import Lines
    from trellis_cfg.document.operations import Operation

_LARGEST_EXACT = 2**53
"""Above, a float may not be the integer that its author wrote."""


class Offer(NamedTuple):
    """A fix that a rule offers: a title, and operations; or edits where it knows the place.

    What is wrong in the object at ``reveals`` could not be seen before.
    """

    title: str
    operations: "tuple[Operation, ...]" = ()
    is_safe: bool = False
    edits: "tuple[Edit, ...]" = ()
    reveals: Path | None = None


def place_fix(offer: Offer, document: "Document | None", lines: "Lines") -> Fix:
    """Return the fix with its edits, or with the reason why there is no place for them."""
    edits = [*offer.edits]
    try:
        for operation in offer.operations:
            edits += operation(document) if document else ()
    except ConfigError as error:
        return Fix(offer.title, offer.is_safe, refusal=error.message)
    placed = (
        Replacement(*edit, Range(*lines.place(edit.start), *lines.place(edit.end)))
        for edit in sorted(edits)
    )
    reveals = None if offer.reveals is None else format_pointer(offer.reveals)
    return Fix(offer.title, offer.is_safe, tuple(placed), reveals=reveals)


def offer_value(path: Path, value: object) -> Offer:
    """Return the fix that writes another value."""
    return Offer(f"set {format_path(path)} to {format_value(value)}", (set_value(path, value),))


def offer_name(path: Path, name: str) -> Offer:
    """Return the fix that writes the right name of a class, whose arguments are then checked."""
    return offer_value(path, name)._replace(reveals=path[:-1])


def offer_integer(path: Path, value: object) -> Offer | None:
    """Return the fix that writes the integer which a float or a string spells, if it does."""
    if isinstance(value, float) and value.is_integer() and 0 < value <= _LARGEST_EXACT:
        return offer_value(path, int(value))._replace(is_safe=True)
    if isinstance(value, str) and re.fullmatch("[1-9][0-9]{0,17}", value):
        return offer_value(path, int(value))
    return None


def offer_rename(path: Path, key: str) -> Offer:
    """Return the fix that renames a key."""
    return Offer(f'rename "{shorten(str(path[-1]))}" to "{shorten(key)}"', (rename_key(path, key),))


def offer_move(path: Path, target: Path) -> Offer:
    """Return the fix that moves a key to another object."""
    title = f'move "{shorten(str(path[-1]))}" to {format_whole_path(target)}'
    return Offer(title, (move_key(path, target),))


def offer_removal(path: Path, *, is_safe: bool = False) -> Offer:
    """Return the fix that removes a key."""
    return Offer(f'remove "{shorten(str(path[-1]))}"', (remove_key(path),), is_safe=is_safe)
