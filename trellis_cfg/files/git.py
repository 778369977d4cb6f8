"""What git says of files: those that it ignores, and their content in the last commit."""

import os
from collections.abc import Iterable, Iterator, Sequence

_SAFE = (
    *("--no-pager", "--literal-pathspecs"),
    *("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}"),
)
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
}
"""A repository may be hostile: no program of its settings is run, nothing is fetched or written."""
_OF_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX")
"""What git sets for its hooks, about another folder."""
_LIST_IGNORED = ("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory")
_TIMEOUT = 30
_MOST_NAMES = 500
"""Names of folders in a command; of more, the whole repository is listed."""
_MOST_BLOBS = 1000
"""Files whose content is held at a time."""


def find_repository(folder: str) -> str:
    """Return the nearest folder, this one or above, that has a ``.git``; empty without one."""
    folder = os.path.realpath(folder)
    while not os.path.lexists(os.path.join(folder, ".git")):
        below, folder = folder, os.path.dirname(folder)
        if folder == below:
            return ""
    return folder


def _group_by_repository(paths: Iterable[str]) -> dict[str, list[str]]:
    """Return the files or folders in each repository, relative to its root."""
    names_by_root: dict[str, list[str]] = {}
    for path in map(os.path.realpath, paths):
        if root := find_repository(path):
            names_by_root.setdefault(root, []).append(os.path.relpath(path, root))
    return names_by_root


def run_git(folder: str, *arguments: str, data: bytes = b"") -> bytes:
    """Return what git prints in a folder; nothing if there is no git, or it refuses or fails."""
    import subprocess  # noqa: PLC0415  named files need no git

    environment = {name: os.environ[name] for name in os.environ if name not in _OF_HOOKS}
    try:
        done = subprocess.run(  # noqa: S603  no argument is a program
            ["git", "-C", folder, *_SAFE, *arguments],  # noqa: S607  git of the PATH
            input=data,
            capture_output=True,
            check=False,
            env=environment | _ENVIRONMENT,
            timeout=_TIMEOUT,
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return b"" if done.returncode else done.stdout


class GitIgnored:
    """The files and folders that git ignores, as far as it was asked; tracked ones never are.

    ``files`` and ``folders`` count those that were left out.
    """

    def __init__(self) -> None:
        """Know of nothing that is ignored."""
        self._paths: set[str] = set()
        self.files = 0
        self.folders = 0

    def ask(self, folders: Iterable[str]) -> bool:
        """Ask git what it ignores below folders, once for each repository.

        Return False if the working folder was removed, to which the folders are relative.
        """
        try:
            names_by_root = _group_by_repository(folders)
        except FileNotFoundError:
            return False
        for root, names in names_by_root.items():
            listed = names if len(names) <= _MOST_NAMES else [os.curdir]
            output = run_git(root, *_LIST_IGNORED, "--", *listed)
            paths = (name for name in output.split(b"\0") if name.endswith((b"/", b".json")))
            prefix = os.path.join(root, "")
            self._paths.update(prefix + os.fsdecode(path).rstrip("/") for path in paths)
        return True

    def below(self, folder: str) -> "GitIgnored | None":
        """Return this, or None if the folder is ignored itself: whoever names it wants it."""
        return None if os.path.realpath(folder) in self._paths else self

    def leaves_out(self, path: str, *, is_folder: bool) -> bool:
        """Return whether a file or folder is ignored, by its real path, and count it."""
        if path not in self._paths:
            return False
        self.folders += is_folder
        self.files += not is_folder
        return True


def read_committed(paths: Sequence[str]) -> Iterator[bytes]:
    """Yield the content in the last commit of those files that are in it."""
    for root, names in _group_by_repository(paths).items():
        for start in range(0, len(names), _MOST_BLOBS):
            listed = names[start : start + _MOST_BLOBS]
            data = os.fsencode("".join(f"HEAD:{name}\n" for name in listed if "\n" not in name))
            yield from _split_blobs(run_git(root, "cat-file", "--batch", data=data))


def _split_blobs(output: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(output):
        end = output.index(b"\n", start)
        head = output[start:end].split(b" ")
        start = end + 1
        if len(head) == 3 and not head[0].startswith(b"HEAD:"):  # noqa: PLR2004  id, type, size
            size = int(head[2])
            if head[1] == b"blob":
                yield output[start : start + size]
            start += size + 1
