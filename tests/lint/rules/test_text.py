"""The file and its text: syntax, encodings, duplicate keys, numbers that are none."""

from tests.lint.rules.configs import STRUCTURE_VAE, changed, written
from tests.lint.rules.tables import CONFIGS, case, findings, fires, is_silent, raw, unread

SOUND = written(STRUCTURE_VAE)
STEPS = '"max_steps": 100000'
MARK = "\ufeff"

FIRES = {
    "TC001": {
        "an_empty_file": raw(
            "",
            "1:1 error TC001 the file is empty: expected a JSON object",
        ),
        "blanks_only": raw(
            " \n\t\n",
            "1:1 error TC001 the file is empty: expected a JSON object",
        ),
        "a_mark_and_nothing_else": raw(
            MARK,
            "1:1 error TC001 the file is empty: expected a JSON object",
        ),
        "a_comma_before_the_closing_bracket": raw(
            '{"models": {"a": 1,}}',
            "1:20 error TC001 trailing comma: remove it",
        ),
        "a_comma_at_the_end_of_a_line": raw(
            SOUND.replace('"i_save": 10000', '"i_save": 10000,'),
            "50:9 error TC001 trailing comma: remove it",
        ),
        "a_comma_that_is_missing": raw(
            SOUND.replace(f"{STEPS},", STEPS),
            "40:13 error TC001 expected a comma or }",
        ),
        "a_comment": raw(
            SOUND.replace(STEPS, f"// a million?\n            {STEPS}"),
            "39:13 error TC001 JSON has no comments: remove this one",
        ),
        "a_comment_after_a_value": raw(
            SOUND.replace(f"{STEPS},", f"{STEPS},  # was 50000"),
            "39:35 error TC001 JSON has no comments: remove this one",
        ),
        "a_key_without_quotes": raw(
            "{models: 1}",
            "1:2 error TC001 expected a key in double quotes",
        ),
        "single_quotes": raw(
            "{'models': 1}",
            "1:2 error TC001 JSON strings need double quotes",
        ),
        "a_python_literal": raw(
            SOUND.replace("null", "None"),
            "40:26 error TC001 JSON writes true, false and null",
        ),
        "a_brace_that_is_missing": raw(
            SOUND[:-1],
            "51:6 error TC001 the file ends inside an object: a } is missing",
        ),
        "a_string_that_does_not_end": raw(
            '{"models": "a',
            "1:14 error TC001 the file ends inside a string",
        ),
        "two_values": raw(
            '{"models": 1}\n{"dataset": 1}',
            "2:1 error TC001 more text follows the JSON value: remove it",
        ),
        "a_line_break_in_a_string": raw(
            '{"_comment": "one\ntwo"}',
            "1:18 error TC001 control character in a string: escape it",
        ),
        "an_escape_of_windows_paths": raw(
            r'{"data_dir": "C:\data"}',
            "1:18 error TC001 invalid escape: write a backslash as \\\\",
        ),
        "half_of_a_surrogate_pair": raw(
            r'{"_comment": "\ud83d"}',
            "1:15 error TC001 lone surrogate: a trainer may read it, but UTF-8 cannot …",
        ),
        "a_number_with_a_leading_zero": raw(
            '{"seed": 042}',
            "1:11 error TC001 not a valid JSON number",
        ),
        "a_number_without_an_end": raw(
            '{"lr": 1e}',
            "1:10 error TC001 not a valid JSON number",
        ),
        "more_digits_than_python_converts": raw(
            '{"seed": ' + "1" * 4301 + "}",
            "1:4311 error TC001 a number of more than 4,300 digits",
        ),
        "a_thousand_levels": raw(
            "[" * 1000 + "]" * 1000,
            "1:202 error TC001 nested deeper than 200 levels",
        ),
        "a_colon_that_is_missing": raw(
            '{"models" 1}',
            "1:11 error TC001 expected a colon after the key",
        ),
        "crlf_and_tabs": raw(
            '{\r\n\t"models":\t1,\r\n\t}',
            "3:2 error TC001 trailing comma: remove it",
        ),
        "lone_carriage_returns": raw(
            '{\r"models": 1,\r}',
            "3:1 error TC001 trailing comma: remove it",
        ),
        "chinese_before_the_place": raw(
            '{"说明": "训练", x}',
            "1:14 error TC001 expected a key in double quotes",
        ),
        "after_a_mark": raw(
            MARK + '{"models": 1,}',
            "1:14 error TC001 trailing comma: remove it",
        ),
        "a_conflict_of_a_merge": raw(
            SOUND.replace(STEPS, f"<<<<<<< HEAD\n{STEPS}"),
            "39:13 error TC001 expected a key in double quotes",
        ),
        "utf_16_without_a_mark": raw(
            SOUND.encode("utf-16-le"),
            "1:2 error TC001 expected a key in double quotes",
        ),
    },
    "TC002": {
        "a_mark": raw(
            MARK + SOUND,
            "1:1 error TC002 the file starts with a byte-order mark, which json.load refuses: …",
        ),
        "a_mark_and_a_fault_on_the_first_line": raw(
            MARK + '{"models": {}}',
            "1:1 error TC002 the file starts with a byte-order mark, which json.load refuses: …",
            '1:1 error TC005 the config has no "dataset" and no "trainer"',
            "1:12 error TC005 models is empty: there is nothing to train",
        ),
        "latin_1": raw(
            SOUND.replace('"name"', '"_note": "caf\xe9",\n            "name"', 1).encode("latin-1"),
            "4:26 error TC002 not UTF-8 (byte 0xe9): save the file as UTF-8",
        ),
        "after_chinese": raw(
            '{"说明": "'.encode() + b'\xff"}',
            "1:9 error TC002 not UTF-8 (byte 0xff): save the file as UTF-8",
        ),
        "utf_16": raw(
            SOUND.encode("utf-16"),
            "1:1 error TC002 not UTF-8 (it looks like UTF-16): save the file as UTF-8",
        ),
        "gbk": raw(
            '{"说明": "训练"}'.encode("gbk"),
            "1:4 error TC002 not UTF-8 (byte 0xc3): save the file as UTF-8",
        ),
        "a_truncated_character": raw(
            '{"说": "训'.encode()[:-1],
            "1:8 error TC002 not UTF-8 (byte 0xe8): save the file as UTF-8",
        ),
        "a_surrogate_in_the_bytes": raw(
            b'{"a": "\xed\xa0\x80"}',
            "1:8 error TC002 not UTF-8 (byte 0xed): save the file as UTF-8",
        ),
    },
    "TC003": {
        "twice": raw(
            SOUND.replace(STEPS, f'{STEPS},\n            "max_steps": 200000'),
            '40:13 error TC003 the key "max_steps" stands twice here: the last one counts',
            "+39:13 ignored",
        ),
        "three_times": raw(
            SOUND.replace(STEPS, f"{STEPS},\n            {STEPS},\n            {STEPS}"),
            '41:13 error TC003 the key "max_steps" stands 3 times here: the last one counts',
            "+39:13 ignored",
            "+40:13 ignored",
        ),
        "five_times": raw(
            SOUND.replace(STEPS, ", ".join([STEPS] * 5)),
            '39:97 error TC003 the key "max_steps" stands 5 times here: the last one counts',
            "+39:13 ignored",
            "+39:34 ignored",
            "+39:55 ignored",
        ),
        "spelled_with_an_escape": raw(
            SOUND.replace(STEPS, f'{STEPS},\n            "max\\u005fsteps": 5'),
            '40:13 error TC003 the key "max_steps" stands twice here: the last one counts',
            "+39:13 ignored",
            "50:23 error TC302 no checkpoint is ever written: training ends after 5 steps, the …",
            "+40:31 the limit",
        ),
        "a_section": raw(
            SOUND.replace('"dataset"', '"trainer": null,\n    "dataset"'),
            '37:5 error TC003 the key "trainer" stands twice here: the last one counts',
            "+30:5 ignored",
        ),
        "an_empty_key": raw(
            SOUND.replace('"models"', '"": 1, "": 2, "models"'),
            '2:12 error TC003 the key "" stands twice here: the last one counts',
            "+2:5 ignored",
        ),
        "in_objects_of_an_array": raw(
            SOUND.replace('"models"', '"_list": [{"a": 1}, {"a": 1, "a": 2}], "models"'),
            '2:34 error TC003 the key "a" stands twice here: the last one counts',
            "+2:26 ignored",
        ),
        "in_both_of_a_pair": raw(
            SOUND.replace('"models"', '"x": {"a": 1, "a": 2}, "x": {"b": 1, "b": 2}, "models"'),
            '2:19 error TC003 the key "a" stands twice here: the last one counts',
            "+2:11 ignored",
            '2:28 error TC003 the key "x" stands twice here: the last one counts',
            "+2:5 ignored",
            '2:42 error TC003 the key "b" stands twice here: the last one counts',
            "+2:34 ignored",
        ),
        "the_last_is_judged": raw(
            SOUND.replace(STEPS, f'{STEPS}, "max_steps": 0'),
            '39:34 error TC003 the key "max_steps" stands twice here: the last one counts',
            "+39:13 ignored",
            "39:47 error TC104 max_steps is 0, but must be a positive integer, or null",
        ),
        "the_first_is_not_judged": raw(
            SOUND.replace(STEPS, f'"max_steps": 0, {STEPS}'),
            '39:29 error TC003 the key "max_steps" stands twice here: the last one counts',
            "+39:13 ignored",
        ),
    },
    "TC004": {
        "nan": raw(
            SOUND.replace("0.0001", "NaN"),
            "46:27 error TC004 NaN is no JSON: write a finite number, or null",
        ),
        "infinity": raw(
            SOUND.replace("0.0001", "Infinity"),
            "46:27 error TC004 Infinity is no JSON: write a finite number, or null",
        ),
        "minus_infinity": raw(
            SOUND.replace("0.0001", "-Infinity"),
            "46:27 error TC004 -Infinity is no JSON: write a finite number, or null",
        ),
        "minus_nan": raw(
            SOUND.replace("0.0001", "-NaN"),
            "46:27 error TC004 -NaN is not JSON: write a finite number, or null",
        ),
        "an_exponent_too_large": raw(
            SOUND.replace("0.0001", "1e400"),
            "46:27 error TC004 1e400 overflows to infinity: write a finite number, or null",
        ),
        "and_below_zero": raw(
            SOUND.replace("0.0001", "-1.5E+999"),
            "46:27 error TC004 -1.5E+999 overflows to infinity: write a finite number, or null",
        ),
        "digits_without_an_exponent": raw(
            SOUND.replace("0.0001", "1" * 400 + ".5"),
            "46:27 error TC004 …",
        ),
        "in_an_array": raw(
            SOUND.replace('"models"', '"_list": [1, NaN, [Infinity]], "models"'),
            "2:18 error TC004 NaN is no JSON: write a finite number, or null",
            "2:24 error TC004 Infinity is no JSON: write a finite number, or null",
        ),
        "where_an_integer_belongs": raw(
            SOUND.replace('"batch_split": 1', '"batch_split": NaN'),
            "42:28 error TC004 NaN is no JSON: write a finite number, or null",
        ),
        "as_a_limit": raw(
            SOUND.replace(STEPS, '"max_steps": Infinity'),
            "39:26 error TC004 Infinity is no JSON: write a finite number, or null",
        ),
        "where_a_choice_belongs": case(
            STRUCTURE_VAE,
            {"trainer.args.loss_type": float("nan")},
            "50:26 error TC004 NaN is no JSON: write a finite number, or null",
        ),
        "where_alternatives_failed": case(
            STRUCTURE_VAE,
            {"trainer.args.ema_rate": float("inf")},
            "50:25 error TC004 Infinity is no JSON: write a finite number, or null",
        ),
        "beside_another_fault": raw(
            SOUND.replace("0.0001", "NaN").replace(STEPS, '"max_steps": 0'),
            "39:26 error TC104 max_steps is 0, but must be a positive integer, or null",
            "46:27 error TC004 NaN is no JSON: write a finite number, or null",
        ),
        "beside_a_duplicate": raw(
            SOUND.replace("0.0001", "NaN").replace(STEPS, f"{STEPS}, {STEPS}"),
            '39:34 error TC003 the key "max_steps" stands twice here: the last one counts',
            "+39:13 ignored",
            "46:27 error TC004 NaN is no JSON: write a finite number, or null",
        ),
    },
    "TC006": {
        "missing": unread(
            "no/such/config.json",
            "1:1 error TC006 cannot be read: No such file or directory",
        ),
        "a_folder": unread(
            ".",
            "1:1 error TC006 not a regular file: it is a directory",
        ),
        "no_name_of_a_file": unread(
            "a\0b.json",
            "1:1 error TC006 cannot be read: invalid file name",
        ),
    },
}
SILENT = {
    "TC001": {
        "as_train_py_writes_it": raw(SOUND),
        "on_one_line": raw(SOUND.replace("\n", "").replace("    ", "")),
        "crlf_and_tabs": raw(SOUND.replace("    ", "\t").replace("\n", "\r\n")),
        "trailing_blanks_and_blank_lines": raw(SOUND.replace(",\n", ",  \n\n") + "\n\n  \n"),
        "a_blank_before_the_colon": raw(SOUND.replace('": ', '" :')),
        "what_looks_like_a_comment": case(
            STRUCTURE_VAE, {"_comment": "// see # 1, /* or */ 'this'"}
        ),
        "a_hundred_and_ninety_levels": raw(
            SOUND.replace('"models"', '"_deep": ' + "[" * 190 + "]" * 190 + ', "models"')
        ),
        "a_whole_surrogate_pair": raw(
            SOUND.replace('"models"', r'"_comment": "\ud83d\ude00", "models"')
        ),
        "as_many_digits_as_python_converts": raw(
            SOUND.replace('"models"', f'"seed": {"1" * 4300}, "models"')
        ),
    },
    "TC002": {
        "chinese_and_emoji": case(STRUCTURE_VAE, {"_说明": "训练 😀"}),
        "a_mark_inside": case(STRUCTURE_VAE, {"_comment": MARK}),
        "escapes": raw(SOUND.replace('"models"', r'"_comment": "\u8bad\u7ec3\ufeff", "models"')),
    },
    "TC003": {
        "in_different_objects": case(STRUCTURE_VAE, {"_a": {"x": 1}, "_b": {"x": 1}}),
        "in_different_elements": case(STRUCTURE_VAE, {"_list": [{"x": 1}, {"x": 1}]}),
        "in_another_case": case(STRUCTURE_VAE, {"_x": 1, "_X": 1}),
        "a_key_that_is_also_a_value": case(STRUCTURE_VAE, {"_x": "_x"}),
    },
    "TC004": {
        "the_words_as_strings": case(STRUCTURE_VAE, {"_a": "NaN", "_b": ["Infinity"], "NaN": 1}),
        "the_largest_float": case(STRUCTURE_VAE, {"_a": 1.7976931348623157e308, "_b": -1e308}),
        "one_that_becomes_zero": raw(SOUND.replace('"models"', '"_a": 1e-400, "models"')),
        "an_integer_of_any_length": case(STRUCTURE_VAE, {"seed": 10**400}),
    },
    "TC006": {
        "a_file_that_is_there": unread(str(CONFIGS / "vae" / "ss_vae_conv3d_16l8_fp16.json")),
    },
}

test_fires = fires(FIRES)
test_is_silent = is_silent(SILENT)


def test_a_second_fault_of_syntax_is_told_once_the_first_is_mended() -> None:
    config = written(changed(STRUCTURE_VAE, {"trainer.args.i_save": 0}))
    assert [found.split()[2] for found in findings(raw(config + "}"))] == ["TC001"]
    assert [found.split()[2] for found in findings(raw(config))] == ["TC303"]
