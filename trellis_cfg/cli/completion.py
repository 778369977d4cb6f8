"""Shell completion: the candidates for a value, and ``trellis-cfg completion``."""

import os
import re
from collections.abc import Callable, Iterable

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
)

from trellis_cfg.cli import SUCCESS, options, output
from trellis_cfg.errors import ConfigError, InvalidOption
from trellis_cfg.terminal import escape_controls

_VARIABLE = "_TRELLIS_CFG_COMPLETE"
_PROGRAM = "trellis-cfg"


def _complete_file(_: click.Context, text: str) -> Iterable[CompletionItem]:
    return [CompletionItem(text, type="file")]


def _complete_codes(_: click.Context, text: str) -> Iterable[CompletionItem]:
    """Yield codes of rules, and names if one has begun; commas may be between them."""
    from trellis_cfg.lint.rules import RULES  # noqa: PLC0415  only for a code

    before, comma, begun = text.rpartition(",")
    for code, rule in RULES.items():
        if code.startswith(begun.upper()):
            yield CompletionItem(f"{before}{comma}{code}", help=rule.name)
        elif rule.name.startswith(begun.lower()):
            yield CompletionItem(f"{before}{comma}{rule.name}", help=code)


def _complete_migrations(_: click.Context, text: str) -> Iterable[CompletionItem]:
    from trellis_cfg.migrations import project_migrations  # noqa: PLC0415  only for a migration
    from trellis_cfg.settings import load_settings  # noqa: PLC0415  likewise

    names = (migration.name for migration in project_migrations(load_settings(".")))
    return _select(names, text)


def _complete_class(context: click.Context, text: str) -> Iterable[CompletionItem]:
    from trellis_cfg.cli.signature import load_source  # noqa: PLC0415  only for a class

    sections = load_source(context.params.get("source")).all_sections.values()
    return _select((name for section in sections for name in section.likely_classes), text)


def _complete_assignment(context: click.Context, text: str) -> Iterable[CompletionItem]:
    """Return keys, the values of a key, or, after an assignment, files."""
    from trellis_cfg.rewrite.assign import parse_pattern  # noqa: PLC0415  only for a value

    key, equals, _ = text.partition("=")
    if equals:
        values = _list_values(context, parse_pattern(key))
        return _select((f"{key}={value}" for value in values), text)
    is_path = not text and context.params["arguments"]
    keys = [] if is_path else _select((f"{key}=" for key in _list_keys()), text)
    return keys or _complete_file(context, text)


def _list_keys() -> list[str]:
    """Return the names of the sections' classes, and of the arguments that any trainer has."""
    from trellis_cfg.models.catalog import list_names, load_spec  # noqa: PLC0415  only for a key

    specs = [load_spec("trainer", name) for name in list_names("trainer")]
    arguments = {name for spec in specs if spec for name in spec.parameters}
    return [*sorted(arguments), "dataset.name", "trainer.name"]


def _list_values(context: click.Context, pattern: tuple[str, ...]) -> Iterable[str]:
    """Return the classes that a name may be: those of the checkout, or without one, all known."""
    from trellis_cfg.cli.signature import load_source  # noqa: PLC0415  only for a value
    from trellis_cfg.models.catalog import list_names  # noqa: PLC0415  likewise

    match pattern:
        case ("trainer" | "dataset" as section, "name") | ("models" as section, _, "name"):
            folders = context.params["edit"].code.source
            try:
                source = load_source(folders[0] if folders else None)
                return list(source.sections[section].likely_classes) or list_names(section)
            except (click.UsageError, InvalidOption, KeyError):
                return list_names(section)
    return []


def _select(names: Iterable[str], text: str) -> list[CompletionItem]:
    """Return the names that start with ``text``; none that a shell would not read as a word."""
    is_word = re.compile(r"[\w.*=-]+").fullmatch
    return [CompletionItem(name) for name in names if name.startswith(text) and is_word(name)]


_Complete = Callable[[click.Context, str], Iterable[CompletionItem]]
CANDIDATES: dict[str, _Complete] = {
    "FILE": _complete_file,
    "DIR": lambda _, text: [CompletionItem(text, type="dir")],
    "CODES": _complete_codes,
    "CLASS": _complete_class,
    "KEY": lambda _, text: _select(_list_keys(), text),
    "KEY=VALUE": _complete_assignment,
    "MIGRATION": _complete_migrations,
}
"""What completes a text, by the name of its type."""


