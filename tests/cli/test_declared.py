"""Migrations that a project declares, in ``migrate`` and ``check``."""

import json
from itertools import cycle, islice
from pathlib import Path

import pytest

from tests.cli.conftest import CONFIG, ENDLESS, UPGRADED, Program, Result, write
from tests.migrations.test_twins import CONFIGS, LAYOUTS

WORKERS = """[[tool.trellis-cfg.migrations]]
name = "num-workers"
description = "Four workers keep the loader ahead."
insert = "trainer.args.num_workers"
after = "trainer.args.batch_split"
value = 4
"""
SMALLER = """
[[tool.trellis-cfg.migrations]]
name = "smaller-batches"
replace = "trainer.args.batch_size_per_gpu"
from = 4
to = 2
"""
GONE = """
[[tool.trellis-cfg.migrations]]
name = "no-seed"
remove = "trainer.args.seed"
"""
INSERTED = "inserts trainer.args.num_workers = 4 after trainer.args.batch_split"
DONE = UPGRADED.replace('gpu": 4', 'gpu": 2,\n            "num_workers": 4')
SPLIT = '            "batch_split": 4,\n'
LINE = '            "num_workers": 4,\n'


def declare(project: Path, *tables: str) -> None:
    (project / "pyproject.toml").write_text("\n".join(tables))


def check(run: Program, *options: str) -> Result:
    """Return the findings of ``check`` about migrations that are not applied."""
    return run("check", "--select", "TC102", "--output-format", "concise", *options)


def write_thirty(project: Path) -> tuple[list[Path], list[Path]]:
    """Write 30 configs in many layouts; return those with the key, and those without it."""
    shipped = [text for path in CONFIGS if SPLIT in (text := path.read_text(encoding="utf-8"))]
    layouts = islice(cycle(LAYOUTS), 30)
    done: list[Path] = []
    forgotten: list[Path] = []
    (project / "configs").mkdir()
    for number, (text, layout) in enumerate(zip(cycle(shipped), layouts, strict=False)):
        path = project / f"configs/{number:02}.json"
        is_done = number % 8 != 3
        (done if is_done else forgotten).append(path)
        new = text.replace(SPLIT, SPLIT + (LINE if number % 3 else LINE.replace("4", "8")))
        path.write_bytes(LAYOUTS[layout](new if is_done else text).encode())
    return done, forgotten


def test_a_key_that_was_forgotten_in_four_of_thirty(project: Path, run: Program) -> None:
    declare(project, WORKERS)
    done, forgotten = write_thirty(project)
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in done}
    assert (len(done), len(forgotten)) == (26, 4)

    names = [f"configs/{path.name}" for path in forgotten]
    lines = [line for line in check(run).out.splitlines() if "TC102" in line]
    assert [line.split(":")[0] for line in lines] == names
    assert all(
        f"warning[TC102] [*] migration num-workers is not applied: it {INSERTED}" in line
        for line in lines
    )

    result = run("migrate")
    assert (result.code, result.out) == (0, "".join(f"upgraded {name}\n" for name in names))
    assert before == {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in done}
    for path in forgotten:
        keys = list(json.loads(path.read_text("utf-8-sig"))["trainer"]["args"])
        assert keys[keys.index("batch_split") + 1] == "num_workers"
    assert "TC102" not in check(run).out
    result = run("migrate")
    assert (result.code, result.out) == (0, "")
    assert result.err.startswith(
        "No changes needed in 30 configs.\nnote: configs/20.json and 1 other"
    )


def test_list_shows_them_with_their_operations(project: Path, run: Program) -> None:
    declare(project, WORKERS, SMALLER, GONE)
    result = run("migrate", "--list")
    assert result.code == 0
    assert result.out == (
        "max-epoch: Adds a limit: training stops after max_epoch epochs.\n"
        "  inserts trainer.args.max_epoch = null after trainer.args.max_steps\n"
        "num-workers: Four workers keep the loader ahead.\n"
        f"  {INSERTED}\n"
        "smaller-batches\n"
        "  changes trainer.args.batch_size_per_gpu from 4 to 2\n"
        "no-seed\n"
        "  removes trainer.args.seed\n"
    )
    assert run("migrate", "--list", "--only", "no-seed").out == (
        "no-seed\n  removes trainer.args.seed\n"
    )


def test_all_run_in_order_and_are_undone_in_reverse(project: Path, run: Program) -> None:
    declare(project, WORKERS, SMALLER)
    write(project / "configs", a=CONFIG)
    result = run("migrate")
    assert result.err == "1 of 1 config upgraded. To undo: trellis-cfg migrate --revert\n"
    assert (project / "configs/a.json").read_text() == DONE
    assert run("migrate").err == "No changes needed in 1 config.\n"
    assert run("migrate", "--revert").code == 0
    assert (project / "configs/a.json").read_text() == CONFIG


def test_each_sees_what_the_one_before_made(project: Path, run: Program) -> None:
    chain = """[[tool.trellis-cfg.migrations]]
name = "{0}{1}"
rename = "trainer.args.{0}"
to = "{1}"
"""
    declare(project, chain.format("b", "c"), chain.format("a", "b"), chain.format("c", "d"))
    text = '{"trainer": {"args": {"max_steps": 1, "max_epoch": null, "%s": 1}}}'
    write(project / "configs", x=text % "a", y=text % "b")
    assert run("migrate").code == 0
    read = [(project / f"configs/{name}.json").read_text() for name in "xy"]
    assert read == [text % "b", text % "d"]


