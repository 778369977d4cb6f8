"""The sections of a TRELLIS config, and what makes a JSON value one."""

SECTIONS = frozenset({"models", "dataset", "trainer"})
TRAINER_ARGS = ("trainer", "args")


def is_config(value: object) -> bool:
    """Tell whether a JSON value has at least one of the sections."""
    return isinstance(value, dict) and not SECTIONS.isdisjoint(value)
