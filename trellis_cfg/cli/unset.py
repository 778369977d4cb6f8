"""``trellis-cfg unset``: take keys out of configs, every other byte untouched."""

from typing import Any

import click

from trellis_cfg.cli import edit, options, output
from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import matches
from trellis_cfg.editing import erase, pattern
from trellis_cfg.near import did_you_mean, nearest


class _Sought:
    """A key to take out; whether some config had it, and the keys that stood in its place."""

    def __init__(self, where: tuple[str, ...]) -> None:
        self.pattern = where
        self.is_found = False
        self.beside: set[str] = set()

    def erase(self, document: Document) -> Document:
        new = erase(document, self.pattern)
        if new is not document:
            self.is_found = True
        for _, parent in matches(document.value, self.pattern[:-1]):
            self.beside.update(parent if isinstance(parent, dict) else ())
        return new


@click.command("unset")
@click.argument("keys", metavar="KEY[,KEY]...")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@edit.edits
@options.which
@options.color
def command(keys: str, paths: tuple[str, ...], **given: Any) -> int:  # noqa: ANN401  what the options of edits and which add
    """Take keys out of configs, and leave every other byte as it is.

    KEY is an argument of the trainer, or a dotted path from the top of the config; * stands for
    any one key. A config without the key stays as it is. PATH is as for set.

    Exit code: 0 done, or nothing to do; 1 a file would change (--check, --diff); 2 a file could
    not be read, parsed or written, or an edit is refused.
    """
    try:
        wanted = [pattern(key) for key in keys.split(",")]
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="KEY") from None
    sought = [_Sought(one) for one in wanted]
    change = edit.one_by_one([one.erase for one in sought])
    options_given = edit.Given(**{name: given.pop(name) for name in edit.Given._fields})
    which = options.Which(**given)
    code = edit.run(paths, change, options_given, which, ["trellis-cfg", "unset", keys])
    for one in sought:
        if not one.is_found and one.beside:
            key = one.pattern[-1]
            output.summary(f'No config has "{key}"{did_you_mean(nearest(key, one.beside))}')
    return code
