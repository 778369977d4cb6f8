"""``trellis-cfg schema``: the JSON Schemas of configs, for editors and other validators."""

import json
import os
from typing import Any

import click

from trellis_cfg.cli import FINDINGS, SUCCESS, options
from trellis_cfg.cli.options import DIR, flag, option
from trellis_cfg.cli.output import write_file
from trellis_cfg.errors import FileRefused
from trellis_cfg.files.reading import read_file
from trellis_cfg.terminal import escape_controls, escape_json

_DRAFT_07 = "config.draft-07"
NAMES = ("config", "trainer-args", _DRAFT_07)
_FOLDER = "schemas"


@options.command("schema")
@click.argument("name", required=False, type=click.Choice(NAMES), metavar="[NAME]")
@option("--output", DIR, "Write DIR/NAME.schema.json; without NAME, write all.")
@flag("--check", "Change nothing; exit 1 if the files differ.")
@option("--source", DIR, "Describe the classes of this checkout.")
def command(name: str | None, output: str | None, source: str | None, *, check: bool) -> int:
    """Print the JSON Schema of configs, for editors and validators.

    With --source, the schema describes the classes and arguments of this checkout. With --check,
    the files in --output, else in schemas/, are compared with the output.

    Arguments:
      NAME  config (default), trainer-args (the arguments of any trainer), both in draft 2020-12;
            or config.draft-07, for older tools

    Examples:
      # Write the schemas for an editor
      trellis-cfg schema --output schemas
      # Check in CI that they are up to date
      trellis-cfg schema --output schemas --check

    Exit code:
      0  done, or no difference
      1  a file differs (--check)
      2  a file could not be written
    """
    if source is not None and name == "trainer-args":
        raise click.UsageError("--source supports only schemas of configs, not trainer-args")
    names = [name] if name else NAMES if source is None else NAMES[:1]
    texts = [
        escape_json(json.dumps(_load_schema(each, source), indent=2, ensure_ascii=False)) + "\n"
        for each in names
    ]
    if output is None and not check:
        click.echo(texts[0], nl=False)
        return SUCCESS
    paths = [os.path.join(output or _FOLDER, f"{each}.schema.json") for each in names]
    files = zip(paths, texts, strict=True)
    differing = [path for path, text in files if _update(path, text.encode(), check=check)]
    for path in differing:
        click.echo(f"{'differs: ' if check else 'wrote '}{escape_controls(path)}")
    return FINDINGS if check and differing else SUCCESS


def _load_schema(name: str, source: str | None) -> dict[str, Any]:
    if name == _DRAFT_07:
        from trellis_cfg.models.json_schema import SCHEMA_STORE, convert_to_draft07  # noqa: PLC0415  only for older tools

        address = {"$id": SCHEMA_STORE} if source is None else {}
        return {**convert_to_draft07(_load_schema(NAMES[0], source)), **address}
    if source is None:
        from trellis_cfg.models.json_schema import build_schema  # noqa: PLC0415  imports pydantic

        return build_schema(name)
    from trellis_cfg.cli.signature import load_source  # noqa: PLC0415  only for a checkout
    from trellis_cfg.source.json_schema import source_schema  # noqa: PLC0415  imports pydantic

    return source_schema(load_source(source))


def _update(path: str, data: bytes, *, check: bool) -> bool:
    try:
        if os.path.exists(path) and read_file(path) == data:
            return False
    except FileRefused as error:
        raise click.UsageError(f"{path}: {error.message}") from None
    if not check:
        write_file(path, data)
    return True
