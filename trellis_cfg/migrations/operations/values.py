"""A JSON value that carries its own spelling."""

import json
from typing import NamedTuple

from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import Path

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
        from trellis_cfg.document import written  # noqa: PLC0415  most values are scalars

        return written.laid_out(self.text, written.Look.at(document, path))

    def shown(self) -> str:
        """Return the text, cut to a readable length."""
        return self.text if len(self.text) <= _SHOWN else f"{self.text[:_SHOWN]}…"


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True)
