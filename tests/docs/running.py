"""Runs a page's blocks in order in a new folder, as a reader would."""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import trellis_cfg
from tests.docs.blocks import ROOT, Block, Command, commands, pattern

# A command may exit with the announced code, and at least one must.
_SCRIPT = """set -o pipefail
announced=%s
trap 'code=$?; if [ "$code" = "$announced" ]; then echo "$code" >>"$EXITS"; else exit $code; fi' ERR
%s
exit 0
"""
NOWHERE = "http://127.0.0.1:9"
PROGRAMS = {
    "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    "PYTHONPATH": str(Path(trellis_cfg.__file__).parents[1]),
}
"""This Python's programs come first, and run the package under test, wherever it is."""


def run(block: Block, folder: Path, namespace: dict[str, object]) -> list[str]:
    """Run a block, or write the file that it shows; return the differences from the page."""
    if "first" in block.notes:
        problem = _run_command(Command(block.notes["first"]), folder, "")
        assert not problem, problem
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
                return _run_shell(block, folder)
            case "pycon":
                return _run_session(block, namespace)
            case "python":
                exec(compile(block.text, f"line {block.line}", "exec"), namespace)  # noqa: S102
    return []


def _run_shell(block: Block, folder: Path) -> list[str]:
    exits = block.notes.get("exits", "")
    results = [_run_command(command, folder, exits) for command in commands(block)]
    problems = list(filter(None, results))
    exit_codes = folder.with_suffix(".exits")
    if exits and not (problems or exit_codes.exists()):
        problems.append(f"no command exits with {exits}")
    exit_codes.unlink(missing_ok=True)
    return [f"line {block.line}: {problem}" for problem in problems]


def _run_command(command: Command, folder: Path, exits: str) -> str:
    """Run a command; return what differs in its exit code or output; empty if nothing."""
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


def _run_session(block: Block, namespace: dict[str, object]) -> list[str]:
    """Run a Python session, and compare its outputs."""
    name = f"line {block.line}"
    test = doctest.DocTestParser().get_doctest(block.text, namespace, name, name, 0)
    problems: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    runner.run(test, out=problems.append, clear_globs=False)
    namespace.update(test.globs)
    return problems


def _environment(folder: Path) -> dict[str, str]:
    """Return an environment with a new home and no network."""
    kept = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE")}
    return {
        **kept,
        **PROGRAMS,
        "HOME": str(folder.parent),
        "XDG_CACHE_HOME": str(folder.with_suffix(".cache")),
        "EXITS": str(folder.with_suffix(".exits")),
        "LC_ALL": "C.UTF-8",
        "http_proxy": NOWHERE,
        "https_proxy": NOWHERE,
        "PIP_NO_INDEX": "1",
        **{f"GIT_{role}_NAME": "you" for role in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{role}_EMAIL": "you@example.org" for role in ("AUTHOR", "COMMITTER")},
    }
