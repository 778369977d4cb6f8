"""``trellis-cfg signature``: what a trainer, a dataset or a model of a checkout accepts."""

import json
import os
from collections.abc import Callable, Iterator, Sequence

import click

from trellis_cfg.cli.lint_options import find_checkouts
from trellis_cfg.settings import load_settings
from trellis_cfg.source import read_checkout
from trellis_cfg.source.class_spec import ClassSpec, Parameter, SourceFacts
from trellis_cfg.suggest import format_hint
from trellis_cfg.terminal import escape_controls

_NOUNS = {
    "trainer": "trainer",
    "dataset": "dataset",
    "models": "model",
    "elastic": "memory controller",
    "grad_clip": "gradient clipper",
    "image_cond_model": "image encoder",
}
_LONGEST = 40


def text(signatures: Sequence[ClassSpec]) -> str:
    """Return the signatures one after the other, a line for each argument."""
    return "\n".join("\n".join(_lines(one)) + "\n" for one in signatures)


def _lines(one: ClassSpec) -> Iterator[str]:
    yield f"{one.name}  {_NOUNS[one.section]}  {one.place}"
    if one.mro[1:]:
        yield f"  extends {', '.join(name.lstrip('?') for name in one.mro[1:])}"
    rows = [
        (found.name, _default(found), _short(found.annotation), found.place)
        for found in one.parameters.values()
    ]
    widths = [max(map(len, column), default=0) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield f"  {'  '.join(cells)}".rstrip()
    for place in dict.fromkeys(one.script_arguments.values()):
        names = ", ".join(name for name, at in one.script_arguments.items() if at == place)
        yield f"  given: {names}, by {place or 'train.py'}"
    yield f"  others: {_others(one)}"


def _default(found: Parameter) -> str:
    if found.is_required:
        return "required"
    if found.default is None:
        return "read by hand" if found.is_from_kwargs else ""
    return f"= {_short(found.default)}"


def _short(written: str) -> str:
    return written if len(written) <= _LONGEST else f"{written[:_LONGEST]}…"


def _others(one: ClassSpec) -> str:
    if not one.is_complete:
        return f"not known: {one.unknown_place} cannot be followed"
    match one.is_unknown_ignored:
        case True:
            return f"swallowed without effect, {one.unknown_place}"
        case False:
            return f"a TypeError, {one.unknown_place}"
    return f"read by nobody; whether they are refused is not known, {one.unknown_place}"


def as_json(signatures: Sequence[ClassSpec]) -> str:
    """Return the signatures as a JSON array of objects."""
    return json.dumps([_plain(one) for one in signatures], indent=2, ensure_ascii=False) + "\n"


_SPEC_KEYS = (
    *("section", "name", "place", "parameters", "given", "is_complete"),
    *("swallows", "ends_at", "lineage", "is_lineage_complete"),
)
_PARAMETER_KEYS = ("name", "default", "annotation", "place", "is_required", "by_hand", "choices")
"""The keys of the JSON output, in the order of the fields."""


def _plain(one: ClassSpec) -> dict[str, object]:
    return {
        **dict(zip(_SPEC_KEYS, one, strict=True)),
        "parameters": [
            dict(zip(_PARAMETER_KEYS, found, strict=True)) for found in one.parameters.values()
        ],
        "others": {True: "swallowed", False: "refused", None: "unknown"}[one.is_unknown_ignored],
    }


FORMATS: dict[str, Callable[[Sequence[ClassSpec]], str]] = {"text": text, "json": as_json}


def names(source: SourceFacts) -> str:
    """Return the names of all classes, by section."""
    lines = []
    for key, section in source.sections.items():
        more = "" if section.is_complete else ", and others that cannot be read"
        lines.append(f"{_NOUNS[key]}s, by {section.place}{more}:")
        is_whole = key in ("trainer", "dataset", "models")
        lines += [f"  {name}" for name, one in section.likely_classes.items() if one or is_whole]
    return "\n".join(lines) + "\n"


@click.command("signature")
@click.argument("name", required=False)
@click.option("--source", "folder", metavar="DIR", help="The checkout; else the one around here.")
@click.option(
    "--output-format",
    type=click.Choice(list(FORMATS)),
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
        _show(names(code))
        return 0
    text = FORMATS[output_format](_found(code, name))
    if output_format == "text":
        _show(text)
    else:
        click.echo(text, nl=False)
    return 0


def _show(text: str) -> None:
    """Print text of a checkout, which may hold anything, line by line."""
    for line in text.splitlines():
        click.echo(escape_controls(line))


def code_of(folder: str | None) -> SourceFacts:
    """Return what the code of a checkout says; raises UsageError where there is none."""
    where = find_checkouts((folder,) if folder is not None else (), load_settings("."))
    checkout = where.checkout(os.path.join(".", "config.json"))
    if checkout is None:
        raise click.UsageError("there is no checkout around this folder: --source DIR names one")
    return read_checkout(checkout)


def _found(code: SourceFacts, name: str) -> list[ClassSpec]:
    """Return the classes of a name, in whichever sections; raises UsageError for none."""
    sections = code.sections.values()
    found = [one for section in sections if (one := section.classes.get(name))]
    if found:
        return found
    if any(name in section.classes for section in sections):
        raise click.UsageError(f"{name} cannot be read: it is defined where this does not see it")
    hint = format_hint(name, {one for section in sections for one in section.classes})
    raise click.UsageError(f"this checkout has no class {name}{hint}")
