"""The models have the arguments of the classes, which signatures.txt lists."""

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
    "optimizer": "every trainer builds it at once, and the default, no optimizer, fails",
}
"""What the models require although the sources have a default."""
WITHOUT_SIGNATURE = {
    "t_schedule": "the trainers compute the timesteps themselves, there is no class",
}
"""The sections whose classes have no signature."""
EVERY_TRAINER = "max_epoch"
"""Only the SDF fork's trainers take it; trellis_cfg.training adds it to the others."""


class Line(NamedTuple):
    """A class as one package or several have it."""

    owner: Class
    packages: list[str]
    arguments: list[str]


def read_line(line: str) -> Line:
    head, _, tail = line.partition(":")
    section, name, packages = head.split()
    return Line((section, name), packages.split(","), tail.split())


def read_signatures() -> dict[Class, dict[str, Takes]]:
    """Return the defaults by class, package and argument, as they are spelled."""
    signatures: dict[Class, dict[str, Takes]] = {}
    text = (Path(__file__).parent / "signatures.txt").read_text(encoding="utf-8")
    for section, packages, arguments in map(read_line, text.splitlines()[3:]):
        for package in packages:
            takes = signatures.setdefault(section, {}).setdefault(package, {})
            for argument in arguments:
                name, _, default = argument.partition("=")
                if name.startswith("+"):
                    takes |= signatures[section[0], name[1:]][package]
                else:
                    takes[name.removesuffix("!")] = default
    return signatures


SIGNATURES = read_signatures()
LISTED = [
    (section, name) for section in CLASSES.keys() - WITHOUT_SIGNATURE for name in CLASSES[section]
]


def model_of(owner: Class) -> type[Arguments]:
    model = find_model(*owner)
    assert model
    return model


def only_package(packages: list[str]) -> Package | None:
    """Return the only package of a list; None for both."""
    distinct = {PACKAGES[package] for package in packages}
    return distinct.pop() if len(distinct) == 1 else None


def spell(default: object) -> str:
    """Return a default so that 1, 1.0 and true differ, but a tuple and a list do not."""
    return json.dumps(default.model_dump() if isinstance(default, BaseModel) else default)


def test_the_registry_and_the_signatures_list_the_same_classes() -> None:
    assert sorted(LISTED) == sorted(SIGNATURES)
    assert CLASSES.keys() >= WITHOUT_SIGNATURE.keys()


classes = pytest.mark.parametrize("owner", SIGNATURES, ids=lambda owner: owner[1])


@classes
def test_a_model_has_the_arguments_of_all_packages(owner: Class) -> None:
    names = {name for takes in SIGNATURES[owner].values() for name in takes}
    more = {EVERY_TRAINER} if owner[0] == "trainer" else set()
    assert model_of(owner).__name__ == owner[1]
    assert model_of(owner).model_fields.keys() == names | more


@classes
def test_required_is_what_all_packages_require(owner: Class) -> None:
    every = SIGNATURES[owner].values()
    required = {name for name in next(iter(every)) if all(t.get(name) == REQUIRED for t in every)}
    in_effect = REQUIRED_IN_EFFECT.keys() if owner[0] == "trainer" else set()
    fields = model_of(owner).model_fields
    assert {name for name in fields if fields[name].is_required()} == required | in_effect
    assert all(takes[name] != REQUIRED for takes in every for name in in_effect)


@classes
def test_a_default_is_that_of_a_package(owner: Class) -> None:
    for name, field in model_of(owner).model_fields.items():
        if not field.is_required() and name != EVERY_TRAINER:
            defaults = [takes[name] for takes in SIGNATURES[owner].values() if name in takes]
            known = [spell(ast.literal_eval(text)) for text in defaults if text != REQUIRED]
            assert spell(field.default) in (known or ["null"]), name


@classes
def test_packages_of_a_class_and_its_arguments(owner: Class) -> None:
    model = model_of(owner)
    assert model.package is only_package(list(SIGNATURES[owner]))
    assert model.package_of("num_workers") is model.package
    for name in model.model_fields:
        takers = [package for package, takes in SIGNATURES[owner].items() if name in takes]
        packages = list(SIGNATURES[owner]) if name == EVERY_TRAINER else takers
        assert model.package_of(name) is only_package(packages), name
