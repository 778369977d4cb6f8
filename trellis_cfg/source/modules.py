"""The modules of a checkout: their files, and the names that each binds, in order."""

import ast
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, cached_property
from itertools import islice, pairwise
from typing import NamedTuple

from trellis_cfg.errors import FileRefused
from trellis_cfg.files.reading import Stamps, read_file
from trellis_cfg.source.trees import (
    find_changed,
    find_last_name,
    is_never_imported,
    iterate_blocks,
    list_children,
    parse_module,
    walk,
)

_MAX_BYTES = 3 << 19  # of all parsed files
_MAX_MODULE = 1 << 18  # bytes
_MAX_ENTRIES = 2000  # of a folder
_MAX_FILES = 600

_CHANGING = (b"setattr", b"global ", b"global\t", b"global\\")
_SETS_MAGIC = re.compile(rb"\.__\w+__\s*=(?!=)")
_BETWEEN = b" \t\r\n\f\\)"  # a name and its attribute

Parts = tuple[str, ...]
"""A dotted name."""


FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
DefinitionNode = ast.ClassDef | FunctionNode


class Imported(NamedTuple):
    """``import module`` or, with a name, ``from module import name``; ``level`` counts dots."""

    level: int
    module: str
    name: str | None = None


class Binding(NamedTuple):
    """A name and what it is bound to, None if unknown; ``position`` orders those of a module."""

    name: str
    value: Imported | DefinitionNode | ast.expr | None
    is_conditional: bool
    position: int = 0


