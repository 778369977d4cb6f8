"""A cache of what was read of checkouts, in the user's cache folder.

An entry is valid until a file that it depends on changes.
"""

import json
import os
import sys
from collections.abc import Callable
from hashlib import blake2b
from itertools import islice
from typing import Any

from trellis_cfg import __version__
from trellis_cfg.errors import FileRefused
from trellis_cfg.files.reading import read_file
from trellis_cfg.source.checkout import Checkout
from trellis_cfg.source.class_spec import ClassSpec, Parameter, SourceFacts, SourceSection

Fingerprints = dict[str, str | None]
_MAX_MODULE = 1 << 18  # bytes
_MAX_ENTRIES = 2000  # of a folder
_MAX_CACHE = 1 << 24  # bytes
_MAX_CACHES = 64
_PROGRAM = "trellis-cfg"
_PREFIX = "source-"


def fingerprint_file(path: str) -> tuple[bytes | None, str | None]:
    """Return the content of a file, and a digest of it; None for the digest if there is none.

    A file that is too large or cannot be read has no content.
    """
    try:
        data = read_file(path, _MAX_MODULE)
    except FileRefused:
        return None, "unreadable" if os.path.isfile(path) else None
    return data, _digest(data)


def list_python_files(folder: str) -> tuple[list[str], str | None]:
    """Return the sorted names of a folder's Python files, and a digest of them."""
    try:
        with os.scandir(folder) as scan:
            entries = list(islice(scan, _MAX_ENTRIES + 1))
    except OSError:
        return [], None
    if len(entries) > _MAX_ENTRIES:
        return [], "large"
    names = sorted(entry.name for entry in entries if entry.name.endswith(".py"))
    return names, _digest("\0".join(names).encode("utf-8", "replace"))


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=12).hexdigest()


def find_cache_folder() -> str | None:
    """Return the folder of the user's caches; None where the user has none."""
    if sys.platform == "win32":
        return os.environ.get("LOCALAPPDATA")
    configured = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(configured):
        return configured
    home = os.path.expanduser("~")
    parts = ("Library", "Caches") if sys.platform == "darwin" else (".cache",)
    return os.path.join(home, *parts) if os.path.isabs(home) else None


def load_or_read(
    checkout: Checkout, read: Callable[[], tuple[SourceFacts, Fingerprints]]
) -> SourceFacts:
    """Return the facts of a checkout; call ``read`` if the cache has none that are valid."""
    path = _find_path(checkout)
    cached = _load(path, checkout) if path else None
    if cached is not None:
        return cached
    facts, fingerprints = read()
    if path:
        _save(path, facts, fingerprints)
    return facts


def _find_path(checkout: Checkout) -> str | None:
    """Return the path of a checkout's cache; another version of this code has another."""
    folder = find_cache_folder()
    if folder is None:
        return None
    key = repr((checkout, __version__, _list_own_files()))
    name = _digest(key.encode("utf-8", "surrogateescape"))
    return os.path.join(folder, _PROGRAM, f"{_PREFIX}{name}.json")


def _list_own_files() -> list[tuple[str, int, int]]:
    try:
        with os.scandir(os.path.dirname(__file__)) as scan:
            stats = [(entry.name, entry.stat()) for entry in scan if entry.name.endswith(".py")]
    except OSError:
        return []
    return sorted((name, status.st_size, status.st_mtime_ns) for name, status in stats)


def _load(path: str, checkout: Checkout) -> SourceFacts | None:
    """Return the facts in a cache; None if it is another user's, damaged or outdated."""
    try:
        if hasattr(os, "getuid") and os.stat(path).st_uid != os.getuid():
            return None
        cached = json.loads(read_file(path, _MAX_CACHE))
        facts = _parse_facts(cached["source"], checkout)
        is_valid = all(_is_same(checkout.root, *each) for each in cached["fingerprints"].items())
    except (OSError, FileRefused, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return facts if is_valid else None


def _is_same(root: str, path: str, digest: str | None) -> bool:
    full = os.path.join(root, path)
    if path.endswith(os.sep) or not path:
        return list_python_files(full)[1] == digest
    if path.endswith(os.path.join("", ".")):
        return os.path.isdir(full) == (digest is not None)
    return fingerprint_file(full)[1] == digest


def _save(path: str, facts: SourceFacts, fingerprints: Fingerprints) -> None:
    """Write a cache; if that fails, the next run reads the checkout again."""
    from trellis_cfg.files.writing import keep_newest, write_output  # noqa: PLC0415  a warm run writes nothing

    content = {"fingerprints": fingerprints, "source": facts}
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        write_output(path, json.dumps(content, default=sorted).encode("ascii"))  # JSON has no sets
        keep_newest(os.path.dirname(path), _PREFIX, _MAX_CACHES)
    except (OSError, FileRefused, TypeError, ValueError):
        return


def _parse_facts(plain: list[Any], checkout: Checkout) -> SourceFacts:
    _, packages, train_scripts, sections, optimizers, schedulers, has_runtime = plain
    return SourceFacts(
        checkout.root,
        tuple(packages),
        tuple(train_scripts),
        {name: _parse_section(section) for name, section in sections.items()},
        None if optimizers is None else frozenset(optimizers),
        None if schedulers is None else frozenset(schedulers),
        bool(has_runtime),
    )


def _parse_section(plain: list[Any]) -> SourceSection:
    section = SourceSection(*plain)
    classes = {name: spec and _parse_spec(list(spec)) for name, spec in section.classes.items()}
    return section._replace(classes=classes)


def _parse_spec(plain: list[Any]) -> ClassSpec:
    spec = ClassSpec(*plain)
    parameters = {name: Parameter(*fields) for name, fields in spec.parameters.items()}
    for name, parameter in parameters.items():
        parameters[name] = parameter._replace(choices=tuple(parameter.choices))
    return spec._replace(parameters=parameters, mro=tuple(spec.mro))
