"""A cache holds what reading would return, or is not used."""

import json
import os
import sys
from pathlib import Path

import pytest

from tests.source.checkouts import BASE, trainers, write
from trellis_cfg import source
from trellis_cfg.source import cache, read_checkout
from trellis_cfg.source.checkout import find_checkout
from trellis_cfg.source.facts import SourceFacts

MINE = "from .base import Trainer\n\nclass Mine(Trainer):\n    pass\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "checkout", trainers({"Mine": "mine", "Gone": "mine"}, mine=MINE))


def load(root: Path, *, may_read: bool = True) -> SourceFacts:
    """Return the facts of a checkout, as another run of the program would."""
    read_checkout.cache_clear()
    checkout = find_checkout(str(root))
    assert checkout is not None
    if may_read:
        return read_checkout(checkout)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "_read", None)
        return read_checkout(checkout)


def find_cache(caches: Path) -> Path:
    (path,) = caches.rglob("*.json")
    return path


def test_a_second_run_reads_no_code(root: Path, caches: Path) -> None:
    first = load(root)
    assert load(root, may_read=False) == first
    assert find_cache(caches).parent.stat().st_mode & 0o777 == 0o700
    assert not any("cache" in path.name for path in root.rglob("*"))


CHANGES = {
    "a_file_that_was_read": ("trellis/trainers/base.py", BASE.replace("optimizer={}", "lr=1")),
    "a_file_that_was_not_there": ("trellis/trainers/mine/__init__.py", "Mine = Gone = 1\n"),
    "another_script": ("train_two.py", "from trellis import trainers\nX = {'Mine': Other}\n"),
    "the_registry": ("trellis/trainers/__init__.py", "from .mine import Mine\n"),
}


@pytest.mark.parametrize(("path", "text"), CHANGES.values(), ids=CHANGES)
def test_what_changes_is_read_again(path: str, text: str, root: Path) -> None:
    first = load(root)
    write(root, {path: text})
    second = load(root)
    assert second != first
    assert load(root, may_read=False) == second


def test_a_change_of_neither_time_nor_size_is_noticed(root: Path) -> None:
    path = root / "trellis/trainers/base.py"
    first, status = load(root), path.stat()
    path.write_text(BASE.replace("optimizer={}", "optimized={}"[:12]))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    assert load(root) != first


def test_files_that_do_not_matter_change_nothing(root: Path) -> None:
    first = load(root)
    write(
        root, {"output/log.txt": "x", "trellis/pipelines/x.py": "x = 1\n", "configs/a.json": "{}"}
    )
    assert load(root, may_read=False) == first


NO_SECTIONS = {"fingerprints": {}, "source": [0, [], [], 3, None, None, 0]}
DAMAGED = {
    "empty": b"",
    "of_another_shape": b'{"fingerprints": {}, "source": [1, 2]}',
    "a_list": b"[]",
    "invalid_json": b"\xff{}",
    "very_deep": b"[" * 100_000,
    "of_no_sections": json.dumps(NO_SECTIONS).encode(),
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_cache_is_replaced(data: bytes, root: Path, caches: Path) -> None:
    first = load(root)
    find_cache(caches).write_bytes(data)
    assert load(root) == first
    assert load(root, may_read=False) == first


def test_a_cache_of_another_user_is_not_used(
    root: Path, caches: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load(root)
    path = find_cache(caches)
    path.write_bytes(path.read_bytes().replace(b"Mine", b"Evil"))
    monkeypatch.setattr(os, "getuid", lambda: path.stat().st_uid + 1)
    assert load(root) == first


def test_another_version_has_its_own_cache(
    root: Path, caches: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(root)
    monkeypatch.setattr(cache, "__version__", "9.9")
    load(root)
    assert len(list(caches.rglob("*.json"))) == 2


def test_of_many_caches_the_last_are_kept(
    root: Path, caches: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_MAX_CACHES", 2)
    for version in ("1", "2", "3"):
        monkeypatch.setattr(cache, "__version__", version)
        load(root)
        for path in caches.rglob("*.json"):
            os.utime(path, ns=(0, path.stat().st_mtime_ns - 10**9))
    (caches / "trellis-cfg/other.json").write_text("")
    monkeypatch.setattr(cache, "__version__", "4")
    load(root)
    assert len(list(caches.rglob("source-*.json"))) == 2
    assert (caches / "trellis-cfg/other.json").exists()
    load(root, may_read=False)
    monkeypatch.setattr(cache, "__version__", "3")
    load(root, may_read=False)


def test_without_a_cache_folder_each_run_reads(
    root: Path, caches: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load(root)
    (caches / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(caches / "file"))
    assert load(root) == first
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", "nowhere")
    assert cache.find_cache_folder() is None
    assert load(root) == first


def test_the_folder_of_the_users_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/x")
    monkeypatch.setattr(sys, "platform", "linux")
    assert cache.find_cache_folder() == "/home/x/.cache"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cache.find_cache_folder() == "/home/x/Library/Caches"
