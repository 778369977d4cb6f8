"""Conditions: the filters of a dataset with its arguments filled in."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from trellis_cfg.errors import MetadataError
from trellis_cfg.metadata.filters import Filter, Test
from trellis_cfg.models import arguments

_MAX = 2**63 - 1


class Condition(NamedTuple):
    """What a row must meet: a filter of which everything is known."""

    column: str
    test: Test
    limit: float
    told: str
    where_present: bool


class _Kind(NamedTuple):
    """What an argument must be: in words, and as a test."""

    words: str
    fits: Callable[[object], bool]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _MAX


_NUMBER = _Kind("a number", _is_number)
_FLAG = _Kind("true or false", lambda value: isinstance(value, bool))
_NAME = _Kind("a string", lambda value: isinstance(value, str))
_SIZE = _Kind(
    "a string or an integer",
    lambda value: isinstance(value, str | int) and not isinstance(value, bool),
)
_NAMES = {"resolution": _SIZE}


def conditions(
    dataset: str, filters: Iterable[Filter], args: Mapping[str, object]
) -> tuple[Condition, ...]:
    """Return the conditions that apply.

    Raises MetadataError for an argument that is absent or of the wrong type.
    """
    return tuple(_conditions(_Arguments(dataset, args), filters))


class _Arguments(NamedTuple):
    dataset: str
    args: Mapping[str, object]

    def value(self, name: str) -> object:
        """Return an argument, or what it is by default."""
        if name in self.args:
            return self.args[name]
        model = arguments("dataset", self.dataset)
        field = model.model_fields.get(name) if model else None
        if field is None or field.is_required():
            raise MetadataError(f"{self.dataset} needs the argument {name}: add it to dataset.args")
        return field.default

    def checked(self, name: str, kind: _Kind) -> object:
        """Return an argument that is of the right kind."""
        value = self.value(name)
        if not kind.fits(value):
            raise MetadataError(f"{name} of {self.dataset} must be {kind.words}, not {value!r}")
        return value


def _conditions(given: _Arguments, filters: Iterable[Filter]) -> Iterator[Condition]:
    for one in filters:
        if one.when and not given.checked(one.when, _FLAG):
            continue
        if one.unless_null and given.value(one.limit) is None:
            continue
        column = re.sub(
            r"\{(\w+)\}",
            lambda found: str(given.checked(found[1], _NAMES.get(found[1], _NAME))),
            one.column,
        )
        limit = given.checked(one.limit, _NUMBER) if one.limit else 0
        assert isinstance(limit, int | float)  # noqa: S101  _NUMBER has seen to it
        yield Condition(column, one.test, limit, _told(column, one.test, limit), one.where_present)


def _told(column: str, test: Test, limit: float) -> str:
    compares = test in {Test.AT_LEAST, Test.AT_MOST, Test.ABOVE}
    return f"{column} {test.value} {limit}" if compares else column
