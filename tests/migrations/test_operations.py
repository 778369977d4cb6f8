"""The built-in migration: refusals, order, and other values."""

import json

import pytest

from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import apply_edits
from trellis_cfg.errors import EditRefused, LeftAlone
from trellis_cfg.migrations import MIGRATIONS, migrate, with_value
from trellis_cfg.migrations.operations import Insert, Json

MAX_EPOCH = Insert("trainer.args.max_epoch", value=Json("null"), after="trainer.args.max_steps")


def upgrade(text: str, operation: Insert) -> str:
    document = Document(text.encode())
    return apply_edits(document.text, operation.upgrade(document))


@pytest.mark.parametrize(
    ("text", "actual", "place"),
    [
        pytest.param('{"trainer": {"args": []}}', "is an array", (1, 22), id="array"),
        pytest.param('{"trainer":\n {"args": "x"}}', "is a string", (2, 11), id="string"),
        pytest.param('{"trainer": {"args": null}}', "is null", (1, 22), id="null"),
        pytest.param('{"trainer": {"args": 5}}', "is a number", (1, 22), id="number"),
        pytest.param('{"trainer": {"args": true}}', "is true or false", (1, 22), id="boolean"),
    ],
)
def test_args_that_are_not_an_object_are_refused(
    text: str, actual: str, place: tuple[int, int]
) -> None:
    with pytest.raises(EditRefused, match=f"trainer.args {actual}, not an object") as raised:
        MAX_EPOCH.upgrade(Document(text.encode()))
    assert (raised.value.line, raised.value.column) == place


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('{"trainer": {"args": {"max_steps": 1,\n "max_steps": 2}}}', "max_steps"),
        ('{"trainer": {"args": {"max_steps": 1},\n "args": {"max_steps": 2}}}', "args"),
        ('{"trainer": {},\n "trainer": {"args": {"max_steps": 2}}}', "trainer"),
    ],
)
def test_duplicate_keys_of_the_path_are_refused(text: str, key: str) -> None:
    with pytest.raises(EditRefused, match=rf"duplicate key \S*{key}, first at line 1") as raised:
        MAX_EPOCH.upgrade(Document(text.encode()))
    assert (raised.value.line, raised.value.column, raised.value.code) == (2, 2, "TC003")


@pytest.mark.parametrize("text", ['{"trainer": []}', '{"trainer": {}}', "{}", "[]", "1"])
def test_nothing_is_inserted_without_the_parent(text: str) -> None:
    assert upgrade(text, MAX_EPOCH) == text


def test_without_the_sibling_the_key_goes_last() -> None:
    text = '{"trainer": {"args": {"a": 1, "b": 2}}}'
    assert upgrade(text, MAX_EPOCH) == text.replace("2}", '2, "max_epoch": null}')


def test_star_inserts_into_each_parent_that_lacks_the_key() -> None:
    text = '{"models": {"a": {"args": {}}, "b": {"args": {"use_fp16": true}}, "c": {}}}'
    operation = Insert("models.*.args.use_fp16", Json("false"))
    value = json.loads(upgrade(text, operation))
    assert [model.get("args") for model in value["models"].values()] == [
        {"use_fp16": False},
        {"use_fp16": True},
        None,
    ]


@pytest.mark.parametrize("value", [20, 0, False, "null", 20.0])
def test_revert_leaves_another_value(value: object) -> None:
    text = f'{{"trainer": {{"args": {{\n"max_steps": 1, "max_epoch": {json.dumps(value)}}}}}}}'
    with pytest.raises(LeftAlone, match="not null: left alone") as raised:
        migrate(Document(text.encode()), MIGRATIONS, revert=True)
    assert (raised.value.line, raised.value.column) == (2, 30)


def test_another_value_is_inserted_and_reverted() -> None:
    migrations = [with_value(MIGRATIONS[0], 20)]
    text = b'{"trainer": {"args": {"max_steps": null}}}'
    new = migrate(Document(text), migrations)
    assert new.value == {"trainer": {"args": {"max_steps": None, "max_epoch": 20}}}
    assert migrate(new, migrations, revert=True).data == text


def test_existing_value_is_never_changed() -> None:
    document = Document(b'{"trainer": {"args": {"max_steps": 5, "max_epoch": null}}}')
    assert migrate(document, [with_value(MIGRATIONS[0], 20)]) is document


def test_operations_run_in_order_and_are_undone_in_reverse() -> None:
    second = Insert("trainer.args.seed", Json("1"), after="trainer.args.max_epoch")
    migration = MIGRATIONS[0]._replace(operations=(MAX_EPOCH, second))
    text = b'{"trainer": {"args": {"max_steps": 5}}}'
    new = migrate(Document(text), [migration])
    assert new.text == '{"trainer": {"args": {"max_steps": 5, "max_epoch": null, "seed": 1}}}'
    assert migrate(new, [migration], revert=True).data == text
