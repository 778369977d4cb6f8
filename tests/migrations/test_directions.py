"""Each operation upgraded and undone, case by case."""

from typing import NamedTuple

import pytest

from trellis_cfg.document.document import Document
from trellis_cfg.errors import ConfigError, EditRefused, LeftAlone
from trellis_cfg.migrations import MIGRATIONS, Migration, migrate, with_value
from trellis_cfg.migrations.operations import (
    Condition,
    Insert,
    Json,
    Operation,
    Remove,
    Rename,
    Replace,
)

ONE, TWO, X = Json("1"), Json("2"), Json('"X"')
MODELS = '{"m": {"e": {"name": "X", "a": 1}, "d": {"name": "Y", "a": 1}}}'
LIMIT = Insert("trainer.args.max_epoch", Json("null"), after="trainer.args.max_steps")
OF_X = (Condition("m.*.name", X),)


Refusal = tuple[Operation, str, str, tuple[int, int]]
"""An operation, a text, the message about it, and its place."""


class Change(NamedTuple):
    """An operation, a text before it, and the text after it."""

    operation: Operation
    before: str
    after: str


def run(operation: Operation, text: str, *, revert: bool = False) -> str:
    document = Document(text.encode())
    return migrate(document, [Migration("it", "", (operation,))], revert=revert).text


