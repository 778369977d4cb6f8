"""What this program was installed from, so that hooks, CI jobs and extras install the same."""

import json
import os
import re
import shlex
import shutil
import sys
from importlib import metadata
from importlib.util import find_spec
from typing import Any, NamedTuple

from trellis_cfg.errors import InvalidOption

_NAME = "trellis-cfg"
_PACKAGES = {"plot": "matplotlib", "data": "pandas", "lsp": "pygls"}
"""The package that each extra installs."""
_SPELLINGS = r"trellis[-_.]cfg"
_VERSION = r" *(?:===?|~=|!=|[<>]=?) *[\w.*+!]+ *"
_REQUIREMENT = re.compile(
    rf"{_SPELLINGS}(?:\[[\w, -]+\])?(?:{_VERSION}(?:,{_VERSION})*)?", re.ASCII | re.IGNORECASE
)
_ADDRESS = re.compile(
    r"(?:git\+)?(?P<url>(?:ssh://(?:[\w.-]+@)?|(?:https?|git|file)://)[\w.:-]*/[\w.~/%+-]+)"
    r"(?:@(?P<revision>\w[\w./+-]*))?",
    re.ASCII,
)
"""No character that means something to a shell, to YAML or to GitHub; no password."""
_ARCHIVES = (".whl", ".tar.gz", ".zip")
_TIMEOUT = 30
_UNREACHABLE = (
    "this trellis-cfg {}, which hooks and CI jobs cannot install. Name what they can install: "
    "--install-from git+URL@COMMIT, or a pip requirement such as trellis-cfg==VERSION."
)


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


class Installation(NamedTuple):
    """What pip installs; with an address and a revision, what pre-commit clones."""

    requirement: str
    url: str = ""
    revision: str = ""


def read_installation() -> Installation:
    """Return what this program was installed from; raise InvalidOption if others lack it."""
    try:
        version, origin = read_origin()
    except metadata.PackageNotFoundError:
        raise InvalidOption(_UNREACHABLE.format("is not an installed package")) from None
    if not origin:
        return Installation(f"trellis-cfg=={version}")
    url, commit = origin["url"], origin.get("vcs_info", {}).get("commit_id")
    if url.startswith("file:") or not (commit or "archive_info" in origin):
        raise InvalidOption(_UNREACHABLE.format(f"is installed from {url}"))
    return parse_installation(f"git+{url}@{commit}" if commit else url)


def parse_installation(spec: str) -> Installation:
    """Read a pip requirement or a git address; raises InvalidOption for anything else."""
    if _REQUIREMENT.fullmatch(spec):
        return Installation(spec)
    address = re.sub(rf"^{_SPELLINGS}\s*@\s*", "", spec, flags=re.IGNORECASE)
    address = re.sub(r"^([\w.-]+@[\w.-]+):(?!/)", r"ssh://\1/", address)
    match = _ADDRESS.fullmatch(address)
    if match is None:
        message = (
            f"{spec} is not valid: write a git address without a password "
            "(git+https://HOST/PATH@COMMIT) or a pip requirement (trellis-cfg==VERSION)."
        )
        raise InvalidOption(message, "install-from")
    url, revision = match["url"], match["revision"]
    if url.endswith(_ARCHIVES) and not revision:
        return Installation(f"trellis-cfg @ {url}")
    revision = revision or _find_commit(url)
    return Installation(f"trellis-cfg @ git+{url}@{revision}", url, revision)


def _find_commit(url: str) -> str:
    """Return the newest commit of a default branch; raises InvalidOption if unknown."""
    import subprocess  # noqa: PLC0415  only for an address without a commit

    try:
        done = subprocess.run(  # noqa: S603  an address that the user typed
            ["git", "ls-remote", "--", url, "HEAD"],  # noqa: S607  git of the PATH
            capture_output=True,
            check=False,
            env=os.environ | {"GIT_TERMINAL_PROMPT": "0"},
            stdin=subprocess.DEVNULL,
            timeout=_TIMEOUT,
        )
        match = re.match(rb"[0-9a-f]{40,64}\b", done.stdout)
    except (OSError, subprocess.TimeoutExpired):
        match = None
    if match is None:
        message = f"git cannot read the newest commit of {url}; add it: git+{url}@COMMIT"
        raise InvalidOption(message, "install-from")
    return match[0].decode()
