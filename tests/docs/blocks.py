"""The code blocks of a Markdown page, with the notes in the comments before them."""

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
"""``not run: why``; ``exits: 1``, of some command; ``first:`` commands that the page does not show;
``file: NAME``, whose content the block is; ``patch: .``, to be applied; ``is: NAME``, a file of
the project that the block repeats."""
_NOTE = re.compile(rf"<!--\s*({'|'.join(NOTES)}):\s*(.*?)\s*-->", re.DOTALL)


class Block(NamedTuple):
    """A block of a page: its line there, its language, its text, and the notes before it."""

    line: int
    language: str
    text: str
    notes: dict[str, str]


class Command(NamedTuple):
    """A command, and its output if the page shows it."""

    line: str
    output: str | None = None


def blocks(markdown: str) -> Iterator[Block]:
    """Yield the blocks of a page; an indented one has no language."""
    comments = ""
    for token in MarkdownIt().parse(markdown):
        if token.type in {"fence", "code_block"}:
            language = token.info.split(" ", 1)[0]
            line = (token.map or [0])[0] + 1
            yield Block(line, language, token.content, dict(_NOTE.findall(comments)))
        comments = comments + token.content if token.type == "html_block" else ""


def commands(block: Block) -> list[Command]:
    """Return the commands of a console block, with their outputs; or the whole block as one."""
    if block.language == "sh":
        return [Command(block.text)]
    parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    assert not parts[0].strip(), f"line {block.line}: a console starts with a command: $ …"
    return [_split_output(part) for part in parts[1:]]


def _split_output(part: str) -> Command:
    """Split the text after a prompt; a line that ends in a backslash continues."""
    match = re.match(r"((?:.*\\\n)*.*)\n?", part)
    assert match
    return Command(match[1], part[match.end() :])


def pattern(output: str) -> str:
    """Return the pattern of an output; … is any text in a line, and any lines on its own."""
    lines = [line.rstrip() for line in output.rstrip().split("\n")]
    return "".join(
        r"(?:.*\n)*" if line.strip() == "…" else ".*".join(map(re.escape, line.split("…"))) + r"\n"
        for line in lines
    )
