"""``trellis-cfg schema``: the JSON Schemas of configs, for editors and other validators."""

import json
import os
from typing import Any

import click

from trellis_cfg.errors import FileRefused
from trellis_cfg.files.reading import read_file
from trellis_cfg.files.writing import write_output
from trellis_cfg.terminal import escape_controls

_OLDER = "config.draft-07"
NAMES = ("config", "trainer-args", _OLDER)
_FOLDER = "schemas"
FRESH, DRIFTED = 0, 1


@click.command("schema")
@click.argument("name", required=False, type=click.Choice(NAMES))
@click.option("--output", metavar="DIR", help="Write DIR/NAME.schema.json; all without NAME.")
@click.option("--check", is_flag=True, help="Change nothing; exit 1 if the files differ.")
@click.option("--source", metavar="DIR", help="For the classes of this checkout, by its code.")
def command(name: str | None, output: str | None, source: str | None, *, check: bool) -> int:
    """Print the JSON Schema of a config, or of the arguments of any trainer.

    Both are of draft 2020-12; a config's stands in draft-07, too, for tools that know no newer.

    With --source, it is that of a config of this checkout: its classes and their arguments.
    With --check, the files in --output, else in schemas/, are compared with what would be written.

    Exit code: 0 done, or no difference; 1 a file differs (--check); 2 a file could not be written.
    """
    if source is not None and name == "trainer-args":
        raise click.UsageError("of a checkout there is a schema of configs only, not trainer-args")
    texts = _texts(name, source)
    if output is None and not check:
        click.echo(next(iter(texts.values())), nl=False)
        return FRESH
    differing = [
        path
        for one, text in texts.items()
        for path in [os.path.join(output or _FOLDER, f"{one}.schema.json")]
        if _brought(path, text.encode(), check=check)
    ]
    for path in differing:
        click.echo(f"{'differs: ' if check else 'wrote '}{escape_controls(path)}")
    return DRIFTED if check and differing else FRESH


def _texts(name: str | None, source: str | None) -> dict[str, str]:
    """Return the schemas that are asked for, by their names."""
    names = [name] if name else NAMES if source is None else NAMES[:1]
    return {one: _written(_schema(one, source)) for one in names}


def _schema(name: str, source: str | None) -> dict[str, Any]:
    """Return a schema; of the classes of this program, or of those of a checkout."""
    if name == _OLDER:
        from trellis_cfg.models.json_schema import SCHEMA_STORE, convert_to_draft07  # noqa: PLC0415  only for older tools

        address = {"$id": SCHEMA_STORE} if source is None else {}
        return {**convert_to_draft07(_schema(NAMES[0], source)), **address}
    if source is None:
        from trellis_cfg.models.json_schema import build_schema  # noqa: PLC0415  --help needs no pydantic

        return build_schema(name)
    from trellis_cfg.cli.signature import code_of  # noqa: PLC0415  only for a checkout
    from trellis_cfg.source.json_schema import source_schema  # noqa: PLC0415  imports pydantic

    return source_schema(code_of(source))


def _written(found: dict[str, Any]) -> str:
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _brought(path: str, data: bytes, *, check: bool) -> bool:
    """Tell whether a file differs from what it should be; write it, unless that is only asked."""
    try:
        if os.path.exists(path) and read_file(path) == data:
            return False
        if not check:
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            write_output(path, data)
    except (FileRefused, OSError) as error:
        reason = error.message if isinstance(error, FileRefused) else error.strerror
        raise click.UsageError(f"{escape_controls(path)}: {reason}") from None
    return True
