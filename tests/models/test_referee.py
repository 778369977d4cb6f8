"""The models and the JSON Schemas accept the same configs: jsonschema is the referee."""

import pathlib
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.probes import MODELS, PROBES, required_arguments
from tests.models.referee import (
    LIMITATIONS,
    Limitation,
    assert_agreement,
    errors_of,
    is_beyond_schemas,
    referee,
    referee_of,
)
from tests.models.samples import FULL, changed
from tests.models.strategies import arguments_of, configs, configs_with, json_values, spoilt
from trellis_cfg.models import CLASSES, find_model, load_general_model
from trellis_cfg.models.base import Arguments
from trellis_cfg.models.config import Config, Section

DOCUMENTATION = pathlib.Path(__file__).parents[2] / "docs/schema.md"
SECTIONS = {cls.section: cls for cls in Section.__subclasses__()}
REGISTRY = [(section, name) for section, names in CLASSES.items() for name in names]
ANY_TRAINER = load_general_model("trainer")
TRAINERS = filter(None, (find_model("trainer", name) for name in CLASSES["trainer"]))
trainer_args = st.one_of([arguments_of(model) for model in (ANY_TRAINER, *TRAINERS)])


@pytest.mark.slow
@given(configs)
def test_both_accept_configs_drawn_from_the_models(config: object) -> None:
    assert errors_of(Config, config) == []
    assert referee("config").is_valid(config)


@pytest.mark.slow
@given(spoilt(configs))
def test_both_agree_on_a_config_with_one_fault(config: object) -> None:
    assert_agreement(Config, referee("config"), config)


@pytest.mark.slow
@pytest.mark.parametrize(("section", "name"), REGISTRY, ids=str)
@settings(max_examples=max(settings().max_examples // 12, 1))
@given(data=st.data())
def test_both_agree_on_every_class(section: str, name: str, data: st.DataObject) -> None:
    valid = configs_with(SECTIONS[section], name)
    assert_agreement(Config, referee("config"), data.draw(valid | spoilt(valid)))


@pytest.mark.slow
@given(trainer_args | spoilt(trainer_args))
def test_both_agree_on_the_arguments_of_a_trainer(args: object) -> None:
    assert_agreement(ANY_TRAINER, referee("trainer-args"), args)


@pytest.mark.slow
@given(json_values)
def test_both_agree_on_any_json_value(value: object) -> None:
    assert_agreement(Config, referee("config"), value)
    assert_agreement(ANY_TRAINER, referee("trainer-args"), value)


@pytest.mark.parametrize("limitation", LIMITATIONS, ids=lambda at: at.error_type)
def test_what_a_schema_cannot_express(limitation: Limitation) -> None:
    for path, value in limitation.examples.items():
        config = changed(FULL, path, value)
        assert referee("config").is_valid(config), path
        assert any(map(is_beyond_schemas, errors_of(Config, config))), path


def test_the_documentation_lists_what_a_schema_cannot_express() -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    listed = [line[2:] for line in text.splitlines() if line.startswith("- ")]
    assert listed == [limitation.text for limitation in LIMITATIONS]


def _describe(model: type[Arguments], name: str) -> Iterator[str]:
    """Yield how the class and those that it extends define an argument."""
    for base in model.__mro__:
        if issubclass(base, Arguments) and name in base.model_fields:
            field = base.model_fields[name]
            yield repr((name, field.annotation, field.metadata, field.is_required()))


def distinct_arguments() -> Iterator[tuple[type[Arguments], str]]:
    """Yield every argument of every class, but only once if several classes share it."""
    known: set[frozenset[str]] = set()
    for model in MODELS:
        for name in model.model_fields:
            description = frozenset(_describe(model, name))
            if description not in known:
                known.add(description)
                yield model, name


@pytest.mark.parametrize(
    ("model", "name"), list(distinct_arguments()), ids=lambda at: getattr(at, "__name__", at)
)
def test_both_agree_on_every_argument_and_probe(model: type[Arguments], name: str) -> None:
    args = required_arguments(model)
    results = set()
    for probe in PROBES:
        value = changed(args, (name,), probe)
        assert_agreement(model, referee_of(model), value)
        results.add(bool(errors_of(model, value)))
    assert results == ({False} if name in ("params", "device") else {True, False})
