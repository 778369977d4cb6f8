"""``init``: files that are added and files that are kept."""

import json
import subprocess
from importlib import metadata
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import CONFIG, Program
from tests.docs.blocks import ROOT
from tests.files.test_installed import Distribution
from tests.lint.rules.test_source import FILES
from tests.source.checkouts import write

OWN = 'paths = ["configs"]\n'
TABLE = '[tool.trellis-cfg]\npaths = ["configs"]\n'
CHECK = """\
      - id: trellis-cfg-check
        name: trellis-cfg check
        entry: trellis-cfg check --force-exclude
        language: python
        additional_dependencies: ["trellis-cfg==1.2"]
        types: [json]
        files: "^(configs)/"
        require_serial: true
"""
URL = "https://git.example/trellis-cfg"
COMMIT = "0123456789" * 4
NEXT = "Next:\n  pip install pre-commit\n  pre-commit install\n  trellis-cfg check\n"
CLASSES = (
    "classes: 6 in fork/trainers/__init__.py, 1 in fork/datasets/__init__.py, "
    "3 in fork/models/__init__.py"
)
WRITTEN = [".github/workflows/trellis-cfg.yml", ".pre-commit-config.yaml", "trellis-cfg.toml"]


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> Distribution:
    """Return the installed program; it is one of an index."""
    distribution = Distribution({})
    monkeypatch.setattr(metadata, "distribution", lambda _: distribution)
    return distribution


def files(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in found)


def test_a_checkout_gets_all_three(project: Path, run: Program) -> None:
    write(project, FILES | {"configs/vae/a.json": CONFIG, "configs/b.json": "[1]", "c.json": "{"})
    result = run("init")
    assert (result.code, result.err) == (0, NEXT)
    assert result.out.splitlines() == [
        f"found  {CLASSES}; train script: train.py",
        "found  1 config in configs",
        "wrote  trellis-cfg.toml",
        "wrote  .pre-commit-config.yaml",
        "wrote  .github/workflows/trellis-cfg.yml",
    ]
    assert (project / "trellis-cfg.toml").read_text() == OWN + 'source = "."\n'
    hooks = (project / ".pre-commit-config.yaml").read_text()
    assert "      - id: trellis-cfg-migrate\n        name: trellis-cfg migrate\n" in hooks
    assert hooks.endswith(CHECK)
    workflow = (project / ".github/workflows/trellis-cfg.yml").read_text()
    assert workflow.endswith("      - run: trellis-cfg check --output-format github\n")
    assert '      - run: pip install "trellis-cfg==1.2"\n' in workflow
    assert run("check", "--exit-zero").code == 0


def test_a_second_run_keeps_all_three(project: Path, run: Program) -> None:
    write(project, FILES | {"configs/a.json": CONFIG})
    run("init")
    before = {path: (project / path).read_bytes() for path in files(project)}
    result = run("init")
    assert result.out.splitlines()[-3:] == [
        "kept   trellis-cfg.toml: already exists",
        "kept   .pre-commit-config.yaml: already exists",
        "kept   .github/workflows/trellis-cfg.yml: already exists",
    ]
    assert {path: (project / path).read_bytes() for path in files(project)} == before


def test_a_folder_without_anything(project: Path, run: Program) -> None:
    result = run("init")
    assert result.out.splitlines()[:2] == [
        "found  no code (no package with trainers/)",
        "found  no configs yet",
    ]
    assert files(project) == WRITTEN
    assert (project / "trellis-cfg.toml").read_text() == OWN


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


KEPT = {
    "pyproject.toml": ("tool = {a = {}}\n", "cannot append a table; add this by hand:", TABLE),
    ".pre-commit-config.yaml": ("repos: []\n", "already exists; add to its repos:", CHECK),
}


@pytest.mark.parametrize("name", KEPT)
def test_what_is_there_is_kept_and_ours_shown(name: str, project: Path, run: Program) -> None:
    text, kept, ours = KEPT[name]
    (project / name).write_text(text)
    out = run("init").out
    assert f"kept   {name}: {kept}\n\n" in out
    assert ours in out
    assert (project / name).read_text() == text


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
    assert (project / "gen 3d/trellis-cfg.toml").exists()


