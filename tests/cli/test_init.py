"""``init``: files that are added and files that are kept."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import CONFIG, Program
from tests.lint.rules.test_source import FILES
from tests.source.checkouts import write

TABLE = '[tool.trellis-cfg]\npaths = ["configs"]\n'
CHECK = """\
      - id: trellis-cfg-check
        name: trellis-cfg check
        entry: trellis-cfg check --force-exclude
        language: python
        additional_dependencies: [trellis-cfg]
        types: [json]
        files: "^(configs)/"
        require_serial: true
"""
CLASSES = (
    "classes: 6 in fork/trainers/__init__.py, 1 in fork/datasets/__init__.py, "
    "3 in fork/models/__init__.py"
)
WRITTEN = [".github/workflows/trellis-cfg.yml", ".pre-commit-config.yaml", "pyproject.toml"]


def files(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in found)


def test_a_checkout_gets_all_three(project: Path, run: Program) -> None:
    write(project, FILES | {"configs/vae/a.json": CONFIG, "configs/b.json": "[1]", "c.json": "{"})
    result = run("init")
    assert (result.code, result.err) == (0, "Next: trellis-cfg check\n")
    assert result.out.splitlines() == [
        f"found  {CLASSES}; run by train.py",
        "found  1 config in configs",
        "wrote  pyproject.toml: [tool.trellis-cfg]",
        "wrote  .pre-commit-config.yaml",
        "wrote  .github/workflows/trellis-cfg.yml",
    ]
    assert (project / "pyproject.toml").read_text() == TABLE + 'source = "."\n'
    hooks = (project / ".pre-commit-config.yaml").read_text()
    assert "      - id: trellis-cfg-migrate\n        name: trellis-cfg migrate\n" in hooks
    assert hooks.endswith(CHECK)
    workflow = (project / ".github/workflows/trellis-cfg.yml").read_text()
    assert workflow.endswith("      - run: trellis-cfg check --output-format github\n")
    assert run("check", "--exit-zero").code == 0


def test_a_second_run_keeps_all_three(project: Path, run: Program) -> None:
    write(project, FILES | {"configs/a.json": CONFIG})
    run("init")
    before = {path: (project / path).read_bytes() for path in files(project)}
    result = run("init")
    assert result.out.splitlines()[-3:] == [
        "kept   pyproject.toml: [tool.trellis-cfg] already exists",
        "kept   .pre-commit-config.yaml: already exists",
        "kept   .github/workflows/trellis-cfg.yml: already exists",
    ]
    assert {path: (project / path).read_bytes() for path in files(project)} == before


def test_a_folder_without_anything(project: Path, run: Program) -> None:
    result = run("init")
    assert result.out.splitlines()[:2] == [
        "found  no code: no package with trainers/ found",
        "found  no configs yet",
    ]
    assert files(project) == WRITTEN
    assert (project / "pyproject.toml").read_text() == TABLE


def test_trainers_that_do_not_know_epochs_get_no_migration(project: Path, run: Program) -> None:
    write(project, FILES | {"fork/trainers/__init__.py": "from .mine import Mine\n"})
    run("init")
    assert "trellis-cfg-migrate" not in (project / ".pre-commit-config.yaml").read_text()


OLD = {
    "without_a_last_line_end": "[tool.black]\nline-length = 100",
    "with_one": "[tool.black]\nline-length = 100\n",
    "with_others": "[tool.black]\r\nline-length = 100\r\n",
    "empty": "",
}


@pytest.mark.parametrize("old", OLD.values(), ids=OLD)
def test_a_table_is_appended_and_every_byte_kept(old: str, project: Path, run: Program) -> None:
    path = project / "pyproject.toml"
    path.write_bytes(old.encode())
    assert "wrote  pyproject.toml: [tool.trellis-cfg] appended" in run("init").out
    new = path.read_bytes().decode()
    assert new.startswith(old)
    line = "\r\n" if "\r\n" in old else "\n"
    assert new.endswith(TABLE.replace("\n", line))
    assert "pyproject" not in run("check").err.partition("Error:")[0]


def test_a_closed_table_is_kept_and_ours_shown(project: Path, run: Program) -> None:
    path = project / "pyproject.toml"
    path.write_text("tool = {black = {}}\n")
    result = run("init")
    assert "kept   pyproject.toml: cannot append a table; add this by hand:" in result.out
    assert TABLE in result.out
    assert path.read_text() == "tool = {black = {}}\n"


def test_hooks_that_are_there_are_kept_and_ours_shown(project: Path, run: Program) -> None:
    path = project / ".pre-commit-config.yaml"
    path.write_text("repos: []\n")
    result = run("init")
    assert "kept   .pre-commit-config.yaml: already exists; add to its repos:" in result.out
    assert CHECK in result.out
    assert path.read_text() == "repos: []\n"


def test_a_project_below_its_repository(
    project: Path, run: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / ".git").mkdir()
    write(project / "gen 3d", FILES | {"configs/a.json": CONFIG, "more/b.json": CONFIG})
    monkeypatch.chdir(project / "gen 3d")
    run("init")
    hooks = (project / ".pre-commit-config.yaml").read_text()
    pattern = json.loads(hooks.partition("files: ")[2].splitlines()[0])
    assert pattern == r"^gen\ 3d/(configs|more)/"
    workflow = (project / ".github/workflows/trellis-cfg.yml").read_text()
    assert workflow.endswith('github\n        working-directory: "gen 3d"\n')
    assert (project / "gen 3d/pyproject.toml").exists()


def test_code_in_a_source_folder(project: Path, run: Program) -> None:
    laid = {f"src/{path}": text for path, text in FILES.items() if path != "train.py"}
    write(project, laid | {"train.py": FILES["train.py"], "configs/a.json": CONFIG})
    write(project, {"pyproject.toml": '[tool.trellis-cfg]\nsource = "."\n'})
    assert "run by ../train.py" in run("init").out
    (project / "pyproject.toml").unlink()
    assert run("check", "--source", ".", "--exit-zero").err.endswith(
        "Checked against the code in src/fork.\n"
    )


def test_broken_settings(project: Path, run: Program) -> None:
    (project / "pyproject.toml").write_text("[tool.black\n")
    result = run("init")
    assert result.code == 2
    assert "pyproject.toml:1:" in result.err
    (project / "pyproject.toml").unlink()
    (project / "pyproject.toml").symlink_to(project)
    assert run("init").code == 2
    (project / "pyproject.toml").unlink()
    (project / ".pre-commit-config.yaml").mkdir()
    assert run("init").code == 2
    assert files(project) == []


def test_one_unwritable_file(project: Path, run: Program) -> None:
    (project / ".github").write_text("")
    result = run("init")
    assert result.code == 2
    assert ".github/workflows/trellis-cfg.yml: Not a directory" in result.err
    assert (project / ".pre-commit-config.yaml").exists()