def test_check_sees_what_the_one_before_will_make(project: Path, run: Program) -> None:
    declare(
        project,
        '[[tool.trellis-cfg.migrations]]\nname = "one"\nrename = "trainer.args.a"\nto = "b"\n',
        '[[tool.trellis-cfg.migrations]]\nname = "two"\nremove = "trainer.args.b"\n',
    )
    write(project, a='{"trainer": {"args": {"max_steps": 1, "max_epoch": null,\n "a": 1}}}')
    assert check(run, "a.json").out == (
        "a.json:1:22: warning[TC102] [*] migration two is not applied: it removes trainer.args.b\n"
        "a.json:2:2: warning[TC102] [*] migration one is not applied: "
        "it renames trainer.args.a to b\n"
    )


def test_migrations_that_undo_each_other_change_nothing(project: Path, run: Program) -> None:
    back = SMALLER.replace("smaller", "larger").replace("from = 4\nto = 2", "from = 2\nto = 4")
    declare(project, SMALLER, back)
    write(project, a=UPGRADED)
    assert run("migrate", "--check", "a.json").code == 0
    assert not check(run, "a.json").out


def test_max_epoch_is_that_of_the_built_in_one(project: Path, run: Program) -> None:
    declare(project, WORKERS)
    write(project / "configs", a=ENDLESS)
    assert run("migrate", "--max-epoch", "20").code == 0
    args = json.loads((project / "configs/a.json").read_text())["trainer"]["args"]
    assert (args["max_epoch"], args["num_workers"]) == (20, 4)


def test_no_stop_condition_is_left_alone(project: Path, run: Program) -> None:
    declare(project, WORKERS)
    write(project / "configs", a=ENDLESS)
    result = run("migrate")
    assert (result.code, "error[TC101] no stop condition" in result.err) == (1, True)
    assert (project / "configs/a.json").read_text() == ENDLESS
    assert check(run).out == ""


def test_a_removal_cannot_be_undone(project: Path, run: Program) -> None:
    declare(project, GONE)
    seeded = CONFIG.replace("1000000,", '1000000,\n            "seed": 1,')
    write(project / "configs", a=seeded)
    assert run("migrate").err == "1 of 1 config upgraded.\n"
    assert (project / "configs/a.json").read_text() == UPGRADED
    result = run("migrate", "--revert")
    assert result.code == 1
    assert result.err.splitlines()[0] == (
        "configs/a.json:4:17: warning: no-seed: the removal of trainer.args.seed "
        "cannot be undone: the previous value is unknown"
    )
    assert (project / "configs/a.json").read_text() == UPGRADED
    assert run("migrate", "--revert", "--only", "max-epoch").code == 0
    assert (project / "configs/a.json").read_text() == CONFIG


def test_both_keys_of_a_renaming_are_refused(project: Path, run: Program) -> None:
    table = '[[tool.trellis-cfg.migrations]]\nname = "steps"\nrename = "trainer.args.steps"\n'
    declare(project, table + 'to = "max_steps"\n')
    write(project / "configs", a=CONFIG.replace("{\n            ", '{\n            "steps": 1, '))
    result = run("migrate")
    assert result.code == 2
    assert result.err.splitlines()[0] == (
        "configs/a.json:5:13: error: steps: trainer.args.steps and max_steps both exist: "
        "remove one of them"
    )
    assert check(run).out.count("TC102") == 1


def test_check_points_at_what_is_to_be_changed(project: Path, run: Program) -> None:
    declare(project, WORKERS, SMALLER, GONE)
    write(project / "configs", a=CONFIG)
    assert check(run).out == (
        "configs/a.json:4:9: warning[TC102] [*] migration num-workers is not applied: "
        f"it {INSERTED}\n"
        "configs/a.json:5:13: note[TC102] [*] migration max-epoch is not applied: it inserts "
        "trainer.args.max_epoch = null after trainer.args.max_steps\n"
        "configs/a.json:6:13: warning[TC102] [*] migration smaller-batches is not applied: "
        "it changes trainer.args.batch_size_per_gpu from 4 to 2\n"
    )


BAD = (
    '[tool.trellis-cfg]\nstrict = true\n[[tool.trellis-cfg.migrations]]\nname = "a"\nremvoe = "x"\n'
)


@pytest.mark.parametrize("command", ["migrate", "check", "migrate --list", "migrate --revert"])
def test_a_bad_declaration_stops_everything(command: str, project: Path, run: Program) -> None:
    declare(project, BAD)
    write(project / "configs", a=CONFIG)
    result = run(*command.split())
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        f'{project}/pyproject.toml:5:1: error: unknown key "remvoe"; did you mean "remove"?\n'
    )
    assert (project / "configs/a.json").read_text() == CONFIG


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("migrations.toml", WORKERS.replace("tool.trellis-cfg.", "")),
        (
            "migrations.json",
            '[{"name": "num-workers", "insert": "trainer.args.num_workers", "value": 4}]',
        ),
    ],
)
def test_a_file_of_migrations_is_found_from_below(
    name: str, text: str, project: Path, run: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(project, f'[tool.trellis-cfg]\nmigrations = "{name}"\n')
    (project / name).write_text(text)
    write(project / "deep/configs", a=UPGRADED)
    monkeypatch.chdir(project / "deep")
    assert "num-workers is not applied: it inserts trainer.args.num_workers = 4" in check(run).out
    assert run("migrate").code == 0
    assert '"num_workers": 4' in (project / "deep/configs/a.json").read_text()
    (project / name).unlink()
    assert run("migrate").refuses(f"pyproject.toml:2:1: error: migrations: {name}: cannot be read")
