"""``signature`` and ``schema --source``: the classes of a checkout."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from tests.cli.conftest import Program
from tests.lint.rules.test_source import FILES, FORK
from tests.source.checkouts import write

MINE = """\
Mine  trainer  fork/trainers/mine.py:7
  extends Trainer
  max_steps           required      fork/trainers/base.py:3
  batch_size_per_gpu  = None        fork/trainers/base.py:4
  optimizer           = {}          fork/trainers/base.py:4
  depth               = 3           fork/trainers/mine.py:9
  passed by train.py:11: models, dataset, load_dir, output_dir, step
  others: ignored, fork/trainers/base.py:4
"""
VOXELS = """\
Voxels  dataset  fork/datasets/data.py:5
  size  required              int                       fork/datasets/data.py:6
  mode  = 'slow'              Literal['slow', 'fast']   fork/datasets/data.py:6
"""


@pytest.fixture(autouse=True)
def fork(project: Path) -> Path:
    return write(project, FILES)


def unspaced(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_a_trainer(run: Program) -> None:
    result = run("signature", "Mine")
    assert (result.code, result.err) == (0, "")
    assert unspaced(result.out) == unspaced(MINE)


def test_a_dataset(run: Program) -> None:
    result = run("signature", "Voxels")
    assert unspaced(result.out)[:3] == unspaced(VOXELS)
    assert unspaced(result.out)[-1] == "others: a TypeError, fork/datasets/data.py:6"


ENDS = {
    "Hidden": "others: unknown: fork/trainers/mine.py:29 cannot be followed",
    "Foreign": "others: a TypeError, fork/models/nets.py:21",
}


@pytest.mark.parametrize(("name", "end"), ENDS.items(), ids=ENDS)
def test_what_happens_to_others(name: str, end: str, run: Program) -> None:
    assert unspaced(run("signature", name).out)[-1] == end


def test_others_may_be_rejected(fork: Path, run: Program) -> None:
    text = FILES["fork/trainers/mine.py"].replace(
        'self.unseen = kwargs.get("depth", 3)', "if self.x:\n            Strict(**kwargs)"
    )
    write(fork, {"fork/trainers/mine.py": text})
    last = unspaced(run("signature", "Mine").out)[-1]
    assert last.startswith("others: never read; may be rejected")


def test_as_json(run: Program) -> None:
    (found,) = json.loads(run("signature", "Mine", "--output-format", "json").out)
    assert (found["name"], found["section"], found["others"]) == ("Mine", "trainer", "swallowed")
    assert found["given"]["output_dir"] == "train.py:11"
    assert found["parameters"][-1] == {
        "name": "depth",
        "default": "3",
        "annotation": "",
        "place": "fork/trainers/mine.py:9",
        "is_required": False,
        "by_hand": True,
        "choices": [],
    }


def test_without_a_name_all_are_listed(fork: Path, run: Program) -> None:
    result = run("signature")
    assert result.out.splitlines()[:2] == ["trainers in fork/trainers/__init__.py:", "  Mine"]
    assert "models in fork/models/__init__.py:\n  Net\n" in result.out
    listed = json.loads(run("signature", "--output-format", "json").out)
    assert {"section": "models", "name": "Net"} in listed
    more = FILES["fork/models/__init__.py"] + "from wonders import *\n"
    write(fork / "two", FILES | {"fork/models/__init__.py": more})
    out = run("signature", "--source", "two").out
    assert "models in fork/models/__init__.py, and others that cannot be read:\n" in out


def test_in_a_folder_below_or_of_another_checkout(
    fork: Path, run: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    (fork / "configs").mkdir()
    monkeypatch.chdir(fork / "configs")
    assert run("signature", "Mine").code == 0
    (fork / "far").mkdir()
    (fork / "far/.git").mkdir()
    monkeypatch.chdir(fork / "far")
    assert run("signature", "Mine").refuses("not inside a checkout: pass --source DIR")
    assert run("signature", "Mine", "--source", "..").code == 0
    assert run("signature", "Mine", "--source", "../fork").code == 0
    result = run("signature", "Mine", "--source", ".")
    assert result.code == 2
    assert "Invalid value for --source: . contains no package with trainers/" in result.err


@pytest.mark.parametrize(
    ("name", "hint"),
    {
        "Minne": '; did you mean "Mine"?',
        "in": '; did you mean "Mine" or "Stretching"?',
        "Q": "",
    }.items(),
)
def test_an_unknown_class(name: str, hint: str, run: Program) -> None:
    result = run("signature", name)
    assert (result.code, result.out) == (2, "")
    assert result.err.endswith(f"this checkout has no class {name}{hint}\n")


def test_a_class_that_cannot_be_read(fork: Path, run: Program) -> None:
    write(fork, {"fork/models/__init__.py": "from elsewhere import Far\n"})
    assert run("signature", "Far").refuses("Far exists, but its definition cannot be read")
    far = {"name": "Far", "args": {"anything": 1}}
    assert schema(run).is_valid({**FORK, "models": {"net": far}})
    assert not schema(run).is_valid({**FORK, "models": {"net": {**far, "name": "Further"}}})


def test_control_characters_are_escaped(fork: Path, run: Program) -> None:
    text = FILES["fork/datasets/data.py"].replace('"fast"', '"\\x1b[31m\\n"')
    write(fork, {"fork/datasets/data.py": text.replace("size: int", "größe: 'a\\x1bb'")})
    result = run("signature", "Voxels")
    assert result.code == 0
    assert "\x1b" not in result.out


def schema(run: Program) -> Draft202012Validator:
    found = json.loads(run("schema", "--source", ".").out)
    Draft202012Validator.check_schema(found)
    assert found["$id"] == "urn:trellis-cfg:config:fork"
    return Draft202012Validator(found)


def change(section: str, **args: object) -> dict[str, object]:
    """Return the fork's config with more arguments in one section."""
    found: dict[str, object] = json.loads(json.dumps(FORK))
    place = found[section]
    assert isinstance(place, dict)
    (place["net"] if section == "models" else place)["args"] |= args
    return found


