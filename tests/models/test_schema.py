"""The schemas are valid and complete, with titles and descriptions for editors."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.document.strategies import places
from trellis_cfg.document.paths import Path
from trellis_cfg.models import CLASSES, COMPONENTS
from trellis_cfg.models.json_schema import NAMES, build_schema

names = pytest.mark.parametrize("name", NAMES)
built = cache(build_schema)


def properties(name: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield each property of each definition, with its path."""
    schema = built(name)
    for title, definition in {"": schema, **schema["$defs"]}.items():
        for key, value in definition.get("properties", {}).items():
            yield (title, key), value


@names
def test_a_schema_is_valid_and_always_the_same(name: str) -> None:
    Draft202012Validator.check_schema(built(name))
    assert built(name)["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    text = json.dumps(built(name), allow_nan=False)
    assert json.loads(text) == built(name)
    assert json.dumps(build_schema(name)) == text


@names
def test_everything_has_a_title_and_a_description(name: str) -> None:
    for path, value in properties(name):
        assert re.fullmatch(r"[^\s_]([^_]*[^\s_])?", value.get("title", "")), path
        assert re.fullmatch(r"[A-Z].*\.", value.get("description", "")), path
    for title, definition in built(name)["$defs"].items():
        assert definition["title"] == title
        assert re.fullmatch(r"[A-Z].*\.", definition["description"]), title


@names
def test_every_reference_resolves_and_every_definition_is_used(name: str) -> None:
    used = {value for path, value in places(built(name)) if path[-1:] == ("$ref",)}
    defined = {f"#/$defs/{title}" for title in built(name)["$defs"]}
    assert used <= defined
    trainers = {f"#/$defs/{title}" for title in CLASSES["trainer"]}
    assert defined - used <= (trainers if name == "trainer-args" else set())


@pytest.mark.parametrize(
    ("name", "sections"),
    [("config", set(CLASSES)), ("trainer-args", set(COMPONENTS) & set(CLASSES) | {"trainer"})],
)
def test_every_class_has_its_definition(name: str, sections: set[str]) -> None:
    assert built(name)["$defs"].keys() >= {cls for section in sections for cls in CLASSES[section]}


def test_common_definitions_are_the_same() -> None:
    config, args = (built(name)["$defs"] for name in NAMES)
    assert all(args[title] == config[title] for title in args.keys() & config.keys())


@pytest.mark.parametrize(
    ("argument", "title"),
    [
        ("i_save", "Save interval"),
        ("lambda_kl", "Weight of KL"),
        ("p_uncond", "Probability of uncond"),
        ("fp16_mode", "FP16 mode"),
        ("max_epoch", "Max epoch"),
    ],
)
def test_titles(argument: str, title: str) -> None:
    titles = {value["title"] for path, value in properties("config") if path[-1] == argument}
    assert titles == {title}


def test_the_package_of_an_argument() -> None:
    texts = {path: value["description"] for path, value in properties("config")}
    assert texts["BasicTrainer", "parallel_mode"].endswith(" Only in TRELLIS.2.")
    assert texts["BasicTrainer", "disable_snapshot"].endswith(" Only in TRELLIS.")
    assert "Only in" not in texts["Trellis2Trainer", "parallel_mode"]
    assert "Only in" not in texts["KnownTrainer", "max_steps"]
