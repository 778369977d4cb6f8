"""Assignments and conditions as they are typed, and their errors."""

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
from trellis_cfg.suggest import format_hint

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
def test_assignment(text: str, raw: str, value: object) -> None:
    assert parse_assignment(text) == Assignment(("trainer", "args", "a"), raw)
    assert parse_assignment(text).value == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a", "'a' is not an assignment: write KEY=VALUE"),
        ("=1", "'' is not a valid key: one part is empty"),
        ("a..b=1", "'a..b' is not a valid key: one part is empty"),
        (".=1", "'.' is not a valid key: one part is empty"),
        ("a=", "missing value: write '\"\"' for an empty string"),
        ("a=  ", "missing value: write '\"\"' for an empty string"),
        ("a=True", "'True' is not valid JSON: write true, or '\"True\"'"),
        ("a=None", "'None' is not valid JSON: write null, or '\"None\"'"),
        ("a=NULL", "'NULL' is not valid JSON: write null, or '\"NULL\"'"),
        ("a=01", "'01' is not a valid JSON number; "),
        ("a={", "'{' is not valid JSON: "),
        ("a=[1,]", "'[1,]' is not valid JSON: "),
        ('a="x', "'\"x' is not valid JSON: "),
        ("a=1_000", "'1_000' is not a valid JSON number; "),
    ],
)
def test_invalid_assignment(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
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
def test_single_key_is_an_argument_of_the_trainer(key: str, path: tuple[str, ...]) -> None:
    assert parse_pattern(key) == path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "optimizer.args.lr=1",
            "the config has no optimizer; did you mean trainer.args.optimizer.args.lr?",
        ),
        ("model.encoder.name=x", "the config has no model; did you mean models.encoder.name?"),
        ("trainers.args.i_save=1", "the config has no trainers; did you mean trainer.args.i_save?"),
        (
            "trainer.arg.i_save=1",
            "the config has no trainer.arg; did you mean trainer.args.i_save?",
        ),
        (
            "models.encodr.name=x",
            "the config has no models.encodr; did you mean models.encoder.name?",
        ),
        ("models.*.arg.x=1", "the config has no models.*.arg; did you mean models.*.args.x?"),
        ("lora.args.rank=1", "the config has no lora"),
        ("trainer.args.max_steps.x=1", "trainer.args.max_steps is not an object: cannot set x"),
        ("models.encoder.args.channels.9=1", "models.encoder.args.channels is not an object: …"),
    ],
)
def test_absent_path_is_refused(text: str, message: str) -> None:
    with pytest.raises(EditRefused) as refused:
        assign(DOCUMENT, parse_assignment(text))
    assert refused.value.message == message or (
        message.endswith("…") and refused.value.message.startswith(message[:-1])
    )


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("models.encodr.name=x", '{\n        "encoder"'),
        ("trainer.args.max_steps.x=1", DOCUMENT.text.split('"max_steps": ')[1][:9]),
        ("lora.args.rank=1", "{"),
    ],
)
def test_absent_path_is_reported_at_its_parent(text: str, start: str) -> None:
    with pytest.raises(EditRefused) as refused:
        assign(DOCUMENT, parse_assignment(text))
    offset = DOCUMENT.text.index(start)
    assert (refused.value.line, refused.value.column) == DOCUMENT.place(offset)


def test_star_sets_a_key_of_every_model_and_adds_none_itself() -> None:
    new = assign(DOCUMENT, parse_assignment("models.*.args.depth=[1, 2]"))
    assert new.text.count('"depth": [1, 2]') == 2
    channels = assign(DOCUMENT, parse_assignment("models.encoder.args.channels.*=7"))
    assert channels.text.count("7") == 2
    empty = Document(b'{"models": {}}')
    assert assign(empty, parse_assignment("models.*=1")) is empty


def test_element_is_set_by_its_index() -> None:
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
def test_condition(condition: str, expected: bool) -> None:  # noqa: FBT001  a column
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
def test_hint(name: str, known: list[str], expected: str | None) -> None:
    assert format_hint(name, known) == (f'; did you mean "{expected}"?' if expected else "")
