"""One file: from its bytes to diagnostics."""

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from trellis_cfg.diagnostics import UNREADABLE, Diagnostic
from trellis_cfg.errors import ConfigError
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.lint.fast.clean import is_clean
from trellis_cfg.lint.options import LintOptions

if TYPE_CHECKING:
    from trellis_cfg.lint.config import Config, Finding
    from trellis_cfg.source.facts import SourceFacts

_OF_THE_FILE = frozenset({"TC001", "TC002", "TC003", "TC004", "TC008"})
"""The rules about the text, and the user's schema, whatever a train script does with it."""
MAX_FINDINGS = LintOptions().most_findings


class Linted(NamedTuple):
    """The findings in a file; ``is_skipped`` if it is below a folder and not a config.

    ``silenced`` counts the findings that the settings turn off.
    """

    findings: list[Diagnostic]
    silenced: int = 0
    is_skipped: bool = False


def lint(path: str, data: bytes, options: LintOptions) -> list[Diagnostic]:
    """Return the findings in the content of the file at ``path``, by their places."""
    return lint_data(ConfigFile(path, named=True), data, options.for_file(path)).findings


def lint_data(file: ConfigFile, data: bytes, options: LintOptions) -> Linted:
    """Return the findings in the content of a file; ``options`` are those for this file."""
    if is_clean(data, options):
        return Linted([])
    from trellis_cfg.lint.config import load_config  # noqa: PLC0415  a clean file needs no rule

    try:
        config = load_config(file, data, options)
    except ConfigError as error:
        return _select(refuse(file.path, data, error, options), data, options)
    if config is None:
        return Linted([], is_skipped=True)
    if options.checkouts:
        from trellis_cfg.lint.fast.shapes import is_learned, remember  # noqa: PLC0415  likewise

        if is_learned(config, options):
            return Linted([])
    findings = run_rules(file.path, config, options.applied_codes, options.most_findings)
    if options.checkouts and not findings:
        remember(config, options)
    return _select(findings, data, options)


def _select(findings: list[Diagnostic], data: bytes, options: LintOptions) -> Linted:
    """Return the findings to report, with what reporters ask for, and the number of others."""
    reported = [each for each in findings if each.code not in options.silenced]
    is_readable = reported and reported[0].code != UNREADABLE
    if options.fingerprints and is_readable:
        from trellis_cfg.lint.fingerprints import line_fingerprints  # noqa: PLC0415  only for these

        text, lines = data.decode("utf-8", "replace"), {each.line for each in reported}
        fingerprints = line_fingerprints(text, lines)
        reported = [each._replace(fingerprint=fingerprints[each.line]) for each in reported]
    return Linted(reported, len(findings) - len(reported))


def refuse(path: str, data: bytes, error: ConfigError, options: LintOptions) -> list[Diagnostic]:
    """Return the finding for a file without a usable value, by the one rule that reports it."""
    codes = options.applied_codes
    if codes is not None and error.code not in {UNREADABLE, *codes}:
        return []
    from trellis_cfg.document.locate import Lines  # noqa: PLC0415  likewise
    from trellis_cfg.lint.config import Config  # noqa: PLC0415
    from trellis_cfg.lint.locator import Locator  # noqa: PLC0415
    from trellis_cfg.lint.rules import RULES  # noqa: PLC0415

    locator = Locator(path, Lines(data.decode("utf-8", "replace")))
    findings = RULES[error.code].check(Config(None, refusal=error))
    return [locator.diagnostic(error.code, finding) for finding in findings]


def _is_used(config: "Config", source: "SourceFacts", finding: "Finding") -> bool:
    """Return whether the value that a finding is about is surely used as it is."""
    from trellis_cfg.document.paths import find_matches  # noqa: PLC0415  few files have a finding

    keys = tuple(map(str, finding.path))
    matches = [] if finding.on_key else find_matches(config.value, keys)
    return not source.replaced.may_differ(finding.path, matches[0][1] if matches else None)


def run_rules(
    path: str, config: "Config", codes: frozenset[str] | None, most: int = MAX_FINDINGS
) -> list[Diagnostic]:
    """Return what the rules of some codes, None for all, find in a config, by place."""
    from trellis_cfg.lint.rules import RULES  # noqa: PLC0415  a clean file needs no rule

    results: list[tuple[str, Finding]] = []
    source = config.facts.source
    for code in RULES if codes is None else filter(codes.__contains__, RULES):
        findings, end = RULES[code].check(config), len(results) + most
        if source and code not in _OF_THE_FILE:
            findings = filter(partial(_is_used, config, source), findings)
        for finding in findings:
            if len(results) == end:
                last = results[-1][1]
                more = f"{last.message} (more of these are not shown)"
                results[-1] = (code, last._replace(message=more))
                break
            results.append((code, finding))
    document = config.document
    if not results or document is None:
        return []
    from trellis_cfg.lint.locator import Locator  # noqa: PLC0415  most files have no finding

    locator = Locator(path, document.lines, document)
    return sorted(locator.diagnostic(code, finding) for code, finding in results)
