"""The files below given paths, and how their paths are written."""

import os
from pathlib import Path

import pytest

from tests.files.runs import config, ordinary_user
from trellis_cfg.errors import FileRefused
from trellis_cfg.files.discovery import ConfigFile, Exclude, discover
from trellis_cfg.files.reading import read_file

FILES = ("configs/a.json", "configs/vae/b.json", "configs/vae/deep/c.json", "d.json")


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in FILES:
        config(tmp_path / name)
    return tmp_path


def find(*paths: str, exclude: tuple[str, ...] = (), force: bool = False) -> list[ConfigFile]:
    return sorted(discover(paths, Exclude(exclude), force=force))


def find_paths(*paths: str, exclude: tuple[str, ...] = (), force: bool = False) -> list[str]:
    return [path for path, _ in find(*paths, exclude=exclude, force=force)]


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param(["."], list(FILES), id="here_without_a_prefix"),
        pytest.param(["./"], list(FILES), id="here_with_a_slash"),
        pytest.param(["configs"], list(FILES[:3]), id="folder"),
        pytest.param(["configs///"], list(FILES[:3]), id="trailing_slashes"),
        pytest.param(["./configs/vae"], list(FILES[1:3]), id="folder_with_a_prefix"),
        pytest.param([".//configs"], list(FILES[:3]), id="two_slashes_after_the_dot"),
        pytest.param(["configs/vae", "configs"], list(FILES[:3]), id="folders_that_overlap"),
        pytest.param(["d.json", "."], [*FILES[:3], "d.json"], id="file_and_its_folder"),
        pytest.param(["../x/.."], ["../x/.."], id="missing_parent"),
        pytest.param(["d.json", "d.json"], ["d.json"], id="file_twice"),
        pytest.param(["configs", "configs"], list(FILES[:3]), id="folder_twice"),
        pytest.param(["missing.json"], ["missing.json"], id="missing_file"),
        pytest.param([""], [""], id="empty_path"),
    ],
)
def test_paths_keep_their_spelling(paths: list[str], expected: list[str]) -> None:
    assert find_paths(*paths) == expected


def test_named_file_is_marked() -> None:
    named = ConfigFile("d.json", named=True)
    below = ConfigFile("configs/vae/deep/c.json", named=False)
    assert find("configs/vae/deep", "d.json") == [below, named]
    assert named in find(".", "d.json")


def test_absolute_folder_and_empty_folder(tree: Path) -> None:
    (tree / "empty").mkdir()
    assert find_paths(f"{tree}/") == [f"{tree}/{name}" for name in FILES]
    assert find("empty") == [ConfigFile("empty/*.json", named=True)]


def test_other_file_names_are_ignored(tree: Path) -> None:
    for name in ("x.JSON", "x.json5", "x.jsonl", "json", "x.json~"):
        config(tree / "others" / name)
    config(tree / "folder.json/x.json")
    assert find("others") == [ConfigFile("others/*.json", named=True)]
    assert find("others/x.json5") == [ConfigFile("others/x.json5", named=True)]
    assert find_paths("folder.json") == ["folder.json/x.json"]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(b"with space.json", id="space"),
        pytest.param("配置.json".encode(), id="chinese"),
        pytest.param(b"line\nend.json", id="newline"),
        pytest.param(b"--option.json", id="like_an_option"),
        pytest.param(b"invalid \xff\xfe.json", id="invalid_utf8"),
        pytest.param(b".json", id="hidden_file"),
    ],
)
def test_odd_name_can_be_read(tree: Path, name: bytes) -> None:
    (tree / "odd").mkdir()
    try:
        (tree / "odd" / os.fsdecode(name)).write_bytes(name)
    except OSError as error:
        pytest.skip(f"no such name on this file system: {error}")
    (path,) = find_paths("odd")
    assert os.fsencode(path) == b"odd/" + name
    assert read_file(path) == name


def test_hidden_folder_is_entered_only_by_name(tree: Path) -> None:
    config(tree / "configs/.git/x.json")
    assert find_paths("configs") == list(FILES[:3])
    assert find_paths("configs/.git") == ["configs/.git/x.json"]


