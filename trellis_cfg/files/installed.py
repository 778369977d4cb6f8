"""What this program was installed from, and the command that adds an extra to it."""

import json
import os
import shlex
import shutil
import sys
from importlib import metadata
from importlib.util import find_spec
from typing import Any

_NAME = "trellis-cfg"
_PACKAGES = {"plot": "matplotlib", "data": "pandas", "lsp": "pygls"}
"""The package that each extra installs."""


def read_origin() -> tuple[str, dict[str, Any]]:
    """Return the version, and what it was installed from, which is empty for one of an index.

    pip and others record it in ``direct_url.json`` (PEP 610). Raises PackageNotFoundError if it is
    not an installed package.
    """
    distribution = metadata.distribution(_NAME)
    return distribution.version, json.loads(distribution.read_text("direct_url.json") or "{}")


def format_install_command(extra: str) -> str:
    """Return the command line that adds an extra, for the tool that this was installed with."""
    package = _PACKAGES[extra]
    if os.path.exists(os.path.join(sys.prefix, "pipx_metadata.json")):
        return shlex.join(["pipx", "inject", os.path.basename(sys.prefix), package])
    if os.path.exists(os.path.join(sys.prefix, "uv-receipt.toml")):
        wanted = [name for name in _PACKAGES.values() if name == package or find_spec(name)]
        options = [part for name in wanted for part in ("--with", name)]
        return shlex.join(["uv", "tool", "install", *options, *_find_requirement("")])
    python = "python" if shutil.which("python") == sys.executable else sys.executable
    pip = [python, "-m", "pip", "install"]
    if find_spec("pip") is None:
        pip = ["uv", "pip", "install", "--python", python]
    return shlex.join([*pip, *(_find_requirement(extra) or [package])])


def _find_requirement(extra: str) -> list[str]:
    """Return the arguments that install this program again; none if it is not installed."""
    try:
        _, origin = read_origin()
    except metadata.PackageNotFoundError:
        return []
    name, url = f"{_NAME}[{extra}]" if extra else _NAME, origin.get("url")
    if url is None:
        return [name]
    if "dir_info" in origin:
        from urllib.parse import unquote, urlsplit  # noqa: PLC0415  only for such a message

        folder = unquote(urlsplit(url).path) + name.removeprefix(_NAME)
        return ["-e", folder] if origin["dir_info"].get("editable") else [folder]
    commit = origin.get("vcs_info", {}).get("commit_id")
    return [f"{name} @ git+{url}@{commit}" if commit else f"{name} @ {url}"]
