"""The outline of a text that is being typed, and what is said of classes that few configs have."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pygls", reason="the server needs the extra lsp")

from trellis_cfg.lint.class_use import ClassUse, look_up_class
from trellis_cfg.models.class_spec import ClassSpec, Default, Parameter
from trellis_cfg.server.lookup import describe_argument, describe_class, format_code
from trellis_cfg.server.outline import Outline, Token

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(), inside, max_size=4),
)
pieces = st.lists(
    st.sampled_from(["{", "}", "[", "]", ",", ":", '"a"', '"', "1", "tru", "\n", "\\"])
)


@given(values, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_of_valid_text_the_outline_has_the_value(
    value: object,
    indent: int | str | None,
    is_ascii: bool,  # noqa: FBT001  hypothesis passes it
) -> None:
    assert Outline(json.dumps(value, indent=indent, ensure_ascii=is_ascii)).value == value


@given(pieces.map("".join) | st.text(), st.integers(0, 40))
def test_any_text_has_an_outline(text: str, offset: int) -> None:
    outline = Outline(text)
    spot = outline.find_spot(offset)
    assert spot is None or 0 <= spot.start <= offset <= spot.end
    token = outline.find_token(offset)
    assert token is None or text[token.start : token.end].strip()
    assert all(outline.find_key(each.path) for each in outline.tokens if each.role == "key")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ('{"a": {"b|', Token(7, 9, "key", ("a",))),
        ('{"a": |', Token(6, 6, "value", ("a",))),
        ('{"a": 1, |}', Token(9, 9, "key", ())),
        ('{"a": [1, |', Token(10, 10, "value", ("a", 1))),
        ('{"a": [{"b": 1]], |', Token(18, 18, "key", ())),
        ('{"a": \n"b": |', Token(12, 12, "value", ("b",))),
        ('{"a" |', None),
        ('{"a": 1 |', None),
        ('{"a"|: 1', None),
        (": |", None),
        ("|{", None),
    ],
)
def test_what_is_typed_has_a_place(typed: str, expected: Token | None) -> None:
    assert Outline(typed.replace("|", "")).find_spot(typed.index("|")) == expected


@pytest.mark.parametrize("text", ['\ufeff{"a": 1}', '// as before\n{"a": 1}', '{"a": 1,}'])
def test_a_text_that_is_nearly_valid_has_its_value(text: str) -> None:
    assert Outline(text).value == {"a": 1}


@pytest.mark.parametrize(("text", "most"), [("[" * 100_000, 200), ("1 " * 1_000_000, 500_001)])
def test_of_a_huge_text_only_the_start_is_read(text: str, most: int) -> None:
    assert len(Outline(text).tokens) == most


def test_what_is_said_of_classes_and_arguments() -> None:
    known = look_up_class(ClassUse("trainer", ("trainer",), "BasicTrainer", {}), None, "")
    assert "Of the catalog." in [*describe_class(known)]
    unknown = ClassUse("trainer", ("trainer",), "`Odd`\x1b", {})
    assert [*describe_class(unknown)] == ["**`` `Odd`\\x1b ``** (trainer)", "Not known."]
    spec = ClassSpec("trainer", "Own", "a.py:3", mro=("Own", "BasicTrainer"), is_mro_complete=True)
    own = unknown._replace(name="Own", spec=spec)
    assert "Extends `BasicTrainer`." in [*describe_class(own)]
    argument = Parameter("i_save", Default("SIZE"), "int | None", "a.py:5")
    assert [*describe_argument(own, argument)][2:] == [
        "Default: `SIZE`.",
        "Type: `int | None`.",
        "Read in `a.py:5`.",
    ]
    optimizer = look_up_class(ClassUse("optimizer", (), "AdamW", {}), None, "")
    assert len([*describe_argument(optimizer, Parameter("lr"))]) == 2
    assert len(format_code("x" * 999)) < 999
