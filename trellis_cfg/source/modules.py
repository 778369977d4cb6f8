"""The names that a module binds, in their order, and under which conditions."""

import ast
import os
import re
import warnings
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from trellis_cfg.source.cache import fingerprint, listing

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
        return parse_module(data)


def parse_module(data: bytes) -> ast.Module | None:
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


Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = ast.ClassDef | Function


class Imported(NamedTuple):
    """``import module`` or, with a name, ``from module import name``; dots are ``level``."""

    level: int
    module: str
    name: str | None = None


class Binding(NamedTuple):
    """A name that is bound at a position of its module: by an import, a definition, a value.

    ``value`` is None where what is bound cannot be told.
    """

    position: int
    name: str
    value: Imported | Definition | ast.expr | None
    is_conditional: bool


class Module:
    """A module's bindings by name; ``stars`` are what it imports everything from."""

    def __init__(self, file: File) -> None:
        """Collect the names that the body binds."""
        self.file = file
        self.path = file.path
        self.parts = file.parts
        self.body: list[ast.stmt] = file.tree.body if file.tree else []
        found = _all_bound(self.body)
        self.is_readable = file.tree is not None and found is not None
        self.bindings: dict[str, list[Binding]] = {}
        self.stars: list[Binding] = []
        self.position: dict[int, int] = {}
        for number, (name, value, conditional) in enumerate(found or ()):
            binding = Binding(number, name, value, conditional)
            if isinstance(value, ast.ClassDef):
                self.position[id(value)] = number
            (self.stars if name == "*" else self.bindings.setdefault(name, [])).append(binding)

    @property
    def package(self) -> tuple[str, ...]:
        """The dotted name that relative imports start from."""
        return self.parts if self.file.is_package else self.parts[:-1]

    def absolute(self, imported: Imported) -> Parts | None:
        """Return the dotted name of the module that an import here means; None above the top."""
        named = tuple(imported.module.split(".")) if imported.module else ()
        if not imported.level:
            return named
        above = imported.level - 1
        if above > len(self.package):
            return None
        return self.package[: len(self.package) - above] + named

    def latest_first(self, name: str, before: int | None) -> Iterator[Binding]:
        """Yield what may bind a name before a position, or at all, the last first."""
        merged = [*self.bindings.get(name, ()), *self.stars]
        for binding in sorted(merged, reverse=True, key=lambda one: one.position):
            if before is None or binding.position < before:
                yield binding

    def at(self, node: ast.AST) -> str:
        """Return where a node stands: file and line."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


_Bound = tuple[str, "Imported | Definition | ast.expr | None", bool]


def _all_bound(body: list[ast.stmt]) -> list[_Bound] | None:
    """Return what statements bind; None where they are nested too deep to be gone through."""
    try:
        return list(bound(body))
    except RecursionError:
        return None


def bound(body: Iterable[ast.stmt], *, conditional: bool = False) -> Iterator[_Bound]:
    """Yield the names that statements bind, and what to; functions are not entered."""
    for statement in body:
        match statement:
            case ast.Import() | ast.ImportFrom():
                for name, origin in _imports(statement):
                    yield name, origin, conditional
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                yield statement.name, statement, conditional
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.Delete():
                for name, value in _assigned(statement):
                    yield name, value, conditional
            case ast.If():
                yield from _branches(statement, conditional=conditional)
            case ast.With():
                yield from bound(statement.body, conditional=conditional)
            case _:
                for inner in blocks(statement):
                    yield from bound(inner, conditional=True)


def blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Yield the blocks of statements that a statement holds."""
    for _, value in ast.iter_fields(statement):
        for item in value if isinstance(value, list) else ():
            if isinstance(item, ast.ExceptHandler | ast.match_case):
                yield item.body
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            yield value


def _branches(statement: ast.If, *, conditional: bool) -> Iterator[_Bound]:
    """Yield what an ``if`` binds; what only type checkers or a script's start see is left out."""
    if is_never(statement.test):
        yield from bound(statement.orelse, conditional=conditional)
        return
    yield from bound(statement.body, conditional=True)
    yield from bound(statement.orelse, conditional=True)


def is_never(test: ast.expr) -> bool:
    """Tell whether a condition is false for a module that is imported."""
    match test:
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return True
        case ast.Constant(value=False | 0):
            return True
        case ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()]):
            return True
    return False


def _imports(statement: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, Imported]]:
    for alias in statement.names:
        if isinstance(statement, ast.ImportFrom):
            origin = Imported(statement.level, statement.module or "", alias.name)
            yield alias.asname or alias.name, origin
        elif alias.asname:
            yield alias.asname, Imported(0, alias.name)
        else:
            yield alias.name.partition(".")[0], Imported(0, alias.name.partition(".")[0])


def _assigned(
    statement: ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Delete,
) -> Iterator[tuple[str, ast.expr | None]]:
    plain = isinstance(statement, ast.Assign | ast.AnnAssign)
    targets = statement.targets if hasattr(statement, "targets") else [statement.target]
    for target in targets:
        if isinstance(target, ast.Name):
            if not (isinstance(statement, ast.AnnAssign) and statement.value is None):
                yield target.id, statement.value if plain else None  # type: ignore[union-attr]
        elif isinstance(target, ast.Tuple | ast.List):
            for name in ast.walk(target):
                if isinstance(name, ast.Name):
                    yield name.id, None
