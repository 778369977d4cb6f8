"""Configs drawn from the models themselves, and the same with one thing wrong."""

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
Marks = dict[str, Any]

_BOUNDS = ("ge", "gt", "le", "lt", "min_length", "max_length")
_MANY = 10**9
_WORDS = ("", "值", "null", "1", "bce", "uniform", "dinov2_vitl14_reg", "PATH_TO_CKPT")
_UNKNOWN = ("", "MyTrainer", "AdamW", "args", "str", "uniform", "SLat ")
_ODD_KEYS = (
    *("", "num_workers", "_comment", "键", "a.b", "0", "self", "cls", "model_config", "name"),
    *("model_fields", "__class__", "package", "kind", "section", "str", "constrained-float"),
    *("val_dataset", "evaluator", "pretrained", "lora", "data_dir", "$schema", "type"),
)
words = st.one_of(st.sampled_from(_WORDS), st.text(max_size=5))
_scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), words
)
json_values: Values = st.recursive(
    _scalars,
    lambda children: st.one_of(
        st.lists(children, max_size=3), st.dictionaries(words, children, max_size=3)
    ),
    max_leaves=6,
)
_objects = st.dictionaries(words, json_values, max_size=3)


def fitting(annotation: object, metadata: tuple[object, ...] = ()) -> Values:
    """Return values that a field of this annotation accepts."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return fitting(parts[0], (*metadata, *parts[1:]))
    if origin in (Union, UnionType):
        return st.one_of([fitting(part, metadata) for part in parts])
    if origin is list:
        marks = _marks(metadata)
        least, most = marks.get("min_length", 0), marks.get("max_length", 4)
        return st.lists(fitting(parts[0]), min_size=least, max_size=most)
    return st.sampled_from(parts) if origin is Literal else _plain(annotation, metadata)


def _plain(annotation: object, metadata: tuple[object, ...]) -> Values:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return sections(annotation)
    if annotation in (int, float):
        return _numbers(annotation, metadata)
    table: list[tuple[object, Values]]
    table = [(bool, st.booleans()), (str, words), (Any, json_values), (type(None), st.none())]
    return next((values for kind, values in table if kind is annotation), _objects)


def _marks(metadata: tuple[object, ...]) -> Marks:
    flat = [one for mark in metadata for one in getattr(mark, "metadata", [mark])]
    return {name: getattr(mark, name) for mark in flat for name in _BOUNDS if hasattr(mark, name)}


def _numbers(kind: object, metadata: tuple[object, ...]) -> Values:
    marks = _marks(metadata)
    least = marks["gt"] + 1 if "gt" in marks else marks.get("ge", -_MANY)
    most = marks["lt"] - 1 if "lt" in marks else marks.get("le", _MANY)
    integers = st.integers(least, max(least, min(most, least + 100))) | st.integers(least, most)
    if kind is float:
        return _floats(marks) | integers if least <= most else _floats(marks)
    if any(isinstance(mark, BeforeValidator) for mark in metadata):
        return integers | st.integers(least, _MANY).map(float)
    return integers


def _floats(marks: Marks) -> Values:
    return st.floats(
        marks.get("ge", marks.get("gt")),
        marks.get("le", marks.get("lt")),
        exclude_min="gt" in marks,
        exclude_max="lt" in marks,
        allow_nan=False,
        allow_infinity=False,
    )


@cache
def arguments_of(model: type[Arguments]) -> Values:
    """Return arguments that a model accepts, some left out, some that it does not know."""
    fields = {
        name: fitting(field.annotation, tuple(field.metadata))
        for name, field in model.model_fields.items()
    }
    required = {name for name, field in model.model_fields.items() if field.is_required()}
    odd = st.sampled_from([key for key in _ODD_KEYS if key not in fields])
    known = st.fixed_dictionaries(
        {name: fields[name] for name in fields if name in required},
        optional={name: fields[name] for name in fields if name not in required},
    )
    more: Values = st.just({}) | st.dictionaries(odd, json_values, max_size=2)
    values = st.builds(lambda own, other: other | own, known, more)
    return values.map(_ending) if "max_steps" in fields else values


def _ending(args: dict[str, Any]) -> dict[str, Any]:
    """Give a trainer's arguments a limit, if there is none."""
    ends = args.get("max_steps") or args.get("max_epoch")
    return args if ends else args | {"max_epoch": 20}


def named(section: type[Section], name: str) -> Values:
    """Return sections for one class, with all kinds of arguments and keys beside them."""
    model = load_model(section.section, name)
    whole = {"name": st.just(name), "args": arguments_of(model)}
    return st.fixed_dictionaries(whole, optional={"type": json_values})


@cache
def sections(section: type[Section]) -> Values:
    """Return sections for the classes of the registry, and for those that nobody knows."""
    _, family = FAMILIES.get(section.section, ("", ()))
    known = [*CLASSES.get(section.section, ()), *family]
    names = known if section.section == "t_schedule" else [*known, *_UNKNOWN]
    return st.sampled_from(names).flatmap(lambda name: named(section, name))


roles = st.sampled_from(("encoder", "decoder", "denoiser", "", "str")) | words
configs = st.fixed_dictionaries(
    {
        "models": st.dictionaries(roles, sections(Network), min_size=1, max_size=2),
        "dataset": sections(Dataset),
        "trainer": sections(Trainer),
    },
    optional={"val_dataset": sections(Dataset), "": json_values, "_comment": words},
)


def configs_with(section: type[Section], name: str) -> Values:
    """Return short configs in which one class stands where such classes do."""
    paths = {"models": NETWORK, "dataset": ("dataset",), "trainer": ("trainer",)}
    if section.section in paths:
        place, base = paths[section.section], SMALL
    else:
        place, base = (*ARGS, section.section), FULL
    return named(section, name).map(lambda value: changed(base, place, value))


def _twisted(old: object) -> list[object]:
    """Return what people write instead of a value, some of it just as good."""
    match old:
        case bool():
            return [int(old), str(old).lower(), not old]
        case int() | float():
            near: list[object] = [-old, 0, old + 0.5, str(old), [old], old == 1]
            far = [2**63, 10**400, -(10**400)]
            return [*near, *far, *([float(old)] if abs(old) < _MANY else [])]
        case str():
            return [old + "x", "", [old], {"name": old, "args": {}}, {old: old}, 1]
        case list():
            return [[*old, *old], old[:-1], [], {}, old[0] if old else 1]
        case dict():
            return [list(old), {}, {"name": "x", "args": old}, {"name": "x"}, "x", 1]
    return [0, 1, -1, 1.5, "", [], {}, False]


@st.composite
def spoilt(draw: st.DrawFn, values: Values) -> object:
    """Return a value of ``values`` in which one thing is another, or is missing."""
    value = draw(values)
    path, old = draw(st.sampled_from(places(value)))
    usual: list[object] = [None, REMOVED, *_twisted(old)]
    new = draw(st.one_of(st.sampled_from(usual), st.sampled_from(usual), json_values))
    return changed(value, path, new) if path or new is not REMOVED else {}
