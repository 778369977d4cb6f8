"""A change of one file as a unified diff that ``git apply`` and ``patch`` take."""

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


def diff_lines(path: str, old: str, new: str) -> Iterator[str]:
    """Yield the lines of the diff, each with its line end.

    Lines end at LF alone, as they do for git: a CR before it, or a lone one, is part of the line.
    """
    for line in unified_diff(_lines(old), _lines(new), _name("a", path), _name("b", path)):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]


def _name(side: str, path: str) -> str:
    """Return the real path below ``a/`` or ``b/``, from the working folder on, quoted as git does.

    A name with a blank ends with a tab, so that ``patch`` knows where it ends. Raises FileRefused
    for a file outside the working folder: no tool would patch it.
    """
    below = os.path.relpath(os.path.realpath(path)).replace(os.sep, "/")
    if below.startswith("../"):
        raise FileRefused("stands outside the working folder: no patch can name it; run above it")
    name = f"{side}/{below}"
    quoted = "".join(_ESCAPES.get(character, character) for character in name)
    if quoted != name:
        return f'"{quoted}"'
    return f"{name}\t" if " " in name else name
