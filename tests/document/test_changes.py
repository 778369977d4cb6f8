"""The edits in layouts that people write, to the byte."""

from collections.abc import Callable

import pytest

from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import Edit, apply_edits, insert, remove, rename, replace
from trellis_cfg.document.paths import Path, iterate_leaves

# Text before, sibling to stand after (or None: last), and text after, which has the only null.
INSERTED = {
    "one_line": ('{"a": 1}', "a", '{"a": 1, "n": null}'),
    "compact": ('{"a":1}', "a", '{"a":1,"n":null}'),
    "compact_between": ('{"a":1,"b":2}', "a", '{"a":1,"n":null,"b":2}'),
    "blanks_inside": ('{ "a" : 1 }', "a", '{ "a" : 1, "n" : null }'),
    "tight_comma": ('{"a": 1,"b": 2}', None, '{"a": 1,"b": 2,"n": null}'),
    "block": ('{\n  "a": 1,\n  "b": 2\n}\n', "a", '{\n  "a": 1,\n  "n": null,\n  "b": 2\n}\n'),
    "last": ('{\n  "a": 1,\n  "b": 2\n}', None, '{\n  "a": 1,\n  "b": 2,\n  "n": null\n}'),
    "only_member": ('{\n  "a": 1\n}', "a", '{\n  "a": 1,\n  "n": null\n}'),
    "crlf_and_tabs": (
        '{\r\n\t"a": 1,\r\n\t"b": 2\r\n}',
        "a",
        '{\r\n\t"a": 1,\r\n\t"n": null,\r\n\t"b": 2\r\n}',
    ),
    "cr": ('{\r "a": 1\r}', "a", '{\r "a": 1,\r "n": null\r}'),
    "comma_first": ('{ "a": 1\n, "b": 2\n}', "a", '{ "a": 1\n, "n": null\n, "b": 2\n}'),
    "comma_first_last": ('{ "a": 1\n, "b": 2\n}', None, '{ "a": 1\n, "b": 2\n, "n": null\n}'),
    "blank_lines_and_trailing_blanks_are_not_copied": (
        '{\n "a": 1,  \n\n\n "b": 2\n}',
        "a",
        '{\n "a": 1,  \n "n": null,\n\n\n "b": 2\n}',
    ),
    "block_in_a_line": ('{"o": {\n    "a": 1\n}}', "a", '{"o": {\n    "a": 1,\n    "n": null\n}}'),
    "blank_line_before_the_only_member": ('{\n\n "a": 1\n}', None, '{\n\n "a": 1,\n "n": null\n}'),
    "blank_line_before_the_last": (
        '{\n "a": 1,\n\n "b": 2\n}',
        None,
        '{\n "a": 1,\n\n "b": 2,\n "n": null\n}',
    ),
    "comma_first_after_the_only": ('{ "a": 1\n}', None, '{ "a": 1\n, "n": null\n}'),
    "empty_root": ("{}", None, '{"n": null}'),
    "empty_root_with_a_line_end": ("{\n}", None, '{\n"n": null}'),
    "empty_inline": ('{"o": {}}', None, '{"o": {"n": null}}'),
    "empty_compact": ('{"o":{}}', None, '{"o":{"n":null}}'),
    "empty_with_a_blank": ('{"o":{ }}', None, '{"o":{ "n":null}}'),
    "empty_in_a_block": ('{\n  "o": {}\n}', None, '{\n  "o": {\n    "n": null\n  }\n}'),
    "empty_in_a_nested_block_of_tabs": (
        '{\r\n\t"o": {\r\n\t\t"p": {}\r\n\t}\r\n}',
        None,
        '{\r\n\t"o": {\r\n\t\t"p": {\r\n\t\t\t"n": null\r\n\t\t}\r\n\t}\r\n}',
    ),
    "empty_without_indentation": ('{\n"o": {}\n}', None, '{\n"o": {\n    "n": null\n}\n}'),
    "empty_array": ('{"o": []}', None, '{"o": [null]}'),
    "array_last": ("[\n  1\n]", None, "[\n  1,\n  null\n]"),
    "array_first": ("[\n  1\n]", None, "[\n  null,\n  1\n]"),
    "array_between": ("[1, 2]", None, "[1, null, 2]"),
    "array_compact": ("[1,2]", None, "[1,2,null]"),
    "array_in_an_array": ("[[], []]", None, "[[], [null]]"),
    "key_that_needs_escapes": ("{}", None, '{"\\"\\\\键\\n": null}'),
    "byte_order_mark": ('\ufeff{"a": 1}', "a", '\ufeff{"a": 1, "n": null}'),
}


@pytest.mark.parametrize(("before", "after", "expected"), INSERTED.values(), ids=INSERTED)
def test_an_insertion_looks_like_its_neighbours_and_is_undone(
    before: str, after: str | None, expected: str
) -> None:
    old, new = Document(before.encode()), Document(expected.encode())
    ((path, _),) = iterate_leaves(new.value, lambda leaf: leaf is None)
    assert apply_edits(before, [insert(old, path, "null", after=after)]) == expected
    assert apply_edits(expected, [remove(new, path)]) == before


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
