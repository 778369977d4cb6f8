"""Numbers on the command line: within their limits, and told of plainly outside them."""

import pytest

from tests.cli.conftest import Program

TOLD = [
    (("check", "--gpus", "0"), "'--gpus': 0 is not between 1 and 2^63 - 1"),
    (("check", "--gpus", "9223372036854775808"), "is not between 1 and 2^63 - 1"),
    (("check", "--gpus", "1.5"), "'--gpus': '1.5' is not an integer"),
    (("check", "--jobs", "62"), "'--jobs': 62 is not between 1 and 61"),
    (("preview", "--resume-step", "-1"), "'--resume-step': -1 is not between 0 and 2^63 - 1"),
    (("preview", "--seconds-per-step", "x"), "'--seconds-per-step': 'x' is not a number"),
    (("preview", "--seconds-per-step", "nan"), "nan is not between 1e-6 and 1e9 seconds"),
    (("preview", "--seconds-per-step", "0"), "0 is not between 1e-6 and 1e9 seconds"),
]


@pytest.mark.parametrize(("arguments", "told"), TOLD)
@pytest.mark.usefixtures("project")
def test_a_number_outside_its_limits(arguments: tuple[str, ...], told: str, run: Program) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith(f"{told}\n") or ran.err.endswith(f"{told}.\n")


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("command", ["check", "preview"])
def test_help_shows_no_limits(command: str, run: Program) -> None:
    assert "<=" not in run(command, "--help").out
