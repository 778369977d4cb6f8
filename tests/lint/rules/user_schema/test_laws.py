"""Laws of a user's schema: the library decides, in our words, at places that are there."""

import json
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema.validators import validator_for
from jsonschema_specifications import REGISTRY

from tests.document.strategies import places
from tests.fuzz.mutations import mutated
from tests.lint.rules.user_schema.applied import Json, rejected, source
from tests.lint.rules.user_schema.strategies import any_schema, values
from tests.models.samples import FULL
from tests.models.strategies import configs, spoilt
from trellis_cfg.errors import SettingsError
from trellis_cfg.lint.linter import lint
from trellis_cfg.lint.options import Facts, LintOptions
from trellis_cfg.models.json_schema import build_schema as ours

LONGEST, SHOWN = 700, 64
CONFIG = ours("config")
seeds = st.integers(0, 2**32).map(Random)


def library_accepts(schema: Json, value: Json) -> bool:
    try:
        return validator_for(schema)(schema, registry=REGISTRY).is_valid(value)
    except (OverflowError, ValueError):  # multiples of what no float can hold
        assume(False)  # noqa: FBT003  hypothesis's own way
        raise


def holds(schema: Json, value: Json) -> None:
    """Assert all that is promised of the findings."""
    findings = rejected(schema, value)
    assert bool(findings) is not library_accepts(schema, value)
    there = {path for path, _ in places(value)}
    for finding in findings:
        assert finding.path in there
        assert 0 < len(finding.message) <= LONGEST
        assert len(repr(value)) < SHOWN or repr(value) not in finding.message
    assert len({(each.path, each.message) for each in findings}) == len(findings)


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
        assert {each.path for each in rejected(given_schema, FULL)} <= {
            at for at, _ in places(FULL)
        }
    else:
        assert refusal.line == 1
        assert 1 <= refusal.column <= len(source(given_schema).data.decode())
        assert 0 < len(refusal.message) <= LONGEST


def refusal_of(schema: Json) -> SettingsError | None:
    try:
        rejected(schema, FULL)
    except SettingsError as error:
        return error
    return None


@given(any_schema, values, st.sampled_from((None, 1, 4)))
def test_the_layout_of_the_schema_does_not_matter(
    schema: Json, value: Json, indent: int | None
) -> None:
    data = json.dumps(value).encode()
    here, there = (
        lint("a.json", data, LintOptions(frozenset({"TC008"}), Facts(schema=text)))
        for text in (source(schema), source(schema, indent))
    )
    assert here == there


def test_the_longest_message() -> None:
    word = "w" * 5_000
    texts = [{"enum": ["x" * 30, f"{word[:40]}x", *map(str, range(90))]}]
    inner: Json = {"anyOf": [*({"pattern": f"^{at}{word}"} for at in range(50)), *texts]}
    value: Json = word[:40]
    for _ in range(50):
        inner, value = {"items": inner}, [value]
    schema: Json = {"additionalProperties": {"properties": {"args": inner}}}
    (message,) = [each.message for each in rejected(schema, {word: {"args": value}})]
    assert LONGEST / 2 < len(message) <= LONGEST
