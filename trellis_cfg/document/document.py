"""A JSON document: value parsed at once, positions on demand."""

from functools import cached_property

import jiter

from trellis_cfg.document import locate
from trellis_cfg.document.locate import Entry, Lines, Place, Span
from trellis_cfg.document.paths import Key, Path, format_path
from trellis_cfg.document.syntax import invalid_encoding, invalid_syntax
from trellis_cfg.errors import EditRefused

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Document:
    """JSON bytes and their value.

    ``value`` is what a trainer would read: of duplicate keys, the last. ``has_duplicates`` says
    whether any object has some. Raises InvalidDocument unless ``data`` is one JSON value (RFC 8259)
    in UTF-8, with or without a byte-order mark, nested at most 200 levels deep, its numbers at most
    4,300 digits long. With ``non_finite``, NaN and Infinity are values, as in Python's json.
    ``path`` is where it was read from, empty for none.
    """

    def __init__(self, data: bytes, *, non_finite: bool = False, path: str = "") -> None:
        """Parse ``data``."""
        self.data = data
        self.path = path
        self.has_duplicates = False
        self.is_non_finite = non_finite
        self._entries: dict[int, list[Entry]] = {}
        self._by_key: dict[int, dict[Key, Entry]] = {}
        body = data[3:] if data.startswith(BYTE_ORDER_MARK) else data
        try:
            self.value: object = jiter.from_json(
                body, allow_inf_nan=non_finite, catch_duplicate_keys=True
            )
        except ValueError:
            text = self.text  # raises for bytes that are not UTF-8
            try:  # without the check for duplicates, an error means invalid JSON
                self.value = jiter.from_json(body, allow_inf_nan=non_finite)
            except ValueError as error:
                raise invalid_syntax(text, str(error)) from None
            self.has_duplicates = True

    @cached_property
    def text(self) -> str:
        """The whole text, with its byte-order mark and line ends."""
        try:
            return self.data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise invalid_encoding(self.data, error) from None

    @cached_property
    def root(self) -> Span:
        """The offsets of the whole value."""
        return locate.find_root(self.text)

    @cached_property
    def lines(self) -> Lines:
        """The lines of the text."""
        return Lines(self.text)

    def entries(self, start: int) -> list[Entry]:
        """Return the entries of the container that opens at offset ``start``; cached."""
        if start not in self._entries:
            self._entries[start] = locate.list_entries(self.text, start)
        return self._entries[start]

    def start(self, path: Path) -> int:
        """Return the offset where the value at ``path`` starts."""
        return self.entry(path).value if path else self.root.start

    def closing(self, opening: int) -> int:
        """Return the offset of the bracket that closes the container opened at ``opening``."""
        return locate.find_closing(self.text, opening, self.entries(opening))

    def entry(self, path: Path) -> Entry:
        """Return the entry at ``path``, which is not the root.

        Raises EditRefused if it does not exist, or if a key of the path is a duplicate.
        """
        start = self.root.start
        for depth, key in enumerate(path, 1):
            same = [entry for entry in self.entries(start) if entry.key == key]
            if not same:
                raise EditRefused(f"{format_path(path[:depth])} does not exist")
            if len(same) > 1:
                first, second = (self.place(entry.start) for entry in same[:2])
                message = f"duplicate key {format_path(path[:depth])}, first at line {first.line}"
                raise EditRefused(f"{message}: remove one of them", *second, code="TC003")
            start = same[0].value
        return same[0]

    def find(self, path: Path) -> Entry | None:
        """Return the entry whose value ``value`` has at ``path``: of duplicates, the last."""
        start, entry = self.root.start, None
        for key in path:
            if start not in self._by_key:
                self._by_key[start] = {entry.key: entry for entry in self.entries(start)}
            entry = self._by_key[start].get(key)
            if entry is None:
                return None
            start = entry.value
        return entry

    def place_of_value(self, path: Path) -> Place:
        """Return the line and column where the value at ``path`` starts."""
        return self.place(self.start(path))

    def place(self, offset: int) -> Place:
        """Return line and column of an offset."""
        return self.lines.place(offset)
