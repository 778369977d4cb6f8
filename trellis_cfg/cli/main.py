"""The group of commands, and the boundary where errors become messages and exit codes."""

import errno
import os
import sys
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper

import click

from trellis_cfg import __version__
from trellis_cfg.errors import ConfigError, SettingsError, WorkerLost

COMMANDS = {
    "migrate": "trellis_cfg.cli.migrate:command",
    "set": "trellis_cfg.cli.edit:set_command",
    "unset": "trellis_cfg.cli.edit:unset_command",
    "check": "trellis_cfg.cli.check:command",
    "preview": "trellis_cfg.cli.preview:command",
    "explain": "trellis_cfg.cli.explain:command",
    "schema": "trellis_cfg.cli.schema:command",
    "signature": "trellis_cfg.cli.signature:command",
    "init": "trellis_cfg.cli.init:command",
}
_NO_OUTPUT = (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EBADF)
_CLOSED_PIPE, _USAGE, _BUG, _INTERRUPTED = 1, 2, 3, 130


class _Commands(click.Group):
    """A group that imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of this name, imported now."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="trellis-cfg")
def group() -> None:
    """Upgrade, lint and preview the JSON configs that TRELLIS models train from."""


def main(arguments: list[str] | None = None) -> None:
    """Run the program and exit with its code: 2 for unusable input, 3 for a bug, 130 on Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    code = _run(arguments)
    _discard_unwritable()
    sys.exit(code)


def _run(arguments: list[str] | None) -> int:
    if sys.stdout is None:
        return _told("There is nowhere to write to: stdout is closed.", _USAGE)
    try:
        code = group.main(arguments, "trellis-cfg", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        with suppress(OSError):
            error.show()
        return _USAGE
    except (SettingsError, WorkerLost) as error:
        return _unusable(error)
    except (click.Abort, KeyboardInterrupt):
        return _told("Interrupted.", _INTERRUPTED)
    except Exception as error:  # noqa: BLE001  the one boundary: a bug shows its traceback
        return _failed(error)
    return code or 0


def _failed(error: Exception) -> int:
    """Say that the output is full or closed; anything else is a bug, and shows its traceback."""
    if isinstance(error, BrokenPipeError):
        return _CLOSED_PIPE
    if isinstance(error, OSError) and error.errno in _NO_OUTPUT and error.filename is None:
        return _told(f"The output cannot be written: {error.strerror}.", _USAGE)
    click.echo("A bug in trellis-cfg: please report it with what follows.", err=True)
    sys.excepthook(*sys.exc_info())
    return _BUG


def _unusable(error: ConfigError) -> int:
    """Say what went wrong; of the settings, also where."""
    if not isinstance(error, SettingsError):
        return _told(error.message, _USAGE)
    from trellis_cfg.cli import output  # noqa: PLC0415  most runs have nothing to say
    from trellis_cfg.diagnostics import Diagnostic  # noqa: PLC0415

    output.print_diagnostic(Diagnostic.of(error.path, error))
    return _USAGE


def _told(message: str, code: int) -> int:
    """Say it on stderr, if there is one that takes it, and return the code."""
    if sys.stderr is not None:
        with suppress(OSError):
            click.echo(message, err=True)
    return code


def _discard_unwritable() -> None:
    """Point an output that takes no more at the null device: Python flushes it again at exit."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, stream.fileno())
            os.close(null)
