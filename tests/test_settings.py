"""The settings of the nearest pyproject.toml, and errors about invalid ones."""

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


def test_without_a_file_there_are_no_settings(project: Path) -> None:
    assert load_settings(str(project)) == Settings()


@pytest.mark.parametrize(
    "text",
    ["[tool.black]\nthis is not TOML, and not read", '[project]\nname = "trellis-cfg"\ntool = 1\n'],
)
def test_file_without_our_table(project: Path, text: str) -> None:
    write(project, text)
    assert load_settings(".")._replace(file="") == Settings()


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
migrations = "migrations.toml"

[tool.trellis-cfg.per-file-ignores]
"old/*" = ["TC5"]

[tool.trellis-cfg.dataset-sizes]
SLat = 500_000
"configs/ct/*" = 900
"""


def test_settings_of_the_lint(project: Path) -> None:
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
        migrations="migrations.toml",
    )
    assert settings.lines["gpus"] == 5
    assert settings.lines["per-file-ignores"] == 12


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[[tool.trellis-cfg.migrations]]\nname = "a"\n', 1),
        ('[tool.trellis-cfg]\nstrict = true\nmigrations = [{ name = "a" }]\n', 3),
        ('[tool.trellis-cfg]\n\n[[tool.trellis-cfg.migrations]]\nname = "a"\n', 3),
    ],
)
def test_migrations_are_kept_as_tables(project: Path, text: str, line: int) -> None:
    write(project, text)
    settings = load_settings(".")
    assert settings.migrations == ({"name": "a"},)
    assert settings.lines["migrations"] == line


def test_nearest_file_above_counts(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, '[tool.trellis-cfg]\npaths = ["a"]\n')
    below = project / "deep/deeper"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    settings = load_settings(".")
    assert (settings.root, settings.paths) == ("../..", ("a",))


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ('[tool.trellis-cfg]\npath = ["a"]\n', 'unknown setting "path"; did you mean "paths"', 2),
        (
            "[tool.trellis-cfg]\n\nzzz = 1\n",
            'unknown setting "zzz"; known: baseline, dataset-size, dataset-sizes, exclude',
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
        ("[tool.trellis-cfg]\nmigrations = 1\n", "migrations must be a list of tables, or the", 2),
        ("[tool.trellis-cfg]\nmigrations = ['a']\n", "migrations must be a list of tables", 2),
        ("[tool.trellis-cfg.migrations]\nname = 'a'\n", "must be a list of tables", 1),
        ('paths = 1\n[tool.trellis-cfg]\npaths = "a"\n', "paths must be a list of strings", 3),
        ("[tool.trellis-cfg]\npaths = ['a', \"b\\u0000\"]\n", "must be a list of strings", 2),
        ("[tool.trellis-cfg]\nsource = ''\n", "source must be a folder, a list of folders, or", 2),
        ("[tool.trellis-cfg]\nexclude = [1]\n", "exclude must be a list of strings", 2),
        ("[tool.trellis-cfg]\npaths = [\n", "nvalid|nclosed|xpected", 3),
        ("tool.trellis-cfg = 1\n", "not a table", 1),
        ("tool = {trellis-cfg = {zzz = 1}}\n", "unknown setting", 1),
    ],
)
def test_invalid_setting_has_its_line(project: Path, text: str, message: str, line: int) -> None:
    write(project, text)
    with pytest.raises(SettingsError, match=message) as raised:
        load_settings(".")
    assert raised.value.path == str(project / "pyproject.toml")
    assert raised.value.line == line


NOT_UTF_8 = b"[tool.trellis-cfg]\npaths = ['\xff']\n"


@pytest.mark.parametrize("data", [b"# trellis-cfg\n[tool", NOT_UTF_8])
def test_file_that_is_not_toml(project: Path, data: bytes) -> None:
    (project / "pyproject.toml").write_bytes(data)
    with pytest.raises(SettingsError) as raised:
        load_settings(".")
    assert raised.value.line == 2
    assert (raised.value.message == "not UTF-8") == (b"\xff" in data)


def test_folder_in_its_place(project: Path) -> None:
    (project / "pyproject.toml").mkdir()
    with pytest.raises(SettingsError, match="not a regular file: it is a directory"):
        load_settings(".")


def test_working_folder_that_was_removed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "gone").mkdir()
    monkeypatch.chdir(project / "gone")
    (project / "gone").rmdir()
    assert load_settings(".") == Settings()


def test_a_file_of_its_own_goes_first(tmp_path: Path) -> None:
    own = tmp_path / "trellis-cfg.toml"
    own.write_text('strict = true\n\n[per-file-ignores]\n"a/*" = ["TC3"]\n')
    (tmp_path / "pyproject.toml").write_text("[tool.trellis-cfg]\ngpus = 8\n")
    settings = load_settings(str(tmp_path))
    assert (settings.strict, settings.gpus) == (True, None)
    assert settings.per_file_ignores == (("a/*", ("TC3",)),)
    assert settings.lines == {"strict": 1, "per-file-ignores": 3}
    (tmp_path / "below").mkdir()
    assert load_settings(str(tmp_path / "below")).strict
    own.write_text("gpu = 8\n")
    with pytest.raises(SettingsError, match='unknown setting "gpu"; did you mean "gpus"'):
        load_settings(str(tmp_path))
    own.unlink()
    assert load_settings(str(tmp_path)).gpus == 8
