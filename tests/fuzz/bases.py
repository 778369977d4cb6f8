"""The sound configs that mutations start from: those that are shipped, and one of every class."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.fuzz.mutations import Json
from tests.models.probes import all_arguments, required_arguments
from tests.models.samples import ARGS, FULL, NETWORK, SMALL, changed
from trellis_cfg.models import CLASSES, COMPONENTS, FAMILIES, load_model

_SHIPPED = Path(__file__).parents[2] / "configs"
_PLACES = {"models": NETWORK, "dataset": ("dataset",), "trainer": ("trainer",)}


@cache
def bases() -> tuple[Json, ...]:
    """Return sound configs; each class has one with as few, and one with as many arguments."""
    shipped = [json.loads(path.read_bytes()) for path in sorted(_SHIPPED.rglob("*.json"))]
    return (*shipped, SMALL, FULL, *_of_every_class())


def _of_every_class() -> Iterator[Json]:
    for section, names in CLASSES.items():
        yield from _of_section(section, tuple(names))
    for section, (_, family) in FAMILIES.items():
        yield from _of_section(section, family[:2])
    for section in ("models", "dataset", "trainer", "optimizer", "elastic"):
        yield from _of_section(section, ("MyOwn",))


def _of_section(section: str, names: tuple[str, ...]) -> Iterator[Json]:
    place = _PLACES.get(section, (*ARGS, section))
    base = FULL if section in COMPONENTS else SMALL
    for name in names:
        model = load_model(section, name)
        for args in (required_arguments(model), all_arguments(model)):
            yield changed(base, place, {"name": name, "args": args})