def test_link_to_a_folder_is_entered_only_by_name(tree: Path) -> None:
    (tree / "configs/round").symlink_to(tree / "configs", target_is_directory=True)
    (tree / "configs/vae/folder.json").symlink_to(tree, target_is_directory=True)
    assert find_paths("configs") == list(FILES[:3])
    assert find_paths("configs/vae/folder.json/configs/vae/deep") == [
        "configs/vae/folder.json/configs/vae/deep/c.json"
    ]


def test_links_to_a_file_and_to_nothing_are_files(tree: Path) -> None:
    (tree / "links").mkdir()
    (tree / "links/there.json").symlink_to(tree / "d.json")
    (tree / "links/nowhere.json").symlink_to("nothing")
    assert find_paths("links") == ["links/nowhere.json", "links/there.json"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        pytest.param("b.json", ["configs/a.json", "configs/vae/deep/c.json"], id="file_name"),
        pytest.param("[bc].json", ["configs/a.json"], id="set_of_names"),
        pytest.param("vae", ["configs/a.json"], id="folder_name"),
        pytest.param("vae/", ["configs/a.json"], id="folder_name_with_slash"),
        pytest.param("configs/vae", ["configs/a.json"], id="path_of_a_folder"),
        pytest.param("configs/vae/*", ["configs/a.json"], id="star_matches_slashes"),
        pytest.param("*/deep/*.json", list(FILES[:2]), id="path_in_the_middle"),
        pytest.param("ae/*", list(FILES[:3]), id="part_of_a_path_is_not_enough"),
        pytest.param("B.json", list(FILES[:3]), id="case_counts"),
        pytest.param("configs", list(FILES[:3]), id="folder_that_was_named"),
    ],
)
def test_exclusion(pattern: str, expected: list[str]) -> None:
    assert find_paths("configs", exclude=(pattern,)) == expected


def test_patterns_match_the_path_from_their_root(tree: Path) -> None:
    assert find_paths("configs", exclude=("deep", "configs/a.*")) == ["configs/vae/b.json"]
    exclude = Exclude(["vae/*"], root=str(tree / "configs"))
    assert sorted(discover(["."], exclude)) == [
        ConfigFile("configs/a.json", named=False),
        ConfigFile("d.json", named=False),
    ]


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        pytest.param("configs/vae/b.json", "b.json", id="name"),
        pytest.param("configs/vae/b.json", "vae", id="folder_above"),
        pytest.param("configs/vae/b.json", "configs/vae", id="path_above"),
        pytest.param("configs/vae/", "vae", id="folder_with_slash"),
    ],
)
def test_named_path_is_excluded_only_by_force(path: str, pattern: str) -> None:
    assert find_paths(path, exclude=(pattern,)) != []
    assert find_paths(path, exclude=(pattern,), force=True) == []


def test_force_keeps_paths_without_a_match(tree: Path) -> None:
    path = str(tree / "d.json")
    assert find_paths(path, exclude=("vae", "configs/*"), force=True) == [path]
    assert find_paths(path, force=True) == [path]
    assert find_paths("", exclude=("vae",), force=True) == [""]


def test_folder_removed_during_the_walk_is_returned(tree: Path) -> None:
    (tree / "configs/vae/deep/c.json").unlink()
    walk = discover(["configs/vae"], Exclude())
    assert next(walk) == ConfigFile("configs/vae/b.json", named=False)
    (tree / "configs/vae/deep").rmdir()
    assert list(walk) == [ConfigFile("configs/vae/deep", named=True)]


def test_folder_that_cannot_be_listed_is_returned(open_folder: Path) -> None:
    with ordinary_user():
        locked = config(open_folder / "locked/x.json").parent
        config(open_folder / "open/y.json")
        locked.chmod(0)
        try:
            assert find_paths(str(open_folder)) == [
                str(locked),
                str(open_folder / "open/y.json"),
            ]
            with pytest.raises(FileRefused, match=r"^cannot be read: Permission denied$"):
                read_file(str(locked))
        finally:
            locked.chmod(0o700)
