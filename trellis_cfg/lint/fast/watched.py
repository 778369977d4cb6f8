"""Numbers that note what is asked of them, and what the rules ask of those of a config."""

import math
import operator
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any, TypeGuard

from trellis_cfg.lint.config import Config
from trellis_cfg.lint.fast.shapes import LARGE
from trellis_cfg.lint.fast.variants import Multiple, Needs, Numbers
from trellis_cfg.lint.rules import RULES
from trellis_cfg.models.validators import find_names

_COMPARED = ("eq", "ne", "lt", "le", "gt", "ge")
_REFLECTED = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow")
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(operator, name) for name in (*_REFLECTED, "index", "neg", "pos", "abs")},
    **{each.__name__: each for each in (int, float, str, repr, hash, format, round, divmod)},
    **{name: getattr(math, name) for name in ("trunc", "floor", "ceil")},
}
_COUNTS = ("batch_size_per_gpu", "batch_split", "max_steps", "i_save")


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


class _Watch:
    """What is asked of numbers: ``equal`` are those that decide, ``positive`` their sign only."""

    def __init__(self) -> None:
        self.equal: set[int] = set()
        self.positive: set[int] = set()
        self.exempt: tuple[int | None, ...] = ()

    def wrap(self, value: object, indexes: Iterator[int]) -> Any:  # noqa: ANN401  as the value is
        """Return a JSON value in which all numbers are watched, by their order."""
        if isinstance(value, dict):
            return {key: self.wrap(each, indexes) for key, each in value.items()}
        if isinstance(value, list):
            return [self.wrap(each, indexes) for each in value]
        return _Watched(value, next(indexes), self) if _is_number(value) else value


class _Watched:
    """Behaves as a number, and notes whenever something is asked of it but its type."""

    def __init__(self, value: float, index: int, watch: _Watch) -> None:
        self.number, self.at, self.watch = value, index, watch

    __class__: Any = property(lambda self: type(self.number))

    def __deepcopy__(self, _: object) -> "_Watched":
        return self

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  as that of a number
        return getattr(look(self), name)

    def __bool__(self) -> bool:
        return bool(look(self, 0))


def look(watched: _Watched, compared: object = None) -> float:
    """Return the number of a watched one, and note it as decisive.

    Compared with 0, only its sign is; compared with what is above all numbers, nothing is.
    """
    watch, value, index = watched.watch, watched.number, watched.at
    is_large = _is_number(compared) and not -LARGE < compared < LARGE
    if value > 0 and compared == 0 and _is_number(compared):
        watch.positive.add(index)
    elif not (is_large or index in watch.exempt):
        watch.equal.add(index)
    return value


def _make_compared(name: str) -> Callable[[_Watched, object], bool]:
    function = getattr(operator, name)
    return lambda self, second: function(look(self, second), second)


def _make_reflected(name: str) -> Callable[[_Watched, object], object]:
    function = _FUNCTIONS[name]
    return lambda self, first: function(first, look(self))


def _make_function(name: str) -> Callable[..., object]:
    function = _FUNCTIONS[name]
    return lambda self, *arguments: function(look(self), *arguments)


for _name in _COMPARED:
    setattr(_Watched, f"__{_name}__", _make_compared(_name))
for _name in _FUNCTIONS:
    setattr(_Watched, f"__{_name}__", _make_function(_name))
for _name in _REFLECTED:
    setattr(_Watched, f"__r{_name}__", _make_reflected(_name))


def learn(config: Config, codes: frozenset[str] | None, numbers: Numbers) -> Needs | None:
    """Return what makes a config like this one clean, in which the rules find nothing; or None."""
    watch = _Watch()
    value = watch.wrap(config.value, count())
    watched = Config(value, config.document, config.facts)
    vars(watched)["shape_errors"] = []  # the validator sees to that
    multiples = _find_multiples(config, watched.trainer_args or {}, numbers)
    for code in RULES if codes is None else filter(codes.__contains__, RULES):
        multiple = multiples.get(code)
        watch.exempt = multiple[:2] if multiple else ()
        try:
            has_findings = any(RULES[code].check(watched))
        except TypeError:  # some function takes only a plain number
            return None
        if has_findings:
            return None
    positive = {index for each in multiples.values() for index in each[:2] if index is not None}
    return Needs(
        tuple(sorted(find_names(config.value))),
        numbers,
        tuple(sorted(watch.equal)),
        tuple(sorted(watch.positive | positive)),
        tuple(dict.fromkeys(multiples.values())),
    )


def _find_multiples(
    config: Config, args: Mapping[str, object], numbers: Numbers
) -> dict[str, Multiple]:
    """Return the rules that ask no more of two numbers than that one divides the other.

    A batch is split into equal parts; the last step is saved, where steps alone end a run.
    """
    run = config.likely_run
    batch, split, steps, interval = (_find_count(args.get(key), numbers) for key in _COUNTS)
    constant = run.i_save if run.epoch_limit is None and not run.is_end_saved else None
    multiples = {}
    if batch is not None and split is not None:
        multiples["TC202"] = Multiple(batch, split)
    if steps is not None and constant and (interval is not None or "i_save" not in args):
        multiples |= dict.fromkeys(("TC301", "TC302"), Multiple(steps, interval, constant))
    return {code: multiple for code, multiple in multiples.items() if multiple.holds(numbers)}


def _find_count(value: object, numbers: Numbers) -> int | None:
    """Return the index of a watched number that is an integer above 0."""
    index = value.at if isinstance(value, _Watched) else None
    is_count = index is not None and isinstance(numbers[index], int) and numbers[index] > 0
    return index if is_count else None
