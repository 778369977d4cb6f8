"""One run over many files: every change is planned before the first is written."""

import os
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.document.document import Document
from trellis_cfg.errors import ConfigError, FileRefused, LeftAlone
from trellis_cfg.files import writing
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.files.reading import read_file
from trellis_cfg.sections import is_config

Rewrite = Callable[[Document], Document]
"""Returns the very document that it was given where nothing is to change; raises ConfigError."""


class Change(NamedTuple):
    """A file to rewrite, and the digest of the content that this was planned for."""

    path: str
    digest: int


class Plan:
    """What a run will do; holds nothing of the files that stay as they are.

    ``current`` and ``skipped`` count files, ``folders`` are those of all files that were read.
    """

    def __init__(self) -> None:
        """Start with nothing read."""
        self.changes: list[Change] = []
        self.refused: list[Diagnostic] = []
        self.left_alone: list[Diagnostic] = []
        self.current = 0
        self.skipped = 0
        self.folders: set[str] = set()

    @property
    def configs(self) -> int:
        """How many files are configs, or should be."""
        return len(self.changes) + len(self.refused) + len(self.left_alone) + self.current


def plan(files: Iterable[ConfigFile], rewrite: Rewrite, *, to_write: bool = False) -> Plan:
    """Read every file and decide; ``to_write`` also refuses what must not be replaced.

    A file below a folder that is no config is skipped. Two names of one file are one change.
    """
    result = Plan()
    identities: set[tuple[int, int]] = set()
    for path, named in files:
        if to_write:
            result.folders.add(os.path.dirname(path) or ".")
        try:
            document = Document(read_file(path))
            if not named and not is_config(document.value):
                result.skipped += 1
            elif rewrite(document) is document:
                result.current += 1
            else:
                _add(
                    result,
                    identities,
                    Change(path, writing.digest(document.data)),
                    to_write=to_write,
                )
        except LeftAlone as error:
            result.left_alone.append(Diagnostic.of(path, error))
        except ConfigError as error:
            result.refused.append(Diagnostic.of(path, error))
    for found in (result.changes, result.left_alone, result.refused):
        found.sort()
    return result


def _add(result: Plan, known: set[tuple[int, int]], change: Change, *, to_write: bool) -> None:
    identity = writing.identity(change.path)
    if identity in known:
        return
    known.add(identity)
    if to_write:
        writing.refuse_unless_replaceable(change.path)
    result.changes.append(change)


def carry_out(
    changes: Iterable[Change], rewrite: Rewrite, done: list[Change]
) -> Iterator[Diagnostic]:
    """Write the changes, each file whole or not at all; yield what could not be written.

    Each change that was written goes into ``done``, so that also an interrupted run can tell.
    The folders are synced at the end, of an interrupted run, too.
    """
    folders: set[str] = set()
    unsynced: list[tuple[str, FileRefused]] = []
    try:
        for change in changes:
            try:
                folders.add(_write(change, rewrite))
            except ConfigError as error:
                yield Diagnostic.of(change.path, error)
            except KeyboardInterrupt:
                try:
                    writing.read_expected(*change)
                except FileRefused:  # its new content was in place already
                    folders.add(_folder(change))
                    done.append(change)
                raise
            else:
                done.append(change)
    finally:
        unsynced += writing.sync_folders(folders)
    for folder, refused in unsynced:
        yield Diagnostic.of(folder, refused)


def _write(change: Change, rewrite: Rewrite) -> str:
    return writing.replace_file(change.path, change.digest, lambda old: rewrite(Document(old)).data)


def _folder(change: Change) -> str:
    return os.path.dirname(os.path.realpath(change.path))


def remove_stale_files(found: Plan) -> list[str]:
    """Remove what killed runs left in the folders of this one; return the paths."""
    changed = {_folder(change) for change in found.changes}
    return writing.remove_stale(sorted(found.folders | changed))


def diff_plan(change: Change, rewrite: Rewrite) -> tuple[bytes, bytes]:
    """Return old and new content of a planned change; raises FileRefused if it changed since."""
    data, _ = writing.read_expected(*change)
    return data, rewrite(Document(data)).data