def list_candidates(name: str, context: click.Context, text: str) -> list[CompletionItem]:
    """Return what completes a text of the type ``name``; nothing where that cannot be read."""
    try:
        return list(CANDIDATES[name](context, text))
    except (ConfigError, click.UsageError, ValueError, OSError):
        return []


class _Bash(BashComplete):
    """Bash: it splits a word at ``=``, and completes only its last part.

    It adds a space to a key unless that is turned off.
    """

    source_template = BashComplete.source_template.replace(
        "COMPREPLY+=($value)", 'COMPREPLY+=("$value"); [[ $value == *= ]] && compopt -o nospace'
    )

    def get_completion_args(self) -> tuple[list[str], str]:
        args, incomplete = super().get_completion_args()
        joined = re.sub(r"\n=(\n|$)", "=", "\n".join([*args, incomplete]))
        *args, incomplete = joined.split("\n")
        return args, incomplete

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        before = incomplete[: incomplete.find("=") + 1]
        items = super().get_completions(args, incomplete)
        for item in items:
            item.value = item.value.removeprefix(before)
        return items


class _WholeWord(ShellComplete):
    """A shell that completes all of ``--option=value``."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        option = incomplete[: incomplete.find("=") + 1] if incomplete.startswith("-") else ""
        items = super().get_completions(args, incomplete)
        for item in items:
            item.value = f"{option}{item.value}"
        return items


class _Zsh(_WholeWord, ZshComplete):
    """Zsh: paths are completed after ``=``, and a key gets no space."""

    source_template = ZshComplete.source_template.replace(
        "_path_files", "compset -P '*='; _path_files"
    ).replace(
        "compadd -U",
        "local space=' '; [[ $completions[1] == *= ]] && space=''; compadd -q -S \"$space\" -U",
    )


class _Fish(_WholeWord, FishComplete):
    """Fish: a value may contain commas."""

    source_template = FishComplete.source_template.replace(
        'string split ","', 'string split --max 1 ","'
    )


_SHELLS = {"bash": _Bash, "zsh": _Zsh, "fish": _Fish}


def _find_place(shell: str) -> tuple[str, str]:
    """Return the file that a shell reads a completion script from, and what is left to do."""
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    bash = os.environ.get("BASH_COMPLETION_USER_DIR") or os.path.join(data, "bash-completion")
    fish = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    parts, advice = {
        "bash": (
            (bash, "completions", _PROGRAM),
            "Start a new shell. Without the package bash-completion, add to ~/.bashrc: source {}",
        ),
        "zsh": (
            ("~/.zfunc", f"_{_PROGRAM}"),
            "Add to ~/.zshrc, unless it is there: fpath+=~/.zfunc; autoload -Uz compinit; compinit",
        ),
        "fish": ((fish, "fish", "completions", f"{_PROGRAM}.fish"), "Start a new shell."),
    }[shell]
    path = os.path.expanduser(os.path.join(*parts))
    return path, advice.format(path)


def add_shells() -> None:
    """Let click answer the scripts of these shells."""
    for name, shell in _SHELLS.items():
        add_completion_class(shell, name)


@options.command("completion")
@click.argument("shell", type=click.Choice(list(_SHELLS)), required=False)
@options.flag("--install", "Write the script to the shell's own folder.")
@click.pass_context
def command(context: click.Context, shell: str | None, *, install: bool) -> int:
    """Print or install the completion script of your shell.

    Commands, options, rules, class names and files are then completed with Tab. Without a shell,
    it is that of $SHELL.

    Examples:
      # Install it for your shell
      trellis-cfg completion --install
      # Or use it in this shell only (bash)
      eval "$(trellis-cfg completion bash)"

    Exit code:
      0  done
      2  an unknown shell, or the file could not be written
    """
    name = shell or os.path.basename(os.environ.get("SHELL", ""))
    if name not in _SHELLS:
        raise click.UsageError(f"name a shell: {', '.join(_SHELLS)}")
    text = _SHELLS[name](context.find_root().command, {}, _PROGRAM, _VARIABLE).source()
    if not install:
        click.echo(text)
        return SUCCESS
    path, advice = _find_place(name)
    output.write_file(path, text.encode())
    click.echo(f"wrote {escape_controls(path)}")
    output.print_summary(advice)
    return SUCCESS
