"""``trellis-cfg server``: the language server, for editors."""

import click

from trellis_cfg.cli import SUCCESS, options
from trellis_cfg.files.installed import format_install_command


@options.command("server")
@click.option(
    "--stdio", is_flag=True, expose_value=False, help="As many editors pass it: changes nothing."
)
def command() -> int:
    """Serve an editor: findings, fixes and help while you type.

    It speaks the Language Server Protocol on stdin and stdout; an editor starts it.

    Examples:
      # What an editor runs
      trellis-cfg server </dev/null

    Exit code:
      0  the editor ended it
      2  the extra lsp is not installed
    """
    try:
        from trellis_cfg.server.service import Service  # noqa: PLC0415  needs the extra
    except ImportError as error:
        message = f"the server needs the extra lsp: {format_install_command('lsp')} ({error})"
        raise click.UsageError(message) from None
    Service().run()
    return SUCCESS
