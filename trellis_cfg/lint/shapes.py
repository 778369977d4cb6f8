"""The fast path in a checkout: configs that differ only in numbers that no rule looks at.

What the code of a checkout says depends on much. So a config in which the rules find nothing is
run through them once more, with numbers that note what is asked of them (``lint/watched.py``). What
they ask decides their result: a config of the same text whose other numbers differ has no finding.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import jiter

from trellis_cfg.lint.options import LintOptions
from trellis_cfg.source import read_checkout

if TYPE_CHECKING:
    from trellis_cfg.lint.config import Config
    from trellis_cfg.source.facts import SourceFacts

# Numbers of a usual length; a longer one stays in the text, and is the same in all of a shape.
_NUMBER = re.compile(rb"(?<=[:\[,\s])(-?\d[\d.eE+-]{0,17})(?=[,\s\]}])")
_DIGITS = b"0123456789"
MAX_LENGTH = 18
_MAX_SHAPES, _MAX_VARIANTS = 256, 8

Numbers = Sequence[bytes]
"""The numbers of a config, as they are written."""
Key = tuple[bytes, bytes]
"""The text of a config without its numbers, and these without their digits."""


class Multiple(NamedTuple):
    """A number that has to be a multiple of a second one, or else of a constant; by their index."""

    number: int
    divisor: int | None
    constant: int = 1

    def holds(self, numbers: Numbers) -> bool:
        """Return whether it is, where both are above 0."""
        divisor = self.constant if self.divisor is None else int(numbers[self.divisor])
        return int(numbers[self.number]) % divisor == 0


class Variant(NamedTuple):
    """What makes a config of a shape clean.

    ``get_equal`` returns the numbers that have to be ``equal``; those that ``get_nonzero`` returns
    must not be 0; all others may be any that ``is_valid`` accepts.
    """

    is_valid: Callable[[object], bool]
    get_equal: Callable[[Numbers], object]
    equal: object
    get_nonzero: Callable[[Numbers], Sequence[bytes]]
    multiples: tuple[Multiple, ...]

    def accepts(self, numbers: Numbers) -> bool:
        """Return whether these numbers are as the rules need them, beside their ranges."""
        return (
            self.get_equal(numbers) == self.equal
            and all(map(float, self.get_nonzero(numbers)))
            and all(multiple.holds(numbers) for multiple in self.multiples)
        )


def is_known(data: bytes, options: LintOptions) -> bool:
    """Tell whether a config in a checkout is like one in which no rule finds anything."""
    shapes = _load_shapes(options, _read_source(options))
    if not shapes:
        return False
    key, numbers = _split(data)
    for variant in shapes.get(key, ()):
        if variant.accepts(numbers):
            return variant.is_valid(jiter.from_json(data))
    return False


def remember(config: "Config", options: LintOptions) -> None:
    """Note a config in which no rule finds anything; learn from the second of a shape."""
    facts, document = options.facts, config.document
    if document is None or facts.source or facts.schema or facts.migrations or options.data_dir:
        return
    if b"\\" in document.data or config.shape_errors:
        return
    shapes = _load_shapes(options, _read_source(options))
    key, numbers = _split(document.data)
    if key not in shapes:
        if len(shapes) >= _MAX_SHAPES:
            shapes.clear()
        shapes[key] = []
    elif len(shapes[key]) < _MAX_VARIANTS:
        from trellis_cfg.lint.watched import learn  # noqa: PLC0415  many checkouts do without

        variant = learn(config, options.codes, numbers)
        shapes[key] += [variant] if variant else []


def _read_source(options: LintOptions) -> "SourceFacts | None":
    return read_checkout(options.checkouts.checkouts[0]) if options.checkouts else None


@lru_cache(maxsize=8)
def _load_shapes(_: LintOptions, __: "SourceFacts | None") -> dict[Key, list[Variant]]:
    """Return the shapes that were met with some options in a checkout, as it was read."""
    return {}


def _split(data: bytes) -> tuple[Key, list[Any]]:
    """Return the shape of a text, and its numbers."""
    parts = _NUMBER.split(data)
    numbers = parts[1::2]
    return (b"#".join(parts[::2]), b" ".join(numbers).translate(None, _DIGITS)), numbers
