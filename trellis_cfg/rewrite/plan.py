"""One run over many files: every change is planned before the first is written."""

import os
from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from typing import NamedTuple

from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import Edit, apply_edits, find_difference
from trellis_cfg.errors import ConfigError, FileRefused, InvalidDocument, LeftAlone
from trellis_cfg.files import writing
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.files.reading import read_file
from trellis_cfg.sections import is_config

Rewrite = Callable[[Document], Document]
"""Returns the same object if nothing changes; raises ConfigError."""
_ESCAPES = {code: f"\\{code:03o}" for code in (*range(32), 127)}
_ESCAPES |= {
    ord(raw): f"\\{letter}" for raw, letter in zip('\a\b\t\n\v\f\r"\\', 'abtnvfr"\\', strict=True)
}


class Change(NamedTuple):
    """A file to rewrite: the digest of its old content, and the edit that makes the new one."""

    path: str
    digest: int
    edit: Edit

    @property
    def folder(self) -> str:
        """The folder of the file itself, links followed."""
        return os.path.dirname(os.path.realpath(self.path))

    def apply(self, old: bytes) -> bytes:
        """Return the new content."""
        return apply_edits(old.decode("utf-8"), [self.edit]).encode("utf-8")

    def read_contents(self) -> tuple[bytes, bytes]:
        """Return old and new content; raise FileRefused if the file has changed since."""
        old, _ = writing.read_expected(self.path, self.digest)
        return old, self.apply(old)

    def read_result(self) -> bytes:
        """Return the new content, whether it is written already or not."""
        data = read_file(self.path)
        return self.apply(data) if writing.compute_digest(data) == self.digest else data

    def is_pending(self) -> bool:
        """Return whether the file still has its old content."""
        try:
            return writing.compute_digest(read_file(self.path)) == self.digest
        except FileRefused:
            return False


class Plan:
    """The changes of a run; keeps nothing of the files that stay as they are.

    ``current`` and ``skipped`` count files; ``folders`` are those of all files that were read.
    """

    def __init__(self) -> None:
        """Start with no file read."""
        self.changes: list[Change] = []
        self.refused: list[Diagnostic] = []
        self.left_alone: list[Diagnostic] = []
        self.current, self.skipped = 0, 0
        self.folders: set[str] = set()

    @property
    def configs(self) -> int:
        """How many files are configs, or should be."""
        return len(self.changes) + len(self.refused) + len(self.left_alone) + self.current


def plan(files: Iterable[ConfigFile], rewrite: Rewrite, *, to_write: bool = False) -> Plan:
    """Read and rewrite every file once; ``to_write`` also refuses what must not be replaced.

    A file below a folder that is not a config is skipped. Two names of one file are one change.
    """
    result = Plan()
    identities: set[tuple[int, int]] = set()
    for path, named in files:
        if to_write:
            result.folders.add(os.path.dirname(path) or ".")
        try:
            old = _read_config(path, is_named=named)
            if old is None:
                result.skipped += 1
            elif (new := rewrite(old)) is old:
                result.current += 1
            elif (identity := writing.identify_file(path)) not in identities:
                identities.add(identity)
                if to_write:
                    writing.refuse_unless_replaceable(path)
                edit = find_difference(old.text, new.text)
                result.changes.append(Change(path, writing.compute_digest(old.data), edit))
        except ConfigError as error:
            listed = result.left_alone if isinstance(error, LeftAlone) else result.refused
            listed.append(Diagnostic.of(path, error))
    for part in (result.changes, result.left_alone, result.refused):
        part.sort()
    return result


def _read_config(path: str, *, is_named: bool) -> Document | None:
    """Return the document of a file; None below a folder if it is not a config."""
    data = read_file(path)
    try:
        document = Document(data, path=path)
    except InvalidDocument as error:
        if is_named or error.code != "TC004":
            raise
        if is_config(Document(data, non_finite=True).value):
            raise
        return None
    return document if is_named or is_config(document.value) else None


def drop_aliases(changes: Iterable[Change]) -> list[Change]:
    """Return the changes, of two names of one file only the first."""
    by_identity: dict[object, Change] = {}
    for change in changes:
        try:
            identity: object = writing.identify_file(change.path)
        except FileRefused:  # gone meanwhile: writing says so
            identity = change.path
        by_identity.setdefault(identity, change)
    return list(by_identity.values())


def carry_out(changes: Iterable[Change], done: list[Change]) -> Iterator[Diagnostic]:
    """Write the changes, each file atomically; yield the errors.

    Append each written change to ``done``, also when the run is interrupted. At the end, sync the
    folders of all that was written.
    """
    folders: set[str] = set()
    unsynced: list[tuple[str, FileRefused]] = []
    try:
        for change in changes:
            try:
                folders.add(writing.replace_file(change.path, change.digest, change.apply))
            except ConfigError as error:
                yield Diagnostic.of(change.path, error)
            except KeyboardInterrupt:
                if not change.is_pending():
                    folders.add(change.folder)
                    done.append(change)
                raise
            else:
                done.append(change)
    finally:
        unsynced += writing.sync_folders(folders)
    for folder, refused in unsynced:
        yield Diagnostic.of(folder, refused)


def remove_stale_files(plan: Plan) -> list[str]:
    """Remove what killed runs left in the folders of this one; return the paths."""
    return writing.remove_stale(sorted(plan.folders | {change.folder for change in plan.changes}))


def format_diff(path: str, old: str, new: str) -> Iterator[str]:
    """Yield the lines of a diff, each with its line end.

    Lines end at LF only, as for git: a CR is part of the line.
    """
    from difflib import unified_diff  # noqa: PLC0415  only for --diff

    before, after = (list(StringIO(text, newline="\n")) for text in (old, new))
    for line in unified_diff(before, after, _format_name("a", path), _format_name("b", path)):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _format_name(side: str, path: str) -> str:
    """Return the real path below ``a/`` or ``b/``, relative to the working folder, quoted like git.

    A tab marks the end of a name with a blank, for ``patch``. Raises FileRefused for a file outside
    the working folder, which no tool would patch.
    """
    below = os.path.relpath(os.path.realpath(path)).replace(os.sep, "/")
    if below.startswith("../"):
        raise FileRefused(
            "outside the working folder, where no patch applies: run in a folder above it"
        )
    name = f"{side}/{below}"
    quoted = name.translate(_ESCAPES)
    if quoted != name:
        return f'"{quoted}"'
    return f"{name}\t" if " " in name else name
