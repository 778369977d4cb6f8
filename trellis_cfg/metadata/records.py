"""The records of a CSV file, taken apart as pandas does, however they are written."""

import csv
import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from trellis_cfg.errors import MetadataError

_END = "\udcff,\udcff"  # what UTF-8 cannot hold
_LONGEST = 2**31 - 1
_BLANKS = " \t\r\n"


def records(name: str, path: str) -> Iterator[list[str]]:
    """Yield the cells of each record that is not blank, the header first.

    Raises MetadataError where there is no file, no text, or no end of a quoted cell.
    """
    with _opened(name, path) as file, _long_cells():
        lines = _Lines(name, file)
        for record in csv.reader(lines):
            if record == _END.split(","):
                return
            if len(record) > 1 or not lines.is_blank(record):
                yield record
            else:
                lines.skip_blank()
    raise MetadataError(
        f'{name}: the file ends inside a cell: a closing " is missing. '
        "The trainer would fail with a ParserError"
    )


class _Lines:
    """The lines of a file, the latest kept; then one more, which an open quote would swallow."""

    def __init__(self, name: str, file: TextIO) -> None:
        self._name = name
        self._lines = self._read(file)
        self._latest = ""
        self._loses_comma = False

    def __iter__(self) -> Iterator[str]:
        return self._lines

    def _read(self, file: TextIO) -> Iterator[str]:
        for line in file:
            self._latest = line[1:] if self._loses_comma and line[0] == "," else line
            self._loses_comma = False
            if "\0" in line:
                raise MetadataError(
                    f"{self._name}: it holds a NUL character, which each version of pandas reads "
                    "in another way: is it a CSV file?"
                )
            yield self._latest
        yield _END

    def is_blank(self, record: list[str]) -> bool:
        """Tell whether a record of at most one cell is a blank line, which pandas skips."""
        return not "".join(record).strip(_BLANKS) and '"' not in self._latest

    def skip_blank(self) -> None:
        """Pass a blank line; pandas loses a comma behind one that ends in a lone CR."""
        self._loses_comma = self._latest.endswith("\r")


@contextmanager
def _opened(name: str, path: str) -> Iterator[TextIO]:
    try:
        if "\0" in path or re.search("[\ud800-\udbff]", path):
            raise MetadataError(f"{name!a} is no path: it holds a character that none can have")
        if os.path.exists(path) and not os.path.isfile(path):
            raise MetadataError(f"{name} cannot be read: it is no regular file")
        with open(path, encoding="utf-8-sig", newline="") as file:
            yield file
    except UnicodeDecodeError as error:
        raise MetadataError(
            f"{name} is not UTF-8 ({error.reason}). "
            "The trainer would fail with a UnicodeDecodeError: save it as UTF-8"
        ) from None
    except OSError as error:
        what = error.strerror or os.strerror(error.errno or errno.EIO)
        raise MetadataError(
            f"{name} cannot be read: {what}; is this the folder that holds metadata.csv?"
        ) from None


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let cells be of any length meanwhile."""
    before = csv.field_size_limit(_LONGEST)
    try:
        yield
    finally:
        csv.field_size_limit(before)
