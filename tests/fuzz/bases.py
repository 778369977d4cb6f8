"""The valid configs that are mutated: the shipped ones, and some of every class."""

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
    """Return valid configs; each class has one with few arguments, and one with all."""
    shipped = [json.loads(path.read_bytes()) for path in sorted(_SHIPPED.rglob("*.json"))]
    return (*shipped, SMALL, FULL, *_list_configs())


def _list_configs() -> Iterator[Json]:
    sections = [
        *CLASSES.items(),
        *((section, family[:2]) for section, (_, family) in FAMILIES.items()),
        *((name, ("MyOwn",)) for name in ("models", "dataset", "trainer", "optimizer", "elastic")),
    ]
    for section, names in sections:
        place = _PLACES.get(section, (*ARGS, section))
        base = FULL if section in COMPONENTS else SMALL
        for model, name in ((load_model(section, name), name) for name in names):
            for args in (required_arguments(model), all_arguments(model)):
                yield changed(base, place, {"name": name, "args": args})