def test_the_schema_of_a_fork_accepts_its_configs(run: Program) -> None:
    validator = schema(run)
    assert list(validator.iter_errors(FORK)) == []
    assert validator.is_valid(change("trainer", depth=3, max_epoch=None))
    assert validator.is_valid(change("dataset", mode="fast", cut={"a": 1}))
    assert validator.is_valid({**FORK, "lora": {}, "$schema": "x"})


def test_the_name_of_a_class_may_have_any_letters(fork: Path, run: Program) -> None:
    write(
        fork,
        {"fork/models/__init__.py": "class Größe:\n    def __init__(self, a):\n        pass\n"},
    )
    config = {**FORK, "models": {"net": {"name": "Größe", "args": {"a": 1}}}}
    assert schema(run).is_valid(config)
    assert not schema(run).is_valid(config | {"models": {"net": {"name": "Größe", "args": {}}}})


FAULTS = {
    "an_ignored_argument": change("trainer", num_workers=8),
    "a_rejected_argument": change("dataset", image_size=8),
    "an_unknown_choice": change("dataset", mode="quick"),
    "a_wrong_type": change("models", channels="8"),
    "an_unknown_class": {**FORK, "dataset": {"name": "SLat", "args": {}}},
    "no_stop_condition": change("trainer", max_steps=None, max_epoch=None),
    "a_missing_argument": {**FORK, "dataset": {"name": "Voxels", "args": {}}},
}


@pytest.mark.parametrize("config", FAULTS.values(), ids=FAULTS)
def test_the_schema_of_a_fork_rejects_faults(config: object, run: Program) -> None:
    assert not schema(run).is_valid(config)


def test_the_schema_of_a_fork_in_draft_07_is_equivalent(run: Program) -> None:
    older = Draft7Validator(json.loads(run("schema", "config.draft-07", "--source", ".").out))
    for config in (FORK, change("trainer", depth=3, max_epoch=None), *FAULTS.values()):
        assert older.is_valid(config) == schema(run).is_valid(config)


def test_a_class_that_is_not_complete_takes_anything(run: Program) -> None:
    config = change("trainer", anything=1)
    config["trainer"] = {**config["trainer"], "name": "Hidden"}  # type: ignore[dict-item]
    assert schema(run).is_valid(config)


def test_the_schema_of_a_fork_is_written_and_compared(fork: Path, run: Program) -> None:
    assert run("schema", "--source", ".", "--output", "s").out == "wrote s/config.schema.json\n"
    assert run("schema", "--source", ".", "--output", "s", "--check").code == 0
    nets = FILES["fork/models/nets.py"].replace("channels", "width")
    write(fork / "two", FILES | {"fork/models/nets.py": nets})
    result = run("schema", "config", "--source", "two", "--output", "s", "--check")
    assert (result.code, result.out) == (1, "differs: s/config.schema.json\n")


def test_a_checkout_has_one_schema(run: Program) -> None:
    assert run("schema", "trainer-args", "--source", ".").refuses(
        "--source supports only schemas of configs"
    )
