"""Mutations of JSON values, as people, scripts and merges cause them."""

from collections.abc import Callable
from random import Random
from typing import Any

from tests.document.strategies import places
from tests.models.samples import REMOVED, changed, value_at
from trellis_cfg.document.paths import Key, Path
from trellis_cfg.models import CLASSES, FAMILIES

Json = Any
"""A JSON value, as Python reads it: infinity stands for 1e400."""

NAMES = (
    *(name for names in CLASSES.values() for name in names),
    *(name for _, names in FAMILIES.values() for name in names),
    *("", "MyModel", "SLat", "AdamW ", "trainer", "__init__", "Config"),
)
KEYS = (
    *("models", "dataset", "trainer", "name", "args", "max_steps", "max_epoch", "optimizer"),
    *("batch_size", "batch_size_per_gpu", "lr", "i_save", "resolution", "$schema", "step"),
    *("", "0", "a.b", "a/b", "~1", "键", "self", "__class__", "model_config", "\u0000", "😀"),
)
NUMBERS: tuple[int | float, ...] = (
    *(0, 1, -1, 2, 255, 2**31, 2**53, 2**53 + 1, 2**63 - 1, 2**63, 2**64, -(2**63)),
    *(10**308, 10**309, -(10**309), 10**4000),
    *(0.0, -0.0, 0.5, 1.0, -1.5, 4.0, 1e6, 1e-5, 5e-324, 2.2e-308, 1e-400, 2.0**53, 2.0**63),
    *(1.7976931348623157e308, float("1e400"), float("-1e400")),
)
SCALARS = (
    *(None, True, False),
    *("", "1", "true", "null", "NaN", "1e-4", "PATH_TO_CKPT", "值", "\ud83d"),
)
_MOST = 3
_DEPTH = 150


def mutated(value: Json, rng: Random) -> Json:
    """Return a copy of a value after one to three mutations."""
    for _ in range(rng.choice((1, 1, 1, 2, _MOST))):
        value = rng.choice(MUTATIONS)(value, rng)
    return value


def remove(value: Json, rng: Random) -> Json:
    """Remove a key or an element."""
    path = _inside(value, rng)
    return changed(value, path, REMOVED) if path else {}


def rename(value: Json, rng: Random) -> Json:
    """Misspell a key, or give it the name of another one, which is replaced."""
    path, members = _container(value, rng, dict)
    if not members:
        return value
    old = rng.choice(list(members))
    new = misspell(old, rng) if rng.random() < 0.7 else rng.choice(KEYS)
    return changed(value, path, {new if key == old else key: at for key, at in members.items()})


def duplicate(value: Json, rng: Random) -> Json:
    """Repeat an element, or a member under another name."""
    path, inside = _container(value, rng, (dict, list))
    if not inside:
        return value
    if isinstance(inside, list):
        at = rng.randrange(len(inside))
        return changed(value, path, [*inside[:at], *[inside[at]] * rng.randint(2, 4), *inside[at:]])
    key = rng.choice(list(inside))
    return changed(value, path, inside | {misspell(key, rng): inside[key]})


def swap(value: Json, rng: Random) -> Json:
    """Swap two values, unless one contains the other."""
    path_a, path_b = _inside(value, rng), _inside(value, rng)
    shorter = min(len(path_a), len(path_b))
    if path_a[:shorter] == path_b[:shorter]:
        return value
    swapped = changed(value, path_a, value_at(value, path_b))
    return changed(swapped, path_b, value_at(value, path_a))


def move(value: Json, rng: Random) -> Json:
    """Copy or move a value into another object."""
    path = _inside(value, rng)
    target, members = _container(value, rng, dict)
    if members is None or target[: len(path)] == path:
        return value
    key = path[-1] if isinstance(path[-1], str) else rng.choice(KEYS)
    copied = changed(value, target, members | {key: value_at(value, path)})
    new = (*target, key)
    is_copy = rng.random() < 0.5 or path[: len(new)] == new
    return copied if is_copy else changed(copied, path, REMOVED)


def change_type(value: Json, rng: Random) -> Json:
    """Change the type of a value."""
    path = _any(value, rng)
    return changed(value, path, rng.choice(_other_types(value_at(value, path))))


