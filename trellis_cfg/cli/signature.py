"""``trellis-cfg signature``: the arguments that classes of a checkout accept."""

import json
import os
from collections.abc import Iterator

import click

from trellis_cfg.cli import SUCCESS, options
from trellis_cfg.lint.project import find_checkouts
from trellis_cfg.models.class_spec import ClassSpec, Parameter
from trellis_cfg.settings import load_settings
from trellis_cfg.source import read_checkout
from trellis_cfg.source.facts import SourceFacts
from trellis_cfg.source.section import SourceSection
from trellis_cfg.suggest import format_hint
from trellis_cfg.terminal import escape_controls, escape_json

_NOUNS = {
    "trainer": "trainer",
    "dataset": "dataset",
    "models": "model",
    "elastic": "memory controller",
    "grad_clip": "gradient clipper",
    "image_cond_model": "image encoder",
}
_OTHERS = {
    True: ("swallowed", "ignored"),
    False: ("refused", "a TypeError"),
    None: ("unknown", "never read; may be rejected"),
}
"""What happens to other arguments: in JSON, and in text."""
_LONGEST = 40
_MOST_NAMES = 4


def format_text(spec: ClassSpec) -> Iterator[str]:
    """Yield the lines of a signature: one per argument."""
    yield f"{spec.name}  {_NOUNS[spec.section]}  {spec.place}"
    if spec.mro[1:]:
        yield f"  extends {', '.join(name.lstrip('?') for name in spec.mro[1:])}"
    rows = [
        (parameter.name, _format_default(parameter), _cut(parameter.annotation), parameter.place)
        for parameter in spec.parameters.values()
    ]
    widths = [max(map(len, column), default=0) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield f"  {'  '.join(cells)}".rstrip()
    for place in dict.fromkeys(spec.script_arguments.values()):
        names = ", ".join(name for name, at in spec.script_arguments.items() if at == place)
        yield f"  passed by {place or 'train.py'}: {names}"
    known = f"{_OTHERS[spec.is_unknown_ignored][1]}, {spec.unknown_place}"
    unknown = f"unknown: {spec.unknown_place} cannot be followed"
    yield f"  others: {known if spec.is_complete else unknown}"


def _format_default(parameter: Parameter) -> str:
    if parameter.is_required:
        return "required"
    if parameter.default is None:
        return "read from kwargs" if parameter.is_from_kwargs else ""
    return f"= {_cut(parameter.default.text)}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _to_object(spec: ClassSpec) -> dict[str, object]:
    """Return a spec by the names of the output format, which stay when those of the code change."""
    return {
        "section": spec.section,
        "name": spec.name,
        "place": spec.place,
        "parameters": [_to_parameter(parameter) for parameter in spec.parameters.values()],
        "given": spec.script_arguments,
        "is_complete": spec.is_complete,
        "swallows": spec.is_unknown_ignored,
        "ends_at": spec.unknown_place,
        "lineage": spec.mro,
        "is_lineage_complete": spec.is_mro_complete,
        "others": _OTHERS[spec.is_unknown_ignored][0],
    }


def _to_parameter(parameter: Parameter) -> dict[str, object]:
    return {
        "name": parameter.name,
        "default": parameter.default and parameter.default.text,
        "annotation": parameter.annotation,
        "place": parameter.place,
        "is_required": parameter.is_required,
        "by_hand": parameter.is_from_kwargs,
        "choices": parameter.choices,
    }


def format_names(source: SourceFacts) -> list[str]:
    """Return the lines with the names of all classes, by section."""
    lines = []
    for key, section in source.all_sections.items():
        more = "" if section.is_complete else ", and others that cannot be read"
        lines.append(f"{_NOUNS[key]}s in {section.place}{more}:")
        lines += [f"  {name}" for name in _list_names(key, section)]
    return lines


def _list_names(key: str, section: SourceSection) -> list[str]:
    is_whole = key in ("trainer", "dataset", "models")
    return [name for name, spec in section.likely_classes.items() if spec or is_whole]


@options.command("signature")
@click.argument("name", required=False, type=options.Text("CLASS"))
@options.option(
    "--source",
    options.DIR,
    "Checkout to read; default: the one that contains the working directory.",
)
@options.format_option(["text", "json"])
def command(name: str | None, source: str | None, output_format: str) -> int:
    """Print the arguments that a class of a checkout accepts.

    The code is read, never run. Without NAME, list the names of all classes.

    Arguments:
      NAME  trainer, dataset, model, or other class that configs of the checkout may name

    Examples:
      # List the classes of the checkout around this folder
      trellis-cfg signature
      # Print what a trainer of another checkout accepts
      trellis-cfg signature BasicTrainer --source ../TRELLIS

    Exit code:
      0  done
      2  there is no checkout, or no such class in it
    """
    facts = load_source(source)
    specs = [] if name is None else _find_specs(facts, name)
    if output_format == "json":
        objects = [_to_object(spec) for spec in specs] or [
            {"section": key, "name": each}
            for key, section in facts.all_sections.items()
            for each in _list_names(key, section)
        ]
        click.echo(escape_json(json.dumps(objects, indent=2, ensure_ascii=False)))
        return SUCCESS
    lines = [line for spec in specs for line in ("", *format_text(spec))][1:]
    for line in lines or format_names(facts):  # the text of a checkout may contain anything
        click.echo(escape_controls(line))
    return SUCCESS


def load_source(folder: str | None) -> SourceFacts:
    """Return the facts of a checkout's code; raises UsageError if there is no checkout."""
    finder = find_checkouts((folder,) if folder is not None else (), load_settings("."))
    checkout = finder.checkout(os.path.join(".", "config.json"))
    if checkout is None:
        raise click.UsageError("not inside a checkout: pass --source DIR")
    return read_checkout(checkout)


def _find_specs(source: SourceFacts, name: str) -> list[ClassSpec]:
    sections = source.all_sections.values()
    specs = [spec for section in sections if (spec := section.classes.get(name))]
    if specs:
        return specs
    if any(name in section.classes for section in sections):
        raise click.UsageError(f"{name} exists, but its definition cannot be read")
    names = {known for section in sections for known in section.classes}
    longer = sorted(f'"{known}"' for known in names if name.lower() in known.lower())[:_MOST_NAMES]
    hint = format_hint(name, names) or (f"; did you mean {' or '.join(longer)}?" if longer else "")
    raise click.UsageError(f"this checkout has no class {name}{hint}")
