"""What VS Code shows of a config, by its own language service: hover, completion, errors."""

import json
from typing import Any

import pytest

from tests.places.conftest import ROOT
from tests.places.editor.conftest import Ask

pytestmark = pytest.mark.slow

TEXT = (ROOT / "configs/vae/ss_vae_conv3d_16l8_fp16.json").read_text(encoding="utf-8")
ENDLESS = "no stop condition: max_steps and max_epoch are both null"


@pytest.fixture(scope="module", params=["config", "config.draft-07"])
def schema(request: pytest.FixtureRequest) -> tuple[str, Any]:
    name: str = request.param
    return name, json.loads((ROOT / f"schemas/{name}.schema.json").read_bytes())


def at(text: str, found: str) -> int:
    """Return the offset of the middle of some text, which stands there once."""
    assert text.count(found) == 1, found
    return text.index(found) + len(found) // 2


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ('"max_epoch"', "Max epoch\n\nTraining stops after this many epochs, or at max_steps"),
        ('"i_save"', "Save interval\n\nSteps between two checkpoints; nothing is saved at the end"),
        ('"min_aesthetic_score"', "Min aesthetic score\n\nSamples with a lower score are left out"),
        ('"trainer"', "Trainer\n\n"),
    ],
)
def test_hover(key: str, shown: str, schema: tuple[str, Any], ask: Ask) -> None:
    request = {"ask": "hover", "text": TEXT, "at": at(TEXT, key)}
    (answer,) = ask("service.mjs", {"schema": schema[1], "requests": [request]})
    (text,) = answer["contents"]
    assert text.replace("\\", "").startswith(shown)


def completed(text: str, offset: int, schema: Any, ask: Ask) -> dict[str, str]:  # noqa: ANN401  JSON
    """Return what is offered at a place, and what is said of each."""
    request = {"ask": "complete", "text": text, "at": offset}
    (answer,) = ask("service.mjs", {"schema": schema, "requests": [request]})
    return {item["label"]: told(item.get("documentation", "")) for item in answer["items"]}


def told(documentation: Any) -> str:  # noqa: ANN401  a text, or one that is marked up
    text = documentation["value"] if isinstance(documentation, dict) else documentation
    return str(text).replace("\\", "")


def test_the_arguments_of_the_trainer_are_offered(schema: tuple[str, Any], ask: Ask) -> None:
    text = TEXT.replace('"loss_type": "dice"', '""')
    offered = completed(text, text.index('""') + 1, schema[1], ask)
    assert offered["loss_type"] == "Reconstruction loss."
    assert offered["lr_scheduler"] == "How the learning rate changes from step to step."
    assert "i_save" not in offered, "what stands there is not offered again"
    assert "p_uncond" not in offered, "that is no argument of this trainer"


def test_names_and_choices_are_offered(schema: tuple[str, Any], ask: Ask) -> None:
    text = TEXT.replace('"SparseStructureVaeTrainer"', '""').replace('"dice"', "")
    names = completed(text, text.index('""') + 1, schema[1], ask)
    assert {'"SparseStructureVaeTrainer"', '"BasicTrainer"'} <= names.keys()
    text = TEXT.replace('"dice"', "")
    choices = completed(text, text.index('"loss_type": ') + 13, schema[1], ask)
    assert choices.keys() == {'"bce"', '"l1"', '"dice"'}


def problems(text: str, schema: Any, ask: Ask) -> list[tuple[str, str]]:  # noqa: ANN401  JSON
    """Return the text that each problem marks, and its message."""
    (answer,) = ask(
        "service.mjs", {"schema": schema, "requests": [{"ask": "validate", "text": text}]}
    )
    lines = text.split("\n")
    return [
        (lines[place["start"]["line"]][place["start"]["character"] :], problem["message"])
        for problem in answer
        for place in [problem["range"]]
    ]


def test_a_sound_config_has_no_problem(schema: tuple[str, Any], ask: Ask) -> None:
    assert problems(TEXT, schema[1], ask) == []
    limits = TEXT.replace('"max_steps": 1000000', '"max_steps": null')
    assert problems(limits.replace('"max_epoch": null', '"max_epoch": 3'), schema[1], ask) == []


def test_both_nulls_are_one_problem_at_the_first(schema: tuple[str, Any], ask: Ask) -> None:
    name, definition = schema
    text = TEXT.replace('"max_steps": 1000000', '"max_steps": null')
    message = ENDLESS if name == "config" else "Matches a schema that is not allowed."
    assert problems(text, definition, ask) == [("null,", message)]
    (absent,) = problems(text.replace('"max_epoch": null,', ""), definition, ask)
    assert absent == ("null,", message)


SLIPS = [
    ('"i_save": 10000', '"i_save": "often"', '"often"', 'Incorrect type. Expected "integer".'),
    ('"loss_type": "dice"', '"loss_type": "die"', '"die"', "Value is not accepted. Valid"),
    ('"batch_split": 1', '"batch_split": 0', "0,", "Value is below the minimum of 1."),
    ('"name": "AdamW",', "", '"optimizer"', 'Missing property "name".'),
]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip[1])
def test_a_slip_is_one_problem(
    slip: tuple[str, str, str, str], schema: tuple[str, Any], ask: Ask
) -> None:
    old, new, start, message = slip
    ((marked, said),) = problems(TEXT.replace(old, new), schema[1], ask)
    assert marked.startswith(start)
    assert said.startswith(message)
