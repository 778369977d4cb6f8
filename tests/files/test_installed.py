"""The command that adds an extra, as this program was installed."""

import json
import sys
from importlib import metadata
from pathlib import Path

import pytest

from trellis_cfg.files import installed
from trellis_cfg.files.installed import format_install_command

URL = "https://git.example/a"
ORIGINS: dict[str, tuple[object, str]] = {
    "index": ({}, "python -m pip install 'trellis-cfg[plot]'"),
    "commit": (
        {"url": URL, "vcs_info": {"vcs": "git", "commit_id": "1a2"}},
        f"python -m pip install 'trellis-cfg[plot] @ git+{URL}@1a2'",
    ),
    "archive": (
        {"url": f"{URL}.whl", "archive_info": {}},
        f"python -m pip install 'trellis-cfg[plot] @ {URL}.whl'",
    ),
    "folder": (
        {"url": "file:///srv/my%20clone", "dir_info": {}},
        "python -m pip install '/srv/my clone[plot]'",
    ),
    "clone": (
        {"url": "file:///srv/clone", "dir_info": {"editable": True}},
        "python -m pip install -e '/srv/clone[plot]'",
    ),
    "nothing": (None, "python -m pip install matplotlib"),
}


class Distribution:
    """An installed trellis-cfg, with the origin that pip recorded."""

    version = "1.2"

    def __init__(self, origin: object) -> None:
        self.origin = origin

    def read_text(self, name: str) -> str | None:
        assert name == "direct_url.json"
        return json.dumps(self.origin) if self.origin else None


@pytest.fixture
def prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of an environment named trellis-cfg, with pip, whose python is called."""
    folder = tmp_path / "trellis-cfg"
    folder.mkdir()
    monkeypatch.setattr(sys, "prefix", str(folder))
    monkeypatch.setattr("shutil.which", lambda _: sys.executable)
    monkeypatch.setattr(installed, "find_spec", lambda name: name == "pip" or None)
    return folder


def install(monkeypatch: pytest.MonkeyPatch, origin: object) -> None:
    def find(name: str) -> Distribution:
        if origin is None:
            raise metadata.PackageNotFoundError(name)
        return Distribution(origin)

    monkeypatch.setattr(metadata, "distribution", find)


@pytest.mark.parametrize("situation", ORIGINS)
@pytest.mark.usefixtures("prefix")
def test_pip(situation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    origin, expected = ORIGINS[situation]
    install(monkeypatch, origin)
    assert format_install_command("plot") == expected


@pytest.mark.usefixtures("prefix")
def test_another_python_and_an_environment_without_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, {})
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr(sys, "executable", "/srv/my env/python")
    pip = "'/srv/my env/python' -m pip install"
    assert format_install_command("data") == f"{pip} 'trellis-cfg[data]'"
    monkeypatch.setattr(installed, "find_spec", lambda _: None)
    uv = "uv pip install --python '/srv/my env/python'"
    assert format_install_command("data") == f"{uv} 'trellis-cfg[data]'"


def test_tools(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, ORIGINS["commit"][0])
    (prefix / "uv-receipt.toml").write_text("")
    tool = f"uv tool install --with matplotlib 'trellis-cfg @ git+{URL}@1a2'"
    assert format_install_command("plot") == tool
    monkeypatch.setattr(installed, "find_spec", lambda name: name == "pandas" or None)
    both = tool.replace("matplotlib", "matplotlib --with pandas")
    assert format_install_command("plot") == both  # the tool keeps no other packages
    (prefix / "pipx_metadata.json").write_text("{}")
    assert format_install_command("data") == "pipx inject trellis-cfg pandas"
