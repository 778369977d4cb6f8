"""Fingerprints of lines, as GitHub's code scanning computes them to know a finding again."""

import re
from collections.abc import Collection, Iterator

_WINDOW = 100
_BASE, _MODULUS = 37, 2**64
_END = "\uffff" + "\0" * _WINDOW
_TWO_UNITS = "[\U00010000-\U0010ffff]"


def line_fingerprints(text: str, lines: Collection[int]) -> dict[int, str]:
    """Return the fingerprint of each of some lines, which count from 1 and end as in ``Lines``.

    It is a hash of the 100 UTF-16 code units from the line's start on, blanks left out, and how
    often these were seen so far. Only the lines that are asked for are hashed.
    """
    units = _units(text)
    last = max(lines, default=0)
    asked = {line: window for line, window in _windows(units, last) if line in lines}
    seen = dict.fromkeys(asked.values(), 0)
    fingerprints = {}
    for line, window in _windows(units, last):
        if window in seen:
            seen[window] += 1
        if line in asked:
            fingerprints[line] = f"{_hash(window):x}:{seen[window]}"
    return fingerprints


def _units(text: str) -> str:
    """Return the text without blanks, a character a UTF-16 code unit, and what ends it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "")
    return re.sub(_TWO_UNITS, _halves, text) + _END


def _halves(match: re.Match[str]) -> str:
    rest = ord(match.group()) - 0x10000
    return chr(0xD800 + (rest >> 10)) + chr(0xDC00 + (rest & 0x3FF))


def _windows(units: str, last: int) -> Iterator[tuple[int, str]]:
    """Yield each line up to the last, with the units that it is known by."""
    start = 0
    for line in range(1, last + 1):
        yield line, units[start : start + _WINDOW]
        start = units.find("\n", start) + 1
        if not start:
            return


def _hash(window: str) -> int:
    value = 0
    for unit in window:
        value = (value * _BASE + ord(unit)) % _MODULUS
    return value
