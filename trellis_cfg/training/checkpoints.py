"""Atomic checkpoints, and the epochs that are saved in their misc file."""

import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

KEY = "trellis_cfg"
"""The key of what exact resuming needs in a checkpoint; ``epoch`` is another one."""
_PARTIAL = ".partial"
_MISC_KEYS = ("optimizer", "step", "data_sampler")
_DAEMON_SECONDS = 1.0
"""How long to wait for a daemon thread to begin to save: it may do something else."""
_ExtendMisc = Callable[[Mapping[str, Any]], Mapping[str, Any]]


@contextmanager
def save_atomically(folder: str, extend_misc: _ExtendMisc) -> Iterator[None]:
    """Let ``torch.save`` write the files of a checkpoint in ``folder``, all of them or none.

    They get their names once each is complete and synced, misc last: until then the previous
    checkpoint is the latest. What ``extend_misc`` returns is saved as misc. Waits for threads
    that save, and raises what they raise.
    """
    torch: Any = sys.modules["torch"]
    original, threads_before = torch.save, set(threading.enumerate())
    saver = _Saver(folder, extend_misc, original)
    _remove_partial(folder)
    torch.save = saver.save
    try:
        yield
        for thread in set(threading.enumerate()) - threads_before:
            thread.join(_DAEMON_SECONDS if thread.daemon else None)
            if thread in saver.threads:
                thread.join()
        saver.finish()
    finally:
        torch.save = original
        _remove_partial(folder)


@dataclass
class _Saver:
    """Replaces ``torch.save`` while a checkpoint is written."""

    folder: str
    extend_misc: _ExtendMisc
    original: Callable[..., None]
    paths: list[str] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)
    threads: set[threading.Thread] = field(default_factory=set)
    is_finished: bool = False

    def save(self, obj: Any, f: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  torch's
        parent = os.path.dirname(f) if isinstance(f, str | os.PathLike) else None
        is_inside = parent is not None and os.path.realpath(parent) == os.path.realpath(self.folder)
        if self.is_finished or not is_inside:
            self.original(obj, f, *args, **kwargs)
            return
        self.threads.add(threading.current_thread())
        path = os.fspath(f)
        try:
            with open(f"{path}{_PARTIAL}", "wb") as file:
                content = self.extend_misc(obj) if _is_misc(path) else obj
                self.original(content, file, *args, **kwargs)
                file.flush()
                os.fsync(file.fileno())
        except BaseException as error:
            self.errors.append(error)
            raise
        self.paths.append(path)

    def finish(self) -> None:
        """Give the files their names, misc last; raise the first error of a thread."""
        self.is_finished = True
        if self.errors:
            raise self.errors[0]
        for path in sorted(self.paths, key=_is_misc):
            if _is_misc(path):
                _sync_folder(self.folder)
            os.replace(f"{path}{_PARTIAL}", path)
        if self.paths:
            _sync_folder(self.folder)


def _is_misc(path: str) -> bool:
    """Return whether it is the file that training scripts find a checkpoint by."""
    return os.path.basename(path).startswith("misc_")


@contextmanager
def record_misc() -> Iterator[list[dict[str, Any]]]:
    """Yield a list to which the misc files are appended that ``torch.load`` reads meanwhile."""
    torch: Any = sys.modules["torch"]
    original, loaded_misc = torch.load, list[dict[str, Any]]()

    def load(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  torch's
        loaded = original(*args, **kwargs)
        if isinstance(loaded, dict) and all(key in loaded for key in _MISC_KEYS):
            loaded_misc.append(loaded)
        return loaded

    torch.load = load
    try:
        yield loaded_misc
    finally:
        torch.load = original


def _sync_folder(folder: str) -> None:
    """Make renames durable, where the system can sync a folder."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_partial(folder: str) -> None:
    """Remove the files of an interrupted save; only one process saves."""
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        if name.endswith(_PARTIAL):
            os.unlink(os.path.join(folder, name))
