"""Configs as files: in several layouts, and damaged as by editors, merges and disks."""

import json
from collections.abc import Callable
from random import Random

from tests.fuzz.cases import SEED, config

_TOKENS = (
    *(b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"//", b"/*", b"#", b"'", b"\t", b"\r"),
    *(b"NaN", b"-Infinity", b"1e400", b"-", b"0", b"00", b".5", b"1.", b"true", b"nul", b"None"),
    *(b"\xff", b"\x00", b"\x1b[31m", b"\xef\xbb\xbf", b"\xe5\x80\xbc", b"\\ud83d", b"\\u00"),
    b"9" * 30,
    *(b"\r\n", b"\n", b'"max_steps": null,', b'"max_epoch": 1,', b'"a": {', b"PATH_TO_"),
)


def text(number: int, seed: str = SEED) -> bytes:
    """Return the file of a number: some are JSON, the others are damaged."""
    rng = Random(f"{seed}:text:{number}")  # noqa: S311  a test is no secret
    data = _write(config(number, seed), rng)
    for _ in range(rng.choice((0, 1, 2))):
        data = rng.choice(_DAMAGES)(data, rng)
    return data


def _write(value: object, rng: Random) -> bytes:
    indent = rng.choice((None, 2, 4, 4, "\t"))
    text = json.dumps(value, indent=indent, ensure_ascii=rng.random() < 0.5)
    encoded = text.encode("utf-8", "surrogatepass")
    return encoded.replace(b"\n", b"\r\n") if rng.random() < 0.1 else encoded


def _cut(data: bytes, rng: Random) -> bytes:
    start, end = _piece(data, rng)
    return data[:start] + data[end:]


def _truncate(data: bytes, rng: Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _repeat(data: bytes, rng: Random) -> bytes:
    start, end = _piece(data, rng)
    return data[:end] + data[start:]


def _repeat_line(data: bytes, rng: Random) -> bytes:
    lines = data.splitlines(keepends=True) or [b""]
    at = rng.randrange(len(lines))
    return b"".join([*lines[:at], lines[at], *lines[at:]])


def _insert(data: bytes, rng: Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice(_TOKENS) + data[at:]


def _change_byte(data: bytes, rng: Random) -> bytes:
    at = rng.randrange(len(data)) if data else 0
    return data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]


def _add_conflict(data: bytes, rng: Random) -> bytes:
    start, end = _piece(data, rng)
    ours, theirs = data[start:end], data[end : end + 40]
    return b"%b<<<<<<< HEAD\n%b=======\n%b>>>>>>> fork\n%b" % (
        *(data[:start], ours, theirs, data[end:]),
    )


def _encode(data: bytes, rng: Random) -> bytes:
    return data.decode("utf-8", "replace").encode(rng.choice(("utf-16", "utf-8-sig", "utf-32-le")))


def _piece(data: bytes, rng: Random) -> tuple[int, int]:
    start = rng.randrange(len(data) + 1)
    return start, min(start + rng.choice((1, 1, 2, 10, 100)), len(data))


_DAMAGES: tuple[Callable[[bytes, Random], bytes], ...] = (
    *(_cut, _truncate, _repeat, _repeat_line, _insert, _insert, _change_byte, _add_conflict),
    _encode,
)
