"""The options of ``check`` for findings that a project knows already."""

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import click

from trellis_cfg.cli import output
from trellis_cfg.cli.options import combine_options
from trellis_cfg.diagnostics import Report
from trellis_cfg.errors import FileRefused, SettingsError
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.reporters.text import format_count
from trellis_cfg.settings import Settings

if TYPE_CHECKING:
    from trellis_cfg.baseline import Baseline

_MAX_LISTED = 10


class BaselineOptions(NamedTuple):
    """The values of ``baseline_options``."""

    baseline: str | None = None
    write_baseline: str | None = None

    def is_asked(self, settings: Settings) -> bool:
        """Whether findings are compared with a baseline, or written to one."""
        return bool(self.baseline or self.write_baseline or settings.baseline)

    def load(self, settings: Settings) -> "Baseline | None":
        """Return the known findings, if there are any; the option overrides the setting.

        Raises UsageError for the option, SettingsError for the setting, if it is no baseline.
        """
        is_setting = self.baseline is None and bool(settings.baseline)
        if self.write_baseline or not (self.baseline or is_setting):
            return None
        from trellis_cfg.baseline import load_baseline  # noqa: PLC0415  most runs have none

        path = os.path.join(settings.root, settings.baseline) if is_setting else self.baseline or ""
        try:
            return load_baseline(path)
        except FileRefused as error:
            message = f"{path}: {error.message}"
            if is_setting:
                line = settings.lines.get("baseline", 1)
                raise SettingsError(f"baseline: {message}", settings.file, line=line) from None
            raise click.BadParameter(message, param_hint="--baseline") from None


baseline_options = combine_options(
    click.option("--baseline", metavar="FILE", help="Report only findings that FILE lacks."),
    click.option(
        "--write-baseline", metavar="FILE", help="Write all findings to FILE, as known; exit 0."
    ),
)
"""Adds the options of ``BaselineOptions``."""


class Visited:
    """Records the files of a run: one of each folder, and all of them where that is needed."""

    def __init__(self, *, has_paths: bool) -> None:
        """Start with no file."""
        self.folders: dict[str, str] = {}
        self.paths: list[str] = []
        self._has_paths = has_paths

    def record(self, files: Iterable[ConfigFile]) -> Iterator[ConfigFile]:
        """Yield the files, recorded."""
        for file in files:
            self.folders[os.path.dirname(file.path)] = file.path
            if self._has_paths:
                self.paths.append(file.path)
            yield file


def hide_known(
    baseline: "Baseline", report: Report, paths: Sequence[str], codes: frozenset[str] | None
) -> Report:
    """Return the report without known findings, and print those that are not there any more."""
    new = baseline.find_new(report.diagnostics)
    gone = baseline.find_gone(report.diagnostics, paths, codes)
    for known in sorted(gone)[:_MAX_LISTED]:
        output.print_summary(f"gone: {known.path}: {known.code} at {known.pointer or 'the top'}")
    count = sum(gone.values())
    if count:
        verb = "is" if count == 1 else "are"
        output.print_summary(
            f"{format_count(count, 'finding')} in the baseline {verb} gone: "
            "write it again with --write-baseline"
        )
    return report.keep(new)._replace(known=len(report.diagnostics) - len(new))


def write_baseline(path: str, report: Report, paths: Sequence[str]) -> None:
    """Write all findings as known; keep those of files that were not checked."""
    from trellis_cfg.baseline import Baseline, load_baseline  # noqa: PLC0415  likewise

    try:
        old = (
            load_baseline(path) if os.path.exists(path) else Baseline(os.path.dirname(path) or ".")
        )
        new = old.renew(report.diagnostics, paths)
        output.write_file(path, new.to_json().encode("ascii"))
    except FileRefused as error:
        message = f"{path}: {error.message}"
        raise click.BadParameter(message, param_hint="--write-baseline") from None
    findings = format_count(sum(count for _, count in new.findings), "finding")
    output.print_summary(
        f"Wrote {findings} to {path}: check --baseline {path} reports only others."
    )
