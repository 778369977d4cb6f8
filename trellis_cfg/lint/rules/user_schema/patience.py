"""A limit to the time that something takes, where the system has an alarm."""

import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from traceback import walk_tb
from types import FrameType


class TookTooLong(Exception):
    """The time is over."""

    def search(self) -> tuple[str, str]:
        """Return the pattern and the text that were being matched; empty without any."""
        for frame, _ in walk_tb(self.__traceback__):
            if frame.f_code is re.search.__code__:
                return str(frame.f_locals["pattern"]), str(frame.f_locals["string"])
        return "", ""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise TookTooLong in what takes longer.

    Only the main thread can be interrupted, and not on Windows: elsewhere there is no limit.
    """
    is_main = threading.current_thread() is threading.main_thread()
    if not (is_main and hasattr(signal, "setitimer")):
        yield
        return
    handler = signal.signal(signal.SIGALRM, _ring)
    timer = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *timer)
        signal.signal(signal.SIGALRM, handler or signal.SIG_DFL)


def _ring(_: int, frame: FrameType | None) -> None:
    del frame
    raise TookTooLong