def test_code_in_a_source_folder(project: Path, run: Program) -> None:
    laid = {f"src/{path}": text for path, text in FILES.items() if path != "train.py"}
    write(project, laid | {"train.py": FILES["train.py"], "configs/a.json": CONFIG})
    write(project, {"pyproject.toml": '[tool.trellis-cfg]\nsource = "."\n'})
    assert "train script: ../train.py" in run("init").out
    (project / "pyproject.toml").unlink()
    assert run("check", "--source", ".", "--exit-zero").err.endswith(
        "Checked against the code in src/fork.\n"
    )


def test_broken_settings(project: Path, run: Program) -> None:
    (project / "pyproject.toml").write_text("[tool.black\n")
    result = run("init")
    assert (result.code, "pyproject.toml:1:" in result.err) == (2, True)
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
    assert (result.code, ".github/workflows/trellis-cfg.yml: Not a directory" in result.err) == (
        2,
        True,
    )
    assert (project / ".pre-commit-config.yaml").exists()


def test_a_program_of_a_commit_is_installed_from_it(
    project: Path, run: Program, installed: Distribution
) -> None:
    write(project, FILES | {"configs/a.json": CONFIG})
    installed.origin = {"url": URL, "vcs_info": {"vcs": "git", "commit_id": COMMIT}}
    assert run("init").code == 0
    ids = ["trellis-cfg-migrate", "trellis-cfg-fix", "trellis-cfg-check"]
    (hooks,) = yaml.safe_load((project / ".pre-commit-config.yaml").read_text())["repos"]
    assert hooks == {"repo": URL, "rev": COMMIT, "hooks": [{"id": name} for name in ids]}
    workflow = (project / ".github/workflows/trellis-cfg.yml").read_text()
    page = (ROOT / "docs/ci/github.yml").read_text()
    assert workflow.replace(URL, "ADDRESS_OF_THIS_REPOSITORY").replace(COMMIT, "COMMIT") == page
    own = (ROOT / ".github/workflows/ci.yml").read_text()
    assert all(line in own for line in workflow.splitlines() if "uses:" in line)


def test_an_archive_is_installed_by_pip(run: Program, installed: Distribution) -> None:
    installed.origin = {"url": f"{URL}/trellis_cfg-1.2-py3-none-any.whl", "archive_info": {}}
    assert f'pip install "trellis-cfg @ {installed.origin["url"]}"' in run("init", "--dry-run").out


@pytest.mark.parametrize("info", ["dir_info", "archive_info", "vcs_info"])
def test_what_only_this_machine_has_is_refused(
    info: str, project: Path, run: Program, installed: Distribution
) -> None:
    installed.origin = {"url": "file:///srv/clone", info: {"commit_id": COMMIT}}
    result = run("init")
    assert (result.code, files(project)) == (2, [])
    assert "this trellis-cfg is installed from file:///srv/clone, which hooks" in result.err
    assert "--install-from git+URL@COMMIT" in result.err


