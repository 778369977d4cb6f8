"""What was read of a checkout, kept in the user's cache folder until a file of it changes."""

import json
import os
import sys
from collections.abc import Callable
from hashlib import blake2b
from itertools import islice
from typing import Any

from trellis_cfg import __version__
from trellis_cfg.errors import FileRefused
from trellis_cfg.files.reading import read_at_most
from trellis_cfg.source.checkout import Checkout
from trellis_cfg.source.class_spec import ClassSpec, Parameter, SourceFacts, SourceSection

_LARGEST_MODULE = 1 << 18
_DIRECTORY = 2000
"""Bytes of a file, and entries of a folder."""


def fingerprint(path: str) -> tuple[bytes | None, str | None]:
    """Return the content of a file, and what tells it from another.

    Without content, it is a file that is too large or may not be read; None is no file.
    """
    try:
        data = read_at_most(path, _LARGEST_MODULE)
    except FileRefused:
        return None, "unreadable" if os.path.isfile(path) else None
    return data, blake2b(data, digest_size=12).hexdigest()


def listing(folder: str) -> tuple[list[str], str | None]:
    """Return the sorted names of a folder's Python files, and what tells them from others."""
    try:
        with os.scandir(folder) as scan:
            some = list(islice(scan, _DIRECTORY + 1))
    except OSError:
        return [], None
    if len(some) > _DIRECTORY:
        return [], "large"
    names = sorted(entry.name for entry in some if entry.name.endswith(".py"))
    return names, blake2b("\0".join(names).encode("utf-8", "replace"), digest_size=12).hexdigest()


_LARGEST = 1 << 24
_PROGRAM = "trellis-cfg"
_PREFIX = "source-"
_MOST = 64
"""Caches that are kept: of checkouts that come and go, the oldest are forgotten."""


def folder() -> str | None:
    """Return the folder of the user's caches; None where the user has none."""
    if sys.platform == "win32":
        return os.environ.get("LOCALAPPDATA")
    given = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(given):
        return given
    home = os.path.expanduser("~")
    own = ("Library", "Caches") if sys.platform == "darwin" else (".cache",)
    return os.path.join(home, *own) if os.path.isabs(home) else None


def cached(
    checkout: Checkout, read: Callable[[], tuple[SourceFacts, dict[str, str | None]]]
) -> SourceFacts:
    """Return what is known of a checkout; ``read`` it where no cache of it is still true."""
    path = _path(checkout)
    found = _kept(path, checkout) if path else None
    if found is not None:
        return found
    source, seen = read()
    if path:
        _keep(path, source, seen)
    return source


def _path(checkout: Checkout) -> str | None:
    """Return where a checkout's cache is: one for each version of this program's code."""
    above = folder()
    if above is None:
        return None
    key = repr((checkout, __version__, _code()))
    name = blake2b(key.encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
    return os.path.join(above, _PROGRAM, f"{_PREFIX}{name}.json")


def _code() -> list[tuple[str, int, int]]:
    """Return what tells this reader from another version of it."""
    try:
        with os.scandir(os.path.dirname(__file__)) as scan:
            stats = [(entry.name, entry.stat()) for entry in scan if entry.name.endswith(".py")]
    except OSError:
        return []
    return sorted((name, status.st_size, status.st_mtime_ns) for name, status in stats)


def _kept(path: str, checkout: Checkout) -> SourceFacts | None:
    """Return what a cache holds; None where it is not ours, not whole, or no longer true."""
    try:
        if hasattr(os, "getuid") and os.stat(path).st_uid != os.getuid():
            return None
        plain = json.loads(read_at_most(path, _LARGEST))
        seen, source = plain["seen"], _source(plain["source"], checkout)
        is_true = all(_seen(checkout.root, *one) for one in seen.items())
    except (OSError, FileRefused, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return source if is_true else None


def _seen(root: str, path: str, before: str | None) -> bool:
    full = os.path.join(root, path)
    if path.endswith(os.sep) or not path:
        return listing(full)[1] == before
    if path.endswith(os.path.join("", ".")):
        return os.path.isdir(full) == (before is not None)
    return fingerprint(full)[1] == before


def _keep(path: str, source: SourceFacts, seen: dict[str, str | None]) -> None:
    """Write a cache; where that cannot be, the next run reads again."""
    from trellis_cfg.files.writing import keep_newest, write_output  # noqa: PLC0415  a warm run writes nothing

    plain = source._replace(
        optimizers=_listed(source.optimizers),
        schedulers=_listed(source.schedulers),
    )
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        write_output(path, json.dumps({"seen": seen, "source": plain}).encode("ascii"))
        keep_newest(os.path.dirname(path), _PREFIX, _MOST)
    except (OSError, FileRefused, TypeError, ValueError):
        return


def _listed(names: frozenset[str] | None) -> Any:  # noqa: ANN401  JSON has no sets
    return None if names is None else sorted(names)


def _source(plain: list[Any], checkout: Checkout) -> SourceFacts:
    _, packages, entries, sections, optimizers, schedulers, runtime = plain
    return SourceFacts(
        checkout.root,
        tuple(packages),
        tuple(entries),
        {name: _section(one) for name, one in sections.items()},
        None if optimizers is None else frozenset(optimizers),
        None if schedulers is None else frozenset(schedulers),
        bool(runtime),
    )


def _section(plain: list[Any]) -> SourceSection:
    place, classes, missing, is_complete = plain
    read = {name: one and _signature(one) for name, one in classes.items()}
    return SourceSection(place, read, missing, is_complete)


def _signature(plain: list[Any]) -> ClassSpec:
    found = ClassSpec(*plain)
    return found._replace(
        parameters={name: _parameter(one) for name, one in found.parameters.items()},
        lineage=tuple(found.lineage),
    )


def _parameter(plain: Any) -> Parameter:  # noqa: ANN401  what JSON holds
    found = Parameter(*plain)
    return found._replace(choices=tuple(found.choices))
