"""JUnit XML, which Jenkins, GitLab and others show as tests: a suite per file."""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Sequence

from trellis_cfg.diagnostics import NOTE, UNREADABLE, Diagnostic, Report
from trellis_cfg.lint.rules import RULES
from trellis_cfg.reporters import Style, locate_files, plain
from trellis_cfg.reporters.text import format_line, format_notes
from trellis_cfg.terminal import escape_bytes, escape_controls

_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_ILLEGAL = "[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_RAW = r"[\t\r\x7f]|(?<=#)#(?=\[|vso\[)"


def report(result: Report, _: Style) -> str:
    """Return a suite per file; a file without findings has one test that passed, as has a note.

    The text is ASCII: other characters are references; characters illegal in XML are removed.
    """
    files = locate_files(result)
    suites: dict[str, list[Diagnostic]] = {
        _remove_illegal(escape_bytes(at.path)): [] for at in files.values()
    }
    for diagnostic in result.diagnostics:
        suites[_remove_illegal(escape_bytes(files[diagnostic.path].path))].append(diagnostic)
    root = ET.Element("testsuites", _format_counts("trellis-cfg", [*suites.values()]))
    root.set("time", f"{result.seconds:.3f}")
    root.extend(_build_suite(path, diagnostics) for path, diagnostics in sorted(suites.items()))
    ET.indent(root)
    xml = re.sub(_RAW, lambda match: f"&#{ord(match[0])};", ET.tostring(root, encoding="unicode"))
    return f"{_HEAD}{xml.encode('ascii', 'xmlcharrefreplace').decode()}\n"


def _build_suite(path: str, diagnostics: list[Diagnostic]) -> ET.Element:
    suite = ET.Element("testsuite", _format_counts(path, [diagnostics]))
    if not diagnostics:
        suite.append(_build_case(path, "no findings", 1))
    names: Counter[str] = Counter()
    for diagnostic in diagnostics:
        at = f" at {_remove_illegal(diagnostic.pointer)}" if diagnostic.pointer else ""
        name = f"{diagnostic.code} {RULES[diagnostic.code].name}{at}"
        names[name] += 1
        number = f" ({names[name]})" if names[name] > 1 else ""
        case = _build_case(path, f"{name}{number}", diagnostic.line)
        case.append(_build_result(diagnostic))
        suite.append(case)
    return suite


def _format_counts(name: str, suites: Sequence[list[Diagnostic]]) -> dict[str, str]:
    tags = Counter(_select_tag(each) for diagnostics in suites for each in diagnostics)
    return {
        "name": name,
        "tests": str(sum(max(len(diagnostics), 1) for diagnostics in suites)),
        "failures": str(tags["failure"]),
        "errors": str(tags["error"]),
    }


def _build_case(path: str, name: str, line: int) -> ET.Element:
    """Return a test; its class and name, by which services recognize it, contain no line."""
    class_name = path.removesuffix(".json")
    attributes = {"name": name, "classname": class_name, "file": path, "line": str(line)}
    return ET.Element("testcase", attributes)


def _build_result(diagnostic: Diagnostic) -> ET.Element:
    """Return the failure of a test, or what a test that passed says."""
    result = ET.Element(_select_tag(diagnostic))
    if diagnostic.severity != NOTE:
        result.attrib |= {
            "message": _remove_illegal(diagnostic.message),
            "type": diagnostic.severity,
        }
    lines = [format_line(diagnostic, plain), *map(escape_controls, format_notes(diagnostic))]
    result.text = _remove_illegal("\n".join(lines))
    return result


def _select_tag(diagnostic: Diagnostic) -> str:
    if diagnostic.severity == NOTE:
        return "system-out"
    return "error" if diagnostic.code == UNREADABLE else "failure"


def _remove_illegal(text: str) -> str:
    return re.sub(_ILLEGAL, "", text)
