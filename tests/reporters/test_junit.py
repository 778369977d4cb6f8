"""JUnit's XML, read by two parsers."""

import io
import xml.etree.ElementTree as ET

from hypothesis import given
from junitparser import Error, Failure, JUnitXml

from tests.reporters.examples import ALL, CLEAN, reports, shown
from trellis_cfg.report import Report

UNREADABLE = "TC006"


def test_a_report() -> None:
    root = ET.fromstring(shown(ALL, "junit"))  # noqa: S314  our own
    assert root.attrib == {
        "name": "trellis-cfg",
        "tests": "4",
        "failures": "2",
        "errors": "1",
        "time": "0.250",
    }
    suites = {suite.get("name"): suite for suite in root}
    assert [*suites] == [
        *("configs/a b,%值.json", "configs/b.json", "configs/clean.json", "configs/gone.json"),
    ]
    (case,) = suites["configs/a b,%值.json"]
    assert case.get("name") == "TC203 batch-size-ignored at /trainer/args/batch_size"
    assert (case.get("file"), case.get("line")) == ("configs/a b,%值.json", "36")
    (failure,) = case
    assert failure.tag == "failure"
    assert (failure.get("type"), failure.get("message")) == (
        *("warning", "batch_size is ignored: 100% sure"),
    )
    assert suites["configs/gone.json"][0][0].tag == "error"
    (clean,) = suites["configs/clean.json"]
    assert len(clean) == 0


def test_a_parser_of_junit_reads_it() -> None:
    read = JUnitXml.fromstring(shown(ALL, "junit").encode())
    assert (read.tests, read.failures, read.errors) == (4, 2, 1)
    kinds = [type(result) for suite in read for case in suite for result in case.result]
    assert sorted(kind.__name__ for kind in kinds) == [Error.__name__, *[Failure.__name__] * 2]


def test_nothing_found_is_a_test_that_passed() -> None:
    read = JUnitXml.fromstring(shown(CLEAN, "junit").encode())
    assert [case.is_passed for suite in read for case in suite] == [True]


@given(reports)
def test_it_is_xml_whatever_is_found(found: Report) -> None:
    text = shown(found, "junit")
    root = ET.parse(io.BytesIO(text.encode())).getroot()  # noqa: S314  our own
    cases = root.findall("./testsuite/testcase")
    unreadable = sum(one.code == UNREADABLE for one in found.diagnostics)
    assert len(root.findall(".//error")) == int(root.get("errors", "")) == unreadable
    assert len(root.findall(".//failure")) == len(found.diagnostics) - unreadable
    assert len(cases) == int(root.get("tests", ""))
    assert sum(int(suite.get("tests", "")) for suite in root) == len(cases)
