"""Mutated configs by seed and number, and how to shrink one that fails."""

import json
import os
from collections.abc import Callable, Iterator
from random import Random

from tests.document.strategies import places
from tests.fuzz.bases import bases
from tests.fuzz.mutations import Json, mutated
from tests.models.samples import REMOVED, changed

SEED = os.environ.get("FUZZ_SEED", "0")
_MAX_LENGTH = 4_000


def config(number: int, seed: str = SEED) -> Json:
    """Return the config of a number, always the same for the same seed."""
    rng = Random(f"{seed}:{number}")  # noqa: S311  a test is no secret
    return mutated(rng.choice(bases()), rng)


def shrink(value: Json, fails: Callable[[Json], object]) -> Json:
    """Return the smallest value that still fails."""
    while smaller := next((part for part in _smaller(value) if fails(part)), None):
        value = smaller
    return value


def _smaller(value: Json) -> Iterator[Json]:
    """Yield the value without one of its parts, the largest first, or with an empty part."""
    parts = sorted(places(value)[1:], key=lambda place: -len(places(place[1])))
    for path, _ in parts:
        yield changed(value, path, REMOVED)
    for path, at in parts:
        if isinstance(at, dict | list) and at:
            yield changed(value, path, type(at)())


def describe(number: int, value: Json, reason: str, seed: str = SEED) -> str:
    """Return the message of a failing test: how to reproduce the case, and the case."""
    text = json.dumps(value, ensure_ascii=True)
    return f"FUZZ_SEED={seed}, config {number}: {reason}\n{text[:_MAX_LENGTH]}"
