"""``schema``: printed, written, compared."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.cli.conftest import Program

ROOT = Path(__file__).parents[2]


def test_the_schema_of_a_config_is_printed(run: Program) -> None:
    result = run("schema")
    schema = json.loads(result.out)
    assert (result.code, result.err, schema["$id"]) == (0, "", "urn:trellis-cfg:config")
    assert run("schema", "config").out == result.out
    shipped = json.loads((ROOT / "configs/vae/ct_vqvae_stage1.json").read_bytes())
    assert Draft202012Validator(schema).is_valid(shipped)


def test_the_schema_of_trainer_arguments_rejects_both_nulls(run: Program) -> None:
    schema = json.loads(run("schema", "trainer-args").out)
    validator = Draft202012Validator(schema)
    assert validator.is_valid({"max_steps": 1, "max_epoch": None})
    (error,) = validator.iter_errors({"max_steps": None, "max_epoch": None})
    assert error.validator == "not"


def test_schemas_are_written_once(project: Path, run: Program) -> None:
    kinds = ("config", "trainer-args", "config.draft-07")
    names = [f"new/deep/{kind}.schema.json" for kind in kinds]
    result = run("schema", "--output", "new/deep")
    assert result.out.splitlines() == [f"wrote {name}" for name in names]
    assert (project / names[0]).read_text() == run("schema").out
    assert run("schema", "--output", "new/deep") == (0, "", "")
    assert run("schema", "--output", "new/deep", "--check") == (0, "", "")


def test_one_schema_is_written_by_name(project: Path, run: Program) -> None:
    assert run("schema", "config", "--output", ".").code == 0
    assert [path.name for path in project.iterdir()] == ["config.schema.json"]


def test_drift_is_found_and_nothing_written(project: Path, run: Program) -> None:
    run("schema", "--output", "schemas")
    path = project / "schemas/config.schema.json"
    path.write_text(path.read_text().replace("Max steps", "Steps"))
    (project / "schemas/trainer-args.schema.json").unlink()
    result = run("schema", "--check")
    assert result.code == 1
    assert result.out.splitlines() == [
        "differs: schemas/config.schema.json",
        "differs: schemas/trainer-args.schema.json",
    ]
    assert "Max steps" not in path.read_text()
    assert run("schema", "--check", "trainer-args").out.count("differs") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--output", "file/x"), "file/x/config.schema.json: Not a directory"),
        (("--output", "."), "./config.schema.json: not a regular file: it is a directory"),
        (("nothing",), "nothing"),
    ],
)
def test_what_cannot_be_done(
    arguments: tuple[str, ...], message: str, project: Path, run: Program
) -> None:
    (project / "file").write_text("")
    (project / "config.schema.json").mkdir()
    assert run("schema", *arguments).refuses(message)


def test_what_is_checked_in_is_fresh(run: Program) -> None:
    result = run("schema", "--check", "--output", str(ROOT / "schemas"))
    assert (result.code, result.out) == (0, ""), "make generate"
