"""Atomic checkpoints, and the epochs that are saved in their misc file."""

import json
import os
import secrets
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from zipfile import is_zipfile

KEY = "trellis_cfg"
"""The key of what exact resuming needs in a checkpoint; ``epoch`` is another one."""
_PARTIAL = ".trellis-cfg-partial"
_RECORD = "trellis-cfg-checkpoints.json"
"""Where a run that removes checkpoints records which ones it wrote."""
_MISC_KEYS = ("optimizer", "step", "data_sampler")
_DAEMON_SECONDS = 1.0
"""How long to wait for a daemon thread to begin to save: it may do something else."""
_ExtendMisc = Callable[[Mapping[str, Any]], Mapping[str, Any]]


@dataclass
class Checkpoints:
    """The checkpoints that a run writes to a folder.

    ``keep_last`` is how many of them stay, None is all; those at multiples of ``keep_every`` stay,
    too. ``problem`` says why the last save left no whole checkpoint.
    """

    folder: str
    keep_last: int | None = None
    keep_every: int | None = None
    problem: str = ""
    _names: dict[int, set[str]] = field(default_factory=dict)
    _is_misc_last: bool = False

    @contextmanager
    def add(self, step: int, extend_misc: _ExtendMisc) -> Iterator[None]:
        """Let a trainer save a checkpoint; check it, then remove older ones."""
        before, torch = _list_files(self.folder), sys.modules["torch"]
        saver = _Saver(self.folder, extend_misc, torch.save, has_misc_last=self._is_misc_last)
        with saver.replace():
            yield
        self._is_misc_last = saver.is_misc_last
        files = _list_files(self.folder)
        names = {name for name in files if files[name] != before.get(name)}
        self._names.setdefault(step, set()).update(names)
        self.problem = self._find_problem(step)
        if not self.problem and (self.keep_last or self.keep_every):
            with suppress(OSError):
                self._rotate(step, saver.names)

    def _find_problem(self, step: int) -> str:
        """Return why the files that were written at a step are not a complete checkpoint."""
        names = sorted(self._names[step])
        if not any(_is_misc(name) and str(step) in name for name in names):
            return f"no file misc_step{step:07d}.pt was written to {self.folder}"
        stems = {
            each: {name.replace(f"{each:07d}", "") for name in names_of_step}
            for each, names_of_step in self._names.items()
        }
        written = stems.pop(step)
        missing = set.intersection(*stems.values()) - written if stems else None
        if missing:
            return f"earlier checkpoints have {min(missing)}, this one does not"
        broken = [name for name in names if not _is_complete(os.path.join(self.folder, name))]
        return f"{broken[0]} is not complete" if broken else ""

    def _rotate(self, step: int, names: list[str]) -> None:
        """Record a checkpoint, and remove the files of recorded ones that need not stay."""
        path = os.path.join(self.folder, _RECORD)
        record = _read_record(path)
        record.pop(str(step), None)
        record[str(step)] = names
        for old in [*record][: -(self.keep_last or 1)]:
            if self.keep_every and int(old) % self.keep_every == 0:
                continue
            for name in sorted(record.pop(old), key=_is_misc, reverse=True):
                with suppress(OSError):
                    os.unlink(os.path.join(self.folder, name))
        with open(f"{path}{_PARTIAL}", "w", encoding="utf-8") as file:
            json.dump(record, file)
        os.replace(f"{path}{_PARTIAL}", path)

    def hide(self, step: int) -> None:
        """Remove the misc file of a checkpoint that is not whole, so that nothing resumes there."""
        for name in filter(_is_misc, self._names[step]):
            with suppress(OSError):
                os.unlink(os.path.join(self.folder, name))

    def find_latest(self) -> str:
        """Return the name of the misc file of the latest step; a dash without one."""
        return max(filter(_is_misc, _list_files(self.folder)), default="-")


def _read_record(path: str) -> dict[str, list[str]]:
    """Return the names of the files of each checkpoint by its step, in the order of writing."""
    try:
        with open(path, encoding="utf-8") as file:
            record = json.load(file)
        return {
            str(int(step)): [os.path.basename(name) for name in names]
            for step, names in record.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _list_files(folder: str) -> dict[str, tuple[int, ...]]:
    """Return the files in a folder, with what changes when one is written."""
    files: dict[str, tuple[int, ...]] = {}
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                if entry.is_file():
                    status = entry.stat()
                    files[entry.name] = (status.st_ino, status.st_mtime_ns, status.st_size)
    return files


def _is_complete(path: str) -> bool:
    """Return whether a file of ``torch.save`` was written to its end, by its last bytes."""
    with open(path, "rb") as file:
        start = file.read(2)
    return is_zipfile(path) if start == b"PK" else bool(start)


@dataclass
class _Saver:
    """Has ``torch.save`` write the files of a checkpoint in ``folder``, all of them or none.

    They get their names once each is complete and synced, misc last: until then the previous
    checkpoint is the latest. What ``extend_misc`` returns is saved as misc. With
    ``has_misc_last``, they get their names with misc, for a trainer that then removes older
    checkpoints.
    """

    folder: str
    extend_misc: _ExtendMisc
    original: Callable[..., None]
    has_misc_last: bool = False
    is_misc_last: bool = False
    partials: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)
    thread: threading.Thread = field(default_factory=threading.current_thread)
    threads: set[threading.Thread] = field(default_factory=set)
    is_finished: bool = False
    token: str = field(default_factory=partial(secrets.token_hex, 4))

    @contextmanager
    def replace(self) -> Iterator[None]:
        """Replace ``torch.save``; wait for threads that save, and raise what they raise."""
        torch: Any = sys.modules["torch"]
        threads_before = set(threading.enumerate())
        _remove_partial(self.folder)
        torch.save = self.save
        try:
            yield
            for thread in set(threading.enumerate()) - threads_before:
                thread.join(_DAEMON_SECONDS if thread.daemon else None)
                if thread in self.threads:
                    thread.join()
            self.is_finished = True
            if self.errors:
                raise self.errors[0]
            self._rename()
        finally:
            torch.save = self.original
            _remove_partial(self.folder)

    def save(self, obj: Any, f: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  torch's
        parent = os.path.dirname(f) if isinstance(f, str | os.PathLike) else None
        is_inside = parent is not None and os.path.realpath(parent) == os.path.realpath(self.folder)
        if self.is_finished or not is_inside:
            self.original(obj, f, *args, **kwargs)
            return
        self.threads.add(threading.current_thread())
        path = os.fspath(f)
        name = f"{path}.{self.token}{_PARTIAL}"
        try:
            with open(name, "wb") as file:
                content = self.extend_misc(obj) if _is_misc(path) else obj
                self.original(content, file, *args, **kwargs)
                file.flush()
                os.fsync(file.fileno())
        except BaseException as error:
            self.errors.append(error)
            raise
        self.partials[path] = name
        self.is_misc_last = _is_misc(path) and self.threads == {self.thread}
        if self.has_misc_last and self.is_misc_last and not self.errors:
            self._rename()

    def _rename(self) -> None:
        for path in sorted(self.partials, key=_is_misc):
            if _is_misc(path):
                _sync_folder(self.folder)
            os.replace(self.partials.pop(path), path)
            self.names.append(os.path.basename(path))
            if not self.partials:
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
    """Remove the files of an interrupted save of the run; only one of its processes saves."""
    for name in _list_files(folder):
        if name.endswith(_PARTIAL):
            with suppress(OSError):
                os.unlink(os.path.join(folder, name))
