"""JUnit's XML, which Jenkins, GitLab and others show as tests: a suite is a file."""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.lint.rules import RULES
from trellis_cfg.reporters import Style, plain
from trellis_cfg.reporters.repository import locate_file
from trellis_cfg.reporters.text import format_line, format_notes
from trellis_cfg.terminal import escape_controls

if TYPE_CHECKING:
    from trellis_cfg.diagnostics import Report


_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_ILLEGAL = "[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_RAW = r"[\t\r\x7f]|(?<=#)#(?=\[)"
_UNREADABLE = "TC006"
_FAILURE, _ERROR = "failure", "error"


def report(found: "Report", style: Style) -> str:
    """Return a suite for each file, also for each without a finding: it has one test that passed.

    All of it is ASCII: other characters are references, and those that XML has not are left out.
    """
    del style
    suites = _suites(found)
    root = ET.Element("testsuites", _counted("trellis-cfg", [*suites.values()]))
    root.set("time", f"{found.seconds:.3f}")
    root.extend(_suite(path, diagnostics) for path, diagnostics in sorted(suites.items()))
    ET.indent(root)
    return f"{_HEAD}{_ascii(ET.tostring(root, encoding='unicode'))}\n"


def _suites(found: "Report") -> dict[str, list[Diagnostic]]:
    """Return what was found in each of the files."""
    files = locate_file([*(one.path for one in found.diagnostics), *found.clean])
    suites: dict[str, list[Diagnostic]] = {_legal(at.path): [] for at in files.values()}
    for one in found.diagnostics:
        suites[_legal(files[one.path].path)].append(one)
    return suites


def _suite(path: str, found: list[Diagnostic]) -> ET.Element:
    suite = ET.Element("testsuite", _counted(path, [found]))
    if not found:
        suite.append(_case(path, "no findings", 1))
    names: Counter[str] = Counter()
    for one in found:
        name = _name(one)
        names[name] += 1
        again = f" ({names[name]})" if names[name] > 1 else ""
        case = _case(path, f"{name}{again}", one.line)
        case.append(_fault(one))
        suite.append(case)
    return suite


def _counted(name: str, suites: Sequence[list[Diagnostic]]) -> dict[str, str]:
    kinds = Counter(_kind(one) for found in suites for one in found)
    tests = sum(max(len(found), 1) for found in suites)
    return {
        "name": name,
        "tests": str(tests),
        "failures": str(kinds[_FAILURE]),
        "errors": str(kinds[_ERROR]),
    }


def _case(path: str, name: str, number: int) -> ET.Element:
    """Return a test; its class and name, by which services know it again, hold no line."""
    class_name = path.removesuffix(".json")
    told = {"name": name, "classname": class_name, "file": path, "line": str(number)}
    return ET.Element("testcase", told)


def _name(found: Diagnostic) -> str:
    at = f" at {_legal(found.pointer)}" if found.pointer else ""
    return f"{found.code} {RULES[found.code].name}{at}"


def _fault(found: Diagnostic) -> ET.Element:
    told = {"message": _legal(found.message), "type": found.severity}
    fault = ET.Element(_kind(found), told)
    fault.text = _legal(
        "\n".join([format_line(found, plain), *map(escape_controls, format_notes(found))])
    )
    return fault


def _kind(found: Diagnostic) -> str:
    return _ERROR if found.code == _UNREADABLE else _FAILURE


def _legal(text: str) -> str:
    return re.sub(_ILLEGAL, "", text)


def _ascii(xml: str) -> str:
    """Return XML whose names are ASCII with references for what a terminal or log might mistake."""
    xml = re.sub(_RAW, lambda match: f"&#{ord(match[0])};", xml)
    return xml.encode("ascii", "xmlcharrefreplace").decode()
