"""The fast path in a checkout: configs that differ only in numbers that no rule looks at.

What the code of a checkout says depends on much. So the rules run once more over a config in which
they find nothing, with numbers that note what is asked of them (``watched.py``). Only that can
decide: a config that differs in other numbers has no finding, either.
"""

from collections.abc import Iterable
from functools import lru_cache
from math import hypot
from typing import TYPE_CHECKING, Any

import jiter

from trellis_cfg.lint.fast.memory import recall, store
from trellis_cfg.lint.fast.variants import Numbers, Shape, Shapes, Variant
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.source import Reading, get_reading

if TYPE_CHECKING:
    from trellis_cfg.lint.config import Config

LARGE = 10**18
"""Above every number that may differ, so that comparing one with it says nothing."""
_MAX_VARIANTS = 8

_changed: dict[tuple[LintOptions, Reading], Shapes] = {}
"""The shapes that are to be kept for later runs."""


def is_known(data: bytes, options: LintOptions) -> bool:
    """Return whether a config in a checkout is like one in which no rule finds anything."""
    shapes = _find_shapes(options)
    if not shapes or b"\\" in data:
        return False
    try:
        value: object = jiter.from_json(data, allow_inf_nan=False, catch_duplicate_keys=True)
    except ValueError:
        return False
    shape, numbers = _split(value)
    for variant in shapes.get(shape, ()) if is_small(numbers) else ():
        if variant.accepts(numbers):
            return variant.is_valid(value)
    return False


def remember(config: "Config", options: LintOptions) -> None:
    """Note the shape of a config in which no rule finds anything."""
    shape, numbers = _split(config.value)
    shapes = _find_shapes(options)
    if shape not in shapes and _may_vary(config, options, numbers):
        shapes.add(shape)
        _note_change(options, shapes)


def is_learned(config: "Config", options: LintOptions) -> bool:
    """Learn from a config, but from the first; return whether no rule finds anything in it.

    One of another shape is learned as long as most are clean: else, the rules would run twice.
    """
    shapes = _find_shapes(options)
    shape, numbers = _split(config.value) if shapes else ((), ())
    if len(shapes.get(shape, ())) >= _MAX_VARIANTS or not _may_vary(config, options, numbers):
        return False
    if shape not in shapes and shapes.failed >= len(shapes):
        return False
    from trellis_cfg.lint.fast.watched import learn  # noqa: PLC0415  many checkouts do without

    needs = learn(config, options.applied_codes, numbers)
    if needs is None:
        shapes.failed += 1
        return False
    shapes.add(shape).append(Variant(needs))
    _note_change(options, shapes)
    return True


def keep_learned() -> None:
    """Keep what was learned for later runs."""
    while _changed:
        (options, reading), shapes = _changed.popitem()
        if not reading.is_incomplete:
            store(options, reading.stamps, shapes)


def _may_vary(config: "Config", options: LintOptions, numbers: Numbers) -> bool:
    """Return whether nothing but the values of a config decides what the rules find in it."""
    document = config.document
    is_sound = document is not None and not (document.has_duplicates or config.shape_errors)
    return _is_plain(options) and is_sound and is_small(numbers)


def _is_plain(options: LintOptions) -> bool:
    facts = options.facts
    return not (facts.source or facts.schema or facts.migrations or options.data_dir)


def is_small(numbers: Numbers) -> bool:
    """Return whether all numbers are finite, and of a usual size."""
    try:
        return hypot(*numbers) < LARGE  # the fastest way to see that of all
    except OverflowError:
        return False


def _find_shapes(options: LintOptions) -> Shapes:
    """Return the shapes that were met with options for one file."""
    reading = _find_reading(options)
    return _load_shapes(options, reading) if reading else Shapes()


def _find_reading(options: LintOptions) -> Reading | None:
    return get_reading(options.checkout) if options.checkout else None


def _note_change(options: LintOptions, shapes: Shapes) -> None:
    reading = _find_reading(options)
    if reading:
        _changed[options, reading] = shapes


@lru_cache(maxsize=8)
def _load_shapes(options: LintOptions, reading: Reading) -> Shapes:
    """Return the shapes that earlier runs met in a checkout, if it is as it was then."""
    return recall(options, reading.stamps) if _is_plain(options) else Shapes()


def _split(value: object) -> tuple[Shape, Numbers]:
    """Return the shape of a config, and its numbers."""
    shape: list[object] = []
    numbers: list[int | float] = []
    _walk([value], shape, numbers)
    return tuple(shape), numbers


def _walk(values: Iterable[Any], shape: list[object], numbers: list[int | float]) -> None:
    for value in values:
        kind = type(value)
        if kind is int or kind is float:
            shape.append(kind)
            numbers.append(value)
        elif kind is dict:
            shape.append(kind)
            shape += value
            _walk(value.values(), shape, numbers)
            shape.append(type)
        elif kind is list:
            shape.append(kind)
            _walk(value, shape, numbers)
            shape.append(type)
        else:
            shape.append(value)
