"""Documents: values and duplicates at once, text and places on demand."""

import pytest

from trellis_cfg.document import locate
from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import Path
from trellis_cfg.errors import EditRefused


@pytest.mark.parametrize(
    ("data", "duplicates"),
    [
        pytest.param(b'{"a": 1, "b": {"a": 1}}', False, id="same_key_at_two_levels"),
        pytest.param(b'[{"a": 1}, {"a": 1}]', False, id="same_key_in_two_objects"),
        pytest.param(b'{"a": 1, "a": 1}', True, id="twice"),
        pytest.param(b'[{"b": {"a": 1, "c": 0, "a": 2}}]', True, id="deep_and_apart"),
        pytest.param(rb'{"a": 1, "\u0061": 2}', True, id="in_two_spellings"),
    ],
)
def test_duplicates_are_detected(data: bytes, *, duplicates: bool) -> None:
    assert Document(data).has_duplicates is duplicates


def test_last_of_duplicate_keys_counts_and_all_are_entries() -> None:
    document = Document(b'{"a": 1, "b": {"c": 1, "c": 2}, "a": 3}')
    assert document.value == {"a": 3, "b": {"c": 2}}
    entries = document.entries(document.root.start)
    texts = [(entry.key, document.text[entry.value : entry.end]) for entry in entries]
    assert texts == [("a", "1"), ("b", '{"c": 1, "c": 2}'), ("a", "3")]
    assert document.text[document.entry(("b",)).value] == "{"


def test_duplicate_key_is_reported_with_both_places() -> None:
    document = Document('{\n  "o": {\n    "键": 1,\n    "b": 2, "键": 3\n  }\n}'.encode())
    with pytest.raises(EditRefused, match=r"duplicate key o\.键, first at line 3") as caught:
        document.entry(("o", "键"))
    assert (caught.value.line, caught.value.column, caught.value.code) == (4, 13, "TC003")


def test_byte_order_mark_is_in_text_and_bytes_but_not_in_the_value() -> None:
    data = b'\xef\xbb\xbf{"a": 1}\r\n'
    document = Document(data)
    assert document.value == {"a": 1}
    assert document.data == data
    assert document.text.encode() == data
    assert document.root == (1, 9)
    assert document.place(document.entry(("a",)).start) == (1, 2)


def test_entries_are_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    members = ",\n".join(f'"{number}": {number}' for number in range(100_000))
    document = Document(f"{{{members}}}".encode())
    measured: list[int] = []
    list_entries = locate.list_entries

    def counted(text: str, start: int) -> list[locate.Entry]:
        measured.append(start)
        return list_entries(text, start)

    monkeypatch.setattr(locate, "list_entries", counted)
    for number in range(0, 100_000, 10_000):
        entry = document.entry((str(number),))
        assert document.text[entry.value : entry.end] == str(number)
        assert document.place(entry.start).line == number + 1
    assert measured == [0]


@pytest.mark.parametrize(
    ("data", "path", "innermost"),
    [
        pytest.param(b"[" * 200 + b"]" * 200, (0,) * 199, "[]", id="arrays"),
        pytest.param(b'{"a":' * 200 + b"1" + b"}" * 200, ("a",) * 200, "1", id="objects"),
    ],
)
def test_200_levels_nest_and_are_walked(data: bytes, path: Path, innermost: str) -> None:
    document = Document(data)
    entry = document.entry(path)
    assert document.text[entry.value : entry.end] == innermost
    assert document.start(path) == data.index(innermost.encode())


@pytest.mark.parametrize(
    ("data", "path", "message"),
    [
        pytest.param(b'{"a": {}}', ("b",), "b does not exist", id="absent_key"),
        pytest.param(b'{"a": {}}', ("b", "c"), "b does not exist", id="absent_parent"),
        pytest.param(b'{"a": {}}', ("a", "c"), "a.c does not exist", id="absent_below"),
        pytest.param(b'{"a": 1}', ("a", "c"), "a.c does not exist", id="below_a_number"),
        pytest.param(b'{"a": "{"}', ("a", "c"), "a.c does not exist", id="below_a_string"),
        pytest.param(b"[[1]]", (0, 1), "0.1 does not exist", id="index_out_of_range"),
        pytest.param(b"[1]", ("0",), "0 does not exist", id="index_as_a_key"),
        pytest.param(b'{"0": 1}', (0,), "0 does not exist", id="key_as_an_index"),
        pytest.param(b"null", ("a",), "a does not exist", id="root_is_a_scalar"),
    ],
)
def test_absent_path_is_named(data: bytes, path: Path, message: str) -> None:
    with pytest.raises(EditRefused) as caught:
        Document(data).entry(path)
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("data", "closing"),
    [
        pytest.param(b"{}", 1, id="empty"),
        pytest.param(b"{ \n}", 3, id="white_space_only"),
        pytest.param(b'{"a": "}" }', 10, id="bracket_in_a_string"),
        pytest.param(b"[[], []]", 7, id="brackets_inside"),
    ],
)
def test_closing_bracket(data: bytes, closing: int) -> None:
    assert Document(data).closing(0) == closing


def read_at(document: Document, path: Path) -> str | None:
    entry = document.find(path)
    return entry and document.text[entry.value : entry.end]


def test_find_returns_the_last_of_duplicate_keys() -> None:
    document = Document(b'{"a": {"b": 1}, "a": {"c": [0, 5]}}')
    assert read_at(document, ("a", "c", 1)) == "5"
    absent: list[Path] = [("a", "b"), ("a", "c", 1, "d"), ()]
    assert [read_at(document, path) for path in absent] == [None] * 3


def test_non_finite_numbers_are_values_on_request() -> None:
    document = Document(b'{"a": NaN, "b": [-Infinity, Infinity], "a": 1}', non_finite=True)
    assert document.value == {"a": 1, "b": [-float("inf"), float("inf")]}
    assert document.has_duplicates
    assert read_at(document, ("b", 0)) == "-Infinity"
