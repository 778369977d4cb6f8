"""Why an operation does not change a document, with the place."""

from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import Path, dotted
from trellis_cfg.errors import EditRefused, LeftAlone


def refused(document: Document, offset: int, message: str) -> EditRefused:
    """Return the error for an edit that would be a guess."""
    return EditRefused(message, **document.place(offset)._asdict())


def left_alone(document: Document, path: Path, message: str) -> LeftAlone:
    """Return the error for an undoing that would lose something at ``path``."""
    return LeftAlone(message, **document.place_of_value(path)._asdict())


def refuse_element(document: Document, path: Path, verb: str) -> None:
    """Raise EditRefused if ``path`` leads to an array's element, which has no key."""
    if isinstance(path[-1], int):
        message = f"{dotted(path)} is an array's element, no key that can be {verb}"
        raise refused(document, document.start(path), message)
