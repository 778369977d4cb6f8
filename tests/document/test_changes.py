"""The edits in layouts that people write, to the byte."""

from collections.abc import Callable

import pytest

from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import Edit, apply_edits, insert, remove, rename, replace
from trellis_cfg.document.paths import Path

# Text before, path, sibling to stand after (or None: last), and text after; the value is null.
INSERTED = [
    pytest.param('{"a": 1}', ("n",), "a", '{"a": 1, "n": null}', id="one_line"),
    pytest.param('{"a":1}', ("n",), "a", '{"a":1,"n":null}', id="compact"),
    pytest.param('{"a":1,"b":2}', ("n",), "a", '{"a":1,"n":null,"b":2}', id="compact_between"),
    pytest.param('{ "a" : 1 }', ("n",), "a", '{ "a" : 1, "n" : null }', id="blanks_inside"),
    pytest.param('{"a": 1,"b": 2}', ("n",), None, '{"a": 1,"b": 2,"n": null}', id="tight_comma"),
    pytest.param(
        '{\n  "a": 1,\n  "b": 2\n}\n',
        ("n",),
        "a",
        '{\n  "a": 1,\n  "n": null,\n  "b": 2\n}\n',
        id="block",
    ),
    pytest.param(
        '{\n  "a": 1,\n  "b": 2\n}',
        ("n",),
        None,
        '{\n  "a": 1,\n  "b": 2,\n  "n": null\n}',
        id="last",
    ),
    pytest.param('{\n  "a": 1\n}', ("n",), "a", '{\n  "a": 1,\n  "n": null\n}', id="only_member"),
    pytest.param(
        '{\r\n\t"a": 1,\r\n\t"b": 2\r\n}',
        ("n",),
        "a",
        '{\r\n\t"a": 1,\r\n\t"n": null,\r\n\t"b": 2\r\n}',
        id="crlf_and_tabs",
    ),
    pytest.param('{\r "a": 1\r}', ("n",), "a", '{\r "a": 1,\r "n": null\r}', id="cr"),
    pytest.param(
        '{ "a": 1\n, "b": 2\n}', ("n",), "a", '{ "a": 1\n, "n": null\n, "b": 2\n}', id="comma_first"
    ),
    pytest.param(
        '{ "a": 1\n, "b": 2\n}',
        ("n",),
        None,
        '{ "a": 1\n, "b": 2\n, "n": null\n}',
        id="comma_first_last",
    ),
    pytest.param(
        '{\n "a": 1,  \n\n\n "b": 2\n}',
        ("n",),
        "a",
        '{\n "a": 1,  \n "n": null,\n\n\n "b": 2\n}',
        id="blank_lines_and_trailing_blanks_are_not_copied",
    ),
    pytest.param(
        '{"o": {\n    "a": 1\n}}',
        ("o", "n"),
        "a",
        '{"o": {\n    "a": 1,\n    "n": null\n}}',
        id="block_in_a_line",
    ),
    pytest.param(
        '{\n\n "a": 1\n}',
        ("n",),
        None,
        '{\n\n "a": 1,\n "n": null\n}',
        id="blank_line_before_the_only_member",
    ),
    pytest.param(
        '{\n "a": 1,\n\n "b": 2\n}',
        ("n",),
        None,
        '{\n "a": 1,\n\n "b": 2,\n "n": null\n}',
        id="blank_line_before_the_last",
    ),
    pytest.param(
        '{ "a": 1\n}', ("n",), None, '{ "a": 1\n, "n": null\n}', id="comma_first_after_the_only"
    ),
    pytest.param("{}", ("n",), None, '{"n": null}', id="empty_root"),
    pytest.param("{\n}", ("n",), None, '{\n"n": null}', id="empty_root_with_a_line_end"),
    pytest.param('{"o": {}}', ("o", "n"), None, '{"o": {"n": null}}', id="empty_inline"),
    pytest.param('{"o":{}}', ("o", "n"), None, '{"o":{"n":null}}', id="empty_compact"),
    pytest.param('{"o":{ }}', ("o", "n"), None, '{"o":{ "n":null}}', id="empty_with_a_blank"),
    pytest.param(
        '{\n  "o": {}\n}',
        ("o", "n"),
        None,
        '{\n  "o": {\n    "n": null\n  }\n}',
        id="empty_in_a_block",
    ),
    pytest.param(
        '{\r\n\t"o": {\r\n\t\t"p": {}\r\n\t}\r\n}',
        ("o", "p", "n"),
        None,
        '{\r\n\t"o": {\r\n\t\t"p": {\r\n\t\t\t"n": null\r\n\t\t}\r\n\t}\r\n}',
        id="empty_in_a_nested_block_of_tabs",
    ),
    pytest.param(
        '{\n"o": {}\n}',
        ("o", "n"),
        None,
        '{\n"o": {\n    "n": null\n}\n}',
        id="empty_without_indentation",
    ),
    pytest.param('{"o": []}', ("o", 0), None, '{"o": [null]}', id="empty_array"),
    pytest.param("[\n  1\n]", (1,), None, "[\n  1,\n  null\n]", id="array_last"),
    pytest.param("[\n  1\n]", (0,), None, "[\n  null,\n  1\n]", id="array_first"),
    pytest.param("[1, 2]", (1,), None, "[1, null, 2]", id="array_between"),
    pytest.param("[1,2]", (2,), None, "[1,2,null]", id="array_compact"),
    pytest.param("[[], []]", (1, 0), None, "[[], [null]]", id="array_in_an_array"),
    pytest.param("{}", ('"\\键\n',), None, '{"\\"\\\\键\\n": null}', id="key_that_needs_escapes"),
    pytest.param('\ufeff{"a": 1}', ("n",), "a", '\ufeff{"a": 1, "n": null}', id="byte_order_mark"),
]


