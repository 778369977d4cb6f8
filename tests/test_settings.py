"""The settings of the nearest pyproject.toml, and what is said of bad ones."""

from pathlib import Path

import pytest

from trellis_cfg.errors import SettingsError
from trellis_cfg.settings import Settings, load_settings


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(project: Path, text: str) -> None:
    (project / "pyproject.toml").write_text(text, encoding="utf-8")


def test_no_file_is_no_settings(project: Path) -> None:
    assert load_settings(str(project)) == Settings()


def test_a_file_that_says_nothing_of_us(project: Path) -> None:
    write(project, "[tool.black]\nthis is no TOML at all, and not our affair")
    assert load_settings(".") == Settings()


@pytest.mark.parametrize(
    "text",
    [
        '[tool.trellis-cfg]\npaths = ["a", "b"]\nexclude = ["old"]\n',
        '[tool]\ntrellis-cfg = {paths = ["a", "b"], exclude = ["old"]}\n',
        '[tool."trellis-cfg"]\npaths = [\n  "a",\n  "b",\n]\nexclude = ["old"]\n',
    ],
)
def test_paths_and_exclude(project: Path, text: str) -> None:
    write(project, text)
    settings = load_settings(".")
    assert (settings.root, settings.paths, settings.exclude) == (".", ("a", "b"), ("old",))


LINT = """[tool.trellis-cfg]
select = ["TC1", "TC2"]
ignore = ["TC102"]
strict = true
gpus = 8
nodes = 2
dataset-size = 168307
runtime = true
schema = "schemas/team.json"

[tool.trellis-cfg.per-file-ignores]
"old/*" = ["TC5"]

[tool.trellis-cfg.dataset-sizes]
SLat = 500_000
"configs/ct/*" = 900
"""


def test_what_the_lint_is_told(project: Path) -> None:
    write(project, LINT)
    settings = load_settings(".")
    assert settings._replace(file="", lines={}) == Settings(
        select=("TC1", "TC2"),
        ignore=("TC102",),
        per_file_ignores=(("old/*", ("TC5",)),),
        strict=True,
        gpus=8,
        nodes=2,
        dataset_size=168307,
        dataset_sizes=(("SLat", 500_000), ("configs/ct/*", 900)),
        runtime=True,
        schema="schemas/team.json",
    )
    assert settings.lines["gpus"] == 5
    assert settings.lines["per-file-ignores"] == 11


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[[tool.trellis-cfg.migrations]]\nname = "a"\n', 1),
        ('[tool.trellis-cfg]\nstrict = true\nmigrations = [{ name = "a" }]\n', 3),
        ('[tool.trellis-cfg]\n\n[[tool.trellis-cfg.migrations]]\nname = "a"\n', 3),
    ],
)
def test_migrations_are_kept_as_they_stand(project: Path, text: str, line: int) -> None:
    write(project, text)
    settings = load_settings(".")
    assert settings.migrations == ({"name": "a"},)
    assert settings.lines["migrations"] == line


def test_migrations_may_be_in_a_file(project: Path) -> None:
    write(project, '[tool.trellis-cfg]\nmigrations = "migrations.toml"\n')
    assert load_settings(".").migrations == "migrations.toml"


def test_the_nearest_file_above_counts(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, '[tool.trellis-cfg]\npaths = ["a"]\n')
    below = project / "deep/deeper"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    settings = load_settings(".")
    assert (settings.root, settings.paths) == ("../..", ("a",))


def test_our_name_without_our_table(project: Path) -> None:
    write(project, '[project]\nname = "trellis-cfg"\ntool = 1\n')
    assert load_settings(".")._replace(file="") == Settings()


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ('[tool.trellis-cfg]\npath = ["a"]\n', 'unknown setting "path"; did you mean "paths"', 2),
        (
            "[tool.trellis-cfg]\n\nzzz = 1\n",
            'unknown setting "zzz"; known: dataset-size, dataset-sizes, exclude',
            3,
        ),
        ("[tool.trellis-cfg]\ngpus = 0\n", "gpus must be a positive integer", 2),
        ("[tool.trellis-cfg]\nnodes = true\n", "nodes must be a positive integer", 2),
        ("[tool.trellis-cfg]\ngpus = 1.0\n", "gpus must be a positive integer", 2),
        ("[tool.trellis-cfg]\ndataset-size = 9223372036854775808\n", "positive integer", 2),
        ("[tool.trellis-cfg]\ndataset-sizes = 9\n", "a table of positive integers", 2),
        ("[tool.trellis-cfg.dataset-sizes]\nSLat = 0\n", "a table of positive integers", 1),
        ("[tool.trellis-cfg]\nstrict = 1\n", "strict must be true or false", 2),
        ("[tool.trellis-cfg]\nselect = 'TC1'\n", "select must be a list of strings", 2),
        (
            "[tool.trellis-cfg]\nstrict = true\n[tool.trellis-cfg.per-file-ignores]\na = 1\n",
            "per-file-ignores must be a table of lists of strings",
            3,
        ),
        ("[tool.trellis-cfg]\nschema = ''\n", "schema must be the name of a file", 2),
        ("[tool.trellis-cfg]\nschema = {}\n", "schema must be the name of a file", 2),
        ("[tool.trellis-cfg]\nmigrations = 1\n", "migrations must be a list of tables, or the", 2),
        ("[tool.trellis-cfg]\nmigrations = ['a']\n", "migrations must be a list of tables", 2),
        ("[tool.trellis-cfg]\nmigrations = ''\n", "or the name of a file that holds them", 2),
        ("[tool.trellis-cfg.migrations]\nname = 'a'\n", "must be a list of tables", 1),
        ('paths = 1\n[tool.trellis-cfg]\npaths = "a"\n', "paths must be a list of strings", 3),
        ("[tool.trellis-cfg]\nexclude = [1]\n", "exclude must be a list of strings", 2),
        ("[tool.trellis-cfg]\npaths = [\n", "nvalid|nclosed|xpected", 3),
        ("tool.trellis-cfg = 1\n", "no table", 1),
        ("tool = {trellis-cfg = {zzz = 1}}\n", "unknown setting", 1),
    ],
)
def test_bad_settings_are_placed(project: Path, text: str, said: str, line: int) -> None:
    write(project, text)
    with pytest.raises(SettingsError, match=said) as raised:
        load_settings(".")
    assert raised.value.path == str(project / "pyproject.toml")
    assert raised.value.line == line


def test_an_unknown_toml_message_stands_at_the_top(project: Path) -> None:
    write(project, "# trellis-cfg\n[tool")
    with pytest.raises(SettingsError) as raised:
        load_settings(".")
    assert raised.value.line >= 1


def test_not_utf_8(project: Path) -> None:
    (project / "pyproject.toml").write_bytes(b"[tool.trellis-cfg]\npaths = ['\xff']\n")
    with pytest.raises(SettingsError, match="not UTF-8") as raised:
        load_settings(".")
    assert raised.value.line == 2


def test_a_folder_in_its_place(project: Path) -> None:
    (project / "pyproject.toml").mkdir()
    with pytest.raises(SettingsError, match="not a regular file: it is a directory"):
        load_settings(".")


def test_a_path_with_a_nul_character(project: Path) -> None:
    write(project, '[tool.trellis-cfg]\npaths = ["a\\u0000b"]\n')
    with pytest.raises(SettingsError, match="must be a list of strings"):
        load_settings(".")


def test_a_working_folder_that_is_gone(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "gone").mkdir()
    monkeypatch.chdir(project / "gone")
    (project / "gone").rmdir()
    assert load_settings(".") == Settings()
