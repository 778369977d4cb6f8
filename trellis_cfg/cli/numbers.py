"""Numbers on the command line: their limits are told where one is missed, not in --help."""

from collections.abc import Callable

import click

_MOST = 2**63 - 1


def integer(least: int, most: int = _MOST) -> Callable[[str], int]:
    """Return what reads an integer from ``least`` to ``most``."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise click.BadParameter(f"{text!r} is no integer") from None
        if not least <= number <= most:
            upper = "2^63 - 1" if most == _MOST else str(most)
            raise click.BadParameter(f"{number} is not from {least} to {upper}")
        return number

    return read


def seconds(text: str) -> float:
    """Return a time in seconds, from a microsecond to 10^9 seconds."""
    try:
        number = float(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no number") from None
    if not 1e-6 <= number <= 1e9:  # noqa: PLR2004  NaN is outside, too
        raise click.BadParameter(f"{text} is not from 1e-6 to 1e9 seconds")
    return number
