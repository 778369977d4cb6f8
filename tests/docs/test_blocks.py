"""The commands in the README and the pages run, and print what the pages show."""

import shutil
from pathlib import Path

import pytest

from tests.docs.blocks import PAGES, ROOT, RUN, SHOWN, Block, blocks, commands, pattern
from tests.docs.running import run

pytestmark = pytest.mark.slow

MAX_NOT_RUN = 9
"""Blocks that only a reader can run: they install from an index, or need a GPU or GitHub."""


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_is_right(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "project"
    shutil.copytree(ROOT / "configs", folder / "configs")
    if page.parent == ROOT:  # those who read it are in a clone
        (folder / "docs").mkdir()
        shutil.copy(ROOT / "docs/mistakes.json", folder / "docs")
    monkeypatch.chdir(folder)
    namespace: dict[str, object] = {"__name__": "page"}
    problems = [text for block in read(page) for text in run(block, folder, namespace)]
    assert not problems, "\n".join([name(page), *problems])


def read(page: Path) -> list[Block]:
    return list(blocks(page.read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_block_has_a_language(page: Path) -> None:
    unknown = [block.line for block in read(page) if block.language not in RUN | SHOWN]
    assert not unknown, f"{name(page)}: a fence with one of {sorted(RUN | SHOWN)} at {unknown}"


def test_few_blocks_are_not_run() -> None:
    notes = [block.notes for page in PAGES for block in read(page)]
    reasons = [each["not run"] for each in notes if "not run" in each]
    assert all(reasons), "each says why"
    assert len(reasons) <= MAX_NOT_RUN


PAGE = """
<!-- first: echo 1 >a
     echo 2 >b -->
<!-- exits: 1 -->
```console
$ cat a \\
  b
1
2
$ false
```

    indented

```python
number = 1
```

<!-- file: c/d.txt -->
```text
content
```

<!-- not run: no network -->
```sh
false
```
"""


def test_the_blocks_of_a_page() -> None:
    console, indented, python, file, not_run = blocks(PAGE)
    assert (console.line, console.language) == (5, "console")
    assert console.notes == {"first": "echo 1 >a\n     echo 2 >b", "exits": "1"}
    assert commands(console) == [("cat a \\\n  b", "1\n2\n"), ("false", "")]
    assert (indented.language, indented.text, indented.notes) == ("", "indented\n", {})
    assert (python.language, python.text) == ("python", "number = 1\n")
    assert file.notes == {"file": "c/d.txt"}
    assert not_run.notes == {"not run": "no network"}


def test_a_page_is_run(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    namespace: dict[str, object] = {}
    assert [text for block in blocks(PAGE) for text in run(block, folder, namespace)] == []
    assert namespace["number"] == 1
    assert (folder / "c/d.txt").read_text() == "content\n"


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        ("```sh\nfalse\n```", "line 1: false\n: exit 1\n"),
        ("```sh\nfalse\ntrue\n```", "line 1: false\ntrue\n: exit 1\n"),
        ("<!-- exits: 2 -->\n```sh\nfalse\n```", "line 2: false\n: exit 1\n"),
        ("<!-- exits: 1 -->\n```sh\ntrue\n```", "line 2: no command exits with 1"),
        ("```console\n$ echo 1\n2\n```", "line 1: echo 1: prints\n1\n"),
        ("```console\n$ echo 1\n```", "line 1: echo 1: prints\n1\n"),
        ("```console\n$ printf '1\\n2\\n'\n1\n```", "line 1: printf '1\\n2\\n': prints\n1\n2\n"),
        ("```console\n$ pip download x\nx\n```", "line 1: pip download x: exit 1\n"),
    ],
)
def test_what_differs_from_a_page_is_reported(page: str, problem: str, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (block,) = blocks(page)
    (text,) = run(block, folder, {})
    assert text.startswith(problem)


def test_a_different_answer_of_python_is_reported(tmp_path: Path) -> None:
    (block,) = blocks("```pycon\n>>> 1 + 1\n3\n```")
    assert any("Expected:\n    3" in text for text in run(block, tmp_path, {}))


def test_an_ellipsis_matches_any_text() -> None:
    assert pattern("a\n  …\nb … c") == r"a\n(?:.*\n)*b\ .*\ c\n"
