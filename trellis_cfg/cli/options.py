"""Options that commands share: files, output format, color and numbers."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, TypeVar

import click

from trellis_cfg.cli.help import Command
from trellis_cfg.errors import InvalidOption, SettingsError
from trellis_cfg.files.discovery import ConfigFile, Exclude, discover
from trellis_cfg.files.git import GitIgnored, find_repository
from trellis_cfg.files.reading import MAX_BYTES
from trellis_cfg.settings import Settings, load_settings
from trellis_cfg.terminal import format_count

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_Command = TypeVar("_Command", bound=Callable[..., Any])
_FOLDER = "configs"
STDIN = "-"


class Text(click.types.StringParamType):
    """A text that a shell completes; ``name`` is a key of ``completion.CANDIDATES``."""

    def __init__(self, name: str) -> None:
        """Keep the name, the default metavar."""
        self.name = name

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> "list[CompletionItem]":
        """Return what completes a text."""
        del param
        from trellis_cfg.cli.completion import list_candidates  # noqa: PLC0415  only for a shell

        return list_candidates(self.name, ctx, incomplete)


FILE, DIR, CODES = Text("FILE"), Text("DIR"), Text("CODES")


_MOST = 2**63 - 1


def integer(least: int, most: int = _MOST) -> Callable[[str], int]:
    """Return an option type: integers from ``least`` to ``most``."""

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise click.BadParameter(f"{text!r} is not an integer") from None
        if not least <= number <= most:
            wrong = f"less than {least}" if number < least else f"greater than {most}"
            raise click.BadParameter(f"{number} is {wrong}")
        return number

    parse.__name__ = "N"  # the metavar
    return parse


def parse_seconds(text: str) -> float:
    """Parse a time in seconds, from a microsecond to 10^9 seconds."""
    try:
        number = float(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a number") from None
    if not 1e-6 <= number <= 1e9:  # noqa: PLR2004  NaN is outside, too
        raise click.BadParameter(f"{text} is not between 1e-6 and 1e9 seconds")
    return number


def flag(names: str, text: str) -> Callable[[_Command], _Command]:
    """Return the decorator of an option without a value, by its names and its help."""
    return click.option(*names.split(), is_flag=True, help=text)


def option(name: str, type_: Any, text: str, **more: Any) -> Callable[[_Command], _Command]:  # noqa: ANN401  those of click
    """Return the decorator of an option with a value of a type, by its name and its help."""
    return click.option(name, type=type_, help=text, **more)


def combine_options(*options: Callable[[Any], Any]) -> Callable[[_Command], _Command]:
    """Return a decorator that adds options in this order."""
    return lambda command: reduce(lambda result, add: add(result), reversed(options), command)


class FileOptions(NamedTuple):
    """The values of ``file_options``, and the paths."""

    paths: tuple[str, ...] = ()
    files_from: str | None = None
    nul: bool = False
    exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    no_gitignore: bool = False

    @property
    def is_stdin(self) -> bool:
        """Whether stdin is the file; raises UsageError if there are other paths."""
        if STDIN not in self.paths:
            return False
        if len(self.paths) > 1 or self.files_from is not None:
            raise click.UsageError("- (stdin) cannot be combined with other paths")
        return True

    def to_arguments(self) -> list[str]:
        """Return the arguments that repeat these options, without the paths."""
        arguments = [part for pattern in self.exclude for part in ("--exclude", pattern)]
        arguments += ["--force-exclude"] * self.force_exclude + ["-0"] * self.nul
        arguments += ["--no-gitignore"] * self.no_gitignore
        arguments += ["--files-from", self.files_from] if self.files_from is not None else []
        return arguments

    def to_path_arguments(self) -> list[str]:
        """Return the arguments that repeat the paths after options."""
        return ["--"] * any(path.startswith("-") for path in self.paths) + [*self.paths]


class SourceOptions(NamedTuple):
    """The values of ``source_options``: where the training code is, or that none is read."""

    source: tuple[str, ...] = ()
    no_source: bool = False

    def to_arguments(self) -> list[str]:
        """Return the arguments that repeat these options."""
        named = [part for folder in self.source for part in ("--source", folder)]
        return named + ["--no-source"] * self.no_source


class _GroupingCommand(Command):
    """A command that passes the options in the fields of a NamedTuple as one argument."""

    def __init__(self, *arguments: Any, groups: dict[str, type[Any]], **attributes: Any) -> None:  # noqa: ANN401  those of click
        super().__init__(*arguments, **attributes)
        self._groups = groups

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        rest, values = super().parse_args(ctx, args), ctx.params
        for name, group in self._groups.items():
            fields = {field: values.pop(field) for field in group._fields if field in values}
            if fields:
                values[name] = group(**fields)
        return rest

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; report an option that cannot be used as click does."""
        try:
            return super().invoke(ctx)
        except InvalidOption as error:
            if not error.option:
                raise click.UsageError(error.message, ctx) from None
            hint = f"--{error.option}"
            raise click.BadParameter(error.message, ctx, param_hint=hint) from None


