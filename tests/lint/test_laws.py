"""Laws of the linter: whatever a file holds, it answers, and at places that exist."""

import json

from hypothesis import given
from hypothesis import strategies as st

from tests.document.strategies import places
from tests.lint.rules.configs import SOUND
from tests.models.samples import changed
from tests.models.strategies import configs, json_values, spoilt
from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.lint.linter import lint
from trellis_cfg.lint.options import Facts, LintOptions
from trellis_cfg.lint.rules import RULES, select_codes
from trellis_cfg.reporters import plain
from trellis_cfg.reporters.text import format_line

ALL = LintOptions(select_codes())
counts = st.none() | st.integers(1, 10**6)
profiles = st.builds(
    lambda gpus, nodes, size, runtime: LintOptions(
        select_codes(), Facts(gpus, nodes, size, runtime)
    ),
    counts,
    st.integers(1, 64),
    counts,
    st.booleans(),
)
texts = st.text(st.sampled_from('{}[]",:0e-.NI\\u\n\t trainersmodelsargs值\ufeff'), max_size=60)
layouts = st.sampled_from((None, 0, 4, "\t"))


def holds(diagnostics: list[Diagnostic], text: str) -> None:
    """Assert that each place is one of the text, and each has a message of a single line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for each in diagnostics:
        assert each.code in RULES
        assert each.message
        assert "\n" not in format_line(each, plain)
        for at in (each.range, *(related.range for related in each.related)):
            assert 1 <= at.line <= at.end_line <= len(lines)
            assert 1 <= at.column <= len(lines[at.line - 1]) + 1
            assert (at.line, at.column) <= (at.end_line, at.end_column)


@given(configs.flatmap(lambda value: st.just(value) | spoilt(st.just(value))), profiles, layouts)
def test_any_config_is_answered(
    value: object, profile: LintOptions, indent: str | int | None
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    holds(lint("a.json", text.encode("utf-8", "surrogatepass"), profile), text)


@given(json_values, profiles)
def test_any_value_is_answered(value: object, profile: LintOptions) -> None:
    text = json.dumps(value)
    holds(lint("a.json", text.encode(), profile), text)


@given(st.sampled_from(list(SOUND.values())), st.data(), profiles)
def test_a_value_of_any_kind_in_any_place(
    config: object, data: st.DataObject, profile: LintOptions
) -> None:
    path, _ = data.draw(st.sampled_from(places(config)))
    text = json.dumps(changed(config, path, data.draw(json_values)), indent=4)
    holds(lint("a.json", text.encode(), profile), text)


@given(texts)
def test_any_text_is_answered(text: str) -> None:
    diagnostics = lint("a.json", text.encode(), ALL)
    holds(diagnostics, text)
    assert diagnostics or isinstance(json.loads(text), dict)


@given(st.binary(max_size=40))
def test_any_bytes_are_answered(data: bytes) -> None:
    diagnostics = lint("a.json", data, ALL)
    assert diagnostics
    holds(diagnostics, data.decode("utf-8", "replace"))


@given(st.sampled_from(list(SOUND.values())), st.data())
def test_a_text_that_is_cut_anywhere(config: object, data: st.DataObject) -> None:
    text = json.dumps(config, indent=4)
    end = data.draw(st.integers(0, len(text) - 1))
    diagnostics = lint("a.json", text[:end].encode(), ALL)
    assert [each.code for each in diagnostics] == ["TC001"]
    holds(diagnostics, text[:end])


@given(configs, st.tuples(layouts, layouts))
def test_the_layout_changes_places_only(
    value: object, indents: tuple[str | int | None, ...]
) -> None:
    first, second = (
        sorted((each.code, each.message, each.pointer) for each in lint("a.json", data, ALL))
        for data in (json.dumps(value, indent=indent).encode() for indent in indents)
    )
    assert first == second


@given(configs, profiles)
def test_more_facts_never_turn_what_was_found_into_nothing(
    value: object, profile: LintOptions
) -> None:
    data = json.dumps(value).encode()
    without = {(each.code, each.pointer) for each in lint("a.json", data, ALL)}
    facts = profile.facts._replace(runtime=False)
    known = {
        (each.code, each.pointer)
        for each in lint("a.json", data, LintOptions(select_codes(), facts))
    }
    limits = {"TC202", "TC301", "TC302", "TC404"}
    assert {each for each in without - known if each[0] not in limits} == set()
