"""The README and the pages: what they tell a reader to run is run, and prints what they show."""

import shutil
from pathlib import Path

import pytest

from tests.docs.blocks import PAGES, ROOT, RUN, SHOWN, Block, blocks, commands, pattern
from tests.docs.running import run

pytestmark = pytest.mark.slow

MOST_NOT_RUN = 7
"""Blocks that only a reader can run: they install from an index, or need a GPU or GitHub."""


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_what_a_page_shows_is_what_happens(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "project"
    shutil.copytree(ROOT / "configs", folder / "configs")
    monkeypatch.chdir(folder)
    namespace: dict[str, object] = {"__name__": "page"}
    told = [one for block in found(page) for one in run(block, folder, namespace)]
    assert not told, "\n".join([name(page), *told])


def found(page: Path) -> list[Block]:
    return list(blocks(page.read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_block_says_what_it_is(page: Path) -> None:
    unknown = [block.line for block in found(page) if block.language not in RUN | SHOWN]
    assert not unknown, f"{name(page)}: a fence with one of {sorted(RUN | SHOWN)} at {unknown}"


def test_few_blocks_are_not_run_and_each_says_why() -> None:
    reasons = [block.notes["not run"] for page in PAGES for block in found(page) if is_not(block)]
    assert all(reasons)
    assert len(reasons) <= MOST_NOT_RUN


def is_not(block: Block) -> bool:
    return "not run" in block.notes


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
one = 1
```

<!-- file: c/d.txt -->
```text
told
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
    assert (python.language, python.text) == ("python", "one = 1\n")
    assert file.notes == {"file": "c/d.txt"}
    assert not_run.notes == {"not run": "no network"}


def test_a_page_is_run(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    namespace: dict[str, object] = {}
    assert [told for block in blocks(PAGE) for told in run(block, folder, namespace)] == []
    assert namespace["one"] == 1
    assert (folder / "c/d.txt").read_text() == "told\n"


@pytest.mark.parametrize(
    ("page", "told"),
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
def test_what_is_not_as_a_page_says_is_told(page: str, told: str, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (block,) = blocks(page)
    (found,) = run(block, folder, {})
    assert found.startswith(told)


def test_what_python_answers_otherwise_is_told(tmp_path: Path) -> None:
    (block,) = blocks("```pycon\n>>> 1 + 1\n3\n```")
    assert any("Expected:\n    3" in told for told in run(block, tmp_path, {}))


def test_an_ellipsis_stands_for_what_varies() -> None:
    assert pattern("a\n  …\nb … c") == r"a\n(?:.*\n)*b\ .*\ c\n"
