"""Code that is broken, huge or hostile costs bounded time and memory, and runs nothing."""

import os
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from tests.source.checkouts import (
    BASE,
    LOADING,
    OWN,
    TRAIN,
    format_spec,
    lazy,
    read,
    read_trainers,
    trainers,
    write,
)
from trellis_cfg.source.modules import SourceFiles
from trellis_cfg.source.trees import parse_module

MINE = {"Mine": "mine", "Sound": "sound"}
SOUND = "from .base import Trainer\n\nclass Sound(Trainer):\n    pass\n"
PLAIN = f"{OWN} | ignored"
EVIL = {
    "a_syntax_error": b"class Mine(:\n",
    "null_bytes": b"class Mine:\0\n    pass\n",
    "invalid_utf_8": b"class Mine:\n    x = '\xff'\n",
    "a_rare_encoding": b"# -*- coding: punycode -*-\nclass Mine:\n    pass\n",
    "an_unknown_encoding": b"# -*- coding: whatever -*-\nclass Mine:\n    pass\n",
    "a_hundred_thousand_lines": b"class Mine:\n    pass\n" + b"x = 1\n" * 100_000,
    "deep_brackets": b"x = " + b"(" * 5_000 + b")" * 5_000 + b"\nclass Mine:\n    pass\n",
    "a_long_chain": b"x = " + b"1 + " * 50_000 + b"1\nclass Mine:\n    pass\n",
    "many_signs": b"x = " + b"-" * 100_000 + b"1\nclass Mine:\n    pass\n",
    "deep_blocks": b"".join(b" " * n + b"if x:\n" for n in range(150)) + b" " * 150 + b"x\n",
    "a_thousand_branches": b"if x:\n    x\n"
    + b"elif x:\n    y = 1\n" * 990
    + b"class Mine:\n    pass\n",
    "dots_without_end": b"class Mine(a" + b".a" * 60_000 + b"):\n    pass\n",
}


@pytest.mark.parametrize("data", EVIL.values(), ids=EVIL)
def test_a_bad_file_does_not_hide_another(data: bytes, tmp_path: Path) -> None:
    write(tmp_path, trainers(MINE, sound=SOUND))
    (tmp_path / "trellis/trainers/mine.py").write_bytes(data)
    section = read(tmp_path).sections["trainer"]
    assert format_spec(section.classes["Sound"]) == PLAIN
    spec = section.classes.get("Mine")
    assert spec is None or not spec.required
    has_error = data in (EVIL["a_syntax_error"], EVIL["invalid_utf_8"])
    assert section.has_class("Mine") is not has_error or data == EVIL["deep_blocks"]


@pytest.mark.parametrize("encoding", ["gbk", "latin1", "utf-8-sig", "koi8-r"])
def test_other_encodings_are_read(encoding: str, tmp_path: Path) -> None:
    write(tmp_path, trainers(MINE, sound=SOUND))
    text = f"# coding: {encoding.removesuffix('-sig')}\n# é\n{SOUND}"
    (tmp_path / "trellis/trainers/sound.py").write_bytes(text.encode(encoding, "replace"))
    assert format_spec(read(tmp_path).sections["trainer"].classes["Sound"]) == PLAIN


def test_nothing_is_run(tmp_path: Path) -> None:
    evil = f"open({str(tmp_path / 'ran')!r}, 'w')\nimport os\nos._exit(3)\n"
    files = trainers(MINE, sound=evil + SOUND)
    files["train.py"] = evil + files["train.py"]
    files["trellis/__init__.py"] = evil
    assert format_spec(read(write(tmp_path, files)).sections["trainer"].classes["Sound"]) == PLAIN
    assert not (tmp_path / "ran").exists()


def test_links_in_a_circle_and_fifos(tmp_path: Path) -> None:
    write(tmp_path, trainers(MINE, sound=SOUND) | {"own/run_train.py": TRAIN})
    (tmp_path / "loop").symlink_to("loop")
    folder = tmp_path / "trellis/trainers"
    (folder / "loop").symlink_to(folder)
    (folder / "mine.py").symlink_to("mine.py")
    os.mkfifo(folder / "pipe.py")
    (folder / "__init__.py").write_text(
        lazy(Sound="loop.loop.loop.sound", Mine="mine", Pipe="pipe")
    )
    facts = read(tmp_path)
    section = facts.sections["trainer"]
    assert facts.train_scripts == ("train.py", "own/run_train.py")
    assert format_spec(section.classes["Sound"]) == PLAIN
    assert section.classes["Mine"] is None
    assert section.classes["Pipe"] is None


