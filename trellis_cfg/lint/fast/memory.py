"""What was learned of a checkout, kept for later runs until something that it depends on changes.

It is in the user's cache folder, and is used only if this program, the options, and each file and
folder of the checkout that decided are as they were.
"""

import os
import sys
from contextlib import suppress
from typing import Any
from zlib import crc32

import jiter

from trellis_cfg import __version__
from trellis_cfg.errors import FileRefused
from trellis_cfg.files.reading import Stamps, is_own, read_with_status
from trellis_cfg.lint.fast.variants import Multiple, Needs, Shapes, Variant
from trellis_cfg.lint.options import LintOptions

_PROGRAM = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
_OFF = "TRELLIS_CFG_NO_CACHE"
_MAX_BYTES, _MAX_FILES = 1 << 22, 64
_TYPES = {each.__name__: each for each in (int, float, dict, list, type)}


def recall(options: LintOptions, stamps: Stamps) -> Shapes:
    """Return the shapes that were stored for some options; none where they may be outdated.

    ``stamps`` then hold what they depend on, too.
    """
    path, key = _locate(options)
    try:
        data, status = read_with_status(path, _MAX_BYTES)
        stored: Any = jiter.from_json(data, allow_inf_nan=False)
        if is_own(status) and stored["key"] == key and stamps.adopt(stored["stamps"]):
            return Shapes(_read_entry(*entry) for entry in stored["shapes"])
    except (FileRefused, ValueError, LookupError, TypeError, AttributeError):
        pass
    return Shapes()


def _read_entry(plain: list[Any], stored: list[Any]) -> tuple[tuple[object, ...], list[Variant]]:
    """Return a shape and its variants; raises ValueError for what no run has stored."""
    shape = tuple(_TYPES[each[0]] if isinstance(each, list) else each for each in plain)
    variants = []
    for names, numbers, equal, positive, multiples in stored:
        needs = Needs(
            tuple((section, name) for section, name in names),
            numbers,
            tuple(equal),
            tuple(positive),
            tuple(Multiple(*each) for each in multiples),
        )
        if not needs.fit(shape):
            raise ValueError
        variants.append(Variant(needs))
    return shape, variants


def store(options: LintOptions, stamps: Stamps, shapes: Shapes) -> None:
    """Keep shapes, as far as the user has a cache folder that can be written."""
    path, key = _locate(options)
    folder = os.path.dirname(path)
    if not folder:
        return
    from json import dumps  # noqa: PLC0415  most runs learn nothing

    plain = [
        (
            [[each.__name__] if isinstance(each, type) else each for each in shape],
            [variant.needs for variant in variants],
        )
        for shape, variants in shapes.items()
    ]
    data = dumps({"key": key, "stamps": stamps.states, "shapes": plain}).encode("ascii")
    temporary = f"{path}.{os.urandom(8).hex()}"
    with suppress(OSError):  # the next run reads the code again
        os.makedirs(folder, mode=0o700, exist_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
        _remove_oldest(folder)


def _locate(options: LintOptions) -> tuple[str, str]:
    """Return the path, empty for none, and the key of what depends on this program and options."""
    above = None if os.environ.get(_OFF) else _find_folder()
    try:
        program = _stamp_program(_PROGRAM) if above else None
    except OSError:  # in an archive
        program = None
    if above is None or program is None:
        return "", ""
    key = str((__version__, sys.version, program, _describe(options)))
    name = f"{crc32(key.encode('utf-8', 'surrogateescape')):08x}.json"
    return os.path.join(above, "trellis-cfg", name), key


def _find_folder() -> str | None:
    """Return the folder of the user's caches; None where the user has none."""
    if sys.platform == "win32":
        return os.environ.get("LOCALAPPDATA")
    named = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(named):
        return named
    home = os.path.expanduser("~")
    own = ("Library", "Caches") if sys.platform == "darwin" else (".cache",)
    return os.path.join(home, *own) if os.path.isabs(home) else None


def _stamp_program(folder: str) -> tuple[int, int]:
    """Return the sums of the times and the sizes of this program's files."""
    times = sizes = 0
    with os.scandir(folder) as scan:
        for entry in scan:
            if entry.name.endswith((".py", ".json")):
                status = entry.stat()
                times, sizes = times + status.st_mtime_ns, sizes + status.st_size
            elif not entry.name.startswith("_") and entry.is_dir():
                below = _stamp_program(entry.path)
                times, sizes = times + below[0], sizes + below[1]
    return times, sizes


def _describe(value: object) -> object:
    """Return what shows a value, the same in each run: a set has no order."""
    if isinstance(value, frozenset):
        return sorted(value)
    return [*map(_describe, value)] if isinstance(value, tuple) else value


def _remove_oldest(folder: str) -> None:
    with os.scandir(folder) as scan:
        times = sorted((entry.stat().st_mtime_ns, entry.path) for entry in scan)
    for _, path in times[:-_MAX_FILES]:
        os.remove(path)
