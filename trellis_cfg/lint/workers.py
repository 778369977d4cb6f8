"""Processes that work in parallel."""

import multiprocessing
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from trellis_cfg.errors import WorkerLost

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
_START = "fork" if sys.platform == "linux" else "spawn"
"""Forked, a process has all that is imported; elsewhere that is not safe."""
_AHEAD = 2
"""Items that wait for each process, so that none is idle and few are held."""


def in_order(
    work: Callable[[_Item], _Result], items: Iterable[_Item], jobs: int
) -> Iterator[_Result]:
    """Yield what becomes of each item, in their order, by some processes.

    Raises WorkerLost if a process ends unexpectedly; on Ctrl-C, all end.
    """
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context(_START), _ignore_interrupts)
    try:
        pending: deque[Future[_Result]] = deque()
        for item in items:
            pending.append(pool.submit(work, item))
            if len(pending) > jobs * _AHEAD:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    except BrokenProcessPool:
        raise WorkerLost(
            "a process of this run was killed, perhaps because memory ran out: "
            "run again with --jobs 1"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _ignore_interrupts() -> None:
    """Leave Ctrl-C to the process that started this one; end on SIGTERM."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
