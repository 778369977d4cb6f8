"""One run over many files: planned whole, written whole, told whole."""

import gc
import json
import os
import tempfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.files.runs import (
    BROKEN,
    ENDLESS,
    NEW,
    OLD,
    OTHER,
    config,
    exit_code,
    temporary_files,
    upgrade,
)
from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import Edit
from trellis_cfg.errors import FileRefused
from trellis_cfg.files import writing
from trellis_cfg.files.discovery import ConfigFile, Exclude, discover
from trellis_cfg.rewrite import plan as plan_module
from trellis_cfg.rewrite.plan import Change, Plan

pytestmark = pytest.mark.slow


def planned(*paths: Path, to_write: bool = True) -> Plan:
    return plan_module.plan(discover(map(str, paths), Exclude()), upgrade, to_write=to_write)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_plan_sorts_files_by_what_happens_to_them(tmp_path: Path) -> None:
    old, others = {"b_old": OLD, "a_old": OLD}, {"other": OTHER, "list": b"[]"}
    stay = {"current": NEW, "endless": ENDLESS, "broken": BROKEN}
    for name, data in {**old, **stay, **others}.items():
        config(tmp_path / f"{name}.json", data)
    plan = planned(tmp_path)
    edit = Edit(OLD.index(b"}}}"), OLD.index(b"}}}"), ', "max_epoch": null')
    paths = [str(tmp_path / f"{name}.json") for name in ("a_old", "b_old", "broken")]
    assert plan.changes == [Change(path, writing.compute_digest(OLD), edit) for path in paths[:2]]
    assert [(refused.path, refused.code) for refused in plan.refused] == [(paths[2], "TC001")]
    assert [left.code for left in plan.left_alone] == ["TC101"]
    assert (plan.current, plan.skipped, plan.configs) == (1, 2, 5)
    named = planned(tmp_path / "other.json")
    assert (named.skipped, len(named.left_alone)) == (0, 1)


def test_each_file_is_rewritten_once_in_a_run(tmp_path: Path) -> None:
    paths = [str(config(tmp_path / f"{name}.json")) for name in "abc"]
    rewritten: list[bytes] = []

    def count_and_upgrade(document: Document) -> Document:
        rewritten.append(document.data)
        return upgrade(document)

    files = [ConfigFile(path, named=True) for path in paths]
    changes = plan_module.plan(files, count_and_upgrade, to_write=True).changes
    assert [change.read_contents() for change in changes] == [(OLD, NEW)] * 3
    assert [change.read_result() for change in changes] == [NEW] * 3
    done: list[Change] = []
    assert list(plan_module.carry_out(changes, done)) == []
    assert done == changes
    assert [change.read_result() for change in changes] == [NEW] * 3
    assert rewritten == [OLD] * 3


VALUES = st.dictionaries(st.sampled_from("aäb"), st.text("aä\r\n😀", max_size=4))


