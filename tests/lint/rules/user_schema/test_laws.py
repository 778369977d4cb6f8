"""Laws of a user's schema: the library's verdict, our words, and places that are there."""

import json
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema.validators import validator_for
from jsonschema_specifications import REGISTRY

from tests.document.strategies import places
from tests.fuzz.mutations import mutated
from tests.lint.rules.user_schema.applied import Json, found, source
from tests.lint.rules.user_schema.strategies import any_schema, values
from tests.models.samples import FULL
from tests.models.strategies import configs, spoilt
from trellis_cfg.errors import SettingsError
from trellis_cfg.lint.config import Facts
from trellis_cfg.lint.linter import lint
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.models.json_schema import build_schema as ours

LONGEST = 700
CONFIG = ours("config")
seeds = st.integers(0, 2**32).map(Random)


def library_accepts(schema: Json, value: Json) -> bool:
    cls = validator_for(schema)
    try:
        return cls(schema, registry=REGISTRY).is_valid(value)
    except (OverflowError, ValueError):  # multiples of what is no float
        assume(False)  # noqa: FBT003  hypothesis's own way
        raise


def holds(schema: Json, value: Json) -> None:
    """Assert all that is promised of the findings."""
    rejected = found(schema, value)
    assert bool(rejected) is not library_accepts(schema, value)
    there = {path for path, _ in places(value)}
    whole = json.dumps(value, ensure_ascii=False)
    for one in rejected:
        assert one.path in there
        assert 0 < len(one.message) <= LONGEST
        assert isinstance(value, str | int | float | None) or whole not in one.message
        assert repr(value) not in one.message or isinstance(value, str | int | float | None)
    assert len({(one.path, one.message) for one in rejected}) == len(rejected)


@given(any_schema, values)
def test_it_fires_if_and_only_if_the_library_rejects(schema: Json, value: Json) -> None:
    holds(schema, value)


@given(any_schema, seeds)
def test_also_of_values_that_the_schema_itself_is_about(schema: Json, rng: Random) -> None:
    holds(schema, mutated(schema, rng))


@given(configs | spoilt(configs))
def test_our_own_schema_as_a_user_s(config: Json) -> None:
    holds(CONFIG, config)


@given(any_schema, seeds)
def test_any_json_is_a_schema_or_is_refused(schema: Json, rng: Random) -> None:
    given_schema = mutated(schema, rng)
    refusal = refusal_of(given_schema)
    if refusal is None:
        assert {one.path for one in found(given_schema, FULL)} <= {at for at, _ in places(FULL)}
    else:
        assert refusal.line == 1
        assert 1 <= refusal.column <= len(source(given_schema).data.decode())
        assert 0 < len(refusal.message) <= LONGEST


def refusal_of(schema: Json) -> SettingsError | None:
    try:
        found(schema, FULL)
    except SettingsError as error:
        return error
    return None


@given(any_schema, values, st.sampled_from((None, 1, 4)))
def test_the_layout_of_the_schema_does_not_matter(
    schema: Json, value: Json, indent: int | None
) -> None:
    here, there = source(schema), source(schema, indent)
    data = json.dumps(value).encode()
    said = [
        lint("a.json", data, LintOptions(frozenset({"TC008"}), Facts(schema=one)))
        for one in (here, there)
    ]
    assert said[0] == said[1]


def test_the_longest_message_is_no_longer() -> None:
    word = "w" * 5_000
    patterns = [{"pattern": f"^{at}{word}"} for at in range(50)]
    inner: Json = {
        "anyOf": [*patterns, {"enum": ["x" * 30, f"{word[:40]}x", *map(str, range(90))]}]
    }
    value: Json = word[:40]
    for _ in range(50):
        inner, value = {"items": inner}, [value]
    schema: Json = {"additionalProperties": {"properties": {"args": inner}}}
    (message,) = [one.message for one in found(schema, {word: {"args": value}})]
    assert LONGEST / 2 < len(message) <= LONGEST