@pytest.mark.parametrize(("before", "path", "after", "expected"), INSERTED)
def test_an_insertion_looks_like_its_neighbours_and_is_undone(
    before: str, path: Path, after: str | None, expected: str
) -> None:
    document = Document(before.encode())
    assert apply_edits(before, [insert(document, path, "null", after=after)]) == expected
    assert apply_edits(expected, [remove(Document(expected.encode()), path)]) == before


@pytest.mark.parametrize(
    ("before", "sibling", "expected"),
    [
        pytest.param('{"a": 1}', "a", '{"n": null, "a": 1}', id="one_line"),
        pytest.param('{\n  "a": 1\n}', "a", '{\n  "n": null,\n  "a": 1\n}', id="block_first"),
        pytest.param(
            '{\n  "a": 1,\n  "b": 2\n}', "b", '{\n  "a": 1,\n  "n": null,\n  "b": 2\n}', id="block"
        ),
        pytest.param(
            '{ "a": 1\n, "b": 2\n}', "a", '{ "n": null\n, "a": 1\n, "b": 2\n}', id="comma_first"
        ),
    ],
)
def test_an_insertion_before_a_sibling(before: str, sibling: str, expected: str) -> None:
    document = Document(before.encode())
    assert apply_edits(before, [insert(document, ("n",), "null", before=sibling)]) == expected


@pytest.mark.parametrize(
    ("before", "path", "expected"),
    [
        pytest.param('{"a": 1}', ("a",), "{}", id="only_member"),
        pytest.param('{\n  "a": 1\n}', ("a",), "{}", id="only_member_of_a_block"),
        pytest.param('{ "a": 1 }', ("a",), "{ }", id="only_member_between_blanks"),
        pytest.param('{"a": 1, "b": 2}', ("a",), '{"b": 2}', id="first"),
        pytest.param('{"a": 1, "b": 2}', ("b",), '{"a": 1}', id="last"),
        pytest.param('{\n  "a": 1,\n  "b": 2\n}', ("b",), '{\n  "a": 1\n}', id="last_of_a_block"),
        pytest.param(
            '{\n "a": 1,\n "b": 2, "c": 3\n}',
            ("b",),
            '{\n "a": 1, "c": 3\n}',
            id="start_of_a_shared_line",
        ),
        pytest.param("[1, [2, 3], 4]", (1, 0), "[1, [3], 4]", id="element"),
        pytest.param("[1, 2, 3]", (1,), "[1, 3]", id="element_between"),
        pytest.param(
            '{\n  "a": 1,  \n\n  "b": 2,\n  "c": 3\n}',
            ("b",),
            '{\n  "a": 1,  \n  "c": 3\n}',
            id="a_neighbours_trailing_blanks_stay",
        ),
    ],
)
def test_a_removal(before: str, path: Path, expected: str) -> None:
    assert apply_edits(before, [remove(Document(before.encode()), path)]) == expected


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        pytest.param(lambda doc: rename(doc, ("a",), "b"), r'{"b" : [1e0, "x"] }', id="rename"),
        pytest.param(
            lambda doc: rename(doc, ("a",), "键"), r'{"键" : [1e0, "x"] }', id="rename_to_chinese"
        ),
        pytest.param(
            lambda doc: replace(doc, ("a", 0), "null"), r'{"\u0061" : [null, "x"] }', id="element"
        ),
        pytest.param(lambda doc: replace(doc, ("a",), "0"), r'{"\u0061" : 0 }', id="member"),
        pytest.param(lambda doc: replace(doc, (), "[]"), "[]", id="root"),
    ],
)
def test_renames_and_replacements_leave_the_rest(
    edit: Callable[[Document], Edit], expected: str
) -> None:
    document = Document(rb'{"\u0061" : [1e0, "x"] }')
    assert apply_edits(document.text, [edit(document)]) == expected
