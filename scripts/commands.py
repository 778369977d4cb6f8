"""Print docs/commands.md: every command, argument and option, as the program has them."""

import re
import textwrap
from collections.abc import Iterator

import click

from trellis_cfg.cli.main import COMMANDS, group

HEAD = """# Commands

Made from the program itself: `trellis-cfg COMMAND --help` says the same. `trellis-cfg --version`
tells the version, and `python -m trellis_cfg` is the same program.

Findings, diffs, tables and JSON go to stdout, the summary and the progress to stderr. `NO_COLOR`
and `FORCE_COLOR` are heeded. Of any command, exit code 3 is a bug, with its traceback, and 130 an
interruption.
"""
_CODE = re.compile(
    r"\[tool\.trellis-cfg\]|\*\.json|DIR/[\w.]+|--[a-z-]+|(?<!\w)[\w.]*_[\w.]*|\*(?= )"
    r"|\b(?=[A-Z]{3})[A-Z]+\b|(?<= )-(?= )"
)
_WORDS = frozenset({"JSON", "NUL", "GPU"})


def page() -> str:
    """Return the page."""
    return "\n".join([HEAD, *(line for name in COMMANDS for line in _command(name))])


def _command(name: str) -> Iterator[str]:
    above = click.Context(group, info_name="trellis-cfg", **group.context_settings)
    command = group.get_command(above, name)
    assert command is not None
    context = click.Context(command, info_name=name, parent=above)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f"## {name}\n\n```text\n{usage}\n```\n"
    for paragraph in (command.help or "").split("\n\n"):
        told = _marked(" ".join(paragraph.split()))
        yield textwrap.fill(told, 130, break_long_words=False, break_on_hyphens=False) + "\n"
    yield "| option | meaning |\n|---|---|"
    for parameter in command.get_params(context):
        if isinstance(parameter, click.Option) and (record := parameter.get_help_record(context)):
            names, meaning = (text.replace("|", r"\|") for text in record)
            yield f"| `{names}` | {_marked(meaning)} |"
    yield ""


def _marked(text: str) -> str:
    """Return a text in which the names of options, values and files are set as code."""
    return _CODE.sub(lambda found: found[0] if found[0] in _WORDS else f"`{found[0]}`", text)


if __name__ == "__main__":
    print(page(), end="")
