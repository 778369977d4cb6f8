"""Format the change of a file as a unified diff for ``git apply`` and ``patch``."""

import os
from collections.abc import Iterator
from difflib import unified_diff
from io import StringIO

from trellis_cfg.errors import FileRefused

_ESCAPES = {code: f"\\{code:03o}" for code in (*range(32), 127)}
_ESCAPES |= {
    ord(raw): f"\\{letter}" for raw, letter in zip('\a\b\t\n\v\f\r"\\', 'abtnvfr"\\', strict=True)
}


def format_diff(path: str, old: str, new: str) -> Iterator[str]:
    """Yield the lines of a diff, each with its line end.

    Lines end at LF only, as for git: a CR is part of the line.
    """
    before, after = (list(StringIO(text, newline="\n")) for text in (old, new))
    for line in unified_diff(before, after, _format_name("a", path), _format_name("b", path)):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _format_name(side: str, path: str) -> str:
    """Return the real path below ``a/`` or ``b/``, relative to the working folder, quoted like git.

    A tab marks the end of a name with a blank, for ``patch``. Raises FileRefused for a file outside
    the working folder, which no tool would patch.
    """
    below = os.path.relpath(os.path.realpath(path)).replace(os.sep, "/")
    if below.startswith("../"):
        raise FileRefused(
            "outside the working folder, where no patch applies: run in a folder above it"
        )
    name = f"{side}/{below}"
    quoted = name.translate(_ESCAPES)
    if quoted != name:
        return f'"{quoted}"'
    return f"{name}\t" if " " in name else name
