"""Ajv, in the strict mode that catalogs require, agrees with jsonschema."""

import json
from typing import Any

import pytest

from tests.fuzz.cases import config
from tests.models.referee import referee
from tests.models.samples import FULL, SMALL, changed
from tests.places.conftest import ROOT
from tests.places.editor.conftest import Ask
from trellis_cfg.document.paths import iterate_leaves

pytestmark = pytest.mark.slow

NULLS = changed(SMALL, ("trainer", "args", "max_steps"), None)
SHIPPED = [json.loads(path.read_bytes()) for path in sorted(ROOT.glob("configs/*/*.json"))]


def schema(name: str) -> Any:  # noqa: ANN401  JSON
    return json.loads((ROOT / f"schemas/{name}.schema.json").read_bytes())


def is_exact(value: object) -> bool:
    """Tell whether JavaScript reads a value as it is: no infinity, no integer beyond 2^53."""
    numbers = [leaf for _, leaf in iterate_leaves(value) if isinstance(leaf, int | float)]
    return all(abs(number) < 2**53 for number in numbers)


def test_the_schema_of_draft_07_is_strict_and_agrees(ask: Ask) -> None:
    mutated = [value for value in map(config, range(300)) if is_exact(value)]
    configs = [*SHIPPED, SMALL, FULL, NULLS, *mutated]
    question = {"draft": "07", "schema": schema("config.draft-07"), "configs": configs}
    answer = ask("ajv.mjs", question)
    assert (answer["problem"], answer["told"]) == (None, [])
    assert answer["verdicts"] == [referee("config").is_valid(value) for value in configs]
    assert len(mutated) > 100
    assert answer["verdicts"][len(SHIPPED) - 1 : len(SHIPPED) + 3] == [True, True, True, False]


@pytest.mark.parametrize("name", ["config", "trainer-args"])
def test_the_newer_schemas_are_accepted(name: str, ask: Ask) -> None:
    answer = ask("ajv.mjs", {"draft": "2020-12", "schema": schema(name), "configs": [{}]})
    assert (answer["problem"], answer["verdicts"]) == (None, [False])


def test_a_schema_that_is_not_strict_is_refused(ask: Ask) -> None:
    answer = ask("ajv.mjs", {"draft": "07", "schema": {"minimum": 1}, "configs": []})
    assert "strict mode" in answer["problem"]
