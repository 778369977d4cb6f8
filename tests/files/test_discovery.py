"""Which files are found below which paths, and in which spelling."""

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


def found(*paths: str, exclude: tuple[str, ...] = (), force: bool = False) -> list[ConfigFile]:
    return sorted(discover(paths, Exclude(exclude), force=force))


def found_paths(*paths: str, exclude: tuple[str, ...] = (), force: bool = False) -> list[str]:
    return [path for path, _ in found(*paths, exclude=exclude, force=force)]


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
        pytest.param(["../x/.."], ["../x/.."], id="missing_on_the_way"),
        pytest.param(["d.json", "d.json"], ["d.json"], id="file_twice"),
        pytest.param(["configs", "configs"], list(FILES[:3]), id="folder_twice"),
        pytest.param(["missing.json"], ["missing.json"], id="missing_file"),
        pytest.param([""], [""], id="empty_path"),
    ],
)
def test_paths_are_spelt_as_they_were_given(paths: list[str], expected: list[str]) -> None:
    assert found_paths(*paths) == expected


def test_named_file_is_told_from_one_below_a_folder() -> None:
    assert found("configs/vae/deep", "d.json") == [
        ConfigFile("configs/vae/deep/c.json", named=False),
        ConfigFile("d.json", named=True),
    ]


def test_every_file_below_an_absolute_folder(tree: Path) -> None:
    assert found_paths(f"{tree}/") == [f"{tree}/{name}" for name in FILES]


def test_empty_folder_holds_nothing(tree: Path) -> None:
    (tree / "empty").mkdir()
    assert found("empty") == []


def test_other_file_names_are_passed_over(tree: Path) -> None:
    for name in ("x.JSON", "x.json5", "x.jsonl", "json", "x.json~"):
        config(tree / "others" / name)
    assert found("others") == []
    assert found("others/x.json5") == [ConfigFile("others/x.json5", named=True)]


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
def test_odd_name_is_found_and_can_be_read(tree: Path, name: bytes) -> None:
    (tree / "odd").mkdir()
    try:
        (tree / "odd" / os.fsdecode(name)).write_bytes(name)
    except OSError as error:
        pytest.skip(f"no such name on this file system: {error}")
    (path,) = found_paths("odd")
    assert os.fsencode(path) == b"odd/" + name
    assert read_file(path) == name


def test_hidden_folder_is_entered_only_by_name(tree: Path) -> None:
    config(tree / "configs/.git/x.json")
    assert found_paths("configs") == list(FILES[:3])
    assert found_paths("configs/.git") == ["configs/.git/x.json"]


def test_link_to_a_folder_is_entered_only_by_name(tree: Path) -> None:
    (tree / "configs/round").symlink_to(tree / "configs", target_is_directory=True)
    (tree / "configs/vae/folder.json").symlink_to(tree, target_is_directory=True)
    assert found_paths("configs") == list(FILES[:3])
    assert found_paths("configs/vae/folder.json/configs/vae/deep") == [
        "configs/vae/folder.json/configs/vae/deep/c.json"
    ]


def test_link_to_a_file_is_found_and_so_is_one_to_nothing(tree: Path) -> None:
    (tree / "links").mkdir()
    (tree / "links/there.json").symlink_to(tree / "d.json")
    (tree / "links/nowhere.json").symlink_to("nothing")
    assert found_paths("links") == ["links/nowhere.json", "links/there.json"]


def test_folder_named_like_a_file_is_entered(tree: Path) -> None:
    config(tree / "folder.json/x.json")
    assert found_paths("folder.json") == ["folder.json/x.json"]


@pytest.mark.parametrize(
    ("pattern", "left"),
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
def test_exclusion(pattern: str, left: list[str]) -> None:
    assert found_paths("configs", exclude=(pattern,)) == left


def test_any_of_several_patterns_excludes() -> None:
    assert found_paths("configs", exclude=("deep", "configs/a.*")) == ["configs/vae/b.json"]


def test_patterns_are_held_against_the_path_from_their_root(tree: Path) -> None:
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
def test_what_is_named_is_excluded_only_by_force(path: str, pattern: str) -> None:
    assert found_paths(path, exclude=(pattern,)) != []
    assert found_paths(path, exclude=(pattern,), force=True) == []


def test_force_spares_what_no_pattern_matches(tree: Path) -> None:
    path = str(tree / "d.json")
    assert found_paths(path, exclude=("vae", "configs/*"), force=True) == [path]
    assert found_paths(path, force=True) == [path]


def test_folder_removed_during_the_walk_is_told(tree: Path) -> None:
    (tree / "configs/vae/deep/c.json").unlink()
    walk = discover(["configs/vae"], Exclude())
    assert next(walk) == ConfigFile("configs/vae/b.json", named=False)
    (tree / "configs/vae/deep").rmdir()
    assert list(walk) == [ConfigFile("configs/vae/deep", named=True)]


def test_folder_that_may_not_be_listed_is_told(open_folder: Path) -> None:
    with ordinary_user():
        locked = config(open_folder / "locked/x.json").parent
        config(open_folder / "open/y.json")
        locked.chmod(0)
        try:
            assert found_paths(str(open_folder)) == [
                str(locked),
                str(open_folder / "open/y.json"),
            ]
            with pytest.raises(FileRefused, match=r"^cannot be read: Permission denied$"):
                read_file(str(locked))
        finally:
            locked.chmod(0o700)


def test_a_named_file_stays_named_beside_its_folder() -> None:
    assert ConfigFile("d.json", named=True) in found(".", "d.json")
