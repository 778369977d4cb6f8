"""JUnit XML, read by two parsers."""

import re
import xml.etree.ElementTree as ET

from hypothesis import given
from junitparser import Error, Failure, JUnitXml

from tests.reporters.examples import ALL, CLEAN, WARNING, move, names, rename, render, reports
from trellis_cfg.diagnostics import UNREADABLE, Diagnostic, Report
from trellis_cfg.terminal import escape_controls

ILLEGAL = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


def remove_illegal(text: str) -> str:
    """Return what XML 1.0 can hold of a text, as its section 2.2 says."""
    return re.sub(ILLEGAL, "", text)


def read(result: Report) -> ET.Element:
    return ET.fromstring(render(result, "junit"))  # noqa: S314  our own


def select_tag(one: Diagnostic) -> str:
    if one.severity == "note":
        return "system-out"
    return "error" if one.code == UNREADABLE else "failure"


def test_a_report() -> None:
    assert render(ALL, "junit") == (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<testsuites name="trellis-cfg" tests="4" failures="2" errors="1" time="0.250">\n'
        '  <testsuite name="configs/a b,%&#20540;.json" tests="1" failures="1" errors="0">\n'
        '    <testcase name="TC203 batch-size-ignored at /trainer/args/batch_size"'
        ' classname="configs/a b,%&#20540;" file="configs/a b,%&#20540;.json" line="36">\n'
        '      <failure message="batch_size is ignored: 100% sure" type="warning">'
        "configs/a b,%&#20540;.json:36:26: warning[TC203] batch_size is ignored: 100% sure\n"
        "why: it is so</failure>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
        '  <testsuite name="configs/b.json" tests="1" failures="1" errors="0">\n'
        '    <testcase name="TC102 outdated at /trainer"'
        ' classname="configs/b" file="configs/b.json" line="2">\n'
        '      <failure message="not upgraded yet" type="error">'
        "configs/b.json:2:5: error[TC102] not upgraded yet\n"
        "fix: trellis-cfg migrate</failure>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
        '  <testsuite name="configs/clean.json" tests="1" failures="0" errors="0">\n'
        '    <testcase name="no findings"'
        ' classname="configs/clean" file="configs/clean.json" line="1" />\n'
        "  </testsuite>\n"
        '  <testsuite name="configs/gone.json" tests="1" failures="0" errors="1">\n'
        '    <testcase name="TC006 unreadable"'
        ' classname="configs/gone" file="configs/gone.json" line="1">\n'
        '      <error message="cannot be read: No such file" type="error">'
        "configs/gone.json:1:1: error[TC006] cannot be read: No such file</error>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
        "</testsuites>\n"
    )


def test_a_parser_of_junit_reads_it() -> None:
    root = JUnitXml.fromstring(render(ALL, "junit").encode())
    assert (root.name, root.tests, root.failures, root.errors) == ("trellis-cfg", 4, 2, 1)
    assert root.time == ALL.seconds
    cases = [
        (case.name, type(result)) for suite in root for case in suite for result in case.result
    ]
    assert cases == [
        ("TC203 batch-size-ignored at /trainer/args/batch_size", Failure),
        ("TC102 outdated at /trainer", Failure),
        ("TC006 unreadable", Error),
    ]
    root = JUnitXml.fromstring(render(CLEAN, "junit").encode())
    names = [(case.name, case.is_passed) for suite in root for case in suite]
    assert names == [("no findings", True)]
    empty = read(Report(0, 3, []))
    assert (empty.get("tests"), len(empty)) == ("0", 0)


@given(names, reports)
def test_hostile_findings_round_trip(path: str, result: Report) -> None:
    result = rename(result, [path])._replace(clean=())
    faults = [fault for case in read(result).iter("testcase") for fault in case]
    failures = [(fault.tag, fault.get("message"), fault.get("type")) for fault in faults]
    assert failures == [
        (select_tag(one), None, None)
        if one.severity == "note"
        else (select_tag(one), remove_illegal(one.message), one.severity)
        for one in result.diagnostics
    ]
    for fault, one in zip(faults, result.diagnostics, strict=True):
        assert remove_illegal(escape_controls(one.message)) in (fault.text or "")
    for suite in read(result):
        assert suite.get("name") == remove_illegal(path)


@given(reports)
def test_the_counts_are_those_of_the_tests(result: Report) -> None:
    root = read(result)
    for element in (root, *root):
        cases = list(element.iter("testcase"))
        assert int(element.get("tests", "")) == len(cases)
        for counted, tag in (("failures", "failure"), ("errors", "error")):
            assert int(element.get(counted, "")) == len(list(element.iter(tag)))
    results = [element.tag for case in root.iter("testcase") for element in case]
    assert sorted(results) == sorted(map(select_tag, result.diagnostics))


@given(reports)
def test_names_are_unique_and_independent_of_lines(result: Report) -> None:
    cases = [(one.get("classname"), one.get("name")) for one in read(result).iter("testcase")]
    suites = [(suite.get("name"), one.get("name")) for suite in read(result) for one in suite]
    assert len(set(suites)) == len(suites)
    again = [
        (one.get("classname"), one.get("name")) for one in read(move(result, 9)).iter("testcase")
    ]
    assert again == cases


def test_two_findings_at_one_place_are_two_tests() -> None:
    cases = list(read(Report(1, 0, [WARNING, WARNING])).iter("testcase"))
    assert [case.get("name", "").endswith("/batch_size (2)") for case in cases] == [False, True]


def test_a_file_with_a_finding_and_without_under_another_name_is_one_suite() -> None:
    (suite,) = read(Report(2, 0, [WARNING], (f"./{WARNING.path}",)))
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
