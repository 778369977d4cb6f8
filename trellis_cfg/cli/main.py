"""The command group, and the boundary where errors become messages and exit codes."""

import errno
import os
import sys
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper
from signal import SIGTERM, signal

import click

from trellis_cfg import __version__
from trellis_cfg.cli import BUG, INTERRUPTED, SUCCESS, TERMINATED, UNUSABLE
from trellis_cfg.cli.help import Command
from trellis_cfg.errors import SettingsError, WorkerLost

COMMANDS = {
    "migrate": "trellis_cfg.cli.rewrite.migrate:command",
    "set": "trellis_cfg.cli.rewrite.edit:set_command",
    "unset": "trellis_cfg.cli.rewrite.edit:unset_command",
    "check": "trellis_cfg.cli.check:command",
    "preview": "trellis_cfg.cli.preview:command",
    "resume": "trellis_cfg.cli.resume:command",
    "explain": "trellis_cfg.cli.explain:command",
    "schema": "trellis_cfg.cli.schema:command",
    "signature": "trellis_cfg.cli.signature:command",
    "init": "trellis_cfg.cli.init:command",
    "completion": "trellis_cfg.cli.completion:command",
    "server": "trellis_cfg.cli.server:command",
}
_SECTIONS = {
    "Lint": ["check", "explain"],
    "Upgrade": ["migrate", "set", "unset"],
    "Preview": ["preview", "resume"],
    "Set up": ["init", "completion", "server", "schema", "signature"],
}
"""The commands by subject; those that are not listed here come last."""
_OUTPUT_ERRORS = (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EBADF)
_CLOSED_PIPE = 1
_COMPLETION = "_TRELLIS_CFG_COMPLETE"
"""A shell's completion script sets it."""


class _Commands(Command, click.Group):
    """A group that imports the module of a command on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from trellis_cfg.suggest import format_hint  # noqa: PLC0415  only for a mistake

            hint = format_hint(args[0], COMMANDS)
            message = f"{error.message.rstrip('.')}{hint}" if hint else error.message
            raise click.UsageError(message, ctx) from None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, args or ["--help"])

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)
        super().format_options(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        listed = {name for names in _SECTIONS.values() for name in names}
        rest = {"Other commands": [name for name in COMMANDS if name not in listed]}
        width = max(map(len, COMMANDS))
        for title, names in {**_SECTIONS, **rest}.items():
            commands = {name: self.get_command(ctx, name) for name in names if name in COMMANDS}
            if not commands:
                continue
            with formatter.section(title):
                formatter.write_dl(
                    (name.ljust(width), command.get_short_help_str(200))
                    for name, command in commands.items()
                    if command
                )


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="trellis-cfg")
def group() -> None:
    """Lint, upgrade and preview the JSON training configs of TRELLIS models.

    Examples:
      # Check all configs of the project
      trellis-cfg check
      # Show how long they train, and what they save
      trellis-cfg preview
      # Show the options of a command
      trellis-cfg check --help
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the program and exit with its code.

    2 for unusable input, 3 for a bug, 130 on Ctrl-C, 143 on SIGTERM.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    signal(SIGTERM, _terminate)
    if sys.stdout is None:
        sys.exit(_fail("Cannot write output: stdout is closed.", UNUSABLE))
    if _COMPLETION in os.environ:
        import_module("trellis_cfg.cli.completion").add_shells()
    try:
        code = group.main(arguments, "trellis-cfg", standalone_mode=False) or SUCCESS
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  the one boundary
        code = _handle_exception(error)
    _discard_unwritable()
    sys.exit(code)


class _Terminated(KeyboardInterrupt):
    """SIGTERM: as Ctrl-C, it leaves no temporary file."""


def _terminate(_: int, __: object) -> None:
    raise _Terminated


def _handle_exception(error: BaseException) -> int:
    """Report an error and return its exit code; what is not an error of the user is a bug."""
    match error:
        case _Terminated() | click.Abort(__cause__=_Terminated()):
            return _fail("Terminated.", TERMINATED)
        case click.Abort() | KeyboardInterrupt():
            return _fail("Interrupted.", INTERRUPTED)
        case BrokenPipeError():
            return _CLOSED_PIPE
        case click.ClickException():
            from trellis_cfg.terminal import escape_controls  # noqa: PLC0415  most runs go well

            is_help = error.message.startswith("Usage: ")  # of a program without arguments
            vars(error)["message"] = escape_controls(error.message, "\n" if is_help else "")
            with suppress(OSError):
                error.show()
        case SettingsError():
            from trellis_cfg.cli import output  # noqa: PLC0415  most runs print nothing
            from trellis_cfg.diagnostics import Diagnostic  # noqa: PLC0415

            output.print_diagnostic(Diagnostic.of(error.path, error))
        case WorkerLost():
            _fail(error.message, UNUSABLE)
        case FileNotFoundError(filename=None):  # os.getcwd()
            _fail("The working folder does not exist: change to another one.", UNUSABLE)
        case OSError(errno=number, filename=None) if number in _OUTPUT_ERRORS:
            _fail(f"Cannot write output: {error.strerror}.", UNUSABLE)
        case _:
            click.echo("Bug in trellis-cfg: please report it with the traceback below.", err=True)
            sys.excepthook(type(error), error, error.__traceback__)
            return BUG
    return UNUSABLE


def _fail(message: str, code: int) -> int:
    """Print a message on stderr, if it can be written to, and return the exit code."""
    if sys.stderr is not None:
        with suppress(OSError):
            click.echo(message, err=True)
    return code


def _discard_unwritable() -> None:
    """Redirect unwritable streams to the null device: Python flushes them again at exit."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, stream.fileno())
            os.close(null)
