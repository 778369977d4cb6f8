"""``trellis-cfg set``: give arguments of configs another value, every other byte untouched."""

from functools import partial
from itertools import takewhile
from typing import Any

import click

from trellis_cfg.cli import edit, options
from trellis_cfg.editing import Assignment, assign
from trellis_cfg.rewriting import Rewrite


@click.command("set")
@click.argument("words", nargs=-1, metavar="KEY=VALUE... [PATH]...")
@click.option("--after", metavar="KEY", help="Where a new key goes; else last.")
@edit.edits
@options.which
@options.color
def command(words: tuple[str, ...], *, after: str | None, **given: Any) -> int:  # noqa: ANN401  what the options of edits and which add
    """Set values in configs, and leave every other byte as it is.

    KEY is an argument of the trainer, or a dotted path from the top of the config; * stands for
    any one key. VALUE is JSON, and a bare word a string. PATH is a file, a folder (every *.json
    below it), or - for stdin to stdout; without PATH, the paths of [tool.trellis-cfg] in
    pyproject.toml are read, else configs/.

    Exit code: 0 done, or nothing to do; 1 a file would change (--check, --diff); 2 a file could
    not be read, parsed or written, or an edit is refused.
    """
    typed = list(takewhile(lambda word: "=" in word, words))
    if not typed:
        raise click.UsageError("nothing to set: write KEY=VALUE before the paths")
    wanted = [edit.read(word, "KEY=VALUE") for word in typed]
    change = edit.one_by_one([_assigning(one, after) for one in wanted])
    options_given = edit.Given(**{name: given.pop(name) for name in edit.Given._fields})
    paths = words[len(typed) :]
    which = options.Which(**given)
    sibling = ["--after", after] if after else []
    return edit.run(paths, change, options_given, which, ["trellis-cfg", "set", *typed, *sibling])


def _assigning(wanted: Assignment, after: str | None) -> Rewrite:
    sibling = after.rpartition(".")[2] if after else None
    return partial(assign, wanted=wanted, after=sibling)
