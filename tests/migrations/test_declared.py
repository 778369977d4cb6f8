"""Declared migrations: parsed to operations, and mistakes reported at their line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from trellis_cfg.errors import SettingsError
from trellis_cfg.migrations import MIGRATIONS, Migration, project_migrations
from trellis_cfg.migrations.declared import KEYS, PARSERS, load_declared
from trellis_cfg.migrations.operations import (
    Condition,
    Insert,
    Json,
    Operation,
    Remove,
    Rename,
    Replace,
)
from trellis_cfg.settings import Settings, load_settings

HEADER = "[[tool.trellis-cfg.migrations]]\n"
Read = Callable[[str], tuple[Migration, ...]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return what a pyproject.toml declares."""

    def read_text(text: str) -> tuple[Migration, ...]:
        (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
        return load_declared(load_settings(str(tmp_path)))

    return read_text


WORKERS = Insert("trainer.args.num_workers", Json("4"), after="trainer.args.batch_split")
OPERATIONS: dict[str, tuple[str, Operation]] = {
    "insert": (
        'insert = "trainer.args.num_workers"\nvalue = 4\nafter = "trainer.args.batch_split"',
        WORKERS,
    ),
    "sibling_by_its_key": (
        'insert = "trainer.args.num_workers"\nvalue = 4\nafter = "batch_split"',
        WORKERS,
    ),
    "before": ('insert = "a.k"\nvalue = 1.5\nbefore = "a.x"',
               Insert("a.k", Json("1.5"), None, "a.x")),
    "at_the_top": ('insert = "k"\nvalue = "é"\nbefore = "x"', Insert("k", Json('"é"'), None, "x")),
    "below_any_key": (
        'insert = "m.*.k"\nvalue = true\nafter = "m.*.x"', Insert("m.*.k", Json("true"), "m.*.x")),
    "null": ('insert = "k"\nvalue-json = "null"', Insert("k", Json("null"))),
    "spelling": ('insert = "k"\nvalue-json = " 1E-4\\n"', Insert("k", Json("1E-4"))),
    "object": ('insert = "k"\nvalue = { a = [1, 2.0] }', Insert("k", Json('{"a": [1, 2.0]}'))),
    "rename": ('rename = "trainer.args.fp16"\nto = "fp16_mode"',
               Rename("trainer.args.fp16", "fp16_mode")),
    "rename_to_a_path": ('rename = "m.*.a"\nto = "m.*.b"', Rename("m.*.a", "b")),
    "replace": ('replace = "a.x"\nfrom = 10000\nto = 5000',
                Replace("a.x", Json("5000"), Json("10000"))),
    "replace_any": ('replace = "a.*"\nto-json = "null"', Replace("a.*", Json("null"))),
    "replace_null": ('replace = "x"\nfrom-json = "null"\nto = false',
                     Replace("x", Json("false"), Json("null"))),
    "replace_1_by_true": ('replace = "x"\nfrom = 1\nto = true',
                          Replace("x", Json("true"), Json("1"))),
    "remove": ('remove = "trainer.args.num_workers"', Remove("trainer.args.num_workers")),
    "when": (
        'remove = "m.*.a"\nwhen = { "dataset.name" = "SLat", "m.*.n" = 1 }',
        Remove("m.*.a", (Condition("dataset.name", Json('"SLat"')), Condition("m.*.n", Json("1")))),
    ),
    "when_in_a_table": ('remove = "x"\n[tool.trellis-cfg.migrations.when]\n"a.b" = false',
                        Remove("x", (Condition("a.b", Json("false")),))),
    "when_json": (
        'remove = "x"\nwhen = { "y" = 1 }\nwhen-json = { "trainer.args.lr_scheduler" = "null" }',
        Remove("x", (
            Condition("y", Json("1")),
            Condition("trainer.args.lr_scheduler", Json("null")),
        )),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OPERATIONS)
def test_operation_is_parsed(name: str, read: Read) -> None:
    text, operation = OPERATIONS[name]
    (migration,) = read(f'{HEADER}name = "it"\n{text}\n')
    assert migration == Migration("it", "", (operation,))


SEVERAL = (
    Migration("first", "It is first.", (Remove("x"), Rename("a.x", "y"))),
    Migration("second-2", "", (Insert("k", Json("1e-4")),)),
)
INLINE = """[tool.trellis-cfg]
migrations = [
    { name = "first", description = "It is first.", operations = [
        { remove = "x" },
        { rename = "a.x", to = "y" },
    ] },
    { name = "second-2", insert = "k", value-json = "1e-4" },
]
"""
TABLES = """[[{0}migrations]]
name = "first"
description = "It is first."
operations = [{{ remove = "x" }}, {{ rename = "a.x", to = "y" }}]

[[{0}migrations]]
name = "second-2"
insert = "k"
value-json = "1e-4"
"""
NESTED = """[[{0}migrations]]
name = "first"
description = "It is first."
[[{0}migrations.operations]]
remove = "x"
[[{0}migrations.operations]]
rename = "a.x"
to = "y"
[[{0}migrations]]
name = "second-2"
insert = "k"
value-json = "1e-4"
"""
JSON = """[
    {"name": "first", "description": "It is first.",
     "operations": [{"remove": "x"}, {"rename": "a.x", "to": "y"}]},
    {"name": "second-2", "insert": "k", "value": 1e-4}
]"""


@pytest.mark.parametrize("text", [INLINE, TABLES.format("tool.trellis-cfg."),
                                  NESTED.format("tool.trellis-cfg.")])  # fmt: skip
def test_several_migrations_keep_their_order(text: str, read: Read) -> None:
    assert read(text) == SEVERAL


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("migrations.toml", TABLES.format("")),
        ("migrations.toml", NESTED.format("")),
        ("deep/they.json", JSON),
        ("they.json", "\ufeff" + JSON),
    ],
)
def test_migrations_in_their_own_file(name: str, text: str, tmp_path: Path, read: Read) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert read(f'[tool.trellis-cfg]\nmigrations = "{name}"\n') == SEVERAL


