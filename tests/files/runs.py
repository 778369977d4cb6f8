"""A config in its stages, and the command that takes it from one to the next."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from trellis_cfg.cli.main import main
from trellis_cfg.document.document import Document
from trellis_cfg.lint.guards import require_stop_condition
from trellis_cfg.migrations import MIGRATIONS, migrate

OLD = b'{"models": {}, "trainer": {"args": {"max_steps": 1000}}}'
NEW = b'{"models": {}, "trainer": {"args": {"max_steps": 1000, "max_epoch": null}}}'
ENDLESS = b'{"models": {}, "trainer": {"args": {"max_steps": null}}}'
BROKEN = b'{"models": '
OTHER = b'{"someone": "else wrote this"}'
NOBODY = 65534
Done = subprocess.CompletedProcess[str]
# A process that is killed, or may write nothing, must not be asked for its coverage.
UNMEASURED = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE_")}


def upgrade(document: Document) -> Document:
    return require_stop_condition(lambda old: migrate(old, MIGRATIONS))(document)


def config(path: Path, data: bytes = OLD) -> Path:
    """Write a config, the folders above it included, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def exit_code(*arguments: str | Path) -> int:
    """Run ``trellis-cfg migrate`` in this process."""
    with pytest.raises(SystemExit) as stopped:
        main(["migrate", *map(str, arguments)])
    assert isinstance(stopped.value.code, int)
    return stopped.value.code


def execute(
    command: Sequence[str | Path], folder: Path | None = None, env: dict[str, str] | None = None
) -> Done:
    """Run a program in a process of its own."""
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def run(
    *arguments: str | Path,
    before: str = "pass",
    command: str = "migrate",
    folder: Path | None = None,
) -> Done:
    """Run ``python -m trellis_cfg COMMAND`` in a process that executes ``before`` first."""
    script = (
        f"import os, runpy, sys\n{before}\nrunpy.run_module('trellis_cfg', None, '__main__', True)"
    )
    return execute([sys.executable, "-c", script, command, *arguments], folder, UNMEASURED)


def temporary_files(folder: Path) -> list[Path]:
    return sorted(folder.rglob(".trellis-cfg-*.tmp"))


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Give up root, if this is root, until the end of the block."""
    if os.geteuid() != 0:
        yield
        return
    groups = os.getgroups()
    try:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, 0)
        os.setresuid(NOBODY, NOBODY, 0)
    except OSError as error:
        pytest.skip(f"this root cannot become another user: {error}")
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)
        os.setresgid(0, 0, 0)
        os.setgroups(groups)
