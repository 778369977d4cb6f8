"""``trellis-cfg server``: the language server, for editors."""

from importlib.util import find_spec

import click

from trellis_cfg.cli import SUCCESS


@click.command("server")
def command() -> int:
    """Serve an editor: findings, fixes, help and completion while you type.

    The server speaks the Language Server Protocol on stdin and stdout; an editor starts it. It
    needs the extra lsp.

    Exit code: 0 the editor has ended it; 2 the extra is not installed.
    """
    if find_spec("pygls") is None:
        raise click.UsageError("the server needs pygls: pip install 'trellis-cfg[lsp]'")
    from trellis_cfg.server.service import Service  # noqa: PLC0415  needs the extra

    Service().run()
    return SUCCESS
