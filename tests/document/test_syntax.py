"""Place and message of syntax errors."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.document.strategies import texts
from trellis_cfg.document.document import Document
from trellis_cfg.errors import InvalidDocument

MARK = b"\xef\xbb\xbf"

# Text, line, column, and a part of the message.
SYNTAX = [
    pytest.param("", 1, 1, "the file is empty", id="empty_file"),
    pytest.param("\r\n \t\n", 1, 1, "the file is empty", id="blank_file"),
    pytest.param('{\n  "a": 1\n  "b": 2\n}', 3, 3, "expected a comma or }", id="missing_comma"),
    pytest.param('{"a": 1 "b": 2}', 1, 9, "expected a comma or }", id="missing_comma_in_a_line"),
    pytest.param("[1 2]", 1, 4, "expected a comma or ]", id="missing_comma_in_an_array"),
    pytest.param('{\n  "a": 1,\n}\n', 3, 1, "trailing comma: remove it", id="trailing_comma"),
    pytest.param("[1, ]", 1, 5, "trailing comma: remove it", id="trailing_comma_in_an_array"),
    pytest.param('{"a": 1,,}', 1, 9, "a key in double quotes", id="two_commas"),
    pytest.param('{"a" 1}', 1, 6, "a colon after the key", id="missing_colon"),
    pytest.param('{"a": }', 1, 7, "expected a value", id="missing_value"),
    pytest.param("{a: 1}", 1, 2, "a key in double quotes", id="bare_key"),
    pytest.param('{"a": 1}\n}', 2, 1, "more text follows", id="bracket_too_many"),
    pytest.param("{} {}", 1, 4, "more text follows", id="two_roots"),
    pytest.param('{"a": [1, 2}', 1, 12, "expected a comma or ]", id="wrong_bracket"),
    pytest.param('{"a": 1', 1, 8, "a } is missing", id="unclosed_object"),
    pytest.param('{\n  "a": 1\n\n\n', 2, 9, "a } is missing", id="unclosed_object_then_blanks"),
    pytest.param("[\n1,\n2", 3, 2, "a ] is missing", id="unclosed_array"),
    pytest.param('{"a": {"b": 1}', 1, 15, "a } is missing", id="unclosed_outer_object"),
    pytest.param('{"a": "x', 1, 9, "ends inside a string", id="unclosed_string"),
    pytest.param('{"a":', 1, 6, "unexpected end of file", id="file_ends_after_a_colon"),
    pytest.param('{"a": 1,\n', 1, 9, "unexpected end of file", id="file_ends_after_a_comma"),
    pytest.param('{"a": "x\ty"}', 1, 9, "control character in a string", id="raw_tab"),
    pytest.param('{"a": "x\n"}', 1, 9, "control character in a string", id="raw_line_feed"),
    pytest.param('{\n"a": "x\r\n"}', 2, 8, "control character in a string", id="raw_crlf"),
    pytest.param(r'{"a": "C:\x"}', 1, 11, "invalid escape", id="unknown_escape"),
    pytest.param(r'{"a": "\u12g4"}', 1, 12, "invalid escape", id="wrong_unicode_escape"),
    pytest.param('{"a": 1} // c', 1, 10, "no comments", id="comment_at_the_end"),
    pytest.param('{\n  // c\n  "a": 1\n}', 2, 3, "no comments", id="comment_before_a_key"),
    pytest.param('{"a": 1, /* c */ "b": 2}', 1, 10, "no comments", id="comment_after_a_comma"),
    pytest.param('{"a": /* c */ 2}', 1, 7, "no comments", id="comment_before_a_value"),
    pytest.param("# c\n{}", 1, 1, "no comments", id="comment_at_the_start"),
    pytest.param("{'a': 1}", 1, 2, "double quotes", id="single_quoted_key"),
    pytest.param("{\"a\": 'x'}", 1, 7, "double quotes", id="single_quoted_value"),
    pytest.param('{"a": True}', 1, 7, "write true, false or null", id="capital_true"),
    pytest.param('{"a": False}', 1, 7, "write true, false or null", id="capital_false"),
    pytest.param("[1,\n None]", 2, 2, "write true, false or null", id="none"),
    pytest.param('{"a": nul}', 1, 7, "expected a value", id="half_a_literal"),
    pytest.param(
        '{\n"a": tru,\n"b": 1}', 2, 6, "expected a value", id="half_a_literal_and_a_comma"
    ),
    pytest.param('{"a": nan}', 1, 7, "expected a value", id="lower_case_nan"),
    pytest.param('{"a": 012}', 1, 8, "not a valid JSON number", id="leading_zero"),
    pytest.param('{"a": 1.}', 1, 9, "not a valid JSON number", id="no_fraction"),
    pytest.param('{"a": 1e}', 1, 9, "not a valid JSON number", id="no_exponent"),
    pytest.param('{"a": +1}', 1, 7, "expected a value", id="plus"),
    pytest.param('{"a": .5}', 1, 7, "expected a value", id="no_integer_part"),
    pytest.param('{\r"a": 1\r"b": 2}', 3, 1, "expected a comma", id="cr_line_ends"),
    pytest.param('{\r\n"a": 1\r\n"b": 2}', 3, 1, "expected a comma", id="crlf_line_ends"),
    pytest.param('{\r\n\r"a": 1,\n\n"b" 2}', 5, 5, "a colon", id="mixed_line_ends"),
    pytest.param('{"键": "值" "b": 1}', 1, 11, "expected a comma", id="chinese_before"),
    pytest.param('{"😀": 1 2}', 1, 9, "expected a comma", id="emoji_before"),
    pytest.param('{\r\n"键": "值",\r\n"值": "键\t"}', 3, 8, "control", id="chinese_and_crlf"),
    pytest.param('\ufeff{"a" 1}', 1, 6, "a colon", id="byte_order_mark"),
    pytest.param('\ufeff{\n"键" 1}', 2, 5, "a colon", id="byte_order_mark_and_lines"),
    pytest.param("\ufeff", 1, 1, "the file is empty", id="byte_order_mark_alone"),
    pytest.param("“a”", 1, 1, "expected a value", id="typographic_quotes"),
    pytest.param("[\u00a01]", 1, 2, "expected a value", id="no_break_space"),
    pytest.param("[" * 1_000, 1, 202, "deeper than 200 levels", id="1000_levels"),
    pytest.param('{"a": 1, "a": 2,}', 1, 17, "trailing comma", id="duplicate_before_a_fault"),
]

LONE_SURROGATES = [
    pytest.param(r'["\ud800"]', 1, 3, "surrogate", id="half_leading"),
    pytest.param(r'["\udc00"]', 1, 3, "surrogate", id="half_trailing"),
    pytest.param(r'["\ud83d\ude00\ud800"]', 1, 15, "surrogate", id="half_after_a_pair"),
    pytest.param(r'["\u0041\udc00"]', 1, 9, "surrogate", id="half_after_another_escape"),
    pytest.param(r'["\ud800x\u0041"]', 1, 3, "surrogate", id="half_text_and_an_escape_behind"),
    pytest.param(r'["\ud800\n"]', 1, 3, "surrogate", id="half_short_escape_behind"),
    pytest.param(r'["\ud800\\u0041"]', 1, 3, "surrogate", id="half_backslash_behind"),
    pytest.param(r'["\ud800\u0041"]', 1, 3, "surrogate", id="half_another_escape_behind"),
    pytest.param(r'["\ud800\ud83d\ude00"]', 1, 3, "surrogate", id="half_pair_behind"),
    pytest.param(r'["\ud800", "\u0041"]', 1, 3, "surrogate", id="half_escape_in_the_next_string"),
    pytest.param('{\r\n"键": "键\\ud800"}', 2, 8, "surrogate", id="half_chinese_and_crlf"),
    pytest.param('\ufeff["\\ud800"]', 1, 3, "surrogate", id="half_byte_order_mark"),
]

NON_FINITE = [
    pytest.param('{\n  "a": NaN}', 2, 8, "NaN is not valid JSON", id="nan"),
    pytest.param("[Infinity]", 1, 2, "Infinity is not valid JSON", id="infinity"),
    pytest.param("[-Infinity]", 1, 2, "-Infinity is not valid JSON", id="minus_infinity"),
    pytest.param("[1, -NaN]", 1, 5, "-NaN is not valid JSON", id="minus_nan"),
    pytest.param('{"a": 1, "a": NaN}', 1, 15, "NaN is not valid JSON", id="nan_beside_a_duplicate"),
]

ENCODING = [
    pytest.param(b'{"a": "\xe9"}', 1, 8, "byte 0xe9", id="latin_1"),
    pytest.param('{\r\n"键": "'.encode() + b'\xff"}', 2, 7, "byte 0xff", id="after_chinese"),
    pytest.param(MARK + b'{"\xff": 1}', 1, 3, "byte 0xff", id="after_a_byte_order_mark"),
    pytest.param(b'["\xe4\xb8', 1, 3, "byte 0xe4", id="file_cut_inside_a_character"),
    pytest.param(b"[\r\xff]", 2, 1, "byte 0xff", id="after_a_lone_cr"),
    pytest.param('{"a": 1}'.encode("utf-16"), 1, 1, "UTF-16", id="utf16"),
    pytest.param(b"\xfe\xff\x00{\x00}", 1, 1, "UTF-16", id="utf16_be"),
]


def refuse(data: bytes) -> InvalidDocument:
    with pytest.raises(InvalidDocument) as caught:
        Document(data)
    return caught.value


@pytest.mark.parametrize(("text", "line", "column", "part"), [*SYNTAX, *LONE_SURROGATES])
def test_syntax_error_has_place_and_reason(text: str, line: int, column: int, part: str) -> None:
    error = refuse(text.encode())
    assert (error.line, error.column, error.code) == (line, column, "TC001")
    assert part in error.message


@pytest.mark.parametrize(("text", "line", "column", "part"), NON_FINITE)
def test_non_finite_number_has_its_own_code(text: str, line: int, column: int, part: str) -> None:
    error = refuse(text.encode())
    assert (error.line, error.column, error.code) == (line, column, "TC004")
    assert error.message.startswith(part)


@pytest.mark.parametrize(("data", "line", "column", "part"), ENCODING)
def test_encoding_error_is_at_the_first_invalid_byte(
    data: bytes, line: int, column: int, part: str
) -> None:
    error = refuse(data)
    assert (error.line, error.column, error.code) == (line, column, "TC002")
    assert part in error.message
    assert "save the file as UTF-8" in error.message


def test_long_number_is_reported_on_its_line() -> None:
    error = refuse(b'{\n"a": ' + b"7" * 5_000 + b"\n}")
    assert (error.line, error.code) == (2, "TC001")
    assert 6 <= error.column <= 5_006
    assert "more than 4,300 digits" in error.message


@pytest.mark.parametrize("name", ["NaN", "Infinity"])
def test_invalid_escape_before_nan_is_a_syntax_error(name: str) -> None:
    assert refuse(f'["\\{name}"]'.encode()).code == "TC001"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('["NaN", "-Infinity", {"NaN": 0}]', id="non_finite"),
        pytest.param('["// c", "/* c */", "# c"]', id="comments"),
        pytest.param('["\'a\'", "True", "None"]', id="other_languages"),
        pytest.param(r'["\\ud800", "\ud83d\ude00"]', id="surrogates"),
        pytest.param('[",]", "}", "{"]', id="brackets"),
    ],
)
def test_string_may_hold_what_is_an_error_outside(text: str) -> None:
    assert Document(text.encode()).value == json.loads(text)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Return the bytes of a valid text with one deleted, doubled, replaced or inserted."""
    data = draw(texts()).encode()
    at = draw(st.integers(0, len(data) - 1))
    byte = draw(st.one_of(st.sampled_from(b'"\\,:{}[]0-.eE\n\r\t uN\xff\xc3'), st.integers(0, 255)))
    old, new = data[at : at + 1], bytes([byte])
    middle = draw(st.sampled_from((b"", old * 2, new, new + old)))
    return data[:at] + middle + data[at + 1 :]


def parse_standard(data: bytes) -> object:
    """Read strict UTF-8 JSON by the standard library, which knows no NaN here."""

    def refuse_constant(name: str) -> object:
        raise ValueError(name)

    value = json.loads(data.removeprefix(MARK).decode(), parse_constant=refuse_constant)
    json.dumps(value, ensure_ascii=False).encode()
    return value


@given(st.one_of(damaged(), st.binary(max_size=60)))
def test_any_bytes_are_read_or_refused_as_by_the_standard_library(data: bytes) -> None:
    try:
        expected = parse_standard(data)
    except ValueError:
        error = refuse(data)
        text = data.removeprefix(MARK).decode(errors="replace")
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        assert 1 <= error.line <= len(lines)
        assert 1 <= error.column <= len(lines[error.line - 1]) + 1
        assert error.message
    else:
        assert repr(Document(data).value) == repr(expected)
