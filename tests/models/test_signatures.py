"""The models take what the classes take: the figures are in signatures.txt."""

import ast
import json
from pathlib import Path
from typing import NamedTuple

import pytest
from pydantic import BaseModel

from trellis_cfg.models import CLASSES, find_model
from trellis_cfg.models.base import TRELLIS, TRELLIS_2, Arguments, Package

Class = tuple[str, str]
Takes = dict[str, str]

REQUIRED = ""
PACKAGES = {"TRELLIS": TRELLIS, "SDF": TRELLIS, "TRELLIS.2": TRELLIS_2}

REQUIRED_IN_EFFECT = {
    "optimizer": "every trainer builds it at once, and the default of no optimizer fails",
}
"""What the models require although a default stands in the sources."""
NOT_IN_THE_FIGURES = {
    "t_schedule": "the trainers draw the times in code, there is no class",
}
"""The sections whose classes have no signature."""
EVERY_TRAINER = "max_epoch"
"""Only the fork's trainers take it on their own; trellis_cfg.training gives it to the others."""


class Line(NamedTuple):
    """A class as one package or several have it."""

    owner: Class
    packages: list[str]
    words: list[str]


def read_line(line: str) -> Line:
    head, _, tail = line.partition(":")
    section, name, packages = head.split()
    return Line((section, name), packages.split(","), tail.split())


def read_figures() -> dict[Class, dict[str, Takes]]:
    """Return the defaults by class, package and argument, as they are spelled."""
    found: dict[Class, dict[str, Takes]] = {}
    text = (Path(__file__).parent / "signatures.txt").read_text(encoding="utf-8")
    for section, packages, words in map(read_line, text.splitlines()[3:]):
        for package in packages:
            takes = found.setdefault(section, {}).setdefault(package, {})
            for word in words:
                name, _, default = word.partition("=")
                if name.startswith("+"):
                    takes |= found[section[0], name[1:]][package]
                else:
                    takes[name.removesuffix("!")] = default
    return found


FIGURES = read_figures()
LISTED = [
    (section, name) for section in CLASSES.keys() - NOT_IN_THE_FIGURES for name in CLASSES[section]
]


def model_of(owner: Class) -> type[Arguments]:
    model = find_model(*owner)
    assert model
    return model


def where(packages: list[str]) -> Package | None:
    """Return the one package that these are; None for both."""
    found = {PACKAGES[package] for package in packages}
    return found.pop() if len(found) == 1 else None


def spelled(default: object) -> str:
    """Return a default so that 1, 1.0 and true differ, but a tuple and a list do not."""
    return json.dumps(default.model_dump() if isinstance(default, BaseModel) else default)


def test_the_registry_and_the_figures_list_the_same_classes() -> None:
    assert sorted(LISTED) == sorted(FIGURES)


def test_the_sections_without_figures_exist() -> None:
    assert CLASSES.keys() >= NOT_IN_THE_FIGURES.keys()


classes = pytest.mark.parametrize("owner", FIGURES, ids=lambda owner: owner[1])


@classes
def test_a_model_bears_the_name_that_configs_write(owner: Class) -> None:
    assert model_of(owner).__name__ == owner[1]


@classes
def test_arguments_are_those_of_all_packages_together(owner: Class) -> None:
    taken = {name for takes in FIGURES[owner].values() for name in takes}
    also = {EVERY_TRAINER} if owner[0] == "trainer" else set()
    assert model_of(owner).model_fields.keys() == taken | also


@classes
def test_required_is_what_all_packages_require(owner: Class) -> None:
    every = FIGURES[owner].values()
    required = {name for name in next(iter(every)) if all(t.get(name) == REQUIRED for t in every)}
    in_effect = REQUIRED_IN_EFFECT.keys() if owner[0] == "trainer" else set()
    fields = model_of(owner).model_fields
    assert {name for name in fields if fields[name].is_required()} == required | in_effect


@classes
def test_what_is_required_in_effect_has_a_default_in_the_sources(owner: Class) -> None:
    for name in REQUIRED_IN_EFFECT if owner[0] == "trainer" else ():
        assert all(takes[name] != REQUIRED for takes in FIGURES[owner].values())


@classes
def test_a_default_is_that_of_a_package(owner: Class) -> None:
    for name, field in model_of(owner).model_fields.items():
        if not field.is_required() and name != EVERY_TRAINER:
            told = [takes[name] for takes in FIGURES[owner].values() if name in takes]
            known = [spelled(ast.literal_eval(text)) for text in told if text != REQUIRED]
            assert spelled(field.default) in (known or ["null"]), name


@classes
def test_a_class_belongs_to_the_packages_that_have_it(owner: Class) -> None:
    assert model_of(owner).package is where(list(FIGURES[owner]))


@classes
def test_an_argument_belongs_to_the_packages_that_take_it(owner: Class) -> None:
    model = model_of(owner)
    for name in model.model_fields:
        takers = [package for package, takes in FIGURES[owner].items() if name in takes]
        wanted = where(list(FIGURES[owner]) if name == EVERY_TRAINER else takers)
        assert model.package_of(name) is wanted, name


@classes
def test_an_argument_that_nobody_takes_belongs_where_its_class_does(owner: Class) -> None:
    assert model_of(owner).package_of("num_workers") is model_of(owner).package
