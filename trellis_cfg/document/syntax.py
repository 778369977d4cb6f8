"""Syntax error messages with position and remedy."""

import re

from trellis_cfg.document.locate import BYTE_ORDER_MARK, Lines
from trellis_cfg.errors import InvalidDocument

_PARTS = r"(.*) at line (\d+) column (\d+)"
_NON_FINITE = "-?(?:NaN|Infinity)"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_UTF16 = "not UTF-8 (it looks like UTF-16): save the file as UTF-8"
_BLANK = " \t\r\n"

# Text at the place of the error, and the message about it.
_BY_TEXT = (
    (r"//|/\*|#", "JSON has no comments: remove this one"),
    ("'", "JSON strings need double quotes"),
    ("True|False|None", "not valid JSON: write true, false or null"),
)
# The start of jiter's message, and ours.
_BY_MESSAGE = (
    ("EOF while parsing a string", "the file ends inside a string"),
    ("EOF while parsing an object", "the file ends inside an object: a } is missing"),
    ("EOF while parsing a list", "the file ends inside an array: a ] is missing"),
    ("EOF", "unexpected end of file"),
    ("trailing comma", "trailing comma: remove it"),
    ("trailing characters", "more text follows the JSON value: remove it"),
    ("key must be a string", "expected a key in double quotes"),
    ("expected `,` or `}`", "expected a comma or }"),
    ("expected `,` or `]`", "expected a comma or ]"),
    ("expected `:`", "expected a colon after the key"),
    ("expected", "expected a value: a string, a number, {, [, true, false or null"),
    ("control character", "control character in a string: escape it"),
    ("invalid escape", r"invalid escape: write a backslash as \\"),
    ("invalid number", "not a valid JSON number"),
    ("number out of range", "a number of more than 4,300 digits"),
    ("recursion limit", "nested deeper than 200 levels"),
)
_SURROGATE_MESSAGES = ("lone leading surrogate", "unexpected end of hex escape")
_PAIR_OR_HALF = (
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\."
)
_SURROGATE = "lone surrogate: a trainer may read it, but UTF-8 cannot encode it"


def invalid_encoding(data: bytes, error: UnicodeDecodeError) -> InvalidDocument:
    """Return the error for bytes that are not UTF-8, at the first invalid byte."""
    before = data[: error.start].decode("utf-8")
    is_utf16 = data.startswith(_UTF16_MARKS)
    message = f"not UTF-8 (byte 0x{data[error.start]:02x}): save the file as UTF-8"
    return _invalid(_UTF16 if is_utf16 else message, before, len(before), "TC002")


def invalid_syntax(text: str, error: str) -> InvalidDocument:
    """Return the error for ``text`` that jiter refused with the message ``error``."""
    if not text.strip(BYTE_ORDER_MARK + _BLANK):
        return InvalidDocument("the file is empty: expected a JSON object", code="TC001")
    if re.match("\0[ -~]|[ -~]\0", text):
        return _invalid(_UTF16, text, 0, "TC002")
    message, offset = _parse_error(text, error)
    if message.startswith(_SURROGATE_MESSAGES):
        escapes = re.finditer(_PAIR_OR_HALF, text, re.DOTALL)
        halves = (match.start() for match in escapes if match["half"])
        return _invalid(_SURROGATE, text, next(halves, offset))
    offset = _find_start(message, text, offset)
    number = re.match(_NON_FINITE, text[offset : offset + 9])
    if number and message.startswith(("expected", "invalid number")):
        advice = f"{number.group()} is not valid JSON: write a finite number, or null"
        return _invalid(advice, text, offset, "TC004")
    invalid = _invalid(_translate(message, text, offset), text, offset)
    if message.startswith("trailing comma"):
        invalid.comma = text.rindex(",", 0, offset + 1)
    return invalid


def _find_start(message: str, text: str, offset: int) -> int:
    """Return where the literal or number starts in which jiter stopped, else ``offset``."""
    if message.startswith("expected ident"):
        return max(match.end() for match in re.finditer("^|[^A-Za-z]", text[:offset]))
    return offset - (message.startswith("invalid number") and text[offset - 1 : offset] == "-")


def _translate(message: str, text: str, offset: int) -> str:
    if message.startswith(("expected", "key must", "trailing characters")):
        for pattern, ours in _BY_TEXT:
            if re.match(pattern, text[offset : offset + 5]):
                return ours
    return next((ours for start, ours in _BY_MESSAGE if message.startswith(start)), message)


def _parse_error(text: str, error: str) -> tuple[str, int]:
    """Return jiter's message without its place, and the offset of that place.

    Its lines end at LF, its columns count bytes. An error at the end comes before trailing blanks.
    """
    match = re.fullmatch(_PARTS, error, re.DOTALL)
    message, line, column = (match[1], int(match[2]), int(match[3])) if match else (error, 1, 1)
    if message.startswith("EOF"):
        return message, len(text.rstrip(_BLANK))
    start = int(text.startswith(BYTE_ORDER_MARK))
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    before = text[start : start + column].encode()[: max(column - 1, 0)]
    return message, start + len(before.decode("utf-8", "ignore")) - (column == 0)


def _invalid(message: str, text: str, offset: int, code: str = "TC001") -> InvalidDocument:
    return InvalidDocument(message, *Lines(text).place(offset), code=code)