class Module:
    """A module's bindings by name; ``stars`` are its star imports, ``data`` its bytes."""

    def __init__(self, path: str, parts: Parts, data: bytes | None, *, is_package: bool) -> None:
        """Collect the names that the body binds; without ``data`` it cannot be read."""
        tree = None if data is None else parse_module(data)
        self.data = data or b""
        self._has_setters = any(word in self.data for word in _CHANGING)
        self.path = path
        self.parts = parts
        self.is_package = is_package
        self.body: list[ast.stmt] = tree.body if tree else []
        self.bindings: dict[str, list[Binding]] = {}
        self.stars: list[Binding] = []
        self.positions: dict[int, int] = {}
        self.read_text = cache(self._read_text)
        self.is_readable = tree is not None
        try:
            bound = list(iterate_bindings(self.body))
        except RecursionError:  # statements are nested too deep
            self.is_readable, bound = False, []
        for position, binding in enumerate(bound):
            if isinstance(binding.value, ast.ClassDef):
                self.positions[id(binding.value)] = position
            same = self.bindings.setdefault(binding.name, []) if binding.name != "*" else self.stars
            same.append(Binding(*binding[:3], position))

    @property
    def package(self) -> Parts:
        """The dotted name that relative imports start from."""
        return self.parts if self.is_package else self.parts[:-1]

    @cached_property
    def _lines(self) -> list[bytes]:
        """The lines of the module, which count from 0."""
        return self.data.splitlines()

    def _read_text(self, node: DefinitionNode) -> bytes:
        """Return the lines of a class or a function."""
        return b"\n".join(self._lines[node.lineno - 1 : node.end_lineno])

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All nodes of the module."""
        return walk(ast.Module(self.body, []))

    def walk_functions(self, may_hold: Callable[[bytes], bool]) -> list[ast.AST]:
        """Return the nodes of the module, less those of functions whose text cannot hold some."""
        nodes: list[ast.AST] = [*self.body] if may_hold(self.data) else []
        for node in nodes:
            if isinstance(node, FunctionNode) and not node.decorator_list:
                nodes += list_children(node) if may_hold(self.read_text(node)) else ()
            else:
                nodes += list_children(node)
        return nodes

    @cached_property
    def imports(self) -> list[Imported]:
        """What the module imports, in its functions, too."""
        imports = []
        for node in self.nodes:
            if isinstance(node, ast.Import):
                imports += [Imported(0, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                imports += [origin for _, origin in _imports(node)]
        return imports

    def _may_change(self, name: str) -> bool:
        """Tell, from the text alone, whether code may use an attribute or item of a name."""
        if self._has_setters or not name.isascii():
            return True
        parts = self.data.split(name.encode())
        return any(
            after.lstrip(_BETWEEN).startswith((b".", b"[")) or before.rstrip(_BETWEEN)[-1:] == b"."
            for before, after in pairwise(parts)
        )

    @cached_property
    def _sets_magic(self) -> bool:
        return _SETS_MAGIC.search(self.data) is not None

    def changes(self, name: str) -> bool:
        """Return whether the module may change an object of this name in place, or patches it."""
        return self._may_change(name) and name in self.changed

    def patches(self, name: str) -> bool:
        """Return whether the module sets attributes of an object, such as a class, of this name."""
        return (self._may_change(name) or self._sets_magic) and name in self.patched

    @cached_property
    def changed(self) -> frozenset[str]:
        """The names of objects that the module may change in place, and of those it patches."""
        return self.patched.union(find_changed(self.nodes))

    @cached_property
    def patched(self) -> frozenset[str]:
        """The names of the objects, such as classes, whose attributes the module sets."""
        owners, items = [], dict[str, ast.expr]()
        for node in self.nodes:
            match node:
                case ast.Attribute(value=owner, ctx=ast.Store()):
                    owners.append(owner)
                case ast.Call(func=ast.Name(id="setattr"), args=[owner, *_]):
                    owners.append(owner)
                case ast.For(target=ast.Name(id=name), iter=values):
                    items[name] = values
        names = {*map(find_last_name, owners)}
        for looped in names & items.keys():
            parts = list_children(items[looped])
            names |= {find_last_name(each) for each in parts if isinstance(each, ast.expr)}
        for alias in names & self.bindings.keys():
            imported = [each.value for each in self.bindings[alias]]
            names |= {each.name or "" for each in imported if isinstance(each, Imported)}
        return frozenset(names) - {"self", ""}

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
        """Yield what may bind a name, before a position unless None, the last first."""
        bindings = [*self.bindings.get(name, ()), *self.stars]
        for binding in sorted(bindings, reverse=True, key=lambda binding: binding.position):
            if before is None or binding.position < before:
                yield binding

    def locate(self, node: ast.AST) -> str:
        """Return file and line of a node."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


def iterate_bindings(
    body: Iterable[ast.stmt], *, is_conditional: bool = False
) -> Iterator[Binding]:
    """Yield the names that statements bind; functions are not entered."""
    for statement in body:
        match statement:
            case ast.Import() | ast.ImportFrom():
                for name, origin in _imports(statement):
                    yield Binding(name, origin, is_conditional)
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                yield Binding(statement.name, statement, is_conditional)
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.Delete():
                for name, value in _assignments(statement):
                    yield Binding(name, value, is_conditional)
            case ast.If(test=test, orelse=orelse) if is_never_imported(test):
                yield from iterate_bindings(orelse, is_conditional=is_conditional)
            case ast.With():
                yield from iterate_bindings(statement.body, is_conditional=is_conditional)
            case _:
                yield from _find_stored_names(statement)
                for block in iterate_blocks(statement):
                    yield from iterate_bindings(block, is_conditional=True)


def _find_stored_names(statement: ast.stmt) -> Iterator[Binding]:
    """Yield the names that a loop, or an expression, binds to unknown values."""
    match statement:
        case ast.Expr(value=part) | ast.For(target=part):
            for node in walk(part):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    yield Binding(node.id, None, is_conditional=True)


