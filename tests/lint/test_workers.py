"""Processes beside each other: order, faults, and an end on Ctrl-C."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from itertools import count, islice

import pytest

from trellis_cfg.errors import WorkerLost
from trellis_cfg.lint import workers
from trellis_cfg.lint.workers import in_order

pytestmark = pytest.mark.slow

STARTS = ("fork", "spawn")
UNLUCKY = 7


def square(number: int) -> int:
    return number * number


def slowest_first(number: int) -> int:
    time.sleep(0.02 / (number + 1))
    return number


def process(number: int) -> tuple[int, int]:
    time.sleep(0.01)
    return number, os.getpid()


def killed(number: int) -> int:
    if number == UNLUCKY:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def failing(number: int) -> int:
    return 1 // (number - UNLUCKY)


@pytest.fixture(params=STARTS)
def start(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(workers, "_START", request.param)
    return str(request.param)


@pytest.mark.usefixtures("start")
def test_results_come_in_the_order_of_the_items() -> None:
    assert list(in_order(square, range(50), 3)) == [n * n for n in range(50)]
    assert list(in_order(slowest_first, range(20), 3)) == list(range(20))


@pytest.mark.usefixtures("start")
def test_no_items_are_no_results() -> None:
    assert list(in_order(square, [], 2)) == []


def test_several_processes_work() -> None:
    results = list(in_order(process, range(20), 2))
    assert [number for number, _ in results] == list(range(20))
    assert len({pid for _, pid in results}) == 2
    assert os.getpid() not in {pid for _, pid in results}


def test_few_items_are_taken_ahead_of_the_results() -> None:
    numbers = count()
    results = in_order(square, numbers, 2)
    assert list(islice(results, 10)) == [n * n for n in range(10)]
    del results
    assert next(numbers) < 20


@pytest.mark.usefixtures("start")
def test_a_process_that_is_killed_is_reported() -> None:
    with pytest.raises(WorkerLost, match="--jobs 1"):
        list(in_order(killed, range(50), 2))


def test_what_is_raised_in_a_process_is_raised_here() -> None:
    with pytest.raises(ZeroDivisionError):
        list(in_order(failing, range(50), 2))


ENDLESS = textwrap.dedent(
    """
    import itertools, multiprocessing, signal
    from tests.lint.test_workers import process
    from trellis_cfg.lint.workers import in_order

    if __name__ == "__main__":
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's & ignores it
        try:
            for number, _ in in_order(process, itertools.count(), 2):
                print(number, flush=True)
        except KeyboardInterrupt:
            print("interrupted", len(multiprocessing.active_children()))
    """
)


def test_ctrl_c_ends_all_processes_without_a_word() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ENDLESS],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    ) as run:
        assert run.stdout
        assert run.stdout.readline() == "0\n"
        os.killpg(run.pid, signal.SIGINT)
        out, err = run.communicate(timeout=60)
    assert out.endswith("interrupted 0\n")
    assert (err, run.returncode) == ("", 0)
