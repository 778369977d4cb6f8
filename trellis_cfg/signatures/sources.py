"""The files of a checkout as syntax trees: each read and parsed within bounds, or not at all."""

import ast
import os
import re
import warnings
from typing import NamedTuple

from trellis_cfg.signatures.prints import fingerprint, listing

_TOTAL = 3 << 19
_FILES = 600
"""Bytes of all files, and files that are parsed."""
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_ENCODINGS = ("utf-8", "latin-1", "ascii", "iso-8859-1", "cp1252", "gbk", "gb18030", "euc-kr")
_BOM = b"\xef\xbb\xbf"

Parts = tuple[str, ...]


class File(NamedTuple):
    """A module's file, relative to the checkout; ``tree`` is None where it cannot be parsed."""

    path: str
    parts: Parts
    is_package: bool
    tree: ast.Module | None


class Sources:
    """Reads the modules below ``root``; ``seen`` tells what an answer depends on.

    ``seen`` maps each path that was looked at to a digest of its content; None where it was no
    file, and for a folder that of its names.
    """

    def __init__(self, root: str) -> None:
        """Start with nothing read."""
        self.root = root
        self.seen: dict[str, str | None] = {}
        self._files: dict[str, File] = {}
        self._left = _TOTAL

    def find(self, parts: Parts) -> File | None:
        """Return the module of a dotted name; one without a tree for a folder of modules."""
        if not parts or not all(part.isidentifier() for part in parts):
            return None
        base = os.path.join(*parts)
        for path, is_package in ((os.path.join(base, "__init__.py"), True), (f"{base}.py", False)):
            found = self.file(path, parts, is_package=is_package)
            if found:
                return found
        is_folder = self._is_folder(base)
        return File(base, parts, is_package=True, tree=ast.Module([], [])) if is_folder else None

    def file(self, path: str, parts: Parts, *, is_package: bool = False) -> File | None:
        """Return the module of a file; None where there is none."""
        if path in self._files:
            return self._files[path]
        if path in self.seen and self.seen[path] is None:
            return None
        data = self.content(path)
        if data is None and self.seen[path] is None:
            return None
        tree = self._tree(data) if data is not None else None
        self._files[path] = File(path, parts, is_package, tree)
        return self._files[path]

    def content(self, path: str) -> bytes | None:
        """Return the bytes of a file; None where there is none, or it is too large."""
        full = os.path.join(self.root, path)
        data, self.seen[path] = fingerprint(full)
        return data

    def scripts(self, folder: str) -> list[str]:
        """Return the sorted names of the Python files in a folder; none of one too large."""
        names, self.seen[os.path.join(folder, "")] = listing(os.path.join(self.root, folder))
        return names

    def _is_folder(self, base: str) -> bool:
        is_folder = os.path.isdir(os.path.join(self.root, base))
        self.seen[os.path.join(base, ".")] = "folder" if is_folder else None
        return is_folder

    def _tree(self, data: bytes) -> ast.Module | None:
        """Parse a module; None for what is no Python, or more than may be spent."""
        self._left -= len(data)
        if self._left < 0 or len(self._files) >= _FILES:
            return None
        return parsed(data)


def parsed(data: bytes) -> ast.Module | None:
    """Return the syntax tree of a module's bytes; None for what is no Python in a known code."""
    text = _decoded(data)
    if text is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _decoded(data: bytes) -> str | None:
    encoding = "utf-8"
    for line in data.removeprefix(_BOM).split(b"\n", 2)[:2]:
        found = _COOKIE.match(line)
        if found:
            encoding = found.group(1).decode("ascii", "replace").lower().replace("_", "-")
            break
    encoding = {"utf8": "utf-8", "latin1": "latin-1"}.get(encoding, encoding)
    if encoding not in _ENCODINGS:
        return None
    try:
        return data.removeprefix(_BOM).decode(encoding)
    except UnicodeDecodeError:
        return None
