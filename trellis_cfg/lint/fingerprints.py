"""Fingerprints of lines, as GitHub's code scanning computes them to know a finding again."""

import re
from collections import Counter
from collections.abc import Collection
from functools import reduce
from struct import iter_unpack

_WINDOW = 100
_BASE, _MODULUS = 37, 2**64
_END = "\uffff" + "\0" * _WINDOW


def line_fingerprints(text: str, lines: Collection[int]) -> dict[int, str]:
    """Return the fingerprint of each of some lines, which count from 1 and end as in ``Lines``.

    It is a hash of the 100 UTF-16 code units from the line's start on, blanks left out, and how
    often these were seen so far. Only the lines that are asked for are hashed.
    """
    text = re.sub("\r\n?", "\n", text).replace(" ", "").replace("\t", "") + _END
    units, start = _encode(text), 0
    seen, fingerprints = Counter[bytes](), {}
    for number, line in enumerate(text.split("\n")[: max(lines, default=0)], 1):
        window = units[start : start + 2 * _WINDOW]
        seen[window] += 1
        start += len(_encode(f"{line}\n"))
        if number in lines:
            value = reduce(_add_unit, iter_unpack("<H", window), 0)
            fingerprints[number] = f"{value:x}:{seen[window]}"
    return fingerprints


def _encode(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def _add_unit(value: int, unit: tuple[int]) -> int:
    return (value * _BASE + unit[0]) % _MODULUS
