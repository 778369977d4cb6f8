"""Configs drawn from the models, and the same with one fault."""

from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BeforeValidator

from tests.document.strategies import places
from tests.models.samples import ARGS, FULL, NETWORK, REMOVED, SMALL, changed
from trellis_cfg.models import CLASSES, FAMILIES, load_model
from trellis_cfg.models.base import Arguments
from trellis_cfg.models.config import Dataset, Network, Section, Trainer

Values = st.SearchStrategy[Any]
Bounds = dict[str, Any]

_BOUNDS = ("ge", "gt", "le", "lt", "min_length", "max_length")
_MANY = 10**9
_TEXTS = ("", "值", "null", "1", "bce", "uniform", "dinov2_vitl14_reg", "PATH_TO_CKPT")
_UNKNOWN = ("", "MyTrainer", "AdamW", "args", "str", "uniform", "SLat ")
_ODD_KEYS = (
    *("", "num_workers", "_comment", "键", "a.b", "0", "self", "cls", "model_config", "name"),
    *("model_fields", "__class__", "package", "kind", "section", "str", "constrained-float"),
    *("val_dataset", "evaluator", "pretrained", "lora", "data_dir", "$schema", "type"),
)
texts = st.one_of(st.sampled_from(_TEXTS), st.text(max_size=5))
_scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), texts
)
json_values: Values = st.recursive(
    _scalars,
    lambda children: st.one_of(
        st.lists(children, max_size=3), st.dictionaries(texts, children, max_size=3)
    ),
    max_leaves=6,
)
_objects = st.dictionaries(texts, json_values, max_size=3)


def values_of(annotation: object, metadata: tuple[object, ...] = ()) -> Values:
    """Return values that a field of this annotation accepts."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return values_of(parts[0], (*metadata, *parts[1:]))
    if origin in (Union, UnionType):
        return st.one_of([values_of(part, metadata) for part in parts])
    if origin is list:
        bounds = _read_bounds(metadata)
        least, most = bounds.get("min_length", 0), bounds.get("max_length", 4)
        return st.lists(values_of(parts[0]), min_size=least, max_size=most)
    return st.sampled_from(parts) if origin is Literal else _plain_values(annotation, metadata)


def _plain_values(annotation: object, metadata: tuple[object, ...]) -> Values:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return sections(annotation)
    if annotation in (int, float):
        return _numbers(annotation, metadata)
    table: list[tuple[object, Values]]
    table = [(bool, st.booleans()), (str, texts), (Any, json_values), (type(None), st.none())]
    return next((values for of_type, values in table if of_type is annotation), _objects)


def _read_bounds(metadata: tuple[object, ...]) -> Bounds:
    flat = [at for mark in metadata for at in getattr(mark, "metadata", [mark])]
    return {name: getattr(mark, name) for mark in flat for name in _BOUNDS if hasattr(mark, name)}


def _numbers(number_type: object, metadata: tuple[object, ...]) -> Values:
    bounds = _read_bounds(metadata)
    least = bounds["gt"] + 1 if "gt" in bounds else bounds.get("ge", -_MANY)
    most = bounds["lt"] - 1 if "lt" in bounds else bounds.get("le", _MANY)
    integers = st.integers(least, max(least, min(most, least + 100))) | st.integers(least, most)
    if number_type is float:
        return _floats(bounds) | integers if least <= most else _floats(bounds)
    if any(isinstance(mark, BeforeValidator) for mark in metadata):
        return integers | st.integers(least, _MANY).map(float)
    return integers


def _floats(bounds: Bounds) -> Values:
    return st.floats(
        bounds.get("ge", bounds.get("gt")),
        bounds.get("le", bounds.get("lt")),
        exclude_min="gt" in bounds,
        exclude_max="lt" in bounds,
        allow_nan=False,
        allow_infinity=False,
    )


@cache
def arguments_of(model: type[Arguments]) -> Values:
    """Return arguments that a model accepts, some omitted, some unknown."""
    fields = {
        name: values_of(field.annotation, tuple(field.metadata))
        for name, field in model.model_fields.items()
    }
    required = {name for name, field in model.model_fields.items() if field.is_required()}
    odd = st.sampled_from([key for key in _ODD_KEYS if key not in fields])
    known = st.fixed_dictionaries(
        {name: fields[name] for name in fields if name in required},
        optional={name: fields[name] for name in fields if name not in required},
    )
    more: Values = st.just({}) | st.dictionaries(odd, json_values, max_size=2)
    values = st.builds(lambda own, unknown: unknown | own, known, more)
    return values.map(_add_limit) if "max_steps" in fields else values


def _add_limit(args: dict[str, Any]) -> dict[str, Any]:
    """Add a limit to a trainer's arguments, if there is none."""
    has_limit = args.get("max_steps") or args.get("max_epoch")
    return args if has_limit else args | {"max_epoch": 20}


def sections_of(section: type[Section], name: str) -> Values:
    """Return sections of one class, with any arguments and some other keys."""
    model = load_model(section.section, name)
    whole = {"name": st.just(name), "args": arguments_of(model)}
    return st.fixed_dictionaries(whole, optional={"type": json_values})


@cache
def sections(section: type[Section]) -> Values:
    """Return sections of the known classes, and of unknown ones."""
    _, family = FAMILIES.get(section.section, ("", ()))
    known = [*CLASSES.get(section.section, ()), *family]
    names = known if section.section == "t_schedule" else [*known, *_UNKNOWN]
    return st.sampled_from(names).flatmap(lambda name: sections_of(section, name))


roles = st.sampled_from(("encoder", "decoder", "denoiser", "", "str")) | texts
configs = st.fixed_dictionaries(
    {
        "models": st.dictionaries(roles, sections(Network), min_size=1, max_size=2),
        "dataset": sections(Dataset),
        "trainer": sections(Trainer),
    },
    optional={"val_dataset": sections(Dataset), "": json_values, "_comment": texts},
)


def configs_with(section: type[Section], name: str) -> Values:
    """Return short configs with a section of one class."""
    paths = {"models": NETWORK, "dataset": ("dataset",), "trainer": ("trainer",)}
    if section.section in paths:
        place, base = paths[section.section], SMALL
    else:
        place, base = (*ARGS, section.section), FULL
    return sections_of(section, name).map(lambda value: changed(base, place, value))


def _wrong_values(old: object) -> list[object]:
    """Return what people write instead of a value, some of it valid."""
    match old:
        case bool():
            return [int(old), str(old).lower(), not old]
        case int() | float():
            similar: list[object] = [-old, 0, old + 0.5, str(old), [old], old == 1]
            far = [2**63, 10**400, -(10**400)]
            return [*similar, *far, *([float(old)] if abs(old) < _MANY else [])]
        case str():
            return [old + "x", "", [old], {"name": old, "args": {}}, {old: old}, 1]
        case list():
            return [[*old, *old], old[:-1], [], {}, old[0] if old else 1]
        case dict():
            return [list(old), {}, {"name": "x", "args": old}, {"name": "x"}, "x", 1]
    return [0, 1, -1, 1.5, "", [], {}, False]


@st.composite
def spoilt(draw: st.DrawFn, values: Values) -> object:
    """Return a value of ``values`` with one part replaced or removed."""
    value = draw(values)
    path, old = draw(st.sampled_from(places(value)))
    usual: list[object] = [None, REMOVED, *_wrong_values(old)]
    new = draw(st.one_of(st.sampled_from(usual), st.sampled_from(usual), json_values))
    return changed(value, path, new) if path or new is not REMOVED else {}
