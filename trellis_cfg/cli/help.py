"""The help of a command: the sections of its docstring, and its options by subject."""

import inspect
import re
from collections.abc import Iterable, Iterator
from textwrap import indent
from typing import NamedTuple

import click

_SUBJECTS = {
    "Migrations": "--only --max-epoch --revert --list",
    "Changes": "--fix --unsafe-fixes --after --check --diff --force --keep-going",
    "Rules": "--select --ignore --schema",
    "Facts": "--gpus --nodes --dataset-size --data-dir --source --no-source --resume-step"
    " --seconds-per-step",
    "Output": "--output-format --output-file --statistics --preview --compare --plot --dark --lang"
    " --verbose --quiet --color",
    "Severity": "--min-severity --fail-on --strict --exit-zero",
    "Baseline": "--baseline --write-baseline",
    "Files": "--where --files-from -0 --exclude --force-exclude --no-gitignore --stdin-filename",
}
_FEW = 6
"""So many options, or fewer, are listed without subjects."""
_MAX_TERM = 24
"""Columns for the names of options: a longer one has a line of its own."""
EXAMPLES, EXIT_CODE = "Examples", "Exit code"
"""The titles of commands for a shell, with comments, and of what comes after the options."""
_HYPHEN = re.compile(r"(?<=\S)-(?=\S)")
_NO_BREAK = "\N{NON-BREAKING HYPHEN}"


class Section(NamedTuple):
    """A paragraph of a help; with a title, rows of a term and its meaning, or examples."""

    title: str
    text: str

    @property
    def rows(self) -> list[tuple[str, str]]:
        """The terms and their meanings: two spaces are between them."""
        rows = (row.partition("  ") for row in re.split(r"\n(?=\S)", self.text))
        return [(term, " ".join(meaning.split())) for term, _, meaning in rows]


def split_sections(text: str) -> Iterator[Section]:
    """Yield the paragraphs of a docstring; one of indented lines below ``Title:`` is a section."""
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        title, is_titled, body = paragraph.partition(":\n  ")
        yield Section(title, body.replace("\n  ", "\n")) if is_titled else Section("", paragraph)


def group_options(
    command: click.Command, context: click.Context
) -> dict[str, list[tuple[str, str]]]:
    """Return the names and meanings of a command's options, by subject; the last is the rest."""
    subjects = {name: title for title, names in _SUBJECTS.items() for name in names.split()}
    options = [each for each in command.get_params(context) if isinstance(each, click.Option)]
    is_short = len(options) <= _FEW
    rest = "Options" if is_short else "Other options"
    groups: dict[str, list[tuple[str, str]]] = {title: [] for title in (*_SUBJECTS, rest)}
    for option in options:
        titles = (subjects[name] for name in option.opts if name in subjects)
        title = rest if is_short else next(titles, rest)
        if record := option.get_help_record(context):
            groups[title].append(record)
    return {title: records for title, records in groups.items() if records}


class _Formatter(click.HelpFormatter):
    """A formatter that does not break a line within ``--an-option``."""

    def write_text(self, text: str) -> None:
        super().write_text(_HYPHEN.sub(_NO_BREAK, text))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = _MAX_TERM, col_spacing: int = 2
    ) -> None:
        unbroken = [(term, _HYPHEN.sub(_NO_BREAK, meaning)) for term, meaning in rows]
        super().write_dl(unbroken, col_max, col_spacing)

    def getvalue(self) -> str:
        return super().getvalue().replace(_NO_BREAK, "-")


class _Context(click.Context):
    formatter_class = _Formatter


class Command(click.Command):
    """A command whose docstring has sections, and whose options are listed by subject."""

    context_class = _Context

    def get_short_help_str(self, limit: int = 0) -> str:
        """Return the first paragraph, whole."""
        del limit
        return next(split_sections(self.help or "")).text

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the docstring, with the options before its exit codes."""
        self.format_usage(ctx, formatter)
        sections = [*split_sections(self.help or "")]
        for section in sections:
            if section.title != EXIT_CODE:
                _write_section(formatter, section)
        self.format_options(ctx, formatter)
        for section in sections:
            if section.title == EXIT_CODE:
                _write_section(formatter, section)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, a section each subject."""
        groups = group_options(self, ctx)
        names = (name for records in groups.values() for name, _ in records)
        width = max(len(name) for name in names if len(name) <= _MAX_TERM)
        for title, records in groups.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(width), meaning) for name, meaning in records])


def _write_section(formatter: click.HelpFormatter, section: Section) -> None:
    if not section.title:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(section.text)
        return
    with formatter.section(section.title):
        if section.title == EXAMPLES:  # a command stays on its line
            formatter.write(indent(section.text, " " * formatter.current_indent) + "\n")
        else:
            formatter.write_dl(section.rows)
