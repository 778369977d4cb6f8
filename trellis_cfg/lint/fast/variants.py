"""What makes configs clean, by their shapes: which of their numbers decide, and how."""

from collections.abc import Callable, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any, NamedTuple

from trellis_cfg.models.validators import Name, load_validator

_MAX_SHAPES = 256
_NUMBERS = (int, float)

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


class Needs(NamedTuple):
    """What makes a config of a shape clean, by the indexes of its numbers.

    Those at ``equal`` have to be as they are in ``numbers``, those at ``positive`` above 0; all
    others may be any that the validator for the classes of these ``names`` accepts.
    """

    names: tuple[Name, ...]
    numbers: Numbers
    equal: tuple[int, ...]
    positive: tuple[int, ...]
    multiples: tuple[Multiple, ...]

    def fit(self, shape: Shape) -> bool:
        """Return whether the numbers of any config of a shape can be compared with these."""
        positive = set(self.positive)
        return (
            [type(each) for each in self.numbers] == [each for each in shape if each in _NUMBERS]
            and positive.union(self.equal) <= set(range(len(self.numbers)))
            and all(
                each.constant > 0 and {*each[:2]} - {None} <= positive for each in self.multiples
            )
        )


class Variant:
    """The needs of configs of a shape, ready to be compared with the numbers of many."""

    def __init__(self, needs: Needs) -> None:
        """Look up the numbers that decide."""
        self.needs = needs
        self._get_equal = _make_getter(needs.equal)
        self._get_positive = _make_getter(needs.positive)
        self._equal = self._get_equal(needs.numbers)

    @cached_property
    def is_valid(self) -> Callable[[object], bool]:
        """The validator of a config, which bounds all numbers."""
        return load_validator(frozenset(self.needs.names), is_lenient=True).is_valid

    def accepts(self, numbers: Numbers) -> bool:
        """Return whether these numbers are as the rules need them, besides their ranges."""
        return (
            self._get_equal(numbers) == self._equal
            and min(self._get_positive(numbers), default=1) > 0
            and all(multiple.holds(numbers) for multiple in self.needs.multiples)
        )


def _make_getter(indexes: Sequence[int]) -> Callable[[Numbers], Any]:
    """Return a function that returns the numbers at some indexes, as a sequence."""
    if len(indexes) > 1:
        return itemgetter(*indexes)
    return itemgetter(slice(indexes[0], indexes[0] + 1) if indexes else slice(0))


class Shapes(dict[Shape, list[Variant]]):
    """What makes configs clean, by their shapes; ``failed`` counts those that were not."""

    failed = 0

    def add(self, shape: Shape) -> list[Variant]:
        """Return the variants of a shape, which may be new; too many shapes are forgotten."""
        if shape not in self and len(self) >= _MAX_SHAPES:
            self.clear()
        return self.setdefault(shape, [])