UNDOABLE = {
    "insert_after": Change(Insert("a.k", ONE, after="a.x"), '{"a": {"x": 0, "y": 0}}',
                        '{"a": {"x": 0, "k": 1, "y": 0}}'),
    "insert_before": Change(Insert("a.k", ONE, before="a.x"), '{"a": {"x": 0, "y": 0}}',
                         '{"a": {"k": 1, "x": 0, "y": 0}}'),
    "insert_before_what_is_absent": Change(Insert("a.k", ONE, before="a.z"), '{"a": {"x": 0}}',
                                        '{"a": {"x": 0, "k": 1}}'),
    "insert_at_the_top": Change(Insert("k", ONE, before="a"), '{"a": 0}', '{"k": 1, "a": 0}'),
    "insert_as_spelled": Change(Insert("k", Json("1E-4")), '{"a": 0}', '{"a": 0, "k": 1E-4}'),
    "insert_an_object": Change(Insert("k", Json('{"x":1}')), '{\n  "a": 0\n}',
                            '{\n  "a": 0,\n  "k": {\n    "x": 1\n  }\n}'),
    "insert_without_its_sibling": Change(LIMIT, '{"trainer": {"args": {"a": 1}}}',
                                         '{"trainer": {"args": {"a": 1, "max_epoch": null}}}'),
    "insert_where": Change(Insert("m.*.k", ONE, when=OF_X), MODELS,
                        MODELS.replace('"X", "a": 1', '"X", "a": 1, "k": 1')),
    "insert_through_an_array": Change(Insert("l.*.k", ONE), '{"l": [{}, {"a": 0}]}',
                                   '{"l": [{"k": 1}, {"a": 0, "k": 1}]}'),
    "rename": Change(Rename("a.x", "y"), '{"a": {"w":0, "x" :1}}', '{"a": {"w":0, "y" :1}}'),
    "rename_each": Change(Rename("*.x", "y"), '{"a": {"x": 1}, "b": {"x": {}}, "c": 1}',
                       '{"a": {"y": 1}, "b": {"y": {}}, "c": 1}'),
    "rename_where": Change(Rename("m.*.a", "b", OF_X), MODELS, MODELS.replace('"a"', '"b"', 1)),
    "rename_where_it_has_a_value": Change(Rename("m.*.a", "b", (Condition("m.*.a", ONE),)), MODELS,
                                       MODELS.replace('"a"', '"b"')),
    "rename_what_conditions_look_through": Change(Rename("m", "n", OF_X), MODELS,
                                               MODELS.replace('"m"', '"n"')),
    "rename_a_key_called_star": Change(Rename("*.x", "y", (Condition("*.z", ONE),)),
                                    '{"*": {"x": 1, "z": 1}, "b": {"x": 1}}',
                                    '{"*": {"y": 1, "z": 1}, "b": {"x": 1}}'),
    "replace": Change(Replace("a.x", TWO, ONE), '{"a": {"x": 1}, "x": 1}',
                      '{"a": {"x": 2}, "x": 1}'),
    "replace_each": Change(Replace("m.*.a", TWO, ONE), MODELS, MODELS.replace("1", "2")),
    "replace_elements": Change(Replace("l.*", TWO, ONE), '{"l": [1, 3, 1]}', '{"l": [2, 3, 2]}'),
    "replace_one_element": Change(Replace("l.2", TWO, ONE), '{"l": [1, 3, 1]}', '{"l": [1, 3, 2]}'),
    "replace_another_spelling": Change(Replace("x", ONE, Json("1e-4")), '{"x": 1e-4}', '{"x": 1}'),
    "replace_its_own_condition": Change(Replace("m.*.name", Json('"Z"'), X, OF_X), MODELS,
                                     MODELS.replace('"X"', '"Z"')),
    "replace_where_another_place": Change(
        Replace("m.*.a", TWO, ONE, (Condition("m.d.name", Json('"Y"')),)),
                                       MODELS, MODELS.replace("1", "2")),
}  # fmt: skip
NOT_UNDOABLE = {
    "replace_an_equal_number": Change(Replace("x", ONE, Json("1e-4")), '{"x": 0.0001}', '{"x": 1}'),
    "replace_any": Change(Replace("a.*", ONE), '{"a": {"x": [0], "y": null}}',
                       '{"a": {"x": 1, "y": 1}}'),
    "replace_a_member_in_any_order": Change(Replace("x", ONE, Json('{"a":1,"b":2}')),
                                         '{"x": {"b": 2, "a": 1}}', '{"x": 1}'),
    "remove": Change(Remove("a.x"), '{"a": {"x": 1, "y": 2}}', '{"a": {"y": 2}}'),
    "remove_the_only_one": Change(Remove("a.x"), '{"a": {"x": 1}}', '{"a": {}}'),
    "remove_all": Change(Remove("a.*"), '{"a": {"x": 1,\n "y": 2}, "b": 0}', '{"a": {}, "b": 0}'),
    "remove_each": Change(Remove("m.*.a"), MODELS, MODELS.replace(', "a": 1', "")),
    "remove_where": Change(Remove("m.*", OF_X), MODELS, '{"m": {"d": {"name": "Y", "a": 1}}}'),
    "remove_several_neighbours": Change(
        Remove("*", (Condition("*.x", ONE),)),
        '{"a": {"x": 1}, "b": {"x": 1}, "c": {"x": 2}, "d": {"x": 1}}',
        '{"c": {"x": 2}}',
    ),
}  # fmt: skip
NOTHING: dict[str, tuple[Operation, str]] = {
    "insert_into_nothing": (LIMIT, "{}"),
    "insert_into_an_array": (LIMIT, '{"trainer": []}'),
    "insert_into_a_scalar": (LIMIT, "1"),
    "insert_what_is_there": (Insert("a.k", ONE), '{"a": {"k": null}}'),
    "insert_without_a_parent": (Insert("a.b.k", ONE), '{"a": {}}'),
    "insert_where_not": (Insert("a.k", ONE, when=(Condition("a.x", ONE),)), '{"a": {"x": true}}'),
    "insert_where_no_object_is_meant": (
        Insert("m.*.a.k", ONE, when=(Condition("m.*.name", Json('"Z"')),)), MODELS),
    "rename_what_is_absent": (Rename("a.x", "y"), '{"a": {"z": 1}}'),
    "rename_where_not": (Rename("m.*.a", "b", (Condition("m.*.name", ONE),)), MODELS),
    "replace_what_is_absent": (Replace("a.x", ONE), '{"a": {}}'),
    "replace_another": (Replace("x", TWO, ONE), '{"x": 3}'),
    "true_is_not_1": (Replace("x", TWO, ONE), '{"x": true}'),
    "a_float_is_not_1": (Replace("x", TWO, ONE), '{"x": 1.0}'),
    "replace_what_is_equal": (Replace("x", Json("1e-4")), '{"x": 0.0001}'),
    "remove_what_is_absent": (Remove("a.x"), '{"a": {"y": {"x": 1}}}'),
    "remove_below_a_scalar": (Remove("a.x"), '{"a": "x"}'),
    "no_object_at_all": (Remove("a.x"), "[1, 2]"),
    "all_conditions_must_hold": (
        Remove("m.*.a", (*OF_X, Condition("m.*.name", Json('"Y"')))), MODELS),
    "star_of_other_parents": (Rename("m.*.a", "b", (Condition("n.*.name", X),)), MODELS),
}  # fmt: skip


@pytest.mark.parametrize("name", [*UNDOABLE, *NOT_UNDOABLE])
def test_upgrade(name: str) -> None:
    operation, before, after = {**UNDOABLE, **NOT_UNDOABLE}[name]
    assert run(operation, before) == after
    assert operation.upgrade(Document(after.encode())) == []


@pytest.mark.parametrize("name", UNDOABLE)
def test_downgrade(name: str) -> None:
    operation, before, after = UNDOABLE[name]
    assert Migration("", "", (operation,)).is_undoable
    assert run(operation, after, revert=True) == before
    assert run(operation, before, revert=True) == before


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_to_do(name: str) -> None:
    operation, text = NOTHING[name]
    document = Document(text.encode())
    assert (operation.upgrade(document), operation.find_places(document)) == ([], [])


