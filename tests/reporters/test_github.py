"""Workflow commands, read back as the runner of GitHub reads them."""

import re
from typing import NamedTuple

from hypothesis import given

from tests.reporters.examples import ALL, CLEAN, reports, shown
from trellis_cfg.report import Report
from trellis_cfg.terminal import harmless

KEYS = ["file", "line", "endLine", "col", "endColumn", "title"]


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    message: str


def unescaped(text: str, *, of_property: bool) -> str:
    """Undo the escapes in the runner's order: the percent sign comes last."""
    escapes = {"%0D": "\r", "%0A": "\n"}
    escapes |= {"%3A": ":", "%2C": ","} if of_property else {}
    for escape, sign in (*escapes.items(), ("%25", "%")):
        text = text.replace(escape, sign)
    return text


def read(line: str) -> Command | None:
    """Read a line of a log as the runner does: a command, or None."""
    if not line.startswith("::"):
        return None
    end = line.index("::", 2)
    name, _, pairs = line[2:end].partition(" ")
    properties = {}
    for pair in pairs.split(","):
        key, separator, value = pair.partition("=")
        if separator and key:
            properties[key.strip()] = unescaped(value, of_property=True)
    return Command(name, properties, unescaped(line[end + 2 :], of_property=False))


def commands(found: Report) -> list[Command]:
    lines = shown(found, "github").splitlines()
    assert read(lines[-1]) is None
    read_back = [read(line) for line in lines[:-1]]
    assert None not in read_back
    return [one for one in read_back if one]


def test_a_report() -> None:
    assert shown(ALL, "github") == (
        "::error file=configs/b.json,line=2,endLine=3,title=TC102 outdated::not upgraded yet"
        "%0Afix: trellis-cfg migrate\n"
        "::error file=configs/gone.json,line=1,endLine=1,col=1,endColumn=2,"
        "title=TC006 unreadable::cannot be read: No such file\n"
        "::warning file=configs/a b%2C%25值.json,line=36,endLine=36,col=26,endColumn=30,"
        "title=TC203 batch-size-ignored::batch_size is ignored: 100%25 sure%0Awhy: it is so\n"
        "Found 2 errors and 1 warning in 3 of 4 files. 1 other JSON file skipped.\n"
    )


def test_nothing_found_is_a_plain_line() -> None:
    assert shown(CLEAN, "github") == "No findings in 1 file.\n"


@given(reports)
def test_hostile_text_makes_no_other_command(found: Report) -> None:
    read_back = commands(found)
    assert [one.name for one in read_back] == sorted(one.severity for one in found.diagnostics)
    worst = sorted(found.diagnostics, key=lambda one: one.severity)
    for one, diagnostic in zip(read_back, worst, strict=True):
        at = diagnostic.range
        is_flat = at.line == at.end_line
        wanted = KEYS if is_flat else [key for key in KEYS if not key.lower().startswith("c")]
        assert [*one.properties] == [key for key in wanted if is_flat or key != "endColumn"]
        assert (one.properties["line"], one.properties["endLine"]) == (
            *(str(at.line), str(at.end_line)),
        )
        assert one.message.startswith(harmless(diagnostic.message, keep="\r\n"))
        assert len(one.message) <= 4_096


@given(reports)
def test_the_file_is_the_one_that_was_checked(found: Report) -> None:
    for one, diagnostic in zip(
        commands(found), sorted(found.diagnostics, key=lambda at: at.severity), strict=True
    ):
        written = one.properties["file"].removeprefix("./")
        assert re.sub(r"^(\./)+", "", harmless(diagnostic.path, keep="\r\n")).endswith(
            written.rpartition("/")[2]
        )


def test_a_long_message_is_cut_before_the_runner_cuts_it() -> None:
    (one, *_) = ALL.diagnostics
    long = Report(1, 0, [one._replace(message="😀" * 5_000)])
    (command,) = commands(long)
    assert len(command.message.encode("utf-16-le")) // 2 <= 4_096
    assert command.message.endswith("😀…")
