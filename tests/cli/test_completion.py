"""Shell completion: the scripts of the shells, and the candidates that they get."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Program
from tests.files.runs import execute
from tests.source.checkouts import BASE, TRAIN, lazy, write

PROGRAM = str(Path(sys.executable).parent / "trellis-cfg")
PATH = f"{Path(PROGRAM).parent}{os.pathsep}{os.environ['PATH']}"
CHECKOUT = {
    "train.py": TRAIN,
    "trellis/trainers/__init__.py": lazy(
        **dict.fromkeys(["MyTrainer", "MyOther", "My$(reboot)", "My\x1b[2J"], "mine")
    ),
    "trellis/trainers/mine.py": BASE
    + "class MyTrainer(Trainer): ...\nclass MyOther(Trainer): ...\ndef __getattr__(name): ...\n",
    "trellis/models/__init__.py": "",
    "trellis/datasets/__init__.py": "",
}


def ask(shell: str, typed: str, folder: Path) -> list[str]:
    """Return what a shell's script gets for a command line, as the shell splits it."""
    parts = typed.replace("=", " = ") if shell == "bash" else typed
    at = len(parts.split(" ")) - (2 if parts.endswith("= ") else 1)
    environment = {
        **os.environ,
        "_TRELLIS_CFG_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": parts,
        "COMP_CWORD": str(at) if shell != "fish" else typed.rpartition(" ")[2],
    }
    done = execute([PROGRAM], folder, environment)
    assert (done.returncode, done.stderr) == (0, "")
    return [line.removeprefix("plain,") for line in done.stdout.splitlines() if line]


@pytest.mark.parametrize(
    ("typed", "candidates"),
    [
        ("c", "check completion"),
        ("s", "set server schema signature"),
        ("nothing", ""),
        ("check --st", "--strict --statistics --stdin-filename"),
        ("check --output-format g", "github gitlab"),
        ("check --output-format=g", "github gitlab"),
        ("check --select TC20", "TC201 TC202 TC203 TC204 TC205"),
        ("check --ignore=TC101,TC30", "TC101,TC301 TC101,TC302 TC101,TC303"),
        ("check --select TC101 con", "file,con"),
        ("check --source con", "dir,con"),
        ("preview --plot=a", "file,a"),
        ("preview --lang ", "en zh"),
        ("explain tc205", "TC205"),
        ("explain batch-sp", "batch-split"),
        ("schema ", "config trainer-args config.draft-07"),
        ("completion ", "bash zsh fish"),
        ("migrate --only ", "max-epoch"),
        ("set max_", "max_epoch= max_steps="),
        ("set max_steps=null ", "file,"),
        ("set max_steps=null a/", "file,a/"),
        ("set max_steps=", ""),
        ("set a..b=", ""),
        ("set trainer.name=", "MyTrainer MyOther"),
        ("set max_epoch=3 trainer.name=MyT", "MyTrainer"),
        ("set --where trainer.name=MyT", "MyTrainer"),
        ("set --source none trainer.name=BasicT", "BasicTrainer"),
        ("set models.encoder.name=SLatE", "SLatEncoder"),
        ("set --after i_sa", "i_sample i_save"),
        ("unset ema", "ema_rate"),
        ("unset ema_rate con", "file,con"),
        ("signature My", "MyTrainer MyOther"),
        ("signature --source none My", ""),
    ],
)
def test_the_candidates_of_bash(typed: str, candidates: str, tmp_path: Path) -> None:
    folder = write(tmp_path, CHECKOUT)
    assert ask("bash", f"trellis-cfg {typed}", folder) == candidates.split()