def refuse(operation: Operation, text: str, *, revert: bool) -> ConfigError:
    with pytest.raises(ConfigError) as raised:
        run(operation, text, revert=revert)
    return raised.value


REFUSED: dict[str, Refusal] = {
    "array": (LIMIT, '{"trainer": {"args": []}}',
              "trainer.args is an array, not an object", (1, 22)),
    "string": (LIMIT, '{"trainer":\n {"args": "x"}}',
               "trainer.args is a string, not an object", (2, 11)),
    "null": (LIMIT, '{"trainer": {"args": null}}', "trainer.args is null, not an object", (1, 22)),
    "boolean": (LIMIT, '{"trainer": {"args": true}}',
                "trainer.args is true or false, not an object", (1, 22)),
    "a_key_of_the_path_twice": (LIMIT, '{"trainer": {"args": {"max_steps": 1},\n "args": {}}}',
                "duplicate key trainer.args, first at line 1: remove one of them", (2, 2)),
    "the_first_key_twice": (LIMIT, '{"trainer": {},\n "trainer": {"args": {"max_steps": 2}}}',
                "duplicate key trainer, first at line 1: remove one of them", (2, 2)),
    "the_sibling_twice": (LIMIT, '{"trainer": {"args": {"max_steps": 1,\n "max_steps": 2}}}',
                "duplicate key trainer.args.max_steps, first at line 1: remove one of them",
                (2, 2)),
    "both_keys": (Rename("a.x", "y"), '{"a": {"y": 1,\n "x": 2}}',
                  "a.x and y both exist: remove one of them", (2, 2)),
    "the_old_key_twice": (Rename("a.x", "y"), '{"a": {"x": 1,\n "x": 2}}',
                          "duplicate key a.x, first at line 1: remove one of them", (2, 2)),
    "rename_an_element": (Rename("l.0", "y"), '{"l":\n [1]}',
                          "l.0 is an array element; only keys can be renamed", (2, 3)),
    "remove_an_element": (Remove("l.*"), '{"l": [1, 2]}',
                          "l.0 is an array element; only keys can be removed", (1, 8)),
    "replace_a_duplicate": (Replace("x", ONE), '{"x": 2, "x": 3}',
                            "duplicate key x, first at line 1: remove one of them", (1, 10)),
    "insert_into_a_scalar": (Insert("m.*.a.k", ONE, when=OF_X), MODELS,
                             "m.e.a is a number, not an object", (1, 32)),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_ambiguous_edit_is_refused(name: str) -> None:
    operation, text, message, place = REFUSED[name]
    error = refuse(operation, text, revert=False)
    assert isinstance(error, EditRefused)
    assert (error.message, (error.line, error.column)) == (message, place)
    codes = {"duplicate": "TC003", "trainer.args": "TC005", "m.e.a": "TC005"}
    assert error.code == codes.get(message.split()[0], "")


LEFT_ALONE: dict[str, Refusal] = {
    "removed": (Remove("a.x"), '{"a":\n {"y": 1}}',
                "the removal of a.x cannot be undone: the previous value is unknown", (2, 2)),
    "removed_where": (Remove("m.*.b", OF_X), MODELS,
                      "the removal of m.e.b cannot be undone: the previous value is unknown",
                      (1, 13)),
    "removed_where_it_was_1": (Remove("x", (Condition("x", ONE),)), "{}",
                               "the removal of x cannot be undone: the previous value is unknown",
                               (1, 1)),
    "any_value": (Replace("a.x", ONE), '{"a": {"x":\n1}}',
                  "a.x = 1 cannot be undone: the previous value is unknown", (2, 1)),
    "inserted_and_changed": (Insert("k", Json("1e-4")), '{"k": [1, 2.0, {"a": "b"}]}',
                             'k is [1, 2.0, {"a": "b"}], not 1e-4: left alone', (1, 7)),
    **{f"inserted_and_{value}": (Insert("k", Json("null")), f'{{"k": {value}}}',
                f"k is {value}, not null: left alone", (1, 7))
       for value in ("20", "0", "false", '"null"', "20.0")},
    "changed_to_much": (Insert("k", ONE), f'{{"k": "{"x" * 99}"}}',
                        f'k is "{"x" * 39}…, not 1: left alone', (1, 7)),
}  # fmt: skip


@pytest.mark.parametrize("name", LEFT_ALONE)
def test_undoing_that_loses_a_value_is_left_alone(name: str) -> None:
    operation, text, message, place = LEFT_ALONE[name]
    error = refuse(operation, text, revert=True)
    assert isinstance(error, LeftAlone)
    assert (error.message, (error.line, error.column)) == (message, place)


@pytest.mark.parametrize(
    ("operation", "text"),
    [
        (Remove("a.x"), '{"a": {"x": 1}}'),
        (Remove("a.b.x"), '{"a": {}}'),
        (Remove("a.x"), '{"a": [1]}'),
        (Remove("m.*.b", (Condition("m.*.name", ONE),)), MODELS),
        (Replace("a.x", ONE), '{"a": {"x": 2}}'),
        (Replace("m.*.a", ONE, when=(Condition("m.*.name", ONE),)), MODELS),
        (Rename("m.*.b", "a", (Condition("m.*.name", ONE),)), MODELS),
        (Insert("m.*.a", ONE, when=(Condition("m.*.name", ONE),)), MODELS),
        (Rename("m.*.name", "a", (Condition("m.*.name", ONE),)), MODELS),
    ],
)
def test_nothing_is_undone_without_upgrade(operation: Operation, text: str) -> None:
    document = Document(text.encode())
    assert operation.downgrade(document) == []


def test_undoing_with_both_keys_is_refused() -> None:
    error = refuse(Rename("x", "y"), '{"x": 1, "y": 2}', revert=True)
    assert error.message == "x and y both exist: remove one of them"


@pytest.mark.parametrize(
    ("operation", "description"),
    [
        (Insert("a.k", Json("1e-4"), before="a.x"), "inserts a.k = 1e-4 before a.x"),
        (Insert("k", Json(f'"{"x" * 99}"')), f'inserts k = "{"x" * 39}…'),
        (Rename("a.x", "y", OF_X), 'renames a.x to y where m.*.name = "X"'),
        (Replace("a.x", TWO, ONE), "changes a.x from 1 to 2"),
        (Replace("a.x", TWO, when=(*OF_X, Condition("b", ONE))),
         'changes a.x to 2 where m.*.name = "X" and b = 1'),
        (Remove("a.x"), "removes a.x"),
        (Insert("k", ONE, when=OF_X), 'inserts k = 1 where m.*.name = "X"'),
    ],
)  # fmt: skip
def test_description(operation: Operation, description: str) -> None:
    assert operation.describe() == description


@pytest.mark.parametrize(
    ("operation", "places"),
    [
        (Insert("m.*.k", ONE, after="m.*.a"), [("m", "e", "a"), ("m", "d", "a")]),
        (Insert("m.*.k", ONE, before="m.*.z"), [("m", "e"), ("m", "d")]),
        (Insert("k", ONE), [()]),
        (Rename("m.*.a", "b", OF_X), [("m", "e", "a")]),
        (Replace("m.*.a", TWO), [("m", "e", "a"), ("m", "d", "a")]),
        (Remove("m.d"), [("m", "d")]),
    ],
)
def test_places_of_edits(operation: Operation, places: list[object]) -> None:
    assert operation.find_places(Document(MODELS.encode())) == places


def test_message_names_one_of_several_migrations() -> None:
    steps = [Migration("one", "", (Rename("x", "y"),)), Migration("two", "", (Remove("z"),))]
    with pytest.raises(LeftAlone, match=r"^two: the removal of z cannot be undone"):
        migrate(Document(b'{"y": 1}'), steps, revert=True)
    with pytest.raises(EditRefused, match=r"^one: x and y both exist") as raised:
        migrate(Document(b'{"y": 1,\n"x": 1}'), steps)
    assert (raised.value.line, raised.value.column) == (2, 1)


def test_another_value_is_inserted_and_reverted() -> None:
    migrations = [with_value(MIGRATIONS[0], 20)]
    text = b'{"trainer": {"args": {"max_steps": null}}}'
    new = migrate(Document(text), migrations)
    assert new.value == {"trainer": {"args": {"max_steps": None, "max_epoch": 20}}}
    assert migrate(new, migrations, revert=True).data == text
    current = Document(b'{"trainer": {"args": {"max_steps": 5, "max_epoch": null}}}')
    assert migrate(current, migrations) is current


def test_operations_run_in_order_and_are_undone_in_reverse() -> None:
    second = Insert("trainer.args.seed", Json("1"), after="trainer.args.max_epoch")
    migration = MIGRATIONS[0]._replace(operations=(LIMIT, second))
    text = b'{"trainer": {"args": {"max_steps": 5}}}'
    new = migrate(Document(text), [migration])
    assert new.text == '{"trainer": {"args": {"max_steps": 5, "max_epoch": null, "seed": 1}}}'
    assert migrate(new, [migration], revert=True).data == text