def command(name: str, **groups: type[Any]) -> Callable[[Callable[..., Any]], click.Command]:
    """Return the decorator of a command that gets ``files`` and ``groups``, each a NamedTuple.

    A group may hold those before it. A command without its options does not get a group.
    """
    return click.command(name, cls=_GroupingCommand, groups={"files": FileOptions} | groups)


file_options = combine_options(
    option("--files-from", FILE, "Read paths from FILE, one per line; - is stdin."),
    flag("-0 nul", "Paths in --files-from end with NUL."),
    option("--exclude", FILE, "Skip files and folders.", multiple=True, metavar="GLOB"),
    flag(
        "--force-exclude",
        "Apply --exclude to named files, too, and skip those that are not configs.",
    ),
    flag("--no-gitignore", "In folders, also read files that git ignores."),
)
"""Adds the options of ``FileOptions``."""
source_options = combine_options(
    option(
        "--source",
        DIR,
        "Checkout with the training code; default: the one that contains the configs.",
        multiple=True,
    ),
    flag("--no-source", "Do not read any training code."),
)
"""Adds the options of ``SourceOptions``."""
fact_options = combine_options(
    option("--gpus", integer(1), "GPUs per node."),
    option("--nodes", integer(1), "Number of nodes; default: 1."),
    option("--dataset-size", integer(0), "Number of samples in the dataset."),
    option(
        "--data-dir",
        DIR,
        "Count samples from metadata.csv: one root, several separated by commas, or a JSON object.",
    ),
)
"""Adds the options that say where a config is trained, and on how many samples."""
rule_options = combine_options(
    option("--select", CODES, "Check only these rules.", multiple=True),
    option("--ignore", CODES, "Skip these rules.", multiple=True),
    option("--schema", FILE, "Also validate against this JSON Schema (TC008)."),
    fact_options,
    source_options,
)
"""Adds the options of ``LintArguments``."""
path_argument = click.argument("paths", nargs=-1, metavar="[PATH]...", type=FILE)
path_options = combine_options(path_argument, file_options)
"""Adds PATH and the options of ``FileOptions``."""
check_option = flag("--check", "Change nothing; exit 1 if a file would change.")
keep_going_option = flag("--keep-going", "Write the other files if one is refused.")


def format_option(formats: Iterable[str]) -> Callable[[_Command], _Command]:
    """Return a decorator that adds ``--output-format``; the first format is the default."""
    first, *rest = formats
    text = f"{first} (default){''.join(f', {name}' for name in rest[:-1])} or {rest[-1]}."
    choice = click.Choice([first, *rest])
    return option("--output-format", choice, text, default=first, metavar="FORMAT")


def _set_color(ctx: click.Context, _: click.Parameter, value: str) -> None:
    if value == "never" or (value == "auto" and os.environ.get("NO_COLOR")):
        ctx.color = False
    elif value == "always" or os.environ.get("FORCE_COLOR"):
        ctx.color = True


color_option = option(
    "--color",
    click.Choice(["auto", "always", "never"]),
    "auto (default: only on a terminal), always or never.",
    default="auto",
    expose_value=False,
    callback=_set_color,
    metavar="WHEN",
)
"""Adds ``--color``; if it is auto, NO_COLOR and FORCE_COLOR decide."""


