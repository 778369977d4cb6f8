"""What is typed: assignments, keys, and what leads nowhere."""

import re

import pytest

from tests.lint.rules.configs import STRUCTURE_VAE, written
from trellis_cfg.document.document import Document
from trellis_cfg.errors import EditRefused
from trellis_cfg.rewrite.assign import (
    Assignment,
    assign,
    meets_condition,
    parse_assignment,
    parse_pattern,
)
from trellis_cfg.suggest import did_you_mean, nearest

DOCUMENT = Document(written(STRUCTURE_VAE).encode())


@pytest.mark.parametrize(
    ("text", "raw", "value"),
    [
        ("a=1", "1", 1),
        ("a=1e-4", "1e-4", 1e-4),
        ("a=-0.0", "-0.0", -0.0),
        ("a=null", "null", None),
        ("a=true", "true", True),
        ("a= 5 ", "5", 5),
        ('a="5"', '"5"', "5"),
        ("a=word", '"word"', "word"),
        ("a=two words", '"two words"', "two words"),
        ("a=b=c", '"b=c"', "b=c"),
        ("a=值", '"值"', "值"),
        ("a=./x.pth", '"./x.pth"', "./x.pth"),
        ("a=microsoft/TRELLIS", '"microsoft/TRELLIS"', "microsoft/TRELLIS"),
        ("a=NaN", '"NaN"', "NaN"),
        ('a={"b": [1, 2]}', '{"b": [1, 2]}', {"b": [1, 2]}),
        ("a=[]", "[]", []),
    ],
)
def test_an_assignment(text: str, raw: str, value: object) -> None:
    assert parse_assignment(text) == Assignment(("trainer", "args", "a"), raw)
    assert parse_assignment(text).value == value


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a", "'a' is no assignment: write KEY=VALUE"),
        ("=1", "'' is no key: one part is empty"),
        ("a..b=1", "'a..b' is no key: one part is empty"),
        (".=1", "'.' is no key: one part is empty"),
        ("a=", "a value is missing: an empty string is '\"\"'"),
        ("a=  ", "a value is missing: an empty string is '\"\"'"),
        ("a=True", "'True' is no JSON: write true, or '\"True\"'"),
        ("a=None", "'None' is no JSON: write null, or '\"None\"'"),
        ("a=NULL", "'NULL' is no JSON: write null, or '\"NULL\"'"),
        ("a=01", "'01' is no JSON: "),
        ("a={", "'{' is no JSON: "),
        ("a=[1,]", "'[1,]' is no JSON: "),
        ('a="x', "'\"x' is no JSON: "),
        ("a=1_000", "'1_000' is no JSON: "),
    ],
)
def test_what_would_be_a_guess(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(told)}"):
        parse_assignment(text)


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("max_steps", ("trainer", "args", "max_steps")),
        ("trainer", ("trainer",)),
        ("dataset", ("dataset",)),
        ("models.*.name", ("models", "*", "name")),
        ("trainer.args.max_steps", ("trainer", "args", "max_steps")),
    ],
)
def test_a_single_key_is_the_trainer_s(key: str, path: tuple[str, ...]) -> None:
    assert parse_pattern(key) == path


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "optimizer.args.lr=1",
            "there is no optimizer; did you mean trainer.args.optimizer.args.lr?",
        ),
        ("model.encoder.name=x", 'there is no model; did you mean "models"?'),
        ("trainer.arg.i_save=1", 'there is no trainer.arg; did you mean "args"?'),
        ("models.encodr.name=x", 'there is no models.encodr; did you mean "encoder"?'),
        ("models.*.arg.x=1", 'there is no models.*.arg; did you mean "args"?'),
        ("lora.args.rank=1", "there is no lora"),
        ("trainer.args.max_steps.x=1", "trainer.args.max_steps is no object: it cannot hold x"),
        ("models.encoder.args.channels.9=1", "models.encoder.args.channels is no object: it …"),
    ],
)
def test_a_path_that_leads_nowhere(text: str, told: str) -> None:
    with pytest.raises(EditRefused) as refused:
        assign(DOCUMENT, parse_assignment(text))
    message = refused.value.message
    assert message == told or (told.endswith("…") and message.startswith(told[:-1]))


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("models.encodr.name=x", '{\n        "encoder"'),
        ("trainer.args.max_steps.x=1", DOCUMENT.text.split('"max_steps": ')[1][:9]),
        ("lora.args.rank=1", "{"),
    ],
)
def test_the_place_where_a_path_ends(text: str, start: str) -> None:
    with pytest.raises(EditRefused) as refused:
        assign(DOCUMENT, parse_assignment(text))
    offset = DOCUMENT.text.index(start)
    assert (refused.value.line, refused.value.column) == DOCUMENT.place(offset)


def test_a_star_gives_every_model_a_new_key_but_no_key_a_new_name() -> None:
    new = assign(DOCUMENT, parse_assignment("models.*.args.depth=[1, 2]"))
    assert new.text.count('"depth": [1, 2]') == 2
    assert (
        assign(DOCUMENT, parse_assignment("models.encoder.args.channels.*=7")).text.count("7") == 2
    )
    assert (
        assign(Document(b'{"models": {}}'), parse_assignment("models.*=1")).text == '{"models": {}}'
    )


def test_an_element_is_set_by_its_number() -> None:
    new = assign(DOCUMENT, parse_assignment("models.encoder.args.channels.1=256"))
    assert new.text == DOCUMENT.text.replace("128", "256", 1)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("dataset.name=SparseStructure", True),
        ("dataset.name=SLat", False),
        ("max_epoch=null", True),
        ("max_steps=100000", True),
        ("max_steps=1e5", False),
        ("max_steps=true", False),
        ("models.*.name=SparseStructureDecoder", True),
        ("gone=null", False),
    ],
)
def test_a_condition(condition: str, expected: bool) -> None:  # noqa: FBT001  a column
    assert meets_condition(DOCUMENT, parse_assignment(condition)) is expected


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("i_sav", ["i_save", "i_log"], "i_save"),
        ("I_SAVE", ["i_save"], "i_save"),
        ("zzz", ["i_save"], None),
        ("x" * 65, ["x" * 64], None),
        ("x", [], None),
    ],
)
def test_the_nearest_name(name: str, known: list[str], expected: str | None) -> None:
    assert nearest(name, known) == expected
    assert did_you_mean(expected) == (f'; did you mean "{expected}"?' if expected else "")
