"""The path of a file in its repository: roots and links."""

import os
from pathlib import Path

import pytest
from hypothesis import given

from tests.reporters.examples import names
from trellis_cfg.diagnostics import Report
from trellis_cfg.reporters import Location, locate_files


def locate(path: str) -> Location:
    return locate_files(Report(1, 0, [], (path,)))[path]


@pytest.fixture(autouse=True)
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of a checkout that no service names."""
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)
    work = tmp_path / "checkout/train"
    (work / "configs").mkdir(parents=True)
    (work / "configs/a.json").write_text("{}")
    (tmp_path / "checkout/b.json").write_text("{}")
    (tmp_path / "outside.json").write_text("{}")
    monkeypatch.chdir(work)
    return tmp_path / "checkout"


@pytest.mark.parametrize(
    "path", ["configs/a.json", "./configs//a.json", "configs/../configs/a.json", "{}"]
)
def test_paths_start_at_the_working_folder(path: str, checkout: Path) -> None:
    path = path.format(checkout / "train/configs/a.json")
    assert locate(path) == Location("configs/a.json")


@pytest.mark.parametrize("variable", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"])
def test_paths_start_at_the_checkout_of_a_service(
    variable: str, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(checkout))
    assert locate("configs/a.json") == Location("train/configs/a.json")
    assert locate("../b.json") == Location("b.json")
    monkeypatch.setenv(variable, "")
    assert locate("configs/a.json") == Location("configs/a.json")


def test_another_checkout_is_the_root_of_its_own_files(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container gets the path that the checkout has on its host."""
    monkeypatch.setenv("GITHUB_WORKSPACE", str(checkout / "train/configs"))
    monkeypatch.setenv("CI_PROJECT_DIR", "/builds/none/such")
    assert locate("configs/a.json") == Location("a.json")
    (checkout / "train/c.json").write_text("{}")
    assert locate("c.json") == Location("c.json")


def test_a_neighbor_whose_name_starts_like_the_checkout_is_outside(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI_PROJECT_DIR", str(checkout))
    (checkout.parent / "checkout2.json").write_text("{}")
    path = str(checkout.parent / "checkout2.json")
    assert locate(path) == Location(path, path)


def test_a_file_outside_keeps_its_name(checkout: Path) -> None:
    real = str(checkout.parent / "outside.json")
    assert locate("../../outside.json") == Location("../../outside.json", real)
    os.symlink("../../outside.json", "link.json")
    assert locate("link.json") == Location("link.json", real)


def test_links_are_followed_to_what_is_there(checkout: Path) -> None:
    os.symlink("configs/a.json", "link.json")
    os.symlink("configs", "folder")
    os.symlink("nowhere", "configs/broken.json")
    os.symlink(checkout / "train", checkout.parent / "other")
    assert locate("link.json") == Location("configs/a.json")
    assert locate("folder/a.json") == Location("configs/a.json")
    assert locate(str(checkout.parent / "other/configs/a.json")) == Location("configs/a.json")
    assert locate("folder/broken.json") == Location("configs/broken.json")
    assert locate("folder/gone.json") == Location("configs/gone.json")


def test_the_root_is_outside_itself(checkout: Path) -> None:
    assert locate(".") == Location(".", str(checkout / "train"))
    assert locate("") == locate(".")


def test_a_working_folder_that_is_gone(checkout: Path) -> None:
    os.mkdir("gone")
    os.chdir("gone")
    os.rmdir(checkout / "train/gone")
    try:
        assert locate("a.json") == Location("a.json", "a.json")
        real = str(checkout / "b.json")
        assert locate(real) == Location(real, real)
    finally:
        os.chdir(checkout)


@given(names)
def test_any_name_is_that_of_a_file_in_the_working_folder(name: str) -> None:
    assert locate(name) == Location(name)


def test_a_path_with_nul() -> None:
    assert locate("a\0/b.json") == Location("a\0/b.json", "a\0/b.json")
