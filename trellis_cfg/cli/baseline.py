"""The options of ``check`` for findings that a project knows already."""

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from trellis_cfg.cli import output
from trellis_cfg.cli.options import FILE, combine_options, option
from trellis_cfg.diagnostics import Report
from trellis_cfg.errors import FileRefused, InvalidOption
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.lint.project import load_known
from trellis_cfg.settings import Settings
from trellis_cfg.terminal import format_count

if TYPE_CHECKING:
    from trellis_cfg.baseline import Baseline, Known

_MAX_LISTED = 10


class BaselineOptions(NamedTuple):
    """The values of ``baseline_options``."""

    baseline: str | None = None
    write_baseline: str | None = None

    def get_path(self, settings: Settings) -> str:
        """Return the path of the baseline; an empty option means none."""
        if self.baseline is not None or not settings.baseline:
            return self.baseline or ""
        return os.path.join(settings.root, settings.baseline)

    def load(self, settings: Settings) -> "Baseline | None":
        """Return the known findings, if there are any; the option overrides the setting.

        Raises UsageError for the option, SettingsError for the setting, if it is not a baseline.
        """
        if self.write_baseline == "":
            raise InvalidOption("no file name", "write-baseline")
        path = self.get_path(settings)
        if self.write_baseline or not path:
            return None
        return load_known(settings) if self.baseline is None else _load(path, "baseline")


def _load(path: str, option: str) -> "Baseline":
    from trellis_cfg.baseline import load_baseline  # noqa: PLC0415  most runs have none

    try:
        return load_baseline(path)
    except FileRefused as error:
        raise InvalidOption(f"{path}: {error.message}", option) from None


baseline_options = combine_options(
    option("--baseline", FILE, "Report only findings that FILE lacks."),
    option("--write-baseline", FILE, "Write all findings to FILE, as known; exit 0."),
)
"""Adds the options of ``BaselineOptions``."""


def hide_known(
    baseline: "Baseline", report: Report, paths: Iterable[str], lint_options: LintOptions
) -> Report:
    """Return the report without known findings, and print those that are not there any more."""
    new = baseline.find_new(report.diagnostics)
    is_checked = _build_check(baseline, report, paths, lint_options)
    gone = baseline.find_gone(report.diagnostics, is_checked)
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


def write_baseline(
    path: str, report: Report, paths: Iterable[str], lint_options: LintOptions
) -> None:
    """Write all findings as known; keep those of files and rules that were not checked."""
    from trellis_cfg.baseline import Baseline  # noqa: PLC0415  most runs have none

    folder = os.path.dirname(path) or "."
    old = _load(path, "write-baseline") if os.path.exists(path) else Baseline(folder)
    new = old.renew(report.diagnostics, _build_check(old, report, paths, lint_options))
    output.write_file(path, new.to_json().encode("ascii"), "write-baseline")
    findings = format_count(sum(count for _, count in new.findings), "finding")
    output.print_summary(f"Wrote {findings} to {path}: check --baseline {path} reports new ones.")


def _build_check(
    baseline: "Baseline", report: Report, paths: Iterable[str], lint_options: LintOptions
) -> "Callable[[Known], bool]":
    """Return the test whether a known finding would have been found again, or has lost its file."""
    from trellis_cfg.baseline import NEVER_KNOWN  # noqa: PLC0415  likewise

    unparsed = {each.path for each in report.diagnostics if each.code in NEVER_KNOWN}
    parsed = {baseline.to_relative(path): path for path in paths if path not in unparsed}

    def is_checked(known: "Known") -> bool:
        if known.path not in parsed:
            return not baseline.has_file(known)
        codes = lint_options.for_file(parsed[known.path]).codes
        return codes is None or known.code in codes

    return is_checked