def test_a_program_that_is_not_installed(run: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def find(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", find)
    result = run("init")
    assert (result.code, "is not an installed package" in result.err) == (2, True)


SPECS = {
    f"git+{URL}@{COMMIT}": (f"trellis-cfg @ git+{URL}@{COMMIT}", URL),
    f"trellis_cfg @ git+{URL}@feature/a": (f"trellis-cfg @ git+{URL}@feature/a", URL),
    f"{URL}.git@1a2": (f"trellis-cfg @ git+{URL}.git@1a2", f"{URL}.git"),
    "git@host.example:a/b.git@1a2": (
        "trellis-cfg @ git+ssh://git@host.example/a/b.git@1a2",
        "ssh://git@host.example/a/b.git",
    ),
    "trellis-cfg[plot] >=1, <2": ("trellis-cfg[plot] >=1, <2", "local"),
}


@pytest.mark.parametrize("spec", SPECS)
def test_what_to_install_from(spec: str, project: Path, run: Program) -> None:
    requirement, repository = SPECS[spec]
    assert run("init", "--install-from", spec).code == 0
    workflow = yaml.safe_load((project / ".github/workflows/trellis-cfg.yml").read_text())
    assert workflow["jobs"]["check"]["steps"][2] == {"run": f'pip install "{requirement}"'}
    (hooks,) = yaml.safe_load((project / ".pre-commit-config.yaml").read_text())["repos"]
    assert hooks["repo"] == repository
    assert repository == "local" or hooks["rev"] == requirement.rpartition("@")[2]


@pytest.mark.parametrize(
    "spec",
    [
        *("/srv/clone", "numpy", "trellis-cfg 1.2", "https://me:secret@git.example/a@1a2"),
        *(
            f"{URL}@$(id)",
            f'{URL}@1a2"',
            f"{URL}@${{{{ github }}}}",
            f"{URL}@1a2\n",
            "ext::sh/@1a2",
        ),
        *("trellis-cfg==1\n", "file:///nowhere/trellis-cfg", f"{URL}@-x"),
    ],
)
def test_nothing_is_installed_from(spec: str, project: Path, run: Program) -> None:
    result = run("init", "--install-from", spec)
    assert (result.code, files(project)) == (2, [])
    assert "Invalid value for --install-from: " in result.err


def test_a_dry_run_shows_what_would_be_added(project: Path, run: Program) -> None:
    write(project, {"pyproject.toml": "[tool.black]\n"})
    result = run("init", "--dry-run")
    assert (result.code, result.err, files(project)) == (
        *(0, "Nothing was written.\n"),
        ["pyproject.toml"],
    )
    assert f"would write pyproject.toml: [tool.trellis-cfg] appended\n\n{TABLE}\n" in result.out
    run("init")
    for name in WRITTEN[:2]:
        text = (project / name).read_text()
        assert f"would write {name}\n\n{text}\n" in result.out


def test_gitlab(project: Path, run: Program) -> None:
    command = ["git", "remote", "add", "origin", "git@gitlab.example:a/b.git"]
    subprocess.run(["git", "init", "--quiet"], check=True)
    subprocess.run(command, check=True)
    assert "wrote  .gitlab-ci.yml\n" in run("init").out
    assert not (project / ".github").exists()
    job = (project / ".gitlab-ci.yml").read_text()
    page = (ROOT / "docs/ci/gitlab.yml").read_text()
    installs = "trellis-cfg @ git+ADDRESS_OF_THIS_REPOSITORY@COMMIT"
    assert job.replace("trellis-cfg==1.2", installs) == page
    assert "kept   .gitlab-ci.yml: already exists\n" in run("init").out
    (project / ".gitlab-ci.yml").write_text("test: {script: [pytest]}\n")
    assert f"kept   .gitlab-ci.yml: already exists; add to it:\n\n{job}" in run("init").out


def test_gitlab_and_github(project: Path, run: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = '[remote "{}"]\n\turl = https://{}.com/a/b\n'
    write(project, {".git/config": lines.format("a", "gitlab") + lines.format("b", "github")})
    write(project, {"gen 3d/configs/a.json": CONFIG})
    monkeypatch.chdir(project / "gen 3d")
    run("init")
    assert (project / ".github/workflows/trellis-cfg.yml").exists()
    script = yaml.safe_load((project / ".gitlab-ci.yml").read_text())["trellis-cfg"]["script"]
    assert script[1] == "cd 'gen 3d'"


def test_what_is_shown_is_text(project: Path, run: Program) -> None:
    name = "a\u202eb\x1b[2J"
    write(project, {f"{name}/a.json": CONFIG, ".pre-commit-config.yaml": "repos: []\n"})
    out = run("init", "--dry-run").out
    assert out.count("a\\u202eb") + out.count("a\\x202eb") == 5
    assert "\u202e" not in out
    assert "\x1b" not in out


def test_a_dry_run_reports_links(project: Path, run: Program) -> None:
    (project / "pyproject.toml").symlink_to(project.parent / "a.toml")
    (project.parent / "a.toml").write_text("")
    result = run("init", "--dry-run")
    assert (result.code, "pyproject.toml is a link" in result.err) == (0, True)


def test_without_git(run: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    result = run("init", "--install-from", URL)
    assert (result.code, "cannot read the newest commit" in result.err) == (2, True)
