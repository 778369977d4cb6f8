"""Operations on plain values, the slow and obvious way."""

import json
from collections.abc import Callable, Iterator

from trellis_cfg.migrations.operations import Condition, Insert, Operation, Remove, Rename, Replace

Items = dict[str, object]
Place = tuple[str, ...]


def apply(operation: Operation, value: object) -> object:
    """Return the value that an upgraded config must have; keys keep their order."""
    assert isinstance(operation, Insert | Rename | Replace | Remove)
    *parents, key = operation.path.split(".")

    def change(items: Items, place: Place) -> Items:
        if isinstance(operation, Insert):
            is_due = key not in items and all_hold(operation, value, (*place, key))
            return insert_member(items, operation) if is_due else items
        new: Items = {}
        for name, child in items.items():
            if key not in ("*", name) or not all_hold(operation, value, (*place, name)):
                new[name] = child
            elif not isinstance(operation, Remove):
                new.update([change_member(operation, name, child)])
        return new

    return change_objects(value, tuple(parents), change)


def change_objects(value: object, path: Place, change: Callable[[Items, Place], Items]) -> object:
    """Return the value with all objects changed that a path matches."""

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


def change_member(
    operation: Rename | Replace | Remove, key: str, value: object
) -> tuple[str, object]:
    if isinstance(operation, Rename):
        return operation.to, value
    assert isinstance(operation, Replace)
    is_old = operation.old is None or is_same(value, json.loads(operation.old.text))
    return key, json.loads(operation.value.text) if is_old else value


def insert_member(items: Items, operation: Insert) -> Items:
    key, new = operation.path.split(".")[-1], json.loads(operation.value.text)
    keys = list(items)
    beside = (operation.after or operation.before or "").split(".")[-1]
    number = keys.index(beside) + bool(operation.after) if beside in keys else len(keys)
    pairs = list(items.items())
    return dict([*pairs[:number], (key, new), *pairs[number:]])


def all_hold(operation: Operation, value: object, place: Place) -> bool:
    assert isinstance(operation, Insert | Rename | Replace | Remove)
    pattern = operation.path.split(".")
    return all(condition_holds(condition, value, pattern, place) for condition in operation.when)


def condition_holds(condition: Condition, value: object, pattern: list[str], place: Place) -> bool:
    """Return whether a condition holds, its stars replaced by the keys of the place."""
    keys = [None if key == "*" else key for key in condition.path.split(".")]
    for number, key in enumerate(condition.path.split(".")):
        if number >= len(pattern) or pattern[number] != key:
            break
        keys[number] = place[number]
    expected = json.loads(condition.value.text)
    return any(is_same(match, expected) for match in find_values(value, keys))


def find_values(value: object, path: list[str | None]) -> Iterator[object]:
    """Yield the values that a path matches; None in it is any key."""
    if not path:
        yield value
    elif isinstance(value, dict):
        for key, child in value.items():
            if path[0] in (None, key):
                yield from find_values(child, path[1:])


def is_same(value: object, expected: object) -> bool:
    """Return whether two JSON values are equal, and of the same types."""
    if isinstance(value, dict) and isinstance(expected, dict):
        return value.keys() == expected.keys() and all(
            is_same(value[key], expected[key]) for key in value
        )
    if isinstance(value, list) and isinstance(expected, list):
        return len(value) == len(expected) and all(map(is_same, value, expected))
    return type(value) is type(expected) and value == expected