def test_built_in_migrations_come_first(tmp_path: Path) -> None:
    assert project_migrations(Settings()) is MIGRATIONS
    (tmp_path / "pyproject.toml").write_text(INLINE)
    assert project_migrations(load_settings(str(tmp_path))) == (*MIGRATIONS, *SEVERAL)


def test_json_keeps_its_spelling(tmp_path: Path, read: Read) -> None:
    text = '[{"name": "a", "replace": "x", "from": 1E5, "to": null, "when": {"y": 1.50}}]'
    (tmp_path / "a.json").write_text(text)
    (migration,) = read('[tool.trellis-cfg]\nmigrations = "a.json"\n')
    when = (Condition("y", Json("1.50")),)
    assert migration.operations == (Replace("x", Json("null"), Json("1E5"), when),)


def table(*lines: str) -> str:
    return "\n".join(["[[tool.trellis-cfg.migrations]]", 'name = "it"', *lines, ""])


KNOWN = ", ".join(KEYS)
NO_PATH = 'remove must be a string, such as "trainer.args.num_workers"'
BAD = {
    "no_name": (f'{HEADER}remove = "x"\n', 'name is missing: write name = "num-workers"', 1),
    "empty_name": (f'{HEADER}name = ""\n', 'name must be a string, such as "num-workers"', 2),
    "number_for_a_name": (
        f"{HEADER}\nname = 1\n", 'name must be a string, such as "num-workers"', 3),
    "name_with_capitals": (
        f'{HEADER}name = "Num_Workers"\n',
        ('invalid name "Num_Workers": '
         "use lowercase letters, digits and hyphens, as in num-workers"), 2),
    "name_of_a_built_in_one": (
        f'{HEADER}name = "max-epoch"\n',
        "max-epoch is the name of a built-in migration: use another", 2),
    "one_name_twice": (
        table('remove = "x"') + "\n" + table('remove = "y"'),
        "two migrations are named it, the first at line 2: rename one of them", 6),
    "description_that_is_no_string": (
        table("description = 1", 'remove = "x"'), 'description must be a string, such as "…"', 3),
    "no_operation": (
        table('description = "x"'),
        f"no operation: add one of {', '.join(PARSERS)}", 1),
    "unknown_key": (table('insrt = "x"'), 'unknown key "insrt"; did you mean "insert"?', 3),
    "key_that_is_like_no_other": (
        table('remove = "x"', "zzz = 1"),
        f'unknown key "zzz"; known: name, description, operations, {KNOWN}', 4),
    "two_operations": (
        table('insert = "x"', "value = 1", 'remove = "y"'),
        "insert and remove in one table: write operations = [{ … }, { … }]", 5),
    "key_of_another_operation": (
        table('rename = "x"', 'to = "y"', 'after = "z"'),
        'unknown key "after" for rename; known: to, when, when-json', 5),
    "operation_beside_operations": (
        table('remove = "x"', 'operations = [{ remove = "y" }]'),
        "remove is next to operations: move it into one of them", 3),
    "no_operations": (table("operations = []"),
                      "operations must be a list of tables: [{ insert = … }]", 3),
    "operations_that_are_no_list": (table('operations = { remove = "x" }'),
                                    "operations must be a list of tables: [{ insert = … }]", 3),
    "operation_that_is_no_table": (
        table("operations = [", '  { remove = "x" },', '  "y"', "]"),
        'expected a table: { remove = "trainer.args.num_workers" }', 5),
    "name_in_an_operation": (
        table("operations = [", '  { remove = "x" },', '  { remove = "y", name = "y" },', "]"),
        "name belongs to the migration: move it out of operations", 5),
    "unknown_key_in_an_operation": (
        table('operations = [{ remove = "x", zzz = 1 }]'), f'unknown key "zzz"; known: {KNOWN}', 3),
    "mistake_in_an_operation": (
        table("operations = [", '  { remove = "x" }, # one', "", '  { insert = "y" },', "]"),
        'value is missing: write value = 4, or value-json = "null"', 6),
    "path_that_is_no_string": (table("remove = 1"), NO_PATH, 3),
    "empty_path": (table('remove = ""'), NO_PATH, 3),
    "empty_part": (
        table('remove = "a..b"'),
        'remove: invalid path "a..b": a part is empty or has spaces around it', 3),
    "part_with_blanks": (
        table('remove = "a. b"'),
        'remove: invalid path "a. b": a part is empty or has spaces around it', 3),
    "star_to_rename": (
        table('rename = "a.*"', 'to = "b"'),
        "rename: the last part of a.* must be a key, not *", 3),
    "star_to_insert": (
        table('insert = "a.*"', "value = 1"),
        "insert: the last part of a.* must be a key, not *", 3),
    "no_value": (
        table('insert = "x"'),
        'value is missing: write value = 4, or value-json = "null"',
        1,
    ),
    "two_values": (
        table('insert = "x"', "value = 1", 'value-json = "1"'),
        "value and value-json are both set: keep one", 5),
    "value_that_is_no_json": (
        table('insert = "x"', 'value-json = "none"'),
        ("value-json: 'none' is not valid JSON: "
         "expected a value: a string, a number, {, [, true, false or null"), 4),
    "json_with_a_key_twice": (
        table('insert = "x"', """value-json = '{"a": 1, "a": 2}'"""),
        """value-json: duplicate key in '{"a": 1, "a": 2}'""", 4),
    "date": (table('insert = "x"', "value = [{ a = 2025-01-02 }]"),
               "value: JSON has no dates: write it as a string", 4),
    "infinity": (table('insert = "x"', "value = -inf"), "value: JSON has neither inf nor nan", 4),
    "after_and_before": (
        table('insert = "a.x"', "value = 1", 'before = "a.y"', 'after = "a.z"'),
        "after and before are both set: keep one", 5),
    "sibling_elsewhere": (
        table('insert = "a.b.x"', "value = 1", 'after = "a.y"'),
        "after names a key of a, not of a.b", 5),
    "sibling_below": (
        table('insert = "x"', "value = 1", 'after = "a.y"'),
        "after names a key of a, not of the top level", 5),
    "itself_as_a_sibling": (
        table('insert = "a.x"', "value = 1", 'after = "x"'),
        "after must name one key, and not x itself", 5),
    "any_sibling": (
        table('insert = "a.x"', "value = 1", 'after = "a.*"'),
        "after must name one key, and not x itself", 5),
    "no_new_name": (table('rename = "x"'), 'to is missing: write to = "fp16_mode"', 1),
    "new_name_elsewhere": (
        table('rename = "a.x"', 'to = "b.x"'), "to names a key of b, not of a", 4),
    "old_name": (
        table('rename = "a.x"', 'to = "a.x"'), "to must name one key, and not x itself", 4),
    "nothing_to_replace_by": (
        table('replace = "x"', "from = 1"), 'to is missing: write to = 4, or to-json = "null"', 1),
    "same_value": (
        table('replace = "x"', "from = 0.0001", 'to-json = "1e-4"'),
        "from and to are the same value: nothing would change", 5),
    "conditions_that_are_no_table": (
        table('remove = "x"', 'when = "y"'),
        'when must be a table, such as { "dataset.name" = "SLat" }', 4),
    "no_condition": (
        table('remove = "x"', "when = {}"),
        'when must be a table, such as { "dataset.name" = "SLat" }', 4),
    "condition_without_quotes": (
        table('remove = "x"', 'when = { dataset.name = "SLat" }'),
        'when: write the whole path in quotes, "dataset.name" = …; an object goes into when-json',
        4),
    "condition_with_a_date": (
        table('remove = "x"', "[tool.trellis-cfg.migrations.when]", '"a" = 1', '"b" = 2025-01-02'),
        "when: JSON has no dates: write it as a string", 6),
    "condition_of_no_path": (
        table('remove = "x"', 'when = { "a." = 1 }'),
        'when: invalid path "a.": a part is empty or has spaces around it', 4),
    "condition_in_no_json": (
        table('remove = "x"', 'when-json = { "a" = "{" }'),
        "when-json: '{' is not valid JSON: the file ends inside an object: a } is missing", 4),
    "condition_that_is_no_string": (
        table('remove = "x"', 'when-json = { "a" = 1 }'),
        'when-json must hold JSON in strings, such as "null"', 4),
    "behind_other_settings": (
        '[project]\nname = "migrations"\n[tool.trellis-cfg]\nstrict = true\n' + table("remove = 1"),
        NO_PATH, 7),
    "below_a_long_description": (
        table('description = """\nremove = 2\n"""', "remove = 1"),
        NO_PATH, 6),
    "in_a_table_with_a_quoted_name": (
        '[[tool."trellis-cfg".migrations]]\n"name" = \'it\'\nremove.x = 1\n',
        NO_PATH, 3),
    "in_an_inline_table": (
        '[tool.trellis-cfg]\nmigrations = [\n{ name = "a", remove = "x" },\n{ remove = "x" },\n]\n',
        'name is missing: write name = "num-workers"', 4),
    "in_one_long_line": (
        'tool.trellis-cfg.migrations = [{ name = "a", remove = "x" }, { remove = "x" }]\n',
        'name is missing: write name = "num-workers"', 1),
    "without_a_final_newline": (table("remove = 1").rstrip("\n"), NO_PATH, 3),
    "with_windows_line_ends": (table("remove = 1").replace("\n", "\r\n"), NO_PATH, 3),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_invalid_declaration_is_reported_at_its_line(name: str, tmp_path: Path, read: Read) -> None:
    text, message, line = BAD[name]
    with pytest.raises(SettingsError) as raised:
        read(text)
    error = raised.value
    assert (error.message, error.line) == (message, line)
    assert error.path == str(tmp_path / "pyproject.toml")


def test_invalid_declaration_in_a_settings_file_of_its_own(tmp_path: Path) -> None:
    text = table("remove = 1") + table('remove = "x"')
    (tmp_path / "trellis-cfg.toml").write_text(text.replace("tool.trellis-cfg.", ""))
    with pytest.raises(SettingsError, match="remove must be a string") as raised:
        load_declared(load_settings(str(tmp_path)))
    assert raised.value.line == 3


def test_settings_file_that_was_removed(tmp_path: Path, read: Read) -> None:
    read(TABLES.format("tool.trellis-cfg."))
    settings = load_settings(str(tmp_path))
    (tmp_path / "pyproject.toml").unlink()
    with pytest.raises(SettingsError, match=r"^migrations: pyproject.toml: cannot be read"):
        load_declared(settings)


FILES = {
    "no_such_file": ("pyproject.toml", "gone.toml", None,
                     "migrations: gone.toml: cannot be read: No such file or directory", 2),
    "another_ending": ("pyproject.toml", "it.yaml", "",
                       "migrations: it.yaml: its name must end in .toml or .json", 2),
    "nothing_in_it": ("it.toml", "it.toml", "",
                      "no migrations: declare each under [[migrations]]", 1),
    "one_table_only": ("it.toml", "it.toml", "[migrations]\nname = 1\n",
                       "no migrations: declare each under [[migrations]]", 1),
    "another_table": ("it.toml", "it.toml", "\n[[migration]]\n",
                      'unknown key "migration"; did you mean "migrations"?', 2),
    "something_else": ("it.toml", "it.toml", "# migrations\nzzz = 1\n",
                       'unknown key "zzz"; known: migrations', 2),
    "no_toml": ("it.toml", "it.toml", "[[migrations]]\nname = \n", "Invalid value", 2),
    "mistake": ("it.toml", "it.toml", '[[migrations]]\nname = "a"\nremove = 1\n', NO_PATH, 3),
    "no_table": ("it.toml", "it.toml", "migrations = [1]\n",
                 'expected a table: { remove = "trainer.args.num_workers" }', 1),
    "no_json": ("it.json", "it.json", "[\n{,}]", "expected a key in double quotes", 2),
    "no_list": ("it.json", "it.json", "{}", "expected a list of tables: [{…}, {…}]", 1),
    "key_twice": ("it.json", "it.json", '[{"name": "a",\n"name": "b"}]',
                    "duplicate key 0.name, first at line 1: remove one of them", 2),
    "mistake_in_json": ("it.json", "it.json", '[{"name": "a",\n"operations":\n[{"remove":\n1}]}]',
                          NO_PATH, 3),
    "no_name_in_json": ("it.json", "it.json", '[\n{"remove": "a"}]',
                        'name is missing: write name = "num-workers"', 2),
    "null_as_a_table": ("it.json", "it.json", "[\n\nnull]",
                        'expected a table: { remove = "trainer.args.num_workers" }', 3),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_invalid_file_is_reported_at_its_line(name: str, tmp_path: Path, read: Read) -> None:
    file, named, text, message, line = FILES[name]
    if text is not None:
        (tmp_path / named).write_text(text)
    with pytest.raises(SettingsError) as raised:
        read(f'[tool.trellis-cfg]\nmigrations = "{named}"\n')
    error = raised.value
    assert (error.message, error.line, error.path) == (message, line, str(tmp_path / file))
