"""Places where faults are real: a disk of 64 KiB, a folder that any user reaches."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.files.runs import NOBODY


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of 64 KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    _mount("-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk))
    yield disk
    subprocess.run(["umount", disk], check=True)


@pytest.fixture
def mounted_config(tmp_path: Path) -> Iterator[Path]:
    """Return a file that is itself a mount point, as containers are given them."""
    source, target = tmp_path / "source.json", tmp_path / "mounted" / "x.json"
    target.parent.mkdir()
    source.touch()
    target.touch()
    _mount("--bind", str(source), str(target))
    yield target
    subprocess.run(["umount", target], check=True)


def _mount(*arguments: str) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can mount")
    mounted = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"nothing can be mounted here: {mounted.stderr.strip()}")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that belongs to the ordinary user, with a path that everybody reaches."""
    folder = Path(tempfile.mkdtemp())
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    yield folder
    folder.chmod(0o700)
    shutil.rmtree(folder)