def change_number(value: Json, rng: Random) -> Json:
    """Replace a number with an extreme one; any value if there is no number."""
    numbers = [path for path, at in places(value) if type(at) in (int, float)]
    path = rng.choice(numbers) if numbers else _any(value, rng)
    return changed(value, path, rng.choice(NUMBERS))


def change_scalar(value: Json, rng: Random) -> Json:
    """Replace a value with null or another scalar."""
    return changed(value, _any(value, rng), rng.choice((None, *SCALARS)))


def add_junk(value: Json, rng: Random) -> Json:
    """Add nested junk under a new or existing key, sometimes very deep."""
    path, members = _container(value, rng, dict)
    added = _deep(rng) if rng.random() < 0.05 else junk(rng)
    if members is None:
        return changed(value, path, added)
    key = rng.choice((*members, *KEYS))
    return changed(value, path, members | {key: added})


def change_class(value: Json, rng: Random) -> Json:
    """Name another class of any section, or misspell it."""
    named = [path for path, at in places(value) if path[-1:] == ("name",) and isinstance(at, str)]
    if not named:
        return value
    path = rng.choice(named)
    old = value_at(value, path)
    assert isinstance(old, str)
    return changed(value, path, misspell(old, rng) if rng.random() < 0.2 else rng.choice(NAMES))


MUTATIONS: tuple[Callable[[Json, Random], Json], ...] = (
    *(remove, rename, duplicate, swap, move, change_type, change_number, change_scalar, add_junk),
    change_class,
)


def misspell(name: str, rng: Random) -> str:
    """Return a name with a spelling mistake."""
    at = rng.randrange(len(name) + 1)
    before, letter, after = name[:at], name[at : at + 1], name[at + 1 :]
    mistakes = (
        before + after,
        before + letter * 2 + after,
        before + rng.choice("aex_-. 0") + letter + after,
        before + after[:1] + letter + after[1:],
        before + letter.swapcase() + after,
        name.replace("_", "-"),
        name.upper(),
        name + "s",
    )
    return rng.choice(mistakes)


def junk(rng: Random, depth: int = 3) -> Json:
    """Return any JSON value, up to a depth."""
    if depth == 0 or rng.random() < 0.3:
        return rng.choice((*SCALARS, *NUMBERS, *NAMES[:5]))
    values = [junk(rng, depth - 1) for _ in range(rng.randrange(4))]
    return values if rng.random() < 0.5 else {rng.choice(KEYS): value for value in values}


def _deep(rng: Random) -> Json:
    """Return deeply nested arrays and objects."""
    value: Json = rng.choice(SCALARS)
    for _ in range(_DEPTH):
        value = [value] if rng.random() < 0.5 else {rng.choice(KEYS): value}
    return value


def _other_types(old: Json) -> list[Json]:
    """Return what people and careless programs make of a value."""
    usual: list[Json] = [None, True, 0, 1, 1.5, "", "auto", [], {}, [old], {"name": "x"}]
    more: list[Json] = []
    match old:
        case bool():
            more = [int(old), str(old), str(old).lower(), not old]
        case int():
            more = [-old, old == 1, *_reformat(old)]
        case float():
            more = [-old, f"{old:g}", [old, old]]
        case str():
            more = [old + "x", old.upper(), {old: old}, {"name": old, "args": {}}]
        case list():
            more = [
                *old,
                old[:-1],
                [*old, *old],
                {str(index): item for index, item in enumerate(old)},
            ]
        case dict():
            more = [list(old), list(old.values()), {"args": old}, str(list(old))]
    return [*usual, *more, *more]


def _reformat(number: int) -> list[Json]:
    """Return an integer as a float and as text, unless it is huge."""
    return [float(number), str(number)] if abs(number) <= 2**64 else []


def _any(value: Json, rng: Random) -> Path:
    return rng.choice(places(value))[0]


def _inside(value: Json, rng: Random) -> Path:
    """Return a path, but that of the root only if it is empty."""
    inside: list[tuple[Path, object]] = places(value)[1:]
    return rng.choice(inside)[0] if inside else ()


def _container(
    value: Json, rng: Random, types: type | tuple[type, ...]
) -> tuple[tuple[Key, ...], Json]:
    """Return path and value of a container of some types; else the root's path and None."""
    matching = [place for place in places(value) if isinstance(place[1], types)]
    return rng.choice(matching) if matching else ((), None)
