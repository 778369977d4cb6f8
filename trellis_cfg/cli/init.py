"""``trellis-cfg init``: settings, a pre-commit hook and a check in CI, for where it stands."""

import os

import click

from trellis_cfg.cli import output
from trellis_cfg.cli.source import where_of
from trellis_cfg.errors import FileRefused
from trellis_cfg.files.output import put
from trellis_cfg.project import Addition, additions, survey
from trellis_cfg.settings import load
from trellis_cfg.signatures import source
from trellis_cfg.terminal import harmless

DONE, COULD_NOT = 0, 2


@click.command("init")
def command() -> int:
    """Set a project up: [tool.trellis-cfg], the pre-commit hooks, and a check in GitHub's CI.

    It asks nothing, and shows what it found and wrote. What is there already is kept: a table or
    hooks that you have, and any other file; then it prints what to add.

    Exit code: 0 done; 2 a file could not be written.
    """
    checkout = where_of((), load(".")).checkout(os.path.join(".", "config.json"))
    found = survey(os.getcwd(), source(checkout) if checkout else None)
    for line in found.told():
        click.echo(f"found  {harmless(line)}")
    codes = [_made(one) for one in additions(found)]
    output.summary("Next: trellis-cfg check")
    return max(codes)


def _made(one: Addition) -> int:
    """Write an addition, or say how to make it by hand."""
    path = harmless(os.path.relpath(one.path))
    if one.new is None:
        click.echo(f"kept   {path}: {one.why}")
        if one.by_hand:
            click.echo("\n" + one.by_hand)
        return DONE
    try:
        os.makedirs(os.path.dirname(one.path), exist_ok=True)
        put(one.path, one.new)
    except (FileRefused, OSError) as error:
        reason = error.message if isinstance(error, FileRefused) else error.strerror
        output.summary(f"{os.path.relpath(one.path)}: {reason}")
        return COULD_NOT
    click.echo(f"wrote  {path}{one.why and ': '}{one.why}")
    return DONE
