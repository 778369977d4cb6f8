"""Rules about the file and its text: what Python's json rejects or reads silently."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator

from trellis_cfg.document.document import BYTE_ORDER_MARK, Document
from trellis_cfg.document.edits import Edit, remove_entry
from trellis_cfg.document.locate import Place, Span
from trellis_cfg.document.paths import Path, iterate_leaves
from trellis_cfg.errors import InvalidDocument
from trellis_cfg.lint.config import Config, Finding, RelatedPlace
from trellis_cfg.lint.fixes import Offer
from trellis_cfg.lint.wording import shorten

_MAX_RELATED = 3
_DIGITS = bytes.maketrans(b"123456789E+", b"000000000ee")


def invalid_json(config: Config) -> Iterable[Finding]:
    """The file is not valid JSON (RFC 8259), or exceeds this program's limits.

    The position is where parsing fails: a trailing comma, a comment, a missing quotation mark.
    Limits: 200 nesting levels, 4,300 digits per number. A lone surrogate escape is also an error: a
    trainer may read it, but UTF-8 cannot encode it.

    Bad: {"seed": 1,}
    Good: {"seed": 1}
    Chinese: JSON 语法错误。修正报告位置的语法：多余的逗号、注释、缺少的引号或括号。
    """
    return _report_refusal(config)


def encoding(config: Config) -> Iterable[Finding]:
    """The file is not UTF-8, or starts with a byte-order mark.

    ``json.load(open(…))``, as train.py reads a config, fails on either. Save the file as UTF-8
    without a mark ("UTF-8", not "UTF-8 with BOM").

    Chinese: 编码不是不带 BOM 的 UTF-8。保存为不带 BOM 的 UTF-8。
    """
    yield from _report_refusal(config)
    if config.document and config.document.data.startswith(BYTE_ORDER_MARK):
        problem = "the file starts with a byte-order mark, which json.load rejects"
        fix = Offer("remove the byte-order mark", is_safe=True, edits=(Edit(0, 1, ""),))
        yield Finding((), f"{problem}: save as UTF-8 without BOM", place=Place(1, 1), fix=fix)


def unreadable(config: Config) -> Iterable[Finding]:
    """The file cannot be read: it is missing, not readable, or not a regular file.

    The run continues with the other files and exits with 2.

    Chinese: 文件无法读取。检查路径、权限，以及它是不是普通文件。
    """
    return _report_refusal(config)


def _report_refusal(config: Config) -> Iterator[Finding]:
    if config.refusal:
        place = Place(config.refusal.line, config.refusal.column)
        comma = config.refusal.comma if isinstance(config.refusal, InvalidDocument) else None
        edits = () if comma is None else (Edit(comma, comma + 1, ""),)
        fix = Offer("remove the trailing comma", is_safe=True, edits=edits) if edits else None
        yield Finding((), config.refusal.message, place=place, fix=fix)


def duplicate_key(config: Config) -> Iterable[Finding]:
    """Duplicate key in an object: Python's json silently keeps the last value.

    Editing the first has no effect. Remove one of the two.

    Bad: {"seed": 1, "seed": 2}
    Good: {"seed": 2}
    Chinese: 键重复。删除多余的键，只保留想要的值。
    """
    if config.document is None or not config.document.has_duplicates:
        return
    for path, opening, indices in _find_duplicates(config.document):
        entries = [config.document.entries(opening)[index] for index in indices]
        *ignored, last = entries
        times = "twice" if len(ignored) == 1 else f"{len(entries):,} times"
        spans = [Span(entry.start, entry.key_end) for entry in ignored[:_MAX_RELATED]]
        also = tuple(RelatedPlace(path, "ignored", span=span) for span in spans)
        name = f'"{shorten(str(path[-1]))}"'
        edits = (remove_entry(config.document, opening, indices[0]),)
        fix = Offer(f"remove the ignored {name}", is_safe=True, edits=edits)
        message, span = (
            f"duplicate key {name} ({times}); the last value wins",
            Span(last.start, last.key_end),
        )
        yield Finding(path, message, span=span, also=also, fix=fix)


def _find_duplicates(document: Document) -> Iterator[tuple[Path, int, list[int]]]:
    """Yield each duplicate key: its path, the offset of its object, and its indices there."""
    pending: list[tuple[Path, int]] = [((), document.root.start)]
    while pending:
        path, start = pending.pop()
        entries = document.entries(start)
        by_key: dict[str | int, list[int]] = defaultdict(list)
        for index, entry in enumerate(entries):
            by_key[entry.key].append(index)
        for key, same in by_key.items() if len(by_key) < len(entries) else ():
            if len(same) > 1:
                yield (*path, key), start, same
        children = [((*path, entry.key), entry.value) for entry in entries]
        pending += [child for child in reversed(children) if document.text[child[1]] in "{["]


def non_finite_number(config: Config) -> Iterable[Finding]:
    """NaN and Infinity are not valid JSON; a number such as 1e400 is read as infinity.

    Python's json accepts all of them silently; an infinite loss weight or learning rate ruins the
    training.

    Bad: {"trainer": {"args": {"lambda_kl": NaN}}}
    Good: {"trainer": {"args": {"lambda_kl": 1e-06}}}
    Chinese: 数值不是有限数。改为有限的数。
    """
    yield from _report_refusal(config)
    document = config.document
    if document is None or not (document.is_non_finite or _may_overflow(document.data)):
        return
    for path, _ in iterate_leaves(config.value, _is_non_finite):
        entry = document.find(path)
        span = Span(entry.value, entry.end) if entry else document.root
        text = document.text[span.start : span.end]
        is_literal = text.endswith(("NaN", "Infinity"))
        problem = "is not valid JSON" if is_literal else "overflows to infinity"
        yield Finding(path, f"{shorten(text)} {problem}: write a finite number, or null")


def _may_overflow(data: bytes) -> bool:
    """Return whether there may be a number with an exponent above 99, or of 100 digits."""
    digits = data.translate(_DIGITS)
    return b"e000" in digits or b"0" * 100 in digits


def _is_non_finite(value: object) -> bool:
    return isinstance(value, float) and not math.isfinite(value)
