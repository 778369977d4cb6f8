"""Format the change of a file as a unified diff for ``git apply`` and ``patch``."""

import os
from collections.abc import Iterator
from difflib import unified_diff

from trellis_cfg.errors import FileRefused

_ESCAPES = {chr(code): f"\\{code:03o}" for code in (*range(32), 127)}
_ESCAPES |= {
    "\a": r"\a",
    "\b": r"\b",
    "\t": r"\t",
    "\n": r"\n",
    "\v": r"\v",
    "\f": r"\f",
    "\r": r"\r",
}
_ESCAPES |= {'"': r"\"", "\\": r"\\"}


def format_diff(path: str, old: str, new: str) -> Iterator[str]:
    """Yield the lines of a diff, each with its line end.

    Lines end at LF only, as for git: a CR is part of the line.
    """
    for line in unified_diff(
        _split_lines(old), _split_lines(new), _format_name("a", path), _format_name("b", path)
    ):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _split_lines(text: str) -> list[str]:
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]


def _format_name(side: str, path: str) -> str:
    """Return the real path below ``a/`` or ``b/``, relative to the working folder, quoted like git.

    A tab marks the end of a name with a blank, for ``patch``. Raises FileRefused for a file outside
    the working folder, which no tool would patch.
    """
    below = os.path.relpath(os.path.realpath(path)).replace(os.sep, "/")
    if below.startswith("../"):
        raise FileRefused("outside the working folder: no patch can name it; run in a folder above")
    name = f"{side}/{below}"
    quoted = "".join(_ESCAPES.get(character, character) for character in name)
    if quoted != name:
        return f'"{quoted}"'
    return f"{name}\t" if " " in name else name
