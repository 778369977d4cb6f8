"""Processes that work in parallel."""

import multiprocessing
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from trellis_cfg.errors import WorkerLost

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
_START = "fork" if sys.platform == "linux" else "spawn"
"""Forked, a process has all that is imported; elsewhere that is not safe."""
_AHEAD = 2
"""Items that wait for each process, so that none is idle and few are held."""
_work: Callable[[Any], Any]


def in_order(
    beginning: Callable[[], Callable[[_Item], _Result]], items: Iterable[_Item], jobs: int
) -> Iterator[_Result]:
    """Yield what becomes of each item, in their order; each process begins with ``beginning``.

    Raises WorkerLost where a process ends by itself; on Ctrl-C, all end.
    """
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context(_START), _begin, (beginning,))
    try:
        yield from _windowed(pool, items, jobs * _AHEAD)
    except BrokenProcessPool:
        raise WorkerLost(
            "a process of this run was killed, perhaps because memory ran out: "
            "run again with --jobs 1"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _windowed(pool: ProcessPoolExecutor, items: Iterable[Any], ahead: int) -> Iterator[Any]:
    pending: deque[Future[Any]] = deque()
    for item in items:
        pending.append(pool.submit(_do, item))
        if len(pending) > ahead:
            yield pending.popleft().result()
    while pending:
        yield pending.popleft().result()


def _begin(beginning: Callable[[], Callable[[Any], Any]]) -> None:
    """Start a process; Ctrl-C is for the one that started it."""
    global _work  # noqa: PLW0603  what a process of a pool begins with has no other place
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _work = beginning()


def _do(item: Any) -> Any:  # noqa: ANN401  of the kind that in_order was given
    return _work(item)
