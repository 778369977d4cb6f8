"""The models and the JSON Schemas accept the same configs: jsonschema is the referee."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.referee import CANNOT_SAY, Silence, agree, errors_of, is_silent_on, referee
from tests.models.samples import FULL, SMALL, changed
from tests.models.strategies import arguments_of, configs, configs_with, json_values, spoilt
from trellis_cfg.models import CLASSES, find_model, load_general_model
from trellis_cfg.models.config import Config, Section

pytestmark = pytest.mark.slow

SECTIONS = {cls.section: cls for cls in Section.__subclasses__()}
REGISTRY = [(section, name) for section, names in CLASSES.items() for name in names]
ANY_TRAINER = load_general_model("trainer")
TRAINERS = [
    ANY_TRAINER,
    *filter(None, (find_model("trainer", name) for name in CLASSES["trainer"])),
]
trainer_args = st.one_of([arguments_of(model) for model in TRAINERS])


@given(configs)
def test_whole_configs_drawn_from_the_models_are_accepted_by_both(config: object) -> None:
    assert errors_of(Config, config) == []
    assert referee("config").is_valid(config)


@given(spoilt(configs))
def test_one_thing_wrong_is_rejected_by_both_or_by_neither(config: object) -> None:
    agree(Config, referee("config"), config)


@pytest.mark.parametrize(("section", "name"), REGISTRY, ids=str)
@settings(max_examples=max(settings().max_examples // 12, 1))
@given(data=st.data())
def test_every_class_right_and_wrong(section: str, name: str, data: st.DataObject) -> None:
    right = configs_with(SECTIONS[section], name)
    agree(Config, referee("config"), data.draw(right | spoilt(right)))


@given(trainer_args | spoilt(trainer_args))
def test_the_arguments_of_a_trainer_right_and_wrong(args: object) -> None:
    agree(ANY_TRAINER, referee("trainer-args"), args)


@given(json_values)
def test_any_other_json_value(value: object) -> None:
    agree(Config, referee("config"), value)
    agree(ANY_TRAINER, referee("trainer-args"), value)


@pytest.mark.parametrize("config", [SMALL, FULL], ids=["small", "full"])
def test_the_samples_are_accepted_by_both(config: object) -> None:
    assert errors_of(Config, config) == []
    assert referee("config").is_valid(config)


@pytest.mark.parametrize("silence", CANNOT_SAY, ids=lambda silence: silence.kind)
def test_a_schema_cannot_say(silence: Silence) -> None:
    for path, value in silence.examples.items():
        config = changed(FULL, path, value)
        assert referee("config").is_valid(config), path
        assert any(map(is_silent_on, errors_of(Config, config))), path


def test_each_thing_that_a_schema_cannot_say_is_another() -> None:
    assert len({silence.kind for silence in CANNOT_SAY}) == len(CANNOT_SAY)
