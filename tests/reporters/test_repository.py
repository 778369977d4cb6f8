"""Where a file stands in its repository: at which root, through which links."""

import os
from pathlib import Path

import pytest
from hypothesis import given

from tests.reporters.examples import names
from trellis_cfg.reporters.repository import Location, locate_files


def at(path: str) -> Location:
    return locate_files([path])[path]


@pytest.fixture(autouse=True)
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of a checkout that no service has told of."""
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)
    work = tmp_path / "checkout/train"
    (work / "configs").mkdir(parents=True)
    (work / "configs/a.json").write_text("{}")
    (tmp_path / "checkout/b.json").write_text("{}")
    (tmp_path / "elsewhere.json").write_text("{}")
    monkeypatch.chdir(work)
    return tmp_path / "checkout"


@pytest.mark.parametrize(
    "given", ["configs/a.json", "./configs//a.json", "configs/../configs/a.json", "{}"]
)
def test_paths_start_at_the_working_folder(given: str, checkout: Path) -> None:
    given = given.format(checkout / "train/configs/a.json")
    assert at(given) == Location("configs/a.json")


@pytest.mark.parametrize("variable", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"])
def test_paths_start_at_the_checkout_of_a_service(
    variable: str, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(checkout))
    assert at("configs/a.json") == Location("train/configs/a.json")
    assert at("../b.json") == Location("b.json")
    monkeypatch.setenv(variable, "")
    assert at("configs/a.json") == Location("configs/a.json")


def test_a_checkout_that_is_elsewhere_counts_for_its_own_files(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container is told of the checkout's place on its host."""
    monkeypatch.setenv("GITHUB_WORKSPACE", str(checkout / "train/configs"))
    monkeypatch.setenv("CI_PROJECT_DIR", "/builds/none/such")
    assert at("configs/a.json") == Location("a.json")
    (checkout / "train/c.json").write_text("{}")
    assert at("c.json") == Location("c.json")


def test_a_neighbour_whose_name_starts_like_the_checkout_is_outside(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI_PROJECT_DIR", str(checkout))
    (checkout.parent / "checkout2.json").write_text("{}")
    path = str(checkout.parent / "checkout2.json")
    assert at(path) == Location(path, path)


def test_a_file_outside_keeps_its_name(checkout: Path) -> None:
    real = str(checkout.parent / "elsewhere.json")
    assert at("../../elsewhere.json") == Location("../../elsewhere.json", real)
    os.symlink("../../elsewhere.json", "link.json")
    assert at("link.json") == Location("link.json", real)


def test_links_are_followed_to_what_is_there(checkout: Path) -> None:
    os.symlink("configs/a.json", "link.json")
    os.symlink("configs", "folder")
    os.symlink("nowhere", "configs/broken.json")
    os.symlink(checkout / "train", checkout.parent / "other")
    assert at("link.json") == Location("configs/a.json")
    assert at("folder/a.json") == Location("configs/a.json")
    assert at(str(checkout.parent / "other/configs/a.json")) == Location("configs/a.json")
    assert at("folder/broken.json") == Location("configs/broken.json")
    assert at("folder/gone.json") == Location("configs/gone.json")


def test_the_root_itself_is_no_file_in_it(checkout: Path) -> None:
    assert at(".") == Location(".", str(checkout / "train"))
    assert at("") == at(".")


def test_a_working_folder_that_is_gone(checkout: Path) -> None:
    os.mkdir("gone")
    os.chdir("gone")
    os.rmdir(checkout / "train/gone")
    try:
        assert at("a.json") == Location("a.json", "a.json")
        real = str(checkout / "b.json")
        assert at(real) == Location(real, real)
    finally:
        os.chdir(checkout)


@given(names)
def test_any_name_is_that_of_a_file_in_the_working_folder(name: str) -> None:
    assert at(name) == Location(name)


def test_a_folder_that_no_system_has() -> None:
    assert at("a\0/b.json") == Location("a\0/b.json", "a\0/b.json")
