"""A page's blocks, run in order in a folder of their own, as a reader would."""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.docs.blocks import ROOT, Block, Command, commands, pattern

# A command may exit with the code that is announced, and some command then has to.
_SCRIPT = """set -o pipefail
announced=%s
trap 'code=$?; if [ "$code" = "$announced" ]; then echo "$code" >>"$EXITS"; else exit $code; fi' ERR
%s
exit 0
"""
NOWHERE = "http://127.0.0.1:9"


def run(block: Block, folder: Path, namespace: dict[str, object]) -> list[str]:
    """Run a block, or write the file that it shows; return what was not as the page says."""
    if "first" in block.notes:
        told = _told(Command(block.notes["first"]), folder, "")
        assert not told, told
    if "file" in block.notes:
        path = folder / block.notes["file"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
    elif "is" in block.notes:
        assert block.text == (ROOT / block.notes["is"]).read_text(encoding="utf-8")
    elif "patch" in block.notes:
        subprocess.run(["git", "apply", "-"], input=block.text.encode(), cwd=folder, check=True)
    elif "not run" not in block.notes:
        match block.language:
            case "sh" | "console":
                return _shell(block, folder)
            case "pycon":
                return _session(block, namespace)
            case "python":
                exec(compile(block.text, f"line {block.line}", "exec"), namespace)  # noqa: S102
    return []


def _shell(block: Block, folder: Path) -> list[str]:
    exits = block.notes.get("exits", "")
    told = [one for command in commands(block) if (one := _told(command, folder, exits))]
    seen = folder.with_suffix(".exits")
    if exits and not (told or seen.exists()):
        told.append(f"no command exits with {exits}")
    seen.unlink(missing_ok=True)
    return [f"line {block.line}: {one}" for one in told]


def _told(command: Command, folder: Path, exits: str) -> str:
    """Run a command; return what is wrong with its exit code or its output, or nothing."""
    done = subprocess.run(
        ["bash", "-c", _SCRIPT % (exits or "none", command.line)],
        cwd=folder,
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    lines = "".join(f"{line.rstrip()}\n" for line in done.stdout.rstrip().split("\n"))
    if done.returncode:
        return f"{command.line}: exit {done.returncode}\n{lines}"
    if command.output is not None and not re.fullmatch(pattern(command.output), lines):
        return f"{command.line}: prints\n{lines}"
    return ""


def _session(block: Block, namespace: dict[str, object]) -> list[str]:
    """Run what a reader types into Python, and compare what it answers."""
    name = f"line {block.line}"
    test = doctest.DocTestParser().get_doctest(block.text, namespace, name, name, 0)
    told: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    runner.run(test, out=told.append, clear_globs=False)
    namespace.update(test.globs)
    return told


def _environment(folder: Path) -> dict[str, str]:
    """Return a plain environment: this Python's programs first, a home of its own, no network."""
    kept = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE")}
    return kept | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": str(folder.parent),
        "XDG_CACHE_HOME": str(folder.with_suffix(".cache")),
        "EXITS": str(folder.with_suffix(".exits")),
        "LC_ALL": "C.UTF-8",
        "http_proxy": NOWHERE,
        "https_proxy": NOWHERE,
        "PIP_NO_INDEX": "1",
        "GIT_AUTHOR_NAME": "you",
        "GIT_AUTHOR_EMAIL": "you@example.org",
        "GIT_COMMITTER_NAME": "you",
        "GIT_COMMITTER_EMAIL": "you@example.org",
    }