@given(VALUES, VALUES, st.sampled_from(["", "\ufeff"]))
def test_written_bytes_are_those_that_were_planned(
    old: dict[str, str], new: dict[str, str], mark: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = config(
            Path(folder) / "x.json", (mark + json.dumps(old, ensure_ascii=False)).encode()
        )
        data = (mark + json.dumps(new, ensure_ascii=False)).encode()
        files = [ConfigFile(str(path), named=True)]
        (change,) = plan_module.plan(files, lambda _: Document(data)).changes
        assert list(plan_module.carry_out([change], [])) == []
        assert path.read_bytes() == data


def test_plan_without_writing_accepts_what_could_not_be_written(tmp_path: Path) -> None:
    path = config(tmp_path / "x.json")
    path.chmod(0o444)
    assert len(planned(path, to_write=False).changes) == 1
    (refused,) = planned(path).refused
    assert refused.message == "write-protected: allow changes with chmod u+w"
    assert planned(path).changes == []


@pytest.mark.parametrize("names_of_one", [("x.json", "./x.json"), ("x.json", "link.json")])
def test_two_names_of_one_file_are_one_change(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    names_of_one: tuple[str, str],
) -> None:
    monkeypatch.chdir(tmp_path)
    target = config(tmp_path / "x.json")
    (tmp_path / "link.json").symlink_to("x.json")
    assert exit_code(*names_of_one) == 0
    assert capsys.readouterr().out.count("upgraded ") == 1
    assert target.read_bytes() == NEW
    assert (tmp_path / "link.json").is_symlink()


def test_two_hard_links_of_one_file_are_both_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [config(tmp_path / "x.json"), tmp_path / "y.json"]
    os.link(*paths)
    assert exit_code(*paths) == 2
    assert "has 2 hard links" in capsys.readouterr().err
    assert [path.read_bytes() for path in paths] == [OLD, OLD]
    assert paths[0].samefile(paths[1])


@pytest.mark.parametrize("data", [NEW, OTHER, ENDLESS, BROKEN])
def test_file_that_is_not_changed_is_not_touched(tmp_path: Path, data: bytes) -> None:
    path, neighbour = config(tmp_path / "x.json", data), config(tmp_path / "y.json")
    os.utime(path, ns=(1, 123_456_789))
    before = path.stat()
    exit_code(tmp_path, "--keep-going")
    assert neighbour.read_bytes() == NEW
    after = path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert (after.st_ctime_ns, path.read_bytes()) == (before.st_ctime_ns, data)


def link_to_itself(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


OBSTACLES: dict[str, Callable[[Path], object]] = {
    "broken": lambda path: path.write_bytes(BROKEN),
    "missing": Path.unlink,
    "write_protected": lambda path: path.chmod(0o444),
    "hard_linked": lambda path: os.link(path, path.with_suffix(".link")),
    "link_to_itself": link_to_itself,
}


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_nothing_is_written_if_one_file_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], obstacle: str
) -> None:
    paths = [config(tmp_path / f"{name}.json") for name in "abc"]
    OBSTACLES[obstacle](paths[1])
    before = names(tmp_path)
    assert exit_code(*paths) == 2
    assert "Nothing was written: 1 of 3 configs" in capsys.readouterr().err
    assert [path.read_bytes() for path in paths[::2]] == [OLD, OLD]
    assert exit_code(*paths, "--keep-going") == 2
    assert f"{paths[1]}:1:" in capsys.readouterr().err
    assert [path.read_bytes() for path in paths[::2]] == [NEW, NEW]
    assert names(tmp_path) == before


def test_file_removed_while_it_is_planned_is_refused(tmp_path: Path) -> None:
    path = config(tmp_path / "x.json")

    def rewrite_and_remove(document: Document) -> Document:
        path.unlink()
        return upgrade(document)

    plan = plan_module.plan([ConfigFile(str(path), named=True)], rewrite_and_remove)
    assert [found.message for found in plan.refused] == [
        "cannot be read: No such file or directory"
    ]


def test_file_that_changed_since_it_was_planned_is_refused(tmp_path: Path) -> None:
    path = config(tmp_path / "x.json")
    (change,) = planned(path, to_write=False).changes
    assert change.is_pending()
    path.write_bytes(OTHER)
    with pytest.raises(FileRefused, match=r"^changed by another program during this run"):
        change.read_contents()
    assert not change.is_pending()
    path.unlink()
    assert not change.is_pending()


def test_stale_files_are_removed_wherever_the_run_has_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config(tmp_path / "here.json", NEW)
    config(tmp_path / "below/current.json", NEW)
    config(tmp_path / "elsewhere/x.json", NEW)
    for folder in (".", "below", "elsewhere"):
        os.close(writing.create_temporary(folder)[0])
    plan = planned(Path("here.json"), Path("below"))
    assert [os.path.dirname(path) for path in plan_module.remove_stale_files(plan)] == [
        ".",
        "below",
    ]
    assert len(temporary_files(tmp_path)) == 1


def measure_plan(folder: Path, data: bytes, count: int) -> int:
    """Return the size in bytes of a plan for ``count`` files."""
    for number in range(count):
        config(folder / f"{count}/{number}.json", data)
    planned(folder / str(count))
    gc.collect()
    tracemalloc.start()
    plan = planned(folder / str(count))
    gc.collect()
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert plan.configs + plan.skipped == count
    return size


@pytest.mark.parametrize("data", [NEW, OTHER], ids=["current", "skipped"])
def test_file_that_stays_as_it_is_takes_no_memory(tmp_path: Path, data: bytes) -> None:
    assert measure_plan(tmp_path, data, 2_000) - measure_plan(tmp_path, data, 200) < 20_000


@pytest.mark.parametrize("data", [OLD, BROKEN, ENDLESS], ids=["change", "refused", "left_alone"])
def test_reported_file_takes_less_than_two_kilobytes(tmp_path: Path, data: bytes) -> None:
    assert measure_plan(tmp_path, data, 1_200) - measure_plan(tmp_path, data, 200) < 1_000 * 2_000
