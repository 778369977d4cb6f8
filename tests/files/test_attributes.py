"""What a file system says of extended attributes, and what comes of it."""

import errno
import os
import sys
from pathlib import Path

import pytest

from trellis_cfg.files import writing

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="extended attributes are Linux's")


def test_attributes_that_cannot_be_listed_stop_the_replacement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> list[str]:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "listxattr", broken, raising=False)
    with (tmp_path / "new").open("wb") as new, pytest.raises(OSError, match="Input/output error"):
        writing.copy_attributes(str(tmp_path), new.fileno(), os.fstat(new.fileno()))


def test_a_label_that_the_system_gave_the_new_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    removed: list[str] = []
    names = {True: ["security.selinux", "user.inherited"], False: []}
    monkeypatch.setattr(os, "listxattr", lambda file: names[isinstance(file, int)], raising=False)
    monkeypatch.setattr(os, "removexattr", lambda _, name: removed.append(name), raising=False)
    with (tmp_path / "new").open("wb") as new:
        writing.copy_attributes(str(tmp_path / "old"), new.fileno(), os.fstat(new.fileno()))
    assert removed == ["user.inherited"]
