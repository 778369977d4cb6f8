"""The code blocks of a Markdown page, with what stands in comments before them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "README.zh.md", *(ROOT / "docs").rglob("*.md")])
RUN = frozenset({"sh", "console", "python", "pycon"})
SHOWN = frozenset({"diff", "groovy", "json", "jsonc", "lua", "text", "toml", "yaml"})
NOTES = ("not run", "exits", "first", "file", "patch", "is")
"""``not run: why``; ``exits: 1`` of some command; ``first:`` commands that the page does not show;
``file: NAME`` which the block is the content of; ``patch: .`` to be applied; ``is: NAME``, the file
of the project that the block repeats."""
_NOTE = re.compile(rf"<!--\s*({'|'.join(NOTES)}):\s*(.*?)\s*-->", re.DOTALL)


class Block(NamedTuple):
    """A block of a page: its line there, its language, its text, and the notes before it."""

    line: int
    language: str
    text: str
    notes: dict[str, str]


class Command(NamedTuple):
    """A command, and what it is shown to print; None where that is not shown."""

    line: str
    output: str | None = None


def blocks(markdown: str) -> Iterator[Block]:
    """Yield the blocks of a page; the language of an indented one is empty."""
    comments = ""
    for token in MarkdownIt().parse(markdown):
        if token.type in {"fence", "code_block"}:
            language = token.info.split(" ", 1)[0]
            line = (token.map or [0])[0] + 1
            yield Block(line, language, token.content, dict(_NOTE.findall(comments)))
        comments = comments + token.content if token.type == "html_block" else ""


def commands(block: Block) -> list[Command]:
    """Return the commands of a block: of a console, each with its output; else all as one."""
    if block.language == "sh":
        return [Command(block.text)]
    parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    assert not parts[0].strip(), f"line {block.line}: a console starts with a command: $ …"
    return [_command(part) for part in parts[1:]]


def _command(part: str) -> Command:
    """Split a console's text behind the prompt: a line that ends in a backslash goes on."""
    match = re.match(r"((?:.*\\\n)*.*)\n?", part)
    assert match
    return Command(match[1], part[match.end() :])


def pattern(shown: str) -> str:
    """Return the pattern of an output as shown: … is any text of a line, alone any lines."""
    lines = [line.rstrip() for line in shown.rstrip().split("\n")]
    return "".join(
        r"(?:.*\n)*" if line.strip() == "…" else ".*".join(map(re.escape, line.split("…"))) + r"\n"
        for line in lines
    )
