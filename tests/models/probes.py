"""Values of all types to try as arguments, and what each class accepts of them."""

from typing import Any

from tests.models.referee import errors_of
from tests.models.samples import REMOVED
from trellis_cfg.models import CLASSES, FAMILIES, find_model, load_general_model, load_model
from trellis_cfg.models.base import Arguments

PROBES: tuple[Any, ...] = (
    *(REMOVED, None, True, False, "", "l1", "ape", "layer", "swin", "amp", "float16"),
    *(0, 1, 2, 3, -1, 101, 2**63 - 1, 2**63, 10**400, 0.0, 0.5, 1.0, 1.5, 4.0, -0.5, 1e6, 1e300),
    *([], [1], [0.5], ["a"], [None], [{}], [1, 2], [0.9, 0.99], [1, 2, 3], {}, {"str": 3}),
    *({"name": "x"}, {"args": {}}, {"name": "x", "args": {}}, {"name": "x", "args": None}),
    {"name": "x", "args": {"lr": -1}},
    {"name": "uniform", "args": {}},
    {"name": "logitNormal", "args": {"mean": 0}},
    {"name": "AdaptiveGradClipper", "args": {"max_norm": 0}},
    {"name": "LinearMemoryController", "args": {"update_every": 0}},
    {"name": "DinoV2FeatureExtractor", "args": {}},
)
"""For each type of argument some that it accepts, and some that it does not."""

MODELS = [
    *(
        model
        for section in CLASSES
        for name in CLASSES[section]
        if (model := find_model(section, name))
    ),
    *(load_model(section, names[0]) for section, (_, names) in FAMILIES.items()),
    load_general_model("trainer"),
]


def required_arguments(model: type[Arguments]) -> dict[str, Any]:
    """Return what a class requires, each the first probe that it accepts."""
    args: dict[str, Any] = {}
    for name in (name for name, field in model.model_fields.items() if field.is_required()):
        args[name] = next(
            probe
            for probe in PROBES
            if probe is not REMOVED
            and not any(at["loc"][:1] == (name,) for at in errors_of(model, args | {name: probe}))
        )
    return args | {"max_epoch": 20} if "max_epoch" in model.model_fields else args


def all_arguments(model: type[Arguments]) -> dict[str, Any]:
    """Return every argument that a class takes, each the last probe that it accepts."""
    args = required_arguments(model)
    for name in model.model_fields.keys() - args.keys():
        args[name] = next(
            probe
            for probe in reversed(PROBES)
            if probe is not REMOVED and not errors_of(model, args | {name: probe})
        )
    return args
