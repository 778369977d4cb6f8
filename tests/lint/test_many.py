"""Many files: the same report however they are checked, and only what is found is kept."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.models.samples import FULL, SMALL, changed
from trellis_cfg.diagnostics import UNREADABLE, Report
from trellis_cfg.files.discovery import ConfigFile, Exclude, discover
from trellis_cfg.lint import recall, runner
from trellis_cfg.lint.linter import LintResult, lint_data, lint_each
from trellis_cfg.lint.options import DatasetSize, LintOptions
from trellis_cfg.lint.recall import Recall
from trellis_cfg.lint.rules import select_codes
from trellis_cfg.lint.runner import lint_files

pytestmark = pytest.mark.slow

ALL = LintOptions(select_codes())
ENDLESS = changed(SMALL, ("trainer", "args", "max_steps"), None)
BATCHED = changed(SMALL, ("trainer", "args", "batch_size_per_gpu"), 4)
CONTENTS = (
    *map(str.encode, map(json.dumps, (SMALL, FULL, ENDLESS))),
    *(b"{}", b"[]", b'{"models": {}}'),
    *(b"", b"{", b"\xff\xfe", b'{"models": NaN}', b'{"a": 1, "a": 2}', b"\xef\xbb\xbf{}"),
)


def written(folder: Path, contents: Sequence[bytes]) -> list[ConfigFile]:
    paths = [folder / f"{number:04}.json" for number, _ in enumerate(contents)]
    for path, data in zip(paths, contents, strict=True):
        path.write_bytes(data)
    return [ConfigFile(str(path), named=at % 3 == 0) for at, path in enumerate(paths)]


def plain(files: Sequence[ConfigFile], profile: LintOptions = ALL) -> Report:
    """Return the report by the longest way: each file by itself, one after the other."""
    found = list(lint_each(files, profile))
    skipped = sum(one.is_skipped for one in found)
    diagnostics = sorted(told for one in found for told in one.diagnostics)
    clean = sorted(one.path for one in found if not (one.is_skipped or one.diagnostics))
    return Report(
        len(found) - skipped, skipped, diagnostics, tuple(clean) if profile.clean_files else ()
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(CONTENTS), max_size=30), st.integers(1, 4))
def test_what_is_remembered_is_what_was_found(
    tmp_path: Path, contents: list[bytes], most: int
) -> None:
    files = written(tmp_path, contents)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recall, "_MOST", most)
        assert lint_files(files, ALL) == plain(files)


def test_of_many_contents_the_last_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    judged = []

    def judge(file: ConfigFile, data: bytes, profile: LintOptions) -> LintResult:
        judged.append(data)
        return lint_data(file, data, profile)

    monkeypatch.setattr(recall, "examine_data", judge)
    monkeypatch.setattr(recall, "_MOST", 2)
    monkeypatch.setattr(recall, "_LONGEST", 3)
    memory, file = Recall(), ConfigFile("a.json", named=True)
    for data in (b"1", b"1", b"2", b"1", b"3", b"1", b"3", b"2222", b"2222"):
        memory.examine_data(file, data, ALL)
    assert judged == [b"1", b"2", b"3", b"1", b"2222", b"2222"]


def test_where_the_path_counts_it_is_heeded(tmp_path: Path) -> None:
    """The same content is a hanging run where the path says that its dataset is small."""
    files = written(tmp_path, [json.dumps(BATCHED).encode()] * 4)
    sizes = (DatasetSize("", Exclude(["0002.json"], str(tmp_path)), 1),)
    report = lint_files(files, ALL._replace(sizes=sizes))
    assert {one.path[-9:] for one in report.diagnostics if one.code == "TC205"} == {"0002.json"}
    assert report == plain(files, ALL._replace(sizes=sizes))


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[ConfigFile]:
    """Return files of a tree, one of them gone; the first four are work enough for processes."""
    monkeypatch.setattr(runner, "POOL_DELAY", -1)
    monkeypatch.setattr(runner, "CHUNK", 4)
    written(tmp_path, CONTENTS * 3)
    os.unlink(tmp_path / "0005.json")
    return [
        *discover([str(tmp_path)], Exclude()),
        ConfigFile(str(tmp_path / "0005.json"), named=True),
    ]


@pytest.mark.parametrize("start", ["fork", "spawn"])
@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_several_processes_find_what_one_does(
    tree: list[ConfigFile], jobs: int, start: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trellis_cfg.lint.workers._START", start)
    assert lint_files(iter(tree), ALL, jobs=jobs) == plain(tree)


def test_what_a_report_asks_for_comes_from_each_process(tree: list[ConfigFile]) -> None:
    asked = ALL._replace(fingerprints=True, clean_files=True)
    report = lint_files(iter(tree), asked, jobs=2)
    assert report == plain(tree, asked)
    assert report.clean
    assert all(one.fingerprint for one in report.diagnostics if one.code != UNREADABLE)
    assert not any(one.fingerprint for one in report.diagnostics if one.code == UNREADABLE)


def test_short_work_is_for_one_process(
    tree: list[ConfigFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_order(*_: object) -> None:
        pytest.fail("no process is to be started")

    monkeypatch.setattr("trellis_cfg.lint.workers.in_order", in_order)
    monkeypatch.setattr(runner, "POOL_DELAY", 1e9)
    assert lint_files(tree, ALL, jobs=8) == plain(tree)
