"""A run in one line."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trellis_cfg.report import Report


def summary(found: "Report") -> str:
    """Return how much was found, in how many of the files."""
    skipped = count(found.skipped, "other JSON file")
    more = f" {skipped} skipped." if found.skipped else ""
    checked = count(found.checked, "file")
    if not found.diagnostics:
        return f"No findings in {checked}.{more}"
    counts = [count(found.errors, "error")] if found.errors else []
    counts += [count(found.warnings, "warning")] if found.warnings else []
    return f"Found {' and '.join(counts)} in {found.files:,} of {checked}.{more}"


def count(number: int, noun: str) -> str:
    """Return a number with its noun: "1 config", "10,000 configs"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
