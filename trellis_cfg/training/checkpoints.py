"""Checkpoints: whole or not at all, and what they keep of the epochs in the one write of misc."""

import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

KEY = "trellis_cfg"
"""Where a checkpoint keeps what exact resumption needs; its ``epoch`` stands beside."""
_MISC = "misc_"
_PARTIAL = ".partial"
_OF_MISC = ("optimizer", "step", "data_sampler")
_BEGINS = 1.0
"""Seconds in which a thread that ends with the program begins to save, if it does."""


class _Pending(NamedTuple):
    """A file that is written but has not its name yet."""

    partial: str
    path: str

    @property
    def is_misc(self) -> bool:
        """Whether it is the file by which a checkpoint is found."""
        return os.path.basename(self.path).startswith(_MISC)


@contextmanager
def saving(folder: str, extra: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Iterator[None]:
    """Let ``torch.save`` write the files of a checkpoint in ``folder``, all of them or none.

    They get their names once each is complete and synced, misc last: until then the checkpoint
    before is the latest. misc becomes what ``extra`` returns of it. Threads that save are waited
    for, and what they raise is raised here.
    """
    torch: Any = sys.modules["torch"]
    original, others = torch.save, set(threading.enumerate())
    saver = _Saver(folder, extra, original)
    _remove_partial(folder)
    torch.save = saver.save
    try:
        yield
        for thread in set(threading.enumerate()) - others:
            saver.wait_for(thread)
        saver.finish()
    finally:
        torch.save = original
        _remove_partial(folder)


class _Saver:
    """What stands for ``torch.save`` while a checkpoint is written."""

    def __init__(
        self,
        folder: str,
        extra: Callable[[Mapping[str, Any]], Mapping[str, Any]],
        original: Callable[..., None],
    ) -> None:
        self._folder = folder
        self._extra = extra
        self._original = original
        self._pending: list[_Pending] = []
        self._errors: list[BaseException] = []
        self._threads: set[threading.Thread] = set()
        self._is_finished = False

    def wait_for(self, thread: threading.Thread) -> None:
        """Wait for a thread that may save; a monitor that never ends does not hold training up."""
        thread.join(_BEGINS if thread.daemon else None)
        if thread in self._threads:
            thread.join()

    def save(self, obj: Any, f: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  torch's
        if self._is_finished or not _is_inside(f, self._folder):
            self._original(obj, f, *args, **kwargs)
            return
        self._threads.add(threading.current_thread())
        one = _Pending(f"{os.fspath(f)}{_PARTIAL}", os.fspath(f))
        try:
            with open(one.partial, "wb") as file:
                self._original(self._extra(obj) if one.is_misc else obj, file, *args, **kwargs)
                file.flush()
                os.fsync(file.fileno())
        except BaseException as error:
            self._errors.append(error)
            raise
        self._pending.append(one)

    def finish(self) -> None:
        """Give the files their names, misc last; raise what a thread could not tell."""
        self._is_finished = True
        if self._errors:
            raise self._errors[0]
        for one in sorted(self._pending, key=lambda one: one.is_misc):
            if one.is_misc:
                _sync(self._folder)
            os.replace(one.partial, one.path)
        if self._pending:
            _sync(self._folder)


@contextmanager
def loading(found: list[dict[str, Any]]) -> Iterator[None]:
    """Let ``torch.load`` add a checkpoint's misc to ``found``, which it is read for anyway."""
    torch: Any = sys.modules["torch"]
    original = torch.load

    def load(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  torch's
        loaded = original(*args, **kwargs)
        if isinstance(loaded, dict) and all(key in loaded for key in _OF_MISC):
            found.append(loaded)
        return loaded

    torch.load = load
    try:
        yield
    finally:
        torch.load = original


def _is_inside(file: object, folder: str) -> bool:
    if not isinstance(file, str | os.PathLike):
        return False
    return os.path.realpath(os.path.dirname(os.fspath(file))) == os.path.realpath(folder)


def _sync(folder: str) -> None:
    """Let what was named outlive a power cut, where the system can sync a folder."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_partial(folder: str) -> None:
    """Remove what an interrupted save left; only one process saves."""
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        if name.endswith(_PARTIAL):
            os.unlink(os.path.join(folder, name))