@pytest.mark.parametrize(
    ("shell", "typed", "candidates"),
    [
        (
            "zsh",
            "ch",
            ["plain", "check", "Report what will fail, or not do what its author meant."],
        ),
        ("zsh", "check --fail-on=n", ["plain", "--fail-on=note", "_"]),
        ("zsh", "set trainer.name=MyO", ["plain", "trainer.name=MyOther", "_"]),
        ("fish", "check --select TC20,TC205", ["TC20,TC205\tempty-loader"]),
        ("fish", "check --fail-on=n", ["--fail-on=note"]),
        ("fish", "set trainer.name=MyO", ["trainer.name=MyOther"]),
    ],
)
def test_the_candidates_of_other_shells(
    shell: str, typed: str, candidates: list[str], tmp_path: Path
) -> None:
    folder = write(tmp_path, CHECKOUT)
    assert ask(shell, f"trellis-cfg {typed}", folder) == candidates


MIGRATION = '[[migrations]]\nname = "i-log"\nremove = "trainer.args.i_log"\n'


@pytest.mark.parametrize(
    ("settings", "candidates"),
    [(MIGRATION, ["max-epoch", "i-log"]), ("paths = 3\n", [])],
)
def test_the_migrations_of_a_project(settings: str, candidates: list[str], tmp_path: Path) -> None:
    (tmp_path / "trellis-cfg.toml").write_text(settings)
    assert ask("bash", "trellis-cfg migrate --only ", tmp_path) == candidates


@pytest.mark.parametrize(
    ("shell", "path", "line"),
    [
        ("bash", "data/bash-completion/completions/trellis-cfg", "compopt -o nospace"),
        ("zsh", "home/.zfunc/_trellis-cfg", "compset -P '*='; _path_files"),
        ("zsh", "home/.zfunc/_trellis-cfg", """compadd -q -S "$space" -U"""),
        ("fish", "config/fish/completions/trellis-cfg.fish", 'string split --max 1 ","'),
    ],
)
def test_a_script_is_printed_or_installed(
    run: Program, shell: str, path: str, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Path.cwd()
    for name, folder in (
        ("HOME", "home"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_CONFIG_HOME", "config"),
    ):
        monkeypatch.setenv(name, str(home / folder))
    monkeypatch.delenv("BASH_COMPLETION_USER_DIR", raising=False)
    monkeypatch.setenv("SHELL", f"/bin/{shell}")
    script = run("completion", shell).out
    assert line in script
    installed = run("completion", "--install")
    assert (installed.code, installed.out) == (0, f"wrote {home / path}\n")
    assert (home / path).read_text() + "\n" == script


def test_what_cannot_be_installed(
    run: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SHELL", "/bin/tcsh")
    assert run("completion")[:2] == (2, "")
    (tmp_path / "file").touch()
    monkeypatch.setenv("BASH_COMPLETION_USER_DIR", str(tmp_path / "file"))
    assert "file/completions/trellis-cfg: " in run("completion", "bash", "--install").err


def answer(shell: str, script: Path, typed: str) -> list[str]:
    """Return what a real shell offers for a command line."""
    parts = typed.replace("=", " = ").split(" ")
    ask_bash = f"COMP_WORDS=({' '.join(parts)}); COMP_CWORD={len(parts) - 1};"
    ask_bash += " _trellis_cfg_completion trellis-cfg; printf '%s\\n' \"${COMPREPLY[@]}\""
    command = {"bash": ask_bash, "fish": f"complete --do-complete '{typed}'"}[shell]
    environment = {**os.environ, "PATH": PATH, "HOME": str(script.parent)}
    done = execute([shell, "-c", f"source {script}; {command}"], script.parent, environment)
    assert done.returncode == 0
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("shell", "typed", "answers"),
    [
        ("bash", "trellis-cfg explain --output-format j", ["json"]),
        ("bash", "trellis-cfg set trainer.name=Basic", ["BasicTrainer"]),
        ("fish", "trellis-cfg set trainer.name=Basic", ["trainer.name=BasicTrainer"]),
        ("fish", "trellis-cfg check --select=TC101,TC205", ["--select=TC101,TC205\tempty-loader"]),
    ],
)
def test_a_real_shell_completes(shell: str, typed: str, answers: list[str], tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    script = tmp_path / "script"
    with script.open("w") as file:
        subprocess.run([PROGRAM, "completion", shell], stdout=file, check=True)
    assert answer(shell, script, typed) == answers
