"""``trellis-cfg signature``: what a trainer, a dataset or a model of a checkout accepts."""

import os

import click

from trellis_cfg.cli.source import where_of
from trellis_cfg.near import did_you_mean, nearest
from trellis_cfg.reporters import signatures
from trellis_cfg.settings import load
from trellis_cfg.signatures import source
from trellis_cfg.signatures.signature import Signature, Source
from trellis_cfg.terminal import harmless


@click.command("signature")
@click.argument("name", required=False)
@click.option("--source", "folder", metavar="DIR", help="The checkout; else the one around here.")
@click.option(
    "--output-format",
    type=click.Choice(list(signatures.FORMATS)),
    default="text",
    help="How it is printed; text by default.",
)
def command(name: str | None, folder: str | None, output_format: str) -> int:
    """Print what a trainer, a dataset or a model accepts, by the code of a checkout.

    The code is read, never run. Without NAME, the names of all classes are listed.

    Exit code: 0 done; 2 there is no checkout, or no such class in it.
    """
    code = code_of(folder)
    if name is None:
        _show(signatures.names(code))
        return 0
    text = signatures.FORMATS[output_format](_found(code, name))
    if output_format == "text":
        _show(text)
    else:
        click.echo(text, nl=False)
    return 0


def _show(text: str) -> None:
    """Print text of a checkout, which may hold anything, line by line."""
    for line in text.splitlines():
        click.echo(harmless(line))


def code_of(folder: str | None) -> Source:
    """Return what the code of a checkout says; raises UsageError where there is none."""
    where = where_of((folder,) if folder is not None else (), load("."))
    checkout = where.checkout(os.path.join(".", "config.json"))
    if checkout is None:
        raise click.UsageError("there is no checkout around this folder: --source DIR names one")
    return source(checkout)


def _found(code: Source, name: str) -> list[Signature]:
    """Return the classes of a name, in whichever sections; raises UsageError for none."""
    sections = code.sections.values()
    found = [one for section in sections if (one := section.classes.get(name))]
    if found:
        return found
    if any(name in section.classes for section in sections):
        raise click.UsageError(f"{name} cannot be read: it is defined where this does not see it")
    hint = did_you_mean(nearest(name, {one for section in sections for one in section.classes}))
    raise click.UsageError(f"this checkout has no class {name}{hint}")
