"""The mutations: they return other JSON, the same for the same seed."""

import copy
import json
from random import Random

import pytest

from tests.fuzz.mutations import MUTATIONS, Json, mutated
from tests.models.samples import FULL

SEEDS = range(300)


def make_random(seed: int) -> Random:
    return Random(seed)  # noqa: S311  a test is no secret


def is_json(value: Json) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and is_json(at) for key, at in value.items())
    if isinstance(value, list):
        return all(map(is_json, value))
    return value is None or isinstance(value, bool | int | float | str)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_a_mutation_changes_a_copy(mutation: object) -> None:
    assert callable(mutation)
    before = copy.deepcopy(FULL)
    values = [mutation(FULL, make_random(seed)) for seed in SEEDS]
    assert before == FULL
    assert all(map(is_json, values))
    assert sum(json.dumps(value) != json.dumps(FULL) for value in values) > len(values) / 2


@pytest.mark.parametrize("value", [None, 1, "x", [], {}, [[]], {"name": "x"}], ids=json.dumps)
def test_any_value_can_be_mutated(value: Json) -> None:
    for mutation in MUTATIONS:
        assert all(is_json(mutation(value, make_random(seed))) for seed in SEEDS)


def test_the_same_seed_makes_the_same_value() -> None:
    first, second = ([mutated(FULL, make_random(seed)) for seed in SEEDS] for _ in range(2))
    assert json.dumps(first) == json.dumps(second)


def test_mutations_of_mutations_stay_json() -> None:
    value: Json = FULL
    for seed in SEEDS:
        value = mutated(value, make_random(seed)) or FULL
        assert is_json(value)
        value = value if len(json.dumps(value)) < 10_000 else FULL
