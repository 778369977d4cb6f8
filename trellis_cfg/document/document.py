"""A JSON document: its value at once, its text and its places on demand."""

import jiter

from trellis_cfg.document import locate
from trellis_cfg.document.locate import Entry, Index, Lines, Place, Span, place_of
from trellis_cfg.document.paths import Key, Path, dotted
from trellis_cfg.document.syntax import invalid_encoding, invalid_syntax
from trellis_cfg.errors import EditRefused

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Document:
    """JSON bytes and what they mean.

    ``value`` is what a trainer would read: of duplicate keys, the last. ``duplicates`` says
    whether some object has any. Raises InvalidDocument for anything but one JSON value (RFC 8259)
    in UTF-8; a byte-order mark before it is accepted. Nesting ends at 200 levels, a number at
    4,300 digits. With ``non_finite``, NaN and Infinity are values, as they are for Python's json.
    """

    __slots__ = (
        "_entries",
        "_indices",
        "_lines",
        "_root",
        "_text",
        "data",
        "duplicates",
        "is_non_finite",
        "value",
    )

    def __init__(self, data: bytes, *, non_finite: bool = False) -> None:
        """Parse ``data``."""
        self.data = data
        self.duplicates = False
        self.is_non_finite = non_finite
        self._lines: Lines | None = None
        self._indices: dict[int, Index] = {}
        self._text: str | None = None
        self._root: Span | None = None
        self._entries: dict[int, list[Entry]] = {}
        body = data[3:] if data.startswith(_BYTE_ORDER_MARK) else data
        try:
            self.value: object = jiter.from_json(
                body, allow_inf_nan=non_finite, catch_duplicate_keys=True
            )
        except ValueError:
            self.value = self._parse_again(body)
            self.duplicates = True

    def _parse_again(self, body: bytes) -> object:
        """Parse without the check for duplicates; what is refused now is no JSON."""
        text = self.text
        try:
            return jiter.from_json(body, allow_inf_nan=self.is_non_finite)
        except ValueError as error:
            raise invalid_syntax(text, str(error)) from None

    @property
    def text(self) -> str:
        """The whole text, a byte-order mark included; line ends as they stand."""
        if self._text is None:
            try:
                self._text = self.data.decode("utf-8")
            except UnicodeDecodeError as error:
                raise invalid_encoding(self.data, error) from None
        return self._text

    def entries(self, start: int) -> list[Entry]:
        """Return the entries of the container that opens at offset ``start``, measured once."""
        if start not in self._entries:
            self._entries[start] = list(locate.entries(self.text, start))
        return self._entries[start]

    def start(self, path: Path) -> int:
        """Return the offset where the value at ``path`` starts."""
        return self.entry(path).value if path else self.root.start

    @property
    def root(self) -> Span:
        """The offsets of the whole value."""
        if self._root is None:
            self._root = locate.root(self.text)
        return self._root

    def closing(self, opening: int) -> int:
        """Return the offset of the bracket that closes the container opened at ``opening``."""
        return locate.closing(self.text, opening, self.entries(opening))

    def entry(self, path: Path) -> Entry:
        """Return the entry at ``path``, which is not the root.

        Raises EditRefused where nothing stands there, or where a key on the way is a duplicate.
        """
        start = self.root.start
        for depth, key in enumerate(path[:-1]):
            start = self._child(start, key, path[: depth + 1]).value
        return self._child(start, path[-1], path)

    def _child(self, start: int, key: Key, path: Path) -> Entry:
        found = [entry for entry in self.entries(start) if entry.key == key]
        if not found:
            raise EditRefused(f"there is no {dotted(path)}")
        if len(found) > 1:
            first, second = (self.place(entry.start) for entry in found[:2])
            raise EditRefused(
                f"duplicate key {dotted(path)}, first at line {first.line}: remove one of them",
                line=second.line,
                column=second.column,
                code="TC003",
            )
        return found[0]

    def find(self, path: Path) -> Entry | None:
        """Return the entry that a reader of ``value`` sees at ``path``: of duplicates, the last."""
        start, entry = self.root.start, None
        for key in path:
            entry = self._index(start).find(key)
            if entry is None:
                return None
            start = entry.value
        return entry

    def _index(self, start: int) -> Index:
        if start not in self._indices:
            entries = locate.entries(self.text, start)
            self._indices[start] = Index(entries, has_duplicates=self.duplicates)
        return self._indices[start]

    @property
    def lines(self) -> Lines:
        """The lines of the text, measured once."""
        if self._lines is None:
            self._lines = Lines(self.text)
        return self._lines

    def place_of_value(self, path: Path) -> Place:
        """Return the line and column where the value at ``path`` starts."""
        return self.place(self.start(path))

    def place(self, offset: int) -> Place:
        """Return line and column of an offset."""
        return place_of(self.text, offset)
