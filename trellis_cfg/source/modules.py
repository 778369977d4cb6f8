"""The modules of a checkout: their files, and the names that each binds, in order."""

import ast
import os
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from trellis_cfg.source.cache import fingerprint_file, list_python_files

_MAX_BYTES = 3 << 19  # of all parsed files
_MAX_FILES = 600
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_ENCODINGS = ("utf-8", "latin-1", "ascii", "iso-8859-1", "cp1252", "gbk", "gb18030", "euc-kr")
_BOM = b"\xef\xbb\xbf"

Parts = tuple[str, ...]
"""A dotted name."""


class File(NamedTuple):
    """A module's file, relative to the checkout; ``tree`` is None where it cannot be parsed."""

    path: str
    parts: Parts
    is_package: bool
    tree: ast.Module | None


class SourceFiles:
    """Reads the modules below ``root``, within limits.

    ``fingerprints`` is what the result depends on: for each file a digest of its content, None
    for a missing one; for each folder a digest of its file names (see ``cache``).
    """

    def __init__(self, root: str) -> None:
        """Start with nothing read."""
        self.root = root
        self.fingerprints: dict[str, str | None] = {}
        self._files: dict[str, File] = {}
        self._left = _MAX_BYTES

    def find_module(self, parts: Parts) -> File | None:
        """Return the file of a module; a folder without ``__init__.py`` has an empty tree."""
        if not parts or not all(part.isidentifier() for part in parts):
            return None
        base = os.path.join(*parts)
        for path, is_package in ((os.path.join(base, "__init__.py"), True), (f"{base}.py", False)):
            file = self.load(path, parts, is_package=is_package)
            if file:
                return file
        is_folder = os.path.isdir(os.path.join(self.root, base))
        self.fingerprints[os.path.join(base, ".")] = "folder" if is_folder else None
        return File(base, parts, is_package=True, tree=ast.Module([], [])) if is_folder else None

    def load(self, path: str, parts: Parts, *, is_package: bool = False) -> File | None:
        """Return a file, parsed; None where there is none."""
        if path not in self._files:
            if path in self.fingerprints and self.fingerprints[path] is None:
                return None
            data = self.read(path)
            if self.fingerprints[path] is None:
                return None
            tree = self._parse(data) if data is not None else None
            self._files[path] = File(path, parts, is_package, tree)
        return self._files[path]

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file; None where there is none, or it is too large."""
        data, self.fingerprints[path] = fingerprint_file(os.path.join(self.root, path))
        return data

    def list_scripts(self, folder: str) -> list[str]:
        """Return the sorted names of a folder's Python files; none if the folder is too large."""
        names, digest = list_python_files(os.path.join(self.root, folder))
        self.fingerprints[os.path.join(folder, "")] = digest
        return names

    def _parse(self, data: bytes) -> ast.Module | None:
        self._left -= len(data)
        if self._left < 0 or len(self._files) >= _MAX_FILES:
            return None
        return parse_module(data)


def parse_module(data: bytes) -> ast.Module | None:
    """Return the syntax tree of a module's bytes; None if it is not valid Python."""
    text = _decode(data)
    if text is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _decode(data: bytes) -> str | None:
    data = data.removeprefix(_BOM)
    cookies = filter(None, map(_COOKIE.match, data.split(b"\n", 2)[:2]))
    cookie = next((match.group(1) for match in cookies), b"utf-8")
    encoding = cookie.decode("ascii", "replace").lower().replace("_", "-")
    encoding = {"utf8": "utf-8", "latin1": "latin-1"}.get(encoding, encoding)
    try:
        return data.decode(encoding) if encoding in _ENCODINGS else None
    except UnicodeDecodeError:
        return None


FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
DefinitionNode = ast.ClassDef | FunctionNode


class Imported(NamedTuple):
    """``import module`` or, with a name, ``from module import name``; ``level`` counts dots."""

    level: int
    module: str
    name: str | None = None


Bound = tuple[str, Imported | DefinitionNode | ast.expr | None, bool]
"""A name, what it is bound to (None where that is not known), and whether under a condition."""


class Binding(NamedTuple):
    """A name that its module binds, at a position among its bindings."""

    position: int
    name: str
    value: Imported | DefinitionNode | ast.expr | None
    is_conditional: bool


