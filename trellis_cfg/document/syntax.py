"""Why bytes are not JSON, and where, in words that say what to do."""

import re

from trellis_cfg.document.locate import BYTE_ORDER_MARK, place_of
from trellis_cfg.errors import InvalidDocument

_MESSAGE = r"(.*) at line (\d+) column (\d+)"
_NON_FINITE = "-?(?:NaN|Infinity)"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")

# What stands at the place of the error, and what a person is told of it.
_FOUND = (
    (r"//|/\*|#", "JSON has no comments: remove this one"),
    ("'", "JSON strings stand in double quotes"),
    ("True|False|None", "JSON writes true, false and null"),
)
# How jiter's message begins, and what a person is told.
_SAID = (
    ("EOF while parsing a string", "the file ends inside a string"),
    ("EOF while parsing an object", "the file ends inside an object: a } is missing"),
    ("EOF while parsing a list", "the file ends inside an array: a ] is missing"),
    ("EOF", "the file ends too early: more is expected here"),
    ("trailing comma", "a comma stands before the closing bracket: remove it"),
    ("trailing characters", "more text follows the JSON value: remove it"),
    ("key must be a string", "expected a key in double quotes"),
    ("expected `,` or `}`", "expected a comma or }"),
    ("expected `,` or `]`", "expected a comma or ]"),
    ("expected `:`", "expected a colon after the key"),
    ("expected", "expected a value: a string, a number, {, [, true, false or null"),
    ("control character", "a raw control character in a string: write it as an escape"),
    ("invalid escape", r"JSON knows no such escape: a backslash itself is written \\"),
    ("invalid number", "not a number as JSON writes it"),
    ("number out of range", "a number of more than 4,300 digits"),
    ("recursion limit", "nested deeper than 200 levels"),
)
_SURROGATE_SAID = ("lone leading surrogate", "unexpected end of hex escape")
_PAIR_OR_HALF = (
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\."
)
_SURROGATE = "half of a surrogate pair: a trainer may read it, but no UTF-8 file can hold it"


def invalid_encoding(data: bytes, error: UnicodeDecodeError) -> InvalidDocument:
    """Return the error for bytes that are not UTF-8, placed at the first wrong byte."""
    before = data[: error.start].decode("utf-8")
    found = (
        "it looks like UTF-16"
        if data.startswith(_UTF16_MARKS)
        else f"byte 0x{data[error.start]:02x}"
    )
    return _invalid(f"not UTF-8 ({found}): save the file as UTF-8", before, len(before), "TC002")


def invalid_syntax(text: str, message: str) -> InvalidDocument:
    """Return the error for ``text`` that jiter refused with ``message``."""
    said, line, column = _parts(message)
    if not text.strip(BYTE_ORDER_MARK + " \t\r\n"):
        return InvalidDocument(
            "the file is empty: expected a JSON object", line=1, column=1, code="TC001"
        )
    offset = len(text.rstrip(" \t\r\n")) if said.startswith("EOF") else _offset(text, line, column)
    if said.startswith(_SURROGATE_SAID):
        escapes = re.finditer(_PAIR_OR_HALF, text, re.DOTALL)
        return _invalid(
            _SURROGATE, text, next((at.start() for at in escapes if at["half"]), offset)
        )
    word = _word_start(said, text, offset)
    found = re.match(_NON_FINITE, text[word : word + 9])
    if found and said.startswith(("expected", "invalid number")):
        told = f"{found.group()} is not JSON: write a finite number, or null"
        return _invalid(told, text, word, "TC004")
    return _invalid(_told(said, text, word), text, word)


def _word_start(said: str, text: str, offset: int) -> int:
    """Return where the literal or number starts that jiter was amid, else ``offset``."""
    if said.startswith("expected ident"):
        return max(at.end() for at in re.finditer("^|[^A-Za-z]", text[:offset]))
    return offset - (said.startswith("invalid number") and text[offset - 1 : offset] == "-")


def _told(said: str, text: str, offset: int) -> str:
    if said.startswith(("expected", "key must", "trailing characters")):
        for pattern, told in _FOUND:
            if re.match(pattern, text[offset : offset + 5]):
                return told
    return next((told for begins, told in _SAID if said.startswith(begins)), said)


def _parts(message: str) -> tuple[str, int, int]:
    match = re.fullmatch(_MESSAGE, message, re.DOTALL)
    return (match[1], int(match[2]), int(match[3])) if match else (message, 1, 1)


def _offset(text: str, line: int, column: int) -> int:
    """Return the offset of jiter's place: its lines end at LF, its columns count bytes."""
    start = int(text.startswith(BYTE_ORDER_MARK))
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    before = text[start : start + column].encode()[: max(column - 1, 0)]
    return start + len(before.decode("utf-8", "ignore")) - (column == 0)


def _invalid(message: str, text: str, offset: int, code: str = "TC001") -> InvalidDocument:
    place = place_of(text, offset)
    return InvalidDocument(message, line=place.line, column=place.column, code=code)
