"""What ``set`` and ``unset`` share: which configs, what the lint says, how it is carried out."""

import shlex
from collections.abc import Callable
from functools import reduce
from typing import Any, NamedTuple, TypeVar

import click

from trellis_cfg.cli import options, output, rewriting
from trellis_cfg.cli.profile import Chosen, profile_of
from trellis_cfg.document.document import Document
from trellis_cfg.editing import Assignment, assignment, holds
from trellis_cfg.rewriting import Rewrite
from trellis_cfg.settings import load
from trellis_cfg.verdict import Verdict

_Command = TypeVar("_Command", bound=Callable[..., Any])


def edits(command: _Command) -> _Command:
    """Add the options of a command that edits; ``run`` reads them."""
    for decorate in reversed(
        (
            click.option("--check", is_flag=True, help="Change nothing; exit 1 if a file would."),
            click.option("--diff", is_flag=True, help="Change nothing; print a patch."),
            click.option(
                "--where", multiple=True, metavar="KEY=VALUE", help="Only configs that say so."
            ),
            click.option("--force", is_flag=True, help="Also where the lint finds a new error."),
            click.option(
                "--keep-going", is_flag=True, help="Write the others where one is refused."
            ),
        )
    ):
        command = decorate(command)
    return command


class Given(NamedTuple):
    """What the options of ``edits`` say."""

    check: bool
    diff: bool
    where: tuple[str, ...]
    force: bool
    keep_going: bool

    def typed(self) -> list[str]:
        """Return these options as they would be typed again, without those that only show."""
        line = [part for condition in self.where for part in ("--where", condition)]
        return line + ["--force"] * self.force + ["--keep-going"] * self.keep_going


def run(
    paths: tuple[str, ...], change: Rewrite, given: Given, which: options.Which, line: list[str]
) -> int:
    """Change the configs that are meant; ``line`` is how the command was typed."""
    conditions = [read(text, "--where") for text in given.where]
    verdict = Verdict(profile_of(Chosen((), (), None, None, None), load(".")))
    meant = False

    def rewrite(document: Document) -> Document:
        nonlocal meant
        is_meant = all(holds(document, condition) for condition in conditions)
        meant = meant or is_meant
        return change(document) if is_meant else document

    judged = rewrite if given.force else verdict.sound(rewrite)
    mode = rewriting.Mode(given.check, given.diff, given.keep_going)
    if options.STDIN in paths:
        options.refuse_unless_alone(paths, which)
        code = rewriting.run_stream(judged, mode)
    else:
        again = [*line, *given.typed(), *which.given(), *options.named(paths)]
        words = rewriting.Words("changed", shlex.join(again), "")
        code = rewriting.run(options.selected(paths, which), judged, mode, words, done=[])
    if conditions and not meant:
        output.summary(f"No config says {' and '.join(given.where)}.")
    for found, message in sorted(verdict.warnings):
        output.summary(f"warning[{found}] {message}")
    return code


def read(text: str, option: str) -> Assignment:
    """Return an assignment that was typed; raises BadParameter for one that is none."""
    try:
        return assignment(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from None


def one_by_one(changes: list[Rewrite]) -> Rewrite:
    """Return a rewrite that makes several, each on what the one before left."""
    return lambda document: reduce(lambda found, change: change(found), changes, document)