def is_none(node: ast.expr) -> bool:
    """Return whether an expression is None."""
    return isinstance(node, ast.Constant) and node.value is None


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
    value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
    if isinstance(statement, ast.AnnAssign) and value is None:
        return
    targets: Sequence[ast.expr] = (
        [statement.target]
        if isinstance(statement, ast.AnnAssign | ast.AugAssign)
        else statement.targets
    )
    for each in targets:
        if isinstance(each, ast.Name):
            yield each.id, value
        elif isinstance(each, ast.Tuple | ast.List):
            names = (inner.id for inner in walk(each) if isinstance(inner, ast.Name))
            yield from ((name, None) for name in names)


class SourceFiles:
    """Reads the modules below ``root``, each once, within limits.

    ``is_exhausted`` says that these were reached, so that a module is not known.
    """

    def __init__(self, root: str, stamps: Stamps | None = None) -> None:
        """Start with nothing read; ``stamps`` note what is."""
        self.root = root
        self.scripts: set[str] = set()
        self._stamps = stamps or Stamps()
        self._modules: dict[str, Module | None] = {}
        self.find_module = cache(self._find_module)
        self._left = _MAX_BYTES
        self.is_exhausted = False

    def _find_module(self, parts: Parts) -> Module | None:
        """Return the module of a dotted name; an empty one for a folder without __init__.py."""
        if not parts or not all(part.isidentifier() for part in parts):
            return None
        base = os.path.join(*parts)
        for path, is_package in ((os.path.join(base, "__init__.py"), True), (f"{base}.py", False)):
            module = self._load(path, parts, is_package=is_package)
            if module:
                return module
        if base not in self._modules and os.path.isdir(self._locate(base)):
            self._modules[base] = Module(base, parts, b"", is_package=True)
        return self._modules.setdefault(base, None)

    def load_script(self, path: str) -> Module | None:
        """Return the module of a file that is run, not imported."""
        parts = tuple(path.removesuffix(".py").split("/"))
        self.scripts.add(path)
        is_plain = parts[-1] != "__init__"
        return self._load(path, parts) if is_plain else self.find_module(parts[:-1])

    def _load(self, path: str, parts: Parts, *, is_package: bool = False) -> Module | None:
        if path not in self._modules:
            if not os.path.isfile(self._locate(path)):
                self._modules[path] = None
                return None
            data = self.read(path)
            self._left -= len(data or b"")
            is_allowed = self._left >= 0 and len(self._modules) < _MAX_FILES
            self.is_exhausted = self.is_exhausted or not is_allowed
            data = data if is_allowed else None
            self._modules[path] = Module(path, parts, data, is_package=is_package)
        return self._modules[path]

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file; None where there is none, or it is too large."""
        try:
            return read_file(self._locate(path), _MAX_MODULE)
        except FileRefused:
            return None

    def _locate(self, path: str) -> str:
        """Return where a file or folder is, and note its state."""
        return self._stamps.note(os.path.join(self.root, path))

    def has_file(self, parts: Parts) -> bool:
        """Return whether there may be a file or a folder of a dotted name, of whatever ending."""
        try:
            names = os.listdir(self._locate(os.path.join("", *parts[:-1])))
        except OSError:
            return True
        return any(name.partition(".")[0] == parts[-1] for name in names)

    def list_folders(self) -> list[str]:
        """Return the sorted names of the folders at the root, without hidden ones."""
        names = (entry.name for entry in self._scan("") if os.path.isdir(entry.path))
        return sorted(name for name in names if not name.startswith("."))

    def list_scripts(self, folder: str) -> list[str]:
        """Return the sorted names of a folder's Python files; none if the folder is too large."""
        entries = self._scan(folder)
        is_allowed = len(entries) <= _MAX_ENTRIES
        return sorted(entry.name for entry in entries if is_allowed and entry.name.endswith(".py"))

    def _scan(self, folder: str) -> list["os.DirEntry[str]"]:
        """Return the entries of a folder, up to one more than are allowed; none without it."""
        try:
            with os.scandir(self._locate(folder)) as scan:
                return list(islice(scan, _MAX_ENTRIES + 1))
        except OSError:
            return []
