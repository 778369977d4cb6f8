"""The file that holds a user's schema, as it was read."""

from typing import NamedTuple

from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import Path
from trellis_cfg.errors import SettingsError


class UserSchema(NamedTuple):
    """Path and content of a schema: all that travels to another process."""

    path: str
    data: bytes


def refusal(
    source: UserSchema, document: Document, at: Path, message: str, *, on_key: bool = False
) -> SettingsError:
    """Return the error for a schema that cannot be used, placed at a value or its key."""
    entry = document.find(at)
    offset = document.root.start
    if entry is not None:
        offset = entry.start if on_key else entry.value
    return SettingsError(message, source.path, **document.place(offset)._asdict())
