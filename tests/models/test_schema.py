"""The schemas themselves: valid, complete, and told in words that an editor can show."""

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
made = cache(build_schema)


def properties(name: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield what a schema says of each property of each definition."""
    whole = made(name)
    for title, definition in {"": whole, **whole["$defs"]}.items():
        for key, value in definition.get("properties", {}).items():
            yield (title, key), value


@names
def test_it_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(made(name))
    assert made(name)["$schema"] == Draft202012Validator.META_SCHEMA["$id"]


@names
def test_it_is_json_and_the_same_each_time(name: str) -> None:
    text = json.dumps(made(name), allow_nan=False)
    assert json.loads(text) == made(name)
    assert json.dumps(build_schema(name)) == text


@names
def test_every_property_has_a_title_and_a_description(name: str) -> None:
    for path, told in properties(name):
        assert re.fullmatch(r"\S.*\S", told.get("title", "")), path
        assert re.fullmatch(r"[A-Z].*\.", told.get("description", "")), path


@names
def test_no_title_is_as_a_program_spells_it(name: str) -> None:
    for path, told in properties(name):
        assert "_" not in told["title"], path


@names
def test_every_definition_has_a_title_and_a_description(name: str) -> None:
    for title, definition in made(name)["$defs"].items():
        assert definition["title"] == title
        assert re.fullmatch(r"[A-Z].*\.", definition["description"]), title


@names
def test_every_reference_resolves_and_every_definition_is_of_use(name: str) -> None:
    found = {value for path, value in places(made(name)) if path[-1:] == ("$ref",)}
    defined = {f"#/$defs/{title}" for title in made(name)["$defs"]}
    assert found <= defined
    trainers = {f"#/$defs/{title}" for title in CLASSES["trainer"]}
    assert defined - found <= (trainers if name == "trainer-args" else set())


@pytest.mark.parametrize(
    ("name", "sections"),
    [("config", set(CLASSES)), ("trainer-args", set(COMPONENTS) & set(CLASSES) | {"trainer"})],
)
def test_every_class_has_its_definition(name: str, sections: set[str]) -> None:
    assert made(name)["$defs"].keys() >= {one for key in sections for one in CLASSES[key]}


def test_what_both_schemas_define_is_the_same() -> None:
    config, args = (made(name)["$defs"] for name in NAMES)
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
def test_titles_are_words(argument: str, title: str) -> None:
    told = [told["title"] for path, told in properties("config") if path[-1] == argument]
    assert set(told) == {title}


def test_an_argument_of_one_package_says_so() -> None:
    told = {path: told["description"] for path, told in properties("config")}
    assert told["BasicTrainer", "parallel_mode"].endswith(" Only in TRELLIS.2.")
    assert told["BasicTrainer", "disable_snapshot"].endswith(" Only in TRELLIS.")
    assert "Only in" not in told["Trellis2Trainer", "parallel_mode"]
    assert "Only in" not in told["KnownTrainer", "max_steps"]