def test_keywords_that_double_at_every_call_are_abandoned(tmp_path: Path) -> None:
    lines = ["def f0(**kwargs):\n    pass\n"]
    lines += [
        f"def f{n}(**kwargs):\n    f{n - 1}(**kwargs)\n    f{n - 1}(**kwargs)\n"
        for n in range(1, 35)
    ]
    start = "from .base import Trainer\n\n" + "\n".join(lines)
    text = (
        start
        + "\nclass Mine(Trainer):\n"
        + "    def init_models_and_more(self, **kwargs):\n        f34(**kwargs)\n"
    )
    facts = read(write(tmp_path, trainers(MINE, mine=text, sound=SOUND)))
    assert format_spec(facts.sections["trainer"].classes["Mine"]).endswith("| open")
    assert format_spec(facts.sections["trainer"].classes["Sound"]) == PLAIN


def test_keywords_beside_a_very_long_expression(tmp_path: Path) -> None:
    text = (
        "from .base import Trainer\n\nclass Mine(Trainer):\n"
        "    def init_models_and_more(self, **kwargs):\n"
        f"        self.sum = {'1 + ' * 900}kwargs['a']\n"
    )
    section = read_trainers(tmp_path, trainers(MINE, mine=text, sound=SOUND))
    assert format_spec(section.classes["Mine"]) == "| open"
    assert format_spec(section.classes["Sound"]) == PLAIN


def test_functions_that_call_each_other_in_a_circle(tmp_path: Path) -> None:
    text = (
        "from .base import Trainer\n\ndef one(a=1, **kwargs):\n    two(**kwargs)\n\n"
        "def two(b=2, **kwargs):\n    one(**kwargs)\n\n"
        "class Mine(Trainer):\n    def init_models_and_more(self, **kwargs):\n"
        "        one(**kwargs)\n"
    )
    spec = read_trainers(tmp_path, trainers(MINE, mine=text, sound=SOUND)).classes["Mine"]
    assert format_spec(spec).startswith(f"{OWN} a=1 b=2")


def test_a_table_of_very_many_parts(tmp_path: Path) -> None:
    table = "_T = {'Sound': 'sound'}" + " | {}" * 2_000
    registry = {"trellis/trainers/__init__.py": f"{table}\n\n{LOADING}"}
    section = read_trainers(tmp_path, trainers(MINE, sound=SOUND) | registry)
    assert section.has_class("Whatever")


def test_a_long_chain_of_bases(tmp_path: Path) -> None:
    text = (
        BASE
        + "\nclass C0(Trainer):\n    pass\n"
        + "".join(f"\nclass C{n}(C{n - 1}):\n    pass\n" for n in range(1, 1200))
    )
    facts = read(write(tmp_path, trainers({"C1199": "mine", "C20": "mine"}, mine=text)))
    assert format_spec(facts.sections["trainer"].classes["C20"]) == PLAIN
    last = facts.sections["trainer"].classes["C1199"]
    assert last is None or not last.is_complete


def test_modules_that_import_each_other_in_a_circle(tmp_path: Path) -> None:
    files = trainers(
        MINE,
        mine="from .sound import *\nfrom .sound import Mine\n",
        sound="from .mine import *\nfrom .mine import Sound\n",
    )
    section = read_trainers(tmp_path, files)
    assert section.classes == {"Mine": None, "Sound": None}


def test_code_beyond_the_limit_is_unknown(tmp_path: Path) -> None:
    many = {f"big{n}": f"class C{n}:\n    pass\n" + "#" * 200_000 for n in range(12)}
    table = {f"C{n}": f"big{n}" for n in range(12)}
    section = read_trainers(tmp_path, trainers(table, **many))
    assert 0 < sum(spec is not None for spec in section.classes.values()) < len(table)
    assert len(section.classes) == len(table)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, trainers(MINE, sound=SOUND))
    with (tmp_path / "trellis/trainers/mine.py").open("wb") as file:
        file.truncate(1 << 33)
    tracemalloc.start()
    assert read(tmp_path).sections["trainer"].classes["Mine"] is None
    assert tracemalloc.get_traced_memory()[1] < 1 << 24
    tracemalloc.stop()


def test_a_folder_of_too_many_files_has_none(tmp_path: Path) -> None:
    write(tmp_path, trainers(MINE, sound=SOUND))
    (tmp_path / "scripts").mkdir()
    for number in range(2_001):
        (tmp_path / f"scripts/{number}.py").touch()
    assert SourceFiles(str(tmp_path)).list_scripts("scripts") == []
    assert read(tmp_path).train_scripts == ("train.py",)


def test_warnings_of_the_code_are_not_shown() -> None:
    program = (
        "from trellis_cfg.source.trees import parse_module\n"
        "print(parse_module(b'x = \"\\\\d\" is 1') is not None)\n"
    )
    done = subprocess.run(
        [sys.executable, "-Walways", "-c", program], capture_output=True, check=True
    )
    assert (done.stdout, done.stderr) == (b"True\n", b"")
    assert parse_module(b"x = '\\d'") is not None
