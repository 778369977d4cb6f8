"""Read regular files whole, parse TOML, and say why a file cannot be read."""

import errno
import os
import re
import stat
import sys

from trellis_cfg.errors import FileRefused, SettingsError

# O_NONBLOCK: opening a FIFO must not wait for its writer. O_BINARY: Windows keeps its CR LF.
_FLAGS = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"):
    _FLAGS |= getattr(os, _name, 0)

_TOML_PLACE = r" \(at line (\d+), column (\d+)\)$"
_FILE_TYPES = {
    stat.S_IFDIR: "a directory",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


_DESCRIPTORS = ("/dev/fd/", "/proc/self/fd/")
MAX_BYTES = 1 << 25
"""No file that is read whole is larger."""


def read_file(path: str, most: int = MAX_BYTES) -> bytes:
    """Return the content of a regular file; raise FileRefused if it cannot be read.

    A file of more than ``most`` bytes is not read.
    """
    return read_with_status(path, most)[0]


def read_with_status(path: str, most: int = MAX_BYTES) -> tuple[bytes, os.stat_result]:
    """Return content and status of a regular file, both from one open descriptor."""
    try:
        is_open = is_stream(path)
        descriptor = os.open(path, os.O_RDONLY if is_open else _FLAGS)
        try:
            status = os.fstat(descriptor)
            if not is_open:
                _refuse_unless_regular(status)
            size = status.st_size
            data = os.read(descriptor, size + 1) if size <= most else b""
            while len(data) != size <= most >= len(data) and (more := os.read(descriptor, 1 << 20)):
                data += more
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        if getattr(error, "errno", None) == errno.ENXIO:
            _refuse_unless_regular(os.stat(path))
        raise unreadable(error) from None
    if max(size, len(data)) > most:
        raise FileRefused(f"larger than {most:,} bytes: not read", code="TC006")
    return data, status


class Stamps:
    """The states of files and folders by path, each noted before it is read."""

    def __init__(self) -> None:
        """Note nothing yet."""
        self.states: dict[str, list[int] | None] = {}

    def note(self, path: str) -> str:
        """Note the state of a path, whether there is something or not, and return the path."""
        if path not in self.states:
            self.states[path] = _read_state(path)
        return path

    def adopt(self, states: dict[str, list[int] | None]) -> bool:
        """Note states of an earlier time if all are the same now; return whether they are."""
        now = {path: _read_state(path) for path in states}
        if now != states:
            return False
        self.states |= now
        return True

    @property
    def has_changed(self) -> bool:
        """Whether a file, or the list of a folder, differs from what it was."""
        return any(_read_state(path) != state for path, state in self.states.items())


def _read_state(path: str) -> list[int] | None:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return [status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino]


def is_own(status: os.stat_result) -> bool:
    """Return whether a file is the user's own, and nobody else may write to it."""
    if not hasattr(os, "getuid"):
        return True
    return status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def is_shared(folder: str) -> bool:
    """Return whether every user may write to a folder, or it cannot be read."""
    try:
        return bool(os.stat(folder).st_mode & stat.S_IWOTH)
    except OSError:
        return True


def is_stream(path: str) -> bool:
    """Return whether a path names an open descriptor, as a shell's process substitution does."""
    return path.startswith(_DESCRIPTORS) and path.rpartition("/fd/")[2].isdecimal()


def _refuse_unless_regular(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        file_type = _FILE_TYPES.get(stat.S_IFMT(status.st_mode), "of an unknown type")
        raise FileRefused(f"not a regular file: it is {file_type}", code="TC006")


def unreadable(error: OSError | ValueError) -> FileRefused:
    """Return the error for a file that cannot be read.

    A ValueError is about its name: a NUL, or a character that the system's encoding lacks.
    """
    why = error.strerror if isinstance(error, OSError) else "invalid file name"
    if isinstance(error, FileNotFoundError) and str(error.filename).endswith("*.json"):
        why = "no file matches"
    return FileRefused(f"cannot be read: {why}", code="TC006")


def decode_toml(data: bytes, path: str) -> str:
    """Return the text of the file at ``path``; raise SettingsError if it is not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError("not UTF-8", path, line=line) from None


def parse_toml(text: str, path: str) -> dict[str, object]:
    """Return the root table; raise SettingsError at its line in the file at ``path``."""
    if sys.version_info >= (3, 11):
        import tomllib  # noqa: PLC0415  most runs have no settings to read
    else:
        import tomli as tomllib  # noqa: PLC0415
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = re.search(_TOML_PLACE, str(error))
        message = re.sub(_TOML_PLACE, "", str(error))
        line, column = map(int, place.groups()) if place else (text.count("\n") + 1, 1)
        raise SettingsError(message, path, line=line, column=column) from None
