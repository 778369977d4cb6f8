"""The wheel and the source archive: complete, valid, and usable in a bare environment."""

import json
import os
import re
import shutil
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from tests.docs.blocks import blocks
from tests.files.runs import execute
from tests.models.samples import SMALL, changed
from tests.places import program
from tests.places.conftest import ROOT, WHEELS
from trellis_cfg import api

pytestmark = pytest.mark.slow

ENDLESS = changed(SMALL, ("trainer", "args", "max_steps"), None)
CONFIG = ROOT / "configs/vae/ss_vae_conv3d_16l8_fp16.json"


def test_the_checkers_report_nothing(built: Path) -> None:
    wheels, files = ([str(path) for path in built.glob(name)] for name in ("*.whl", "*"))
    for command in (["twine", "check", "--strict", *files], ["check_wheel_contents", *wheels]):
        done = execute([sys.executable, "-m", *command])
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_content_of_the_wheel(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    files = ("models/core_schema.json", "schemas/config.schema.json", "py.typed", "__main__.py")
    assert {f"trellis_cfg/{name}" for name in files} <= {*names}
    top = {name.split("/")[0] for name in names}
    assert top == {"trellis_cfg", next(name for name in top if name.endswith(".dist-info"))}


def test_the_content_of_the_source_archive(built: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"README.md", "LICENSE", "NOTICE", "tests/test_house.py", "Makefile"} <= names
    assert not any(name.startswith((".venv", ".ci", "build")) for name in names)


@pytest.mark.parametrize("versions", ["newest", "lowest"])
def test_it_works_with_its_dependencies_alone(
    wheel: Path, offline: dict[str, str], versions: str, tmp_path: Path
) -> None:
    folder = WHEELS if versions == "newest" else WHEELS / "lowest"
    environment = {**offline, "PIP_FIND_LINKS": str(folder), "HOME": str(tmp_path)}
    environment.pop("PYTHONPATH", None)
    venv.create(tmp_path / "venv", with_pip=True, symlinks=os.name != "nt")
    programs = tmp_path / "venv/bin"

    def run(*command: str, code: int = 0) -> str:
        done = execute([programs / command[0], *command[1:]], tmp_path, environment)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    run("python", "-m", "pip", "install", "--quiet", str(wheel))
    assert run("python", "-m", "trellis_cfg", "--version").startswith("trellis-cfg, version")
    (tmp_path / "endless.json").write_text(json.dumps(ENDLESS))
    (tmp_path / "valid.json").write_bytes(CONFIG.read_bytes())
    assert "error[TC101]" in run("trellis-cfg", "check", "endless.json", code=1)
    assert run("trellis-cfg", "check", "--strict", "valid.json") == ""
    assert run("trellis-cfg", "migrate", "valid.json") == ""
    run("trellis-cfg", "schema", "--output", "schemas")
    run("trellis-cfg", "check", "--schema", "schemas/config.schema.json", "valid.json")
    assert "stops" in run("trellis-cfg", "preview", "valid.json", "--dataset-size", "1000")
    imported = "import trellis_cfg.models.validators as v; print(len(v._read_members()) > 90)"
    assert run("python", "-c", imported) == "True\n"


def test_a_program_that_uses_the_api_is_type_checked(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", symlinks=os.name != "nt")
    (site,) = (tmp_path / "venv").rglob("site-packages")
    shutil.unpack_archive(wheel, site, "zip")
    (python,) = (tmp_path / "venv").glob("*/python")
    shutil.copy(program.__file__, tmp_path)
    checker = [sys.executable, "-m", "mypy", "--strict", "--python-executable", str(python)]
    done = execute([*checker, "program.py"], tmp_path)
    assert done.stdout == "Success: no issues found in 1 source file\n"


def test_that_program_runs() -> None:
    assert program.count_findings({"a.json": "{"}, api.Facts()) == {"TC001": 1}
    assert program.upgrade(program.TEXT)[1] == ("trainer.args.max_epoch: null -> 5",)
    assert program.upgrade("{") == (
        "{",
        ("(1, 2): the file ends inside an object: a } is missing",),
    )
    assert program.find_end(program.TEXT) == 10
    assert '"max_epoch": null' in program.repair(program.TEXT)


PAGES = ("docs/index.md", "README.zh.md")


def install_block(page: str) -> str:
    """Return the block of a page with the install commands."""
    text = (ROOT / page).read_text(encoding="utf-8")
    (command,) = (at.text for at in blocks(text) if "installs" in at.notes.get("not run", ""))
    return command


def test_the_pages_have_the_same_install_commands() -> None:
    commands = [
        re.findall(r"^pip install \S+", install_block(page), re.MULTILINE) for page in PAGES
    ]
    assert commands[0] == commands[1] == ["pip install .", "pip install '.[plot,data]'"]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this is not a clone")
def test_a_clone_is_installed_as_the_pages_say(offline: dict[str, str], tmp_path: Path) -> None:
    """With the extras, so that a preview can count and draw; by bash, as a reader would."""
    clone = tmp_path / "clone"
    listed = execute(["git", "ls-files", "-z"], ROOT)
    for name in listed.stdout.split("\0")[:-1]:
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, clone / name)
    venv.create(tmp_path / "venv", with_pip=True)
    path = f"{tmp_path / 'venv/bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {**offline, "HOME": str(tmp_path), "PATH": path}
    environment.pop("PYTHONPATH", None)
    draw = "trellis-cfg preview docs/preview.json --gpus 8 --dataset-size 9999 --plot a.svg"
    for script in (install_block(PAGES[0]), draw, "python -c 'import pandas'"):
        done = execute(["bash", "-e", "-c", script], clone, environment)
        assert done.returncode == 0, done.stdout + done.stderr
    assert (clone / "a.svg").exists()
