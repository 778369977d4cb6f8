"""The numbers among a scheduler's arguments."""

import math


def real(value: object, *, least: float = -math.inf, most: float = math.inf) -> float:
    """Return a finite number within bounds; TypeError or ValueError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    try:
        number = float(value)
    except OverflowError as error:
        raise ValueError(value) from error
    if not (math.isfinite(number) and least <= number <= most):
        raise ValueError(value)
    return number


def whole(value: object, *, least: int = 0) -> int:
    """Return a count of steps, also one written as a float, exactly; errors as of ``real``."""
    number = real(value, least=least)
    if not number.is_integer():
        raise ValueError(value)
    return value if isinstance(value, int) else int(number)
