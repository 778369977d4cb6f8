"""Mutated configs by seed and number, and the smallest that still shows what one showed."""

import json
import os
from collections.abc import Callable, Iterator
from random import Random

from tests.document.strategies import places
from tests.fuzz.bases import bases
from tests.fuzz.mutations import Json, mutated
from tests.models.samples import REMOVED, changed

SEED = os.environ.get("FUZZ_SEED", "0")
_SHOWN = 4_000


def config(number: int, seed: str = SEED) -> Json:
    """Return the config of a number: always the same one for the same seed."""
    rng = Random(f"{seed}:{number}")  # noqa: S311  a test is no secret
    return mutated(rng.choice(bases()), rng)


def shrunk(value: Json, fails: Callable[[Json], object]) -> Json:
    """Return a smaller value that still fails, of which nothing can be left out."""
    while smaller := next((one for one in _smaller(value) if fails(one)), None):
        value = smaller
    return value


def _smaller(value: Json) -> Iterator[Json]:
    """Yield the value with one thing less, the largest first, or with less in place of one."""
    found = sorted(places(value)[1:], key=lambda place: -len(places(place[1])))
    for path, _ in found:
        yield changed(value, path, REMOVED)
    for path, at in found:
        if isinstance(at, dict | list) and at:
            yield changed(value, path, type(at)())


def told(number: int, value: Json, reason: str, seed: str = SEED) -> str:
    """Return what a failing test says: how to have the case again, and the case."""
    text = json.dumps(value, ensure_ascii=True)
    return f"FUZZ_SEED={seed}, config {number}: {reason}\n{text[:_SHOWN]}"