class Module:
    """A module's bindings by name; ``stars`` are its star imports."""

    def __init__(self, file: File) -> None:
        """Collect the names that the body binds."""
        self.file = file
        self.path = file.path
        self.parts = file.parts
        self.body: list[ast.stmt] = file.tree.body if file.tree else []
        self.bindings: dict[str, list[Binding]] = {}
        self.stars: list[Binding] = []
        self.positions: dict[int, int] = {}
        self.is_readable = file.tree is not None
        try:
            bound = list(iterate_bindings(self.body))
        except RecursionError:  # statements are nested too deep
            self.is_readable, bound = False, []
        for number, (name, value, is_conditional) in enumerate(bound):
            binding = Binding(number, name, value, is_conditional)
            if isinstance(value, ast.ClassDef):
                self.positions[id(value)] = number
            (self.stars if name == "*" else self.bindings.setdefault(name, [])).append(binding)

    @property
    def package(self) -> Parts:
        """The dotted name that relative imports start from."""
        return self.parts if self.file.is_package else self.parts[:-1]

    def walk(self) -> Iterator[ast.AST]:
        """Yield all nodes of the module."""
        return ast.walk(ast.Module(self.body, []))

    def find_imported(self, imported: Imported) -> Parts | None:
        """Return the dotted name of an imported module; None above the top."""
        named = tuple(imported.module.split(".")) if imported.module else ()
        if not imported.level:
            return named
        above = imported.level - 1
        if above > len(self.package):
            return None
        return self.package[: len(self.package) - above] + named

    def find_bindings(self, name: str, before: int | None) -> Iterator[Binding]:
        """Yield what may bind a name, before a position if given, the last first."""
        bindings = [*self.bindings.get(name, ()), *self.stars]
        for binding in sorted(bindings, reverse=True, key=lambda binding: binding.position):
            if before is None or binding.position < before:
                yield binding

    def locate(self, node: ast.AST) -> str:
        """Return file and line of a node."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


def iterate_bindings(body: Iterable[ast.stmt], *, is_conditional: bool = False) -> Iterator[Bound]:
    """Yield the names that statements bind; functions are not entered."""
    for statement in body:
        match statement:
            case ast.Import() | ast.ImportFrom():
                for name, origin in _imports(statement):
                    yield name, origin, is_conditional
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                yield statement.name, statement, is_conditional
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.Delete():
                for name, value in _assignments(statement):
                    yield name, value, is_conditional
            case ast.If(test=test, orelse=orelse) if is_never_imported(test):
                yield from iterate_bindings(orelse, is_conditional=is_conditional)
            case ast.With():
                yield from iterate_bindings(statement.body, is_conditional=is_conditional)
            case _:
                for block in iterate_blocks(statement):
                    yield from iterate_bindings(block, is_conditional=True)


def iterate_blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Yield the blocks of statements in a statement."""
    for _, value in ast.iter_fields(statement):
        for item in value if isinstance(value, list) else ():
            if isinstance(item, ast.ExceptHandler | ast.match_case):
                yield item.body
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            yield value


def find_last_name(node: ast.expr) -> str:
    """Return the last name of a dotted expression; empty for other expressions."""
    return str(getattr(node, "attr", getattr(node, "id", "")))


def is_never_imported(test: ast.expr) -> bool:
    """Tell whether a condition is false in an imported module."""
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
        else:
            module = alias.name if alias.asname else alias.name.partition(".")[0]
            yield alias.asname or module, Imported(0, module)


def _assignments(
    statement: ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Delete,
) -> Iterator[tuple[str, ast.expr | None]]:
    targets: Sequence[ast.expr]
    match statement:
        case ast.AnnAssign(target=target, value=value):
            targets = [target] if value else []
        case ast.AugAssign(target=target):
            targets, value = [target], None
        case ast.Assign(targets=targets, value=value):
            pass
        case _:
            targets, value = statement.targets, None
    for each in targets:
        if isinstance(each, ast.Name):
            yield each.id, value
        elif isinstance(each, ast.Tuple | ast.List):
            names = (inner.id for inner in ast.walk(each) if isinstance(inner, ast.Name))
            yield from ((name, None) for name in names)
