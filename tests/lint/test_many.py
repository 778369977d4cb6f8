"""Many files: the same report however they are checked, and only what is found is kept."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.models.samples import FULL, SMALL, changed
from trellis_cfg.diagnostics import UNREADABLE, Report, merge_reports
from trellis_cfg.files.discovery import ConfigFile, Exclude, discover
from trellis_cfg.lint import runner
from trellis_cfg.lint.options import DatasetSize, Facts, LintOptions, UserSchema
from trellis_cfg.lint.rules import select_codes
from trellis_cfg.lint.runner import lint_files
from trellis_cfg.source import Checkout, CheckoutFinder

pytestmark = pytest.mark.slow

ALL = LintOptions(select_codes())
ENDLESS = changed(SMALL, ("trainer", "args", "max_steps"), None)
BATCHED = changed(SMALL, ("trainer", "args", "batch_size_per_gpu"), 4)
CONTENTS = (
    *map(str.encode, map(json.dumps, (SMALL, FULL, ENDLESS))),
    *(b"{}", b"[]", b'{"models": {}}'),
    *(b"", b"{", b"\xff\xfe", b'{"models": NaN}', b'{"a": 1, "a": 2}', b"\xef\xbb\xbf{}"),
)


def write_files(folder: Path, contents: Sequence[bytes]) -> list[ConfigFile]:
    paths = [folder / f"{number:04}.json" for number, _ in enumerate(contents)]
    for path, data in zip(paths, contents, strict=True):
        path.write_bytes(data)
    return [ConfigFile(str(path), named=at % 3 == 0) for at, path in enumerate(paths)]


def lint_plainly(files: Sequence[ConfigFile], options: LintOptions = ALL) -> Report:
    """Return the report by the longest way: each file by itself, one after the other."""
    return merge_reports(lint_files([file], options) for file in files)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(CONTENTS), max_size=30))
def test_a_file_is_linted_as_if_it_were_alone(tmp_path: Path, contents: list[bytes]) -> None:
    files = write_files(tmp_path, contents)
    assert lint_files(files, ALL) == lint_plainly(files)


def test_options_are_a_key() -> None:
    checkouts = CheckoutFinder((Checkout("/a", ("trellis",)),))
    sizes = (DatasetSize("SLat", Exclude(["a"]), 1),)
    schema = UserSchema("s.json", b"{}")
    options = LintOptions(select_codes(), Facts(schema=schema), (), sizes, checkouts)
    assert hash(options) == hash(options._replace())
    assert len({options, options._replace(), ALL}) == 2


def test_where_the_path_counts_it_is_heeded(tmp_path: Path) -> None:
    """The same content is a hanging run where the path says that its dataset is small."""
    files = write_files(tmp_path, [json.dumps(BATCHED).encode()] * 4)
    sizes = (DatasetSize("", Exclude(["0002.json"], str(tmp_path)), 1),)
    report = lint_files(files, ALL._replace(sizes=sizes))
    assert {each.path[-9:] for each in report.diagnostics if each.code == "TC205"} == {"0002.json"}
    assert report == lint_plainly(files, ALL._replace(sizes=sizes))


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[ConfigFile]:
    """Return files of a tree, one of them gone; the first four are work enough for processes."""
    monkeypatch.setattr(runner, "POOL_WORK", 0)
    monkeypatch.setattr(runner, "CHUNK", 4)
    write_files(tmp_path, CONTENTS * 3)
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
    assert lint_files(iter(tree), ALL, jobs=jobs) == lint_plainly(tree)


def test_what_a_report_asks_for_comes_from_each_process(tree: list[ConfigFile]) -> None:
    asked = ALL._replace(fingerprints=True, clean_files=True)
    report = lint_files(iter(tree), asked, jobs=2)
    assert report == lint_plainly(tree, asked)
    assert report.clean
    assert all(each.fingerprint for each in report.diagnostics if each.code != UNREADABLE)
    assert not any(each.fingerprint for each in report.diagnostics if each.code == UNREADABLE)


@pytest.mark.parametrize(("work", "chunk"), [(1e9, 4), (0, 100)])
def test_short_work_is_for_one_process(
    tree: list[ConfigFile], monkeypatch: pytest.MonkeyPatch, work: float, chunk: int
) -> None:
    def in_order(*_: object) -> None:
        pytest.fail("no process is to be started")

    monkeypatch.setattr("trellis_cfg.lint.workers.in_order", in_order)
    monkeypatch.setattr(runner, "POOL_WORK", work)
    monkeypatch.setattr(runner, "CHUNK", chunk)
    assert lint_files(tree, ALL, jobs=8) == lint_plainly(tree)
