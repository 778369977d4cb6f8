"""The file and its text: encoding, duplicate keys, NaN. tests/document has the syntax errors."""

from tests.lint.rules.configs import STRUCTURE_VAE, changed, written
from tests.lint.rules.tables import CONFIGS, Case, case, codes, findings, raw, reports, unread

SOUND = written(STRUCTURE_VAE)
STEPS = '"max_steps": 100000'
MARK = "\ufeff"
BOM = "1:1 error TC002 the file starts with a byte-order mark, which json.load rejects: save as …"
LAST_WINS = 'error TC003 duplicate key "max_steps" (twice); the last value wins'
WRITE = "write a finite number, or null"


def replace(old: str, new: str, *findings: str) -> Case:
    return raw(SOUND.replace(old, new), *findings)


def insert(entry: str, *findings: str) -> Case:
    """Return a case with more entries at the start of the config."""
    return replace('"models"', f'{entry}, "models"', *findings)


CASES = {
    "TC001": {
        "an empty file": raw("", "1:1 error TC001 the file is empty…"),
        "a trailing comma": replace('"i_save": 10000', '"i_save": 10000,', "50:9 error TC001 …"),
        "a comment": replace(f"{STEPS},", f"{STEPS},  # was 50000", "39:35 error TC001 …"),
        "CR LF and tabs": raw('{\r\n\t"models":\t1,\r\n\t}', "3:2 error TC001 …"),
        "a carriage return": raw('{\r"models": 1,\r}', "3:1 error TC001 …"),
        "Chinese before the place": raw('{"说明": "训练", x}', "1:14 error TC001 …"),
        "after a byte-order mark": raw(MARK + '{"models": 1,}', "1:14 error TC001 …"),
        "a merge conflict": replace(STEPS, f"<<<<<<< HEAD\n{STEPS}", "39:13 error TC001 …"),
        "UTF-16 without a mark": raw(
            SOUND.encode("utf-16-le"), "1:1 error TC002 not UTF-8 (it looks like UTF-16): …"
        ),
        "too many digits": insert('"seed": ' + "1" * 4301, "2:4314 error TC001 …"),
        "4,300 digits": insert('"seed": ' + "1" * 4300),
        "190 levels": insert('"_deep": ' + "[" * 190 + "]" * 190),
        "on one line": raw(SOUND.replace("\n", "").replace("    ", "")),
        "tabs": raw(SOUND.replace("    ", "\t").replace("\n", "\r\n")),
        "spaces and blank lines": raw(SOUND.replace(",\n", ",  \n\n") + "\n\n  \n"),
        "a comment in a string": insert(r'''"_comment": "// see # 1, /* or */ 'this'"'''),
        "a surrogate pair": insert(r'"_comment": "\ud83d\ude00"'),
    },
    "TC002": {
        "a byte-order mark": raw(MARK + SOUND, BOM),
        "a byte-order mark and a fault on the first line": raw(
            MARK + '{"models": {}}',
            BOM,
            '1:1 error TC005 the config has no "dataset" and no "trainer"',
            "1:12 error TC005 models is empty: there is nothing to train",
        ),
        "Latin 1": raw('{"a":\n"caf\xe9"}'.encode("latin-1"), "2:5 error TC002 not UTF-8 …"),
        "UTF-16": raw(SOUND.encode("utf-16"), "1:1 error TC002 not UTF-8 …"),
        "a surrogate in the bytes": raw(b'{"a": "\xed\xa0\x80"}', "1:8 error TC002 not UTF-8 …"),
        "Chinese and emoji": case(STRUCTURE_VAE, {"_说明": "训练 😀"}),
        "a mark inside": case(STRUCTURE_VAE, {"_comment": MARK}),
        "escapes": insert(r'"_comment": "\u8bad\u7ec3\ufeff"'),
    },
    "TC003": {
        "twice": replace(
            STEPS,
            f'{STEPS},\n{" " * 12}"max_steps": 9',
            f"40:13 {LAST_WINS}",
            "+39:13 ignored",
            "50:23 error TC302 no checkpoint is written: training ends after 9 steps, before …",
            "+40:26 the limit",
        ),
        "five times": replace(
            STEPS,
            ", ".join([STEPS] * 5),
            '39:97 error TC003 duplicate key "max_steps" (5 times); the last value wins',
            "+39:13 ignored",
            "+39:34 ignored",
            "+39:55 ignored",
        ),
        "spelled with an escape": replace(
            STEPS, rf'{STEPS}, "max\u005fsteps": 100000', f"39:34 {LAST_WINS}", "+39:13 ignored"
        ),
        "a section": replace(
            '"dataset"',
            '"trainer": null,\n    "dataset"',
            '37:5 error TC003 duplicate key "trainer" (twice); the last value wins',
            "+30:5 ignored",
        ),
        "in objects of an array": insert(
            '"_list": [{"a": 1}, {"": 1, "": 2}]',
            '2:33 error TC003 duplicate key "" (twice); the last value wins',
            "+2:26 ignored",
        ),
        "in both of a pair": insert(
            '"x": {"a": 1, "a": 2}, "x": {"b": 1, "b": 2}',
            '2:19 error TC003 duplicate key "a" (twice); the last value wins',
            "+2:11 ignored",
            '2:28 error TC003 duplicate key "x" (twice); the last value wins',
            "+2:5 ignored",
            '2:42 error TC003 duplicate key "b" (twice); the last value wins',
            "+2:34 ignored",
        ),
        "the last is checked": replace(
            STEPS,
            f'{STEPS}, "max_steps": 0',
            f"39:34 {LAST_WINS}",
            "+39:13 ignored",
            "39:47 error TC104 max_steps is 0, but must be a positive integer, or null",
        ),
        "the first is not checked": replace(
            STEPS, f'"max_steps": 0, {STEPS}', f"39:29 {LAST_WINS}", "+39:13 ignored"
        ),
        "in different objects": insert('"_a": {"x": 1}, "_b": {"x": 1}'),
        "in different elements": insert('"_list": [{"x": 1}, {"x": 1}]'),
        "capital letters": insert('"_x": 1, "_X": 1'),
        "a key that is also a value": insert('"_x": "_x"'),
    },
    "TC004": {
        "NaN": replace("0.0001", "NaN", f"46:27 error TC004 NaN is not valid JSON: {WRITE}"),
        "infinity": replace(
            "0.0001", "-Infinity", f"46:27 error TC004 -Infinity is not valid JSON: {WRITE}"
        ),
        "-NaN": replace("0.0001", "-NaN", "46:27 error TC004 -NaN …"),
        "a large exponent": replace(
            "0.0001", "-1.5E+999", f"46:27 error TC004 -1.5E+999 overflows to infinity: {WRITE}"
        ),
        "many digits": replace(
            "0.0001", "1" * 400 + ".5", f"46:27 error TC004 {'1' * 64}… overflows to infinity: …"
        ),
        "in an array": insert(
            '"_list": [1, NaN, [Infinity]]',
            f"2:18 error TC004 NaN is not valid JSON: {WRITE}",
            f"2:24 error TC004 Infinity is not valid JSON: {WRITE}",
        ),
        "instead of an integer": replace(
            '"batch_split": 1', '"batch_split": NaN', "42:28 error TC004 NaN is not valid JSON: …"
        ),
        "as a limit": replace(
            STEPS, '"max_steps": Infinity', "39:26 error TC004 Infinity is not valid JSON: …"
        ),
        "instead of a choice": replace(
            '"i_save"', '"loss_type": NaN, "i_save"', "49:26 error TC004 NaN is not valid JSON: …"
        ),
        "instead of one of several types": replace(
            '"i_save"', '"ema_rate": NaN, "i_save"', "49:25 error TC004 NaN is not valid JSON: …"
        ),
        "with another fault": raw(
            SOUND.replace("0.0001", "NaN").replace(STEPS, '"max_steps": 0'),
            "39:26 error TC104 max_steps is 0, but must be a positive integer, or null",
            "46:27 error TC004 NaN is not valid JSON: …",
        ),
        "with a duplicate": raw(
            SOUND.replace("0.0001", "NaN").replace(STEPS, f"{STEPS}, {STEPS}"),
            f"39:34 {LAST_WINS}",
            "+39:13 ignored",
            "46:27 error TC004 NaN is not valid JSON: …",
        ),
        "as strings and keys": insert('"_a": "NaN", "_b": ["Infinity"], "NaN": 1'),
        "the largest float": insert('"_a": 1.7976931348623157e308, "_b": -1e308'),
        "a float that becomes zero": insert('"_a": 1e-400'),
        "a long integer": insert(f'"seed": {10**400}'),
    },
    "TC006": {
        "missing": unread("no/such/config.json", "1:1 error TC006 cannot be read: …"),
        "a folder": unread(".", "1:1 error TC006 not a regular file: it is a directory"),
        "an invalid name": unread("a\0b.json", "1:1 error TC006 cannot be read: …"),
        "a file": unread(str(CONFIGS / "vae" / "ss_vae_conv3d_16l8_fp16.json")),
    },
}

test_findings = reports(CASES)


def test_a_syntax_error_hides_other_faults() -> None:
    config = written(changed(STRUCTURE_VAE, {"trainer.args.i_save": 0}))
    assert codes(findings(raw(config + "}"))) == ["TC001"]
    assert codes(findings(raw(config))) == ["TC303"]
