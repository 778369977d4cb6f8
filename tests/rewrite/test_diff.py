"""Patches that git and patch apply, with any line ends and names."""

import shutil
import subprocess
from pathlib import Path

import pytest

from trellis_cfg.document.document import Document
from trellis_cfg.migrations import MIGRATIONS, migrate
from trellis_cfg.rewrite.plan import format_diff

CASES = Path(__file__).parents[1] / "migrations/cases/max_epoch"
TOOLS = {
    "git": ["git", "apply", "--whitespace=nowarn", "-"],
    "patch": ["patch", "--batch", "--silent", "-p1"],
}
NAMES = ["a.json", "with space.json", "配置.json", 'quo"te.json', "back\\slash.json", "tab\t.json"]


def make_patch(path: str, old: bytes, new: bytes) -> bytes:
    return "".join(format_diff(path, old.decode(), new.decode())).encode("utf-8", "surrogateescape")


def apply_with(tool: str, patch: bytes, folder: Path) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    environment = {"PATH": "/usr/bin:/bin:/usr/local/bin", "GIT_CEILING_DIRECTORIES": str(folder)}
    done = subprocess.run(
        TOOLS[tool], input=patch, cwd=folder, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_each_layout_is_patched_to_the_byte(tool: str, case: str, tmp_path: Path) -> None:
    before, after = ((CASES / case / name).read_bytes() for name in ("before.json", "after.json"))
    file = tmp_path / "configs" / "a.json"
    file.parent.mkdir()
    file.write_bytes(before)
    apply_with(tool, make_patch("configs/a.json", before, after), tmp_path)
    assert file.read_bytes() == after


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("name", NAMES)
def test_each_name_is_patched(tool: str, name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(b'{"a": 1}\n')
    apply_with(tool, make_patch(name, b'{"a": 1}\n', b'{"a": 2}\n'), tmp_path)
    assert file.read_bytes() == b'{"a": 2}\n'


def test_absolute_path_becomes_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = list(format_diff(str(tmp_path / "configs/a.json"), "1\n", "2\n"))
    assert lines[:2] == ["--- a/configs/a.json\n", "+++ b/configs/a.json\n"]


def test_missing_final_newline_is_marked() -> None:
    assert list(format_diff("a.json", "1", "2"))[3:] == [
        "-1\n\\ No newline at end of file\n",
        "+2\n\\ No newline at end of file\n",
    ]


def test_no_change_is_no_patch() -> None:
    assert list(format_diff("a.json", "1\n", "1\n")) == []


def test_the_patch_of_an_upgrade_is_one_line() -> None:
    old = (CASES / "trailing_blanks/before.json").read_bytes()
    new = migrate(Document(old), MIGRATIONS).data
    changed = [
        line for line in make_patch("a.json", old, new).splitlines() if line[:1] in (b"+", b"-")
    ]
    assert changed[2:] == [b'+            "max_epoch": null,']
