"""The keys and values of a text that is being typed: JSON, or nearly."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from trellis_cfg.document.paths import Path

Role = Literal["key", "value", "mark"]
_Follows = tuple[Literal["key", "value"], Path]
_TOKEN = re.compile(r'"(?:[^"\\\r\n]|\\.)*"?|[{}\[\],:]|[^\s{}\[\],:"\ufeff]+')
_COLON = re.compile(r"\s*:")
_MAX_LEVELS, _MAX_LENGTH = 200, 1_000_000
"""What is read of a text: each piece has its whole path, so that more would fill the memory."""


class Token(NamedTuple):
    """A piece of the text; ``path`` leads to the value that it is, names or starts.

    ``expected`` is what may follow, at the path ``target``: a key of that object, a value, or
    nothing.
    """

    start: int
    end: int
    role: Role
    path: Path
    expected: Literal["key", "value", ""] = ""
    target: Path = ()


@dataclass
class _Frame:
    """A container that is open, with its value, and the key that is named in it."""

    path: Path
    value: Any
    key: str | None = None

    @property
    def is_object(self) -> bool:
        return isinstance(self.value, dict)

    @property
    def child(self) -> Path:
        """The path of the next value."""
        return (*self.path, (self.key or "") if self.is_object else len(self.value))

    def add(self, value: object) -> None:
        if not self.is_object:
            self.value.append(value)
        elif self.key is not None:
            self.value[self.key], self.key = value, None


class Outline:
    """The tokens of a text, and the value that it would have: what is not clear is left out."""

    def __init__(self, text: str) -> None:
        """Read the text."""
        self.text = text
        self._root: list[Any] = []
        self._frames = [_Frame((), self._root)]
        self.tokens = list(self._read())

    @property
    def value(self) -> Any:  # noqa: ANN401  as JSON
        """The whole value, or what follows a comment; None if there is none."""
        objects = (each for each in self._root if isinstance(each, dict))
        return next(objects, self._root[0] if self._root else None)

    def _read(self) -> Iterator[Token]:
        for match in _TOKEN.finditer(self.text):
            if len(self._frames) > _MAX_LEVELS or match.start() > _MAX_LENGTH:
                return
            piece = match[0]
            if piece in "{[":
                yield self._open(match.start(), piece)
            elif piece in "}]":
                yield self._close(match.start(), piece)
            elif piece in ",:":
                yield self._separate(match.start(), piece)
            else:
                yield self._take(match)

    def _open(self, start: int, piece: str) -> Token:
        frame = self._frames[-1]
        path = frame.child if len(self._frames) > 1 else ()
        value: Any = {} if piece == "{" else []
        frame.add(value)
        self._frames.append(_Frame(path, value))
        follows: _Follows = ("key", path) if piece == "{" else ("value", (*path, 0))
        return Token(start, start + 1, "mark", path, *follows)

    def _close(self, start: int, piece: str) -> Token:
        """Leave the innermost container that this bracket closes, if there is one."""
        is_object = piece == "}"
        while any(frame.is_object == is_object for frame in self._frames[1:]):
            if self._frames.pop().is_object == is_object:
                break
        return Token(start, start + 1, "mark", self._frames[-1].path)

    def _separate(self, start: int, piece: str) -> Token:
        frame = self._frames[-1]
        if piece == ":":
            is_named = frame.is_object and frame.key is not None
            expected: Literal["value", ""] = "value" if is_named else ""
            return Token(start, start + 1, "mark", frame.child, expected, frame.child)
        frame.key = None
        follows: _Follows = ("key", frame.path) if frame.is_object else ("value", frame.child)
        return Token(start, start + 1, "mark", frame.path, *follows)

    def _take(self, match: "re.Match[str]") -> Token:
        frame, value = self._frames[-1], _parse(match[0])
        is_named = bool(_COLON.match(self.text, match.end()))
        if frame.is_object and (is_named or frame.key is None):
            key = value if isinstance(value, str) else match[0].strip('"')
            frame.key = key if is_named else None
            return Token(*match.span(), "key", (*frame.path, key))
        path = frame.child if len(self._frames) > 1 else ()
        frame.add(value)
        return Token(*match.span(), "value", path)

    def get(self, path: Path) -> Any:  # noqa: ANN401  as JSON
        """Return the value at a path; None if there is none."""
        value = self.value
        for key in path:
            if isinstance(value, dict):
                value = value.get(key)
            else:
                is_there = isinstance(value, list) and isinstance(key, int) and key < len(value)
                value = value[key] if is_there else None
        return value

    def find_token(self, offset: int) -> Token | None:
        """Return the key or the value at an offset, its ends included."""
        tokens = (token for token in self.tokens if token.start <= offset <= token.end)
        return next((token for token in tokens if token.role != "mark"), None)

    def find_key(self, path: Path) -> Token | None:
        """Return the key of a path: of duplicates, the last."""
        keys = (token for token in self.tokens if token.role == "key" and token.path == path)
        return max(keys, default=None)

    def find_spot(self, offset: int) -> Token | None:
        """Return what is typed at an offset; None where nothing may stand.

        It is a key of the object at its path, or the value at it.
        """
        last = next((token for token in reversed(self.tokens) if token.start < offset), None)
        if last is None:
            return None
        piece = self.text[last.start : last.end]
        is_closed = len(piece) > 1 and piece[0] == piece[-1] == '"'
        is_inside = offset < last.end or (offset == last.end and not is_closed)
        if last.role != "mark" and is_inside:
            path = last.path[:-1] if last.role == "key" else last.path
            return Token(last.start, last.end, last.role, path)
        if last.expected and last.end <= offset:
            return Token(offset, offset, last.expected, last.target)
        return None


def _parse(piece: str) -> object:
    """Return the value of a string or a scalar; None for anything else."""
    try:
        return json.loads(piece)
    except ValueError:
        return piece[1:] if piece[0] == '"' else None
