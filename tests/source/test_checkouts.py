"""Where the code of a config is found, and which folders are not searched."""

from pathlib import Path

import pytest

from tests.source.checkouts import trainers, write
from trellis_cfg.source import Checkout, CheckoutFinder, find_checkout

FILES = trainers({})


def checkout(path: Path, *packages: str) -> Checkout:
    return Checkout(str(path), packages)


def test_the_nearest_folder_above_with_a_package_of_trainers(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    write(tmp_path / "inner", FILES)
    outer, inner = checkout(tmp_path, "trellis"), checkout(tmp_path / "inner", "trellis")
    for path in ("configs/vae/a.json", "a.json", "trellis/configs/a.json"):
        assert CheckoutFinder().checkout(str(tmp_path / path)) == outer
    assert CheckoutFinder().checkout(str(tmp_path / "inner/configs/a.json")) == inner


def test_a_repository_and_a_folder_that_every_user_may_write_to_are_no_way_up(
    tmp_path: Path,
) -> None:
    write(tmp_path, FILES)
    (tmp_path / "other/.git").mkdir(parents=True)
    assert CheckoutFinder().checkout(str(tmp_path / "other/configs/a.json")) is None
    tmp_path.chmod(0o777)
    assert CheckoutFinder().checkout(str(tmp_path / "configs/a.json")) is None
    tmp_path.chmod(0o700)


def test_a_package_needs_more_than_trainers(tmp_path: Path) -> None:
    for name in ("gym/trainers", "no-name/trainers", "no-name/models"):
        (tmp_path / name).mkdir(parents=True)
    assert CheckoutFinder().checkout(str(tmp_path / "configs/a.json")) is None


def test_a_folder_may_hold_the_sections_itself_or_a_source_folder(tmp_path: Path) -> None:
    write(tmp_path / "flat", {f"{name}/__init__.py": "" for name in ("trainers", "models")})
    write(tmp_path / "laid", {f"src/{path}": text for path, text in FILES.items()})
    below = checkout(tmp_path / "laid/src", "trellis")
    assert find_checkout(str(tmp_path / "flat/trainers")) is None
    assert find_checkout(str(tmp_path / "laid")) == below
    assert find_checkout(str(tmp_path / "laid/src/trellis")) == below
    assert find_checkout(str(tmp_path / "nowhere")) is None


def test_a_folder_of_very_many_entries_is_not_searched(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    for number in range(1_001):
        (tmp_path / str(number)).touch()
    assert find_checkout(str(tmp_path)) is None


def test_named_checkouts(tmp_path: Path) -> None:
    outer, inner = checkout(tmp_path / "a", "a"), checkout(tmp_path / "a/b", "b")
    assert CheckoutFinder((outer,)).checkout("/elsewhere/x.json") == outer
    both = CheckoutFinder((outer, inner))
    assert both.checkout(str(tmp_path / "a/b/x.json")) == inner
    assert both.checkout(str(tmp_path / "a/x.json")) == outer
    assert both.checkout("/elsewhere/x.json") is None


def test_a_disabled_search_finds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, FILES)
    monkeypatch.chdir(tmp_path)
    assert CheckoutFinder(is_enabled=False).checkout("a.json") is None
    assert CheckoutFinder().checkout("") is None
    assert CheckoutFinder().checkout("a.json") == checkout(tmp_path, "trellis")