def select_files(
    files: FileOptions, settings: Settings | None = None, *, to_write: bool = False
) -> Iterator[ConfigFile]:
    """Yield the selected files; raises UsageError if there is no path and no default.

    Raises SettingsError where the settings name files outside of their project ``to_write``.
    """
    settings = settings or load_settings(".")
    paths = [*files.paths]
    if files.files_from is not None:
        paths += _read_list(files.files_from, nul=files.nul)
    elif not paths and settings.paths:
        paths = [os.path.normpath(os.path.join(settings.root, path)) for path in settings.paths]
        if to_write:
            _refuse_outside(settings, paths)
    elif not paths:
        paths = [_find_configs(settings)]
    exclude = Exclude([*files.exclude, *settings.exclude], settings.root)
    ignored = GitIgnored() if settings.gitignore and not files.no_gitignore else None
    if ignored:
        click.get_current_context().call_on_close(lambda: _print_ignored(ignored))
    return discover(paths, exclude, force=files.force_exclude, ignored=ignored)


def _print_ignored(ignored: GitIgnored) -> None:
    counts = {"folder": ignored.folders, "file": ignored.files}
    listed = [format_count(number, noun) for noun, number in counts.items() if number]
    if listed:
        text = f"Left out {' and '.join(listed)} that git ignores (--no-gitignore reads them)."
        click.echo(text, err=True)


def _find_configs(settings: Settings) -> str:
    """Return the folder of the configs: here, or at the root of the project or its repository."""
    roots = [os.curdir, *([settings.root] if settings.file else []), find_repository(os.curdir)]
    for root in filter(None, roots):
        path = os.path.relpath(os.path.join(root, _FOLDER))
        if os.path.isdir(path):
            return path
    raise click.UsageError(
        f"no PATH, and no folder {_FOLDER} here or at the root of the project: name files or "
        "folders, or set paths in trellis-cfg.toml or in [tool.trellis-cfg] of pyproject.toml"
    )


def _refuse_outside(settings: Settings, paths: Iterable[str]) -> None:
    """Raise SettingsError for a path outside of the project: only the user may name that."""
    root = os.path.realpath(os.path.dirname(settings.file))
    for path in paths:
        if os.path.commonpath([root, os.path.realpath(path)]) != root:
            message = f"paths: {path} is outside of the project; name it on the command line"
            raise SettingsError(message, settings.file, line=settings.lines.get("paths", 1))


def select_stdin(files: FileOptions, name: str) -> Iterator[ConfigFile]:
    """Yield the name for stdin, unless ``--force-exclude`` leaves out a file of that name."""
    settings = load_settings(".")
    exclude = Exclude([*files.exclude, *settings.exclude], settings.root)
    if not (files.force_exclude and exclude.leaves_out_below(name)):
        yield ConfigFile(name, named=True)


def tell_without_config(configs: int, skipped: int, files: FileOptions) -> bool:
    """Return whether no file is a config, and report that, unless a hook names them."""
    is_empty = not configs and skipped > 0 and not files.force_exclude
    if is_empty:
        click.echo("No config: none of the files has models, dataset or trainer.", err=True)
    return is_empty


def _read_list(files_from: str, *, nul: bool) -> list[str]:
    try:
        if files_from == STDIN:
            data = read_stdin()
        else:
            with open(files_from, "rb") as file:
                data = _read_whole(file, files_from)
    except OSError as error:
        raise InvalidOption(
            f"{files_from} cannot be read: {error.strerror}", "files-from"
        ) from None
    if not nul and b"\0" in data:
        raise click.UsageError(
            "the list of files contains NUL characters: add -0 if they end the paths"
        )
    lines = data.split(b"\0") if nul else (line.rstrip(b"\r") for line in data.split(b"\n"))
    return [os.fsdecode(line) for line in lines if line]


def read_stdin() -> bytes:
    """Return all of stdin; raises UsageError if it is closed."""
    if sys.stdin is None:
        raise click.UsageError("cannot read input: stdin is closed")
    return _read_whole(sys.stdin.buffer, "stdin")


def _read_whole(file: BinaryIO, name: str) -> bytes:
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise click.UsageError(f"{name} has more than {MAX_BYTES:,} bytes: not read")
    return data
