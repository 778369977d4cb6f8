"""Rules about the file and its text: what Python's json would not read, or read otherwise."""

import math
from collections import defaultdict
from collections.abc import Iterator

from trellis_cfg.document.document import Document
from trellis_cfg.document.locate import Entry, Place, Span
from trellis_cfg.document.paths import Path, iterate_leaves
from trellis_cfg.lint.config import Config, Finding, RelatedPlace
from trellis_cfg.lint.wording import shorten

_SHOWN = 3
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def invalid_json(ctx: Config) -> Iterator[Finding]:
    """The file is no JSON (RFC 8259), or none that this program reads.

    The place is where it stops being JSON: a comma too many, a comment, a quotation mark that is
    missing. Nesting ends at 200 levels, a number at 4,300 digits. Half of a surrogate pair as an
    escape is refused, too: a trainer may read it, but no UTF-8 file can hold it.
    """
    yield from _refused(ctx)


def encoding(ctx: Config) -> Iterator[Finding]:
    """The file is not UTF-8, or starts with a byte-order mark.

    ``json.load(open(…))``, as train.py reads a config, fails on either. Save the file as UTF-8
    without a mark ("UTF-8", not "UTF-8 with BOM").
    """
    yield from _refused(ctx)
    if ctx.document and ctx.document.data.startswith(_BYTE_ORDER_MARK):
        message = "the file starts with a byte-order mark, which json.load refuses: save it without"
        yield Finding((), message, place=Place(1, 1))


def unreadable(ctx: Config) -> Iterator[Finding]:
    """The file cannot be read: it is missing, its permissions forbid it, or it is no file.

    The run goes on with the others, and exits with 2.
    """
    yield from _refused(ctx)


def _refused(ctx: Config) -> Iterator[Finding]:
    if ctx.refusal:
        yield Finding((), ctx.refusal.message, place=Place(ctx.refusal.line, ctx.refusal.column))


def duplicate_key(ctx: Config) -> Iterator[Finding]:
    """A key stands twice in one object: Python's json takes the last, silently.

    Whoever edits the first changes nothing. Remove one of the two.
    """
    if ctx.document is None or not ctx.document.has_duplicates:
        return
    for path, found in _repeated(ctx.document):
        *others, last = found
        times = "twice" if len(others) == 1 else f"{len(found):,} times"
        yield Finding(
            path,
            f'the key "{shorten(str(path[-1]))}" stands {times} here: the last one counts',
            span=Span(last.start, last.key_end),
            also=tuple(
                RelatedPlace(path, "ignored", span=Span(entry.start, entry.key_end))
                for entry in others[:_SHOWN]
            ),
        )


def _repeated(document: Document) -> Iterator[tuple[Path, list[Entry]]]:
    """Yield path and entries of each key that stands in its object more than once."""
    pending: list[tuple[Path, int]] = [((), document.root.start)]
    while pending:
        path, start = pending.pop()
        entries = document.entries(start)
        by_key: dict[str | int, list[Entry]] = defaultdict(list)
        for entry in entries:
            by_key[entry.key].append(entry)
        if len(by_key) < len(entries):
            yield from (((*path, key), found) for key, found in by_key.items() if len(found) > 1)
        inner = [((*path, entry.key), entry.value) for entry in entries]
        pending += [at for at in reversed(inner) if document.text[at[1]] in "{["]


def non_finite_number(ctx: Config) -> Iterator[Finding]:
    """NaN and Infinity are no JSON, and a number such as 1e400 becomes infinite when it is read.

    Python's json reads all of them without a word; a loss weight or a rate of infinity trains
    to nothing.
    """
    yield from _refused(ctx)
    if ctx.document is None or not _may_be_non_finite(ctx.document, ctx.value):
        return
    for path, _ in iterate_leaves(ctx.value, _is_non_finite):
        raw = _raw(ctx.document, path)
        told = "is no JSON" if raw.endswith(("NaN", "Infinity")) else "overflows to infinity"
        yield Finding(path, f"{shorten(raw)} {told}: write a finite number, or null")


def _is_non_finite(value: object) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _may_be_non_finite(document: Document, value: object) -> bool:
    """Tell it from the value written out again: the quickest way to see all of its numbers."""
    from pydantic_core import to_json  # noqa: PLC0415  the manual pages do without

    return document.is_non_finite or b"Infinity" in to_json(value, inf_nan_mode="constants")


def _raw(document: Document, path: Path) -> str:
    """Return the text of a value as it stands in the file."""
    entry = document.find(path)
    span = Span(entry.value, entry.end) if entry else document.root
    return document.text[span.start : span.end]
