"""Print docs/commands.md: every command, argument and option."""

import re
import textwrap
from collections.abc import Iterator

import click

from trellis_cfg.cli.help import EXAMPLES, EXIT_CODE, Section, group_options, split_sections
from trellis_cfg.cli.main import COMMANDS, group

HEAD = """# Commands

Generated from the program: `trellis-cfg COMMAND --help` shows the same. `trellis-cfg --version`
prints the version, and `python -m trellis_cfg` is the same program.

Findings, diffs, tables and JSON go to stdout, the summary and the progress to stderr. `NO_COLOR`
and `FORCE_COLOR` are respected; `TRELLIS_CFG_NO_CACHE=1` keeps
[nothing between two runs](checkouts.md#between-two-runs). For every command, exit code 3 is a bug
(with a traceback), 130 an interruption and 143 a SIGTERM.
"""
_CODE = re.compile(
    r"\[tool\.trellis-cfg\]|\*\.json|DIR/[\w.]+|--[a-z-]+|(?<!\w)[\w.]*_[\w.]*|\*(?= )"
    r"|\b(?=[A-Z]{3})[A-Z]+\b|(?<= )-(?= )"
)
_PLAIN = frozenset({"JSON", "NUL", "GPU"})


def format_page() -> str:
    """Return the page in Markdown."""
    return "\n".join([HEAD, *(line for name in COMMANDS for line in _format_command(name))])


def _format_command(name: str) -> Iterator[str]:
    above = click.Context(group, info_name="trellis-cfg", **group.context_settings)
    command = group.get_command(above, name)
    assert command is not None
    context = click.Context(command, info_name=name, parent=above)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    usage = usage.replace("[[", "[").replace("]]", "]")  # which click 8.1 writes twice
    yield f"## {name}\n\n```text\n{usage}\n```\n"
    sections = list(split_sections(command.help or ""))
    yield from (f"{_format_section(each)}\n" for each in sections if each.title != EXIT_CODE)
    yield "| option | meaning |\n|---|---|"
    groups = group_options(command, context)
    for title, records in groups.items():
        if len(groups) > 1:
            yield f"| **{title}** | |"
        for record in records:
            names, meaning = (text.replace("|", r"\|") for text in record)
            yield f"| `{names}` | {_mark_code(meaning)} |"
    yield ""
    yield from (f"{_format_section(each)}\n" for each in sections if each.title == EXIT_CODE)


def _format_section(section: Section) -> str:
    """Return a paragraph, a block of commands, or a list."""
    if section.title == EXAMPLES:
        return f"```text\n{section.text}\n```"
    if section.title:
        rows = (f"- `{term}`: {_mark_code(meaning)}" for term, meaning in section.rows)
        return "\n".join([f"{section.title}:\n", *rows])
    text = _mark_code(" ".join(section.text.split()))
    return textwrap.fill(text, 130, break_long_words=False, break_on_hyphens=False)


def _mark_code(text: str) -> str:
    """Return a text with the names of options, values and files as code."""
    return _CODE.sub(lambda match: match[0] if match[0] in _PLAIN else f"`{match[0]}`", text)


if __name__ == "__main__":
    print(format_page(), end="")
