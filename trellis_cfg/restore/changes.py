"""The values that differ between two configs."""

from collections.abc import Iterator, Mapping

from trellis_cfg.restore import Change, Config, get_value


def find_changes(old: Config, new: Config) -> list[Change]:
    """Return what differs, in the order of the new config; numbers are compared by value.

    The order of the roles is a change at ``models``, too.
    """
    changes = list(_compare((), old, new))
    models = [get_value(config, "models") for config in (old, new)]
    roles = [[*each] if isinstance(each, Mapping) else [] for each in models]
    if roles[0] != roles[1] and {*roles[0]} == {*roles[1]}:
        changes.insert(0, Change(("models",), roles[0], roles[1]))
    return changes


def _compare(path: tuple[str, ...], old: object, new: object) -> Iterator[Change]:
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        if not is_equal(old, new):
            yield Change(path, old, new)
        return
    for key, value in new.items():
        if key in old:
            yield from _compare((*path, key), old[key], value)
        else:
            yield Change((*path, key), None, value, is_added=True)
    for key, value in old.items():
        if key not in new:
            yield Change((*path, key), value, None, is_removed=True)


def is_equal(old: object, new: object) -> bool:
    """Return whether two JSON values are equal; ``true`` is not 1, but 1.0 is, and NaN is NaN."""
    match old, new:
        case (list(), list()):
            return len(old) == len(new) and all(map(is_equal, old, new))
        case (Mapping(), Mapping()):
            return old.keys() == new.keys() and all(is_equal(old[key], new[key]) for key in old)
    return isinstance(old, bool) is isinstance(new, bool) and (
        old == new or (old != old and new != new)  # noqa: PLR0124  NaN
    )
