"""What operations mean, done to plain values: the slow and obvious way."""

import json
from collections.abc import Callable, Iterator

from trellis_cfg.migrations.conditions import Condition, Operation
from trellis_cfg.migrations.operations import Insert, Remove, Rename, Replace

Items = dict[str, object]
Place = tuple[str, ...]


def done(operation: Operation, value: object) -> object:
    """Return the value that an upgraded config must have; keys keep their order."""
    match operation:
        case Insert():
            *parents, key = operation.path.split(".")

            def change(items: Items, place: Place) -> Items:
                if key in items or not meant(operation.when, value, operation.path, (*place, key)):
                    return items
                return inserted(items, operation)

            return at(value, tuple(parents), change)
        case Rename() | Replace() | Remove():
            *parents, key = operation.path.split(".")

            def change_keys(items: Items, place: Place) -> Items:
                new: Items = {}
                for name, child in items.items():
                    hit = key in ("*", name)
                    hit = hit and meant(operation.when, value, operation.path, (*place, name))
                    if not (hit and isinstance(operation, Remove)):
                        new.update([changed(operation, name, child) if hit else (name, child)])
                return new

            return at(value, tuple(parents), change_keys)
    raise AssertionError(operation)


def at(value: object, path: Place, change: Callable[[Items, Place], Items]) -> object:
    """Return the value with all objects changed that a path leads to."""

    def below(value: object, rest: Place, place: Place) -> object:
        if not isinstance(value, dict):
            return value
        if not rest:
            return change(value, place)
        return {
            key: below(child, rest[1:], (*place, key)) if rest[0] in ("*", key) else child
            for key, child in value.items()
        }

    return below(value, path, ())


def changed(operation: Rename | Replace | Remove, key: str, value: object) -> tuple[str, object]:
    if isinstance(operation, Rename):
        return operation.to, value
    assert isinstance(operation, Replace)
    is_old = operation.old is None or same(value, json.loads(operation.old.text))
    return key, json.loads(operation.value.text) if is_old else value


def inserted(items: Items, operation: Insert) -> Items:
    key, new = operation.path.split(".")[-1], json.loads(operation.value.text)
    keys = list(items)
    beside = (operation.after or operation.before or "").split(".")[-1]
    number = keys.index(beside) + bool(operation.after) if beside in keys else len(keys)
    pairs = list(items.items())
    return dict([*pairs[:number], (key, new), *pairs[number:]])


def meant(when: tuple[Condition, ...], value: object, path: str, place: Place) -> bool:
    return all(condition_holds(one, value, path.split("."), place) for one in when)


def condition_holds(condition: Condition, value: object, pattern: list[str], place: Place) -> bool:
    """Tell whether a condition holds, stars replaced one by one by the keys of the place."""
    wanted = [None if key == "*" else key for key in condition.path.split(".")]
    for number, key in enumerate(condition.path.split(".")):
        if number >= len(pattern) or pattern[number] != key:
            break
        wanted[number] = place[number]
    expected = json.loads(condition.value.text)
    return any(same(found, expected) for found in found_at(value, wanted))


def found_at(value: object, path: list[str | None]) -> Iterator[object]:
    """Yield what a path leads to; None in it is any key."""
    if not path:
        yield value
    elif isinstance(value, dict):
        for key, child in value.items():
            if path[0] in (None, key):
                yield from found_at(child, path[1:])


def same(value: object, other: object) -> bool:
    """Tell whether two JSON values are equal; of numbers, also whether both are integers."""
    if isinstance(value, dict) and isinstance(other, dict):
        return value.keys() == other.keys() and all(same(value[key], other[key]) for key in value)
    if isinstance(value, list) and isinstance(other, list):
        return len(value) == len(other) and all(map(same, value, other))
    return type(value) is type(other) and value == other
