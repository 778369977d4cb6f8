"""What is read of settings and checkouts, and when it is read again."""

import ast
import os
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("pygls", reason="the server needs the extra lsp")

from tests.source.checkouts import trainers, write
from trellis_cfg.server.documents import OpenDocument, View, view_document
from trellis_cfg.server.projects import Projects
from trellis_cfg.source import get_reading

TEXT = '{"trainer": {"name": "T0", "args": {"max_steps": 1, "odd": 2}}}'
CLASS = "class T{}:\n    def __init__(self, nets, data, max_steps, **kwargs):\n        pass\n"


@pytest.fixture
def look(tmp_path: Path) -> Callable[[str], View]:
    """Make a checkout of 50 files; return the function that views a text in it."""
    for folder, count in (("trainers", 25), ("models", 25)):
        package = tmp_path / "pack" / folder
        package.mkdir(parents=True)
        names = "".join(f"from .t{number} import T{number}\n" for number in range(count))
        (package / "__init__.py").write_text(names)
        for number in range(count):
            (package / f"t{number}.py").write_text(CLASS.format(number))
    projects = Projects()

    def view(text: str) -> View:
        path = str(tmp_path / "config.json")
        document = OpenDocument(Path(path).as_uri(), path, text, 1, "utf-16")
        return view_document(document, projects)

    return view


def list_codes(view: View) -> list[str]:
    return [each.code for each in view.findings]


def test_a_checkout_is_read_once_and_not_per_keystroke(
    look: Callable[[str], View], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    parsed = []
    parse = ast.parse

    def count_parse(source: bytes, *arguments: object, **more: object) -> object:
        parsed.append(source)
        return parse(source, *arguments, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(ast, "parse", count_parse)
    first = look(TEXT)
    assert "TC502" in list_codes(first)
    count = len(parsed)
    assert count > 0
    for number in range(20):
        assert look(TEXT.replace("2}", f"{number}}}")).generation == first.generation
    assert len(parsed) == count
    (tmp_path / "pack/trainers/t0.py").write_text(CLASS.format(0).replace("**kw", "odd, **kw"))
    assert "TC502" not in list_codes(look(TEXT))
    assert len(parsed) > count


@pytest.mark.parametrize("name", ["pack/trainers/t0.py", "pack/trainers", "pack"])
def test_code_that_goes_or_comes_is_seen(
    look: Callable[[str], View], tmp_path: Path, name: str
) -> None:
    before = list_codes(look(TEXT))
    os.rename(tmp_path / name, tmp_path / ".gone")
    assert list_codes(look(TEXT)) != before
    os.rename(tmp_path / ".gone", tmp_path / name)
    assert list_codes(look(TEXT)) == before


def test_settings_and_the_files_that_they_name_are_seen(
    look: Callable[[str], View], tmp_path: Path
) -> None:
    settings, schema = tmp_path / "trellis-cfg.toml", tmp_path / "own.schema.json"
    before = list_codes(look(TEXT))
    for text, error in (
        ('schema = "own.schema.json"', "cannot be read"),
        ('source = "elsewhere"', "contains no package"),
        ('baseline = "none.json"', "cannot be read"),
        ('select = ["TC999"]', "no rule"),
        ("odd = 1", "unknown setting"),
        ("= 1", ""),
    ):
        settings.write_text(text)
        view = look(TEXT)
        assert view.project.error is not None
        assert error in view.project.error.message
        assert view.findings == ()
    settings.write_text('schema = "own.schema.json"')
    assert look(TEXT).project.error
    schema.write_text('{"required": ["dataset"]}')
    assert "TC008" in list_codes(look(TEXT))
    settings.unlink()
    assert list_codes(look(TEXT)) == before


def test_the_code_of_a_checkout_is_forgotten_with_its_last_document(tmp_path: Path) -> None:
    write(tmp_path, trainers({"T0": "base"}))
    projects = Projects()
    paths = [str(tmp_path / name) for name in ("a.json", "b.json")]
    for path in paths:
        document = OpenDocument(Path(path).as_uri(), path, TEXT, 1, "utf-16")
        view_document(document, projects)
    for path, is_kept in zip(paths, (True, False), strict=True):
        projects.leave(path)
        assert bool(get_reading.cache_info().currsize) is is_kept
