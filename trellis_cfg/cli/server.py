"""``trellis-cfg server``: the language server, for editors."""

import click

from trellis_cfg.cli import SUCCESS


@click.command("server")
@click.option(
    "--stdio", is_flag=True, expose_value=False, help="As many editors pass it: changes nothing."
)
def command() -> int:
    """Serve an editor: findings, fixes, help and completion while you type.

    The server speaks the Language Server Protocol on stdin and stdout; an editor starts it. It
    needs the extra lsp.

    Exit code: 0 the editor ended it; 2 the extra is not installed.
    """
    try:
        from trellis_cfg.server.service import Service  # noqa: PLC0415  needs the extra
    except ImportError as error:
        message = f"the server needs the extra lsp: pip install 'trellis-cfg[lsp]' ({error})"
        raise click.UsageError(message) from None
    Service().run()
    return SUCCESS
