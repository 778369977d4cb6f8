"""Laws of edits as values and of patterns of paths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.document.strategies import keys, places, texts, value_of
from trellis_cfg.document.edits import Edit, apply_edits
from trellis_cfg.document.paths import Key, Path, find_matches, format_path, parse_path

plain = st.text(st.sampled_from("ab键😀\r\n\t "), max_size=30)


@st.composite
def edits_apart(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    """Return a text and edits of it, no two of which touch."""
    text = draw(plain)
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    return text, [Edit(start, end, draw(plain)) for start, end in pairs]


@given(edits_apart(), st.data())
def test_edits_in_any_order_equal_edits_one_by_one_from_the_end(
    case: tuple[str, list[Edit]], data: st.DataObject
) -> None:
    text, edits = case
    expected = text
    for start, end, new in sorted(edits, reverse=True):
        expected = expected[:start] + new + expected[end:]
    assert apply_edits(text, data.draw(st.permutations(edits))) == expected


@given(plain, st.data())
def test_insertions_at_one_offset_keep_their_order(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    news = data.draw(st.lists(plain, max_size=4))
    edits = [Edit(offset, offset, new) for new in news]
    assert apply_edits(text, edits) == text[:offset] + "".join(news) + text[offset:]


@given(plain, st.data())
def test_overlapping_edits_are_refused_in_any_order(text: str, data: st.DataObject) -> None:
    text += "ab"
    start = data.draw(st.integers(0, len(text) - 2))
    end = data.draw(st.integers(start + 2, len(text)))
    inside = data.draw(st.integers(start + 1, end - 1))
    beyond = data.draw(st.integers(inside, len(text)))
    edits = data.draw(st.permutations([Edit(start, end, ""), Edit(inside, beyond, "x")]))
    with pytest.raises(ValueError, match="overlaps another"):
        apply_edits(text, edits)


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(Edit(-1, 0, ""), id="before_the_text"),
        pytest.param(Edit(1, 4, ""), id="beyond_the_text"),
        pytest.param(Edit(2, 1, ""), id="end_before_start"),
    ],
)
def test_an_edit_that_leaves_the_text_is_refused(edit: Edit) -> None:
    with pytest.raises(ValueError, match="leaves the text"):
        apply_edits("abc", [edit])


@pytest.mark.parametrize(
    ("inserted", "expected"),
    [
        pytest.param(Edit(1, 1, "x"), "axyc", id="before"),
        pytest.param(Edit(2, 2, "x"), "ayxc", id="behind"),
    ],
)
def test_an_insertion_may_touch_a_replacement(inserted: Edit, expected: str) -> None:
    replaced = Edit(1, 2, "y")
    assert apply_edits("abc", [inserted, replaced]) == expected
    assert apply_edits("abc", [replaced, inserted]) == expected


def search_places(value: object, pattern: tuple[str, ...]) -> list[tuple[Path, object]]:
    """Keep of all places those whose path fits ``pattern`` part by part."""
    return [
        (path, child)
        for path, child in places(value)
        if len(path) == len(pattern)
        and all(part in ("*", str(key)) for part, key in zip(pattern, path, strict=True))
    ]


@given(texts().map(value_of), st.data())
def test_matches_are_those_of_a_search_of_all_places(value: object, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([path for path, _ in places(value)]))
    parts = [data.draw(st.sampled_from((str(key), "*"))) for key in path]
    pattern = (*parts, *data.draw(st.lists(st.one_of(st.just("*"), keys), max_size=1)))
    assert repr(find_matches(value, pattern)) == repr(search_places(value, pattern))


@pytest.mark.parametrize(
    ("pattern", "paths"),
    [
        pytest.param("models.vae.name", [("models", "vae", "name")], id="plain"),
        pytest.param(
            "models.*.name", [("models", "vae", "name"), ("models", "dec", "name")], id="any_key"
        ),
        pytest.param("models.*.args", [("models", "dec", "args")], id="any_key_that_has_it"),
        pytest.param("list.1", [("list", 1)], id="index"),
        pytest.param("list.*", [("list", 0), ("list", 1)], id="any_index"),
        pytest.param("list.2", [], id="index_out_of_range"),
        pytest.param("list.-1", [], id="negative_index"),
        pytest.param("list.01", [], id="index_with_a_leading_zero"),
        pytest.param("list.１", [], id="index_in_full_width_digits"),
        pytest.param("list.9999999999999999999999", [], id="index_beyond_all_sizes"),
        pytest.param("list.name", [], id="name_in_an_array"),
        pytest.param("models.vae.name.first", [], id="below_a_scalar"),
        pytest.param("models.vae.name.*", [], id="anything_below_a_scalar"),
        pytest.param("absent.*", [], id="absent"),
        pytest.param("starred.*", [("starred", "*"), ("starred", "b")], id="key_that_is_a_star"),
    ],
)
def test_patterns_by_hand(pattern: str, paths: list[tuple[Key, ...]]) -> None:
    value = {
        "models": {"vae": {"name": "VAE"}, "dec": {"name": "D", "args": {}}},
        "list": [1, 2],
        "starred": {"*": 1, "b": 2},
    }
    assert [path for path, _ in find_matches(value, parse_path(pattern))] == paths


@given(st.lists(keys.filter(lambda key: "." not in key), min_size=1))
def test_formatted_path_parses_back(path: list[str]) -> None:
    assert parse_path(format_path(tuple(path))) == tuple(path)
