"""Where trellis-cfg is installed from, so that hooks and CI jobs install the same."""

import os
import re
import subprocess
from importlib import metadata
from typing import NamedTuple

import click

from trellis_cfg.files.installed import read_origin

_NAME = r"trellis[-_.]cfg"
_VERSION = r" *(?:===?|~=|!=|[<>]=?) *[\w.*+!]+ *"
_REQUIREMENT = re.compile(
    rf"{_NAME}(?:\[[\w, -]+\])?(?:{_VERSION}(?:,{_VERSION})*)?", re.ASCII | re.IGNORECASE
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


class Installation(NamedTuple):
    """What pip installs; with an address and a revision, what pre-commit clones."""

    requirement: str
    url: str = ""
    revision: str = ""


def read_installation() -> Installation:
    """Return what this program was installed from; raise UsageError if only this machine has it."""
    try:
        version, origin = read_origin()
    except metadata.PackageNotFoundError:
        raise click.UsageError(_UNREACHABLE.format("is not an installed package")) from None
    if not origin:
        return Installation(f"trellis-cfg=={version}")
    url, commit = origin["url"], origin.get("vcs_info", {}).get("commit_id")
    if url.startswith("file:") or not (commit or "archive_info" in origin):
        raise click.UsageError(_UNREACHABLE.format(f"is installed from {url}"))
    return parse_installation(f"git+{url}@{commit}" if commit else url)


def parse_installation(spec: str) -> Installation:
    """Read a pip requirement or a git address; raises BadParameter for anything else."""
    if _REQUIREMENT.fullmatch(spec):
        return Installation(spec)
    address = re.sub(rf"^{_NAME}\s*@\s*", "", spec, flags=re.IGNORECASE)
    address = re.sub(r"^([\w.-]+@[\w.-]+):(?!/)", r"ssh://\1/", address)
    match = _ADDRESS.fullmatch(address)
    if match is None:
        message = (
            f"{spec} is not valid: write a git address without a password "
            "(git+https://HOST/PATH@COMMIT) or a pip requirement (trellis-cfg==VERSION)."
        )
        raise click.BadParameter(message, param_hint="--install-from")
    url, revision = match["url"], match["revision"]
    if url.endswith(_ARCHIVES) and not revision:
        return Installation(f"trellis-cfg @ {url}")
    revision = revision or _find_commit(url)
    return Installation(f"trellis-cfg @ git+{url}@{revision}", url, revision)


def _find_commit(url: str) -> str:
    """Return the newest commit of a repository's default branch; raises BadParameter if unknown."""
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
        raise click.BadParameter(message, param_hint="--install-from")
    return match[0].decode()
