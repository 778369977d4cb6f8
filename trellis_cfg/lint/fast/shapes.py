"""The fast path in a checkout: configs that differ only in numbers that no rule looks at.

What the code of a checkout says depends on much. So the rules run once more over a config in which
they find nothing, with numbers that note what is asked of them (``watched.py``). Only that can
decide: a config that differs in other numbers has no finding, either.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from math import hypot
from typing import TYPE_CHECKING, Any, NamedTuple

import jiter

from trellis_cfg.lint.options import LintOptions
from trellis_cfg.source import read_checkout

if TYPE_CHECKING:
    from trellis_cfg.lint.config import Config
    from trellis_cfg.source.facts import SourceFacts

LARGE = 10**18
"""Above every number that may differ, so that comparing one with it says nothing."""
_MAX_SHAPES, _MAX_VARIANTS = 256, 8

Numbers = Sequence[int | float]
"""The numbers of a config, in their order."""
Shape = tuple[object, ...]
"""A config without its numbers: of these, only the types."""


class Multiple(NamedTuple):
    """A number that has to be a multiple of a second one, or else of a constant; by their index."""

    number: int
    divisor: int | None
    constant: int = 1

    def holds(self, numbers: Numbers) -> bool:
        """Return whether it is, where both are above 0."""
        divisor = self.constant if self.divisor is None else numbers[self.divisor]
        return numbers[self.number] % divisor == 0


class Variant(NamedTuple):
    """What makes a config of a shape clean.

    ``get_equal`` returns the numbers that have to be ``equal``, and ``get_positive`` those above 0;
    all others may be any that ``is_valid`` accepts.
    """

    is_valid: Callable[[object], bool]
    get_equal: Callable[[Numbers], object]
    equal: object
    get_positive: Callable[[Numbers], Iterable[float]]
    multiples: tuple[Multiple, ...]

    def accepts(self, numbers: Numbers) -> bool:
        """Return whether these numbers are as the rules need them, besides their ranges."""
        return (
            self.get_equal(numbers) == self.equal
            and min(self.get_positive(numbers), default=1) > 0
            and all(multiple.holds(numbers) for multiple in self.multiples)
        )


class Shapes(dict[Shape, list[Variant]]):
    """What makes configs clean, by their shapes; ``failed`` counts those that were not."""

    failed = 0

    def add(self, shape: Shape) -> list[Variant]:
        """Return the variants of a shape, which may be new; too many shapes are forgotten."""
        if shape not in self and len(self) >= _MAX_SHAPES:
            self.clear()
        return self.setdefault(shape, [])


def is_known(data: bytes, options: LintOptions) -> bool:
    """Return whether a config in a checkout is like one in which no rule finds anything."""
    shapes = _load_shapes(options, _read_source(options))
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
    if _may_vary(config, options, numbers):
        _load_shapes(options, _read_source(options)).add(shape)


def is_learned(config: "Config", options: LintOptions) -> bool:
    """Learn from a config, but from the first; return whether no rule finds anything in it.

    One of another shape is learned as long as most are clean: else, the rules would run twice.
    """
    shapes = _load_shapes(options, _read_source(options))
    shape, numbers = _split(config.value) if shapes else ((), ())
    if len(shapes.get(shape, ())) >= _MAX_VARIANTS or not _may_vary(config, options, numbers):
        return False
    if shape not in shapes and shapes.failed >= len(shapes):
        return False
    from trellis_cfg.lint.fast.watched import learn  # noqa: PLC0415  many checkouts do without

    variant = learn(config, options.applied_codes, numbers)
    if variant is None:
        shapes.failed += 1
        return False
    shapes.add(shape).append(variant)
    return True


def _may_vary(config: "Config", options: LintOptions, numbers: Numbers) -> bool:
    """Return whether nothing but the values of a config decides what the rules find in it."""
    facts, document = options.facts, config.document
    is_plain = not (facts.source or facts.schema or facts.migrations or options.data_dir)
    is_sound = document is not None and not (document.has_duplicates or config.shape_errors)
    return is_plain and is_sound and is_small(numbers)


def is_small(numbers: Numbers) -> bool:
    """Return whether all numbers are finite, and of a usual size."""
    try:
        return hypot(*numbers) < LARGE  # the fastest way to see that of all
    except OverflowError:
        return False


def _read_source(options: LintOptions) -> "SourceFacts | None":
    return read_checkout(options.checkouts.checkouts[0]) if options.checkouts else None


@lru_cache(maxsize=8)
def _load_shapes(_: LintOptions, __: "SourceFacts | None") -> Shapes:
    """Return the shapes that were met with some options in a checkout, as it was read."""
    return Shapes()


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
