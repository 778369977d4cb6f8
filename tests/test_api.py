"""The Python face: text in, text and what was changed out."""

import pickle
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.source.checkouts import BASE, write
from trellis_cfg import api
from trellis_cfg.errors import ConfigError, EditRefused, InvalidDocument, LeftAlone
from trellis_cfg.lint.rules import RULES
from trellis_cfg.migrations import MIGRATIONS

SOUND = (Path(__file__).parents[1] / "configs/vae/ss_vae_conv3d_16l8_fp16.json").read_text()
RETIRED = '[[tool.trellis-cfg.migrations]]\nname = "retired"\nremove = "trainer.args.i_log"\n'
OUTDATED = SOUND.replace('            "max_epoch": null,\n', "")


def test_the_upgrade_and_back() -> None:
    upgraded = api.migrate(OUTDATED)
    assert upgraded == (SOUND, ("trainer.args.max_epoch: absent -> null",))
    assert api.migrate(SOUND) == (SOUND, ())
    assert api.migrate(SOUND, revert=True) == (
        OUTDATED,
        ("trainer.args.max_epoch: null -> absent",),
    )


def test_the_migrations_of_a_project(tmp_path: Path) -> None:
    assert api.migrations(str(tmp_path)) == MIGRATIONS
    (tmp_path / "pyproject.toml").write_text(RETIRED)
    found = api.migrations(str(tmp_path))
    assert [migration.name for migration in found] == ["max-epoch", "retired"]
    assert api.migrate(OUTDATED, found).changes == (
        "trainer.args.i_log: 500 -> absent",
        "trainer.args.max_epoch: absent -> null",
    )


def test_an_edit() -> None:
    values = {
        "max_steps": None,
        "max_epoch": 20,
        "models.*.args.use_fp16": False,
        "lr_scheduler": {"name": "值", "args": {}},
    }
    edited = api.edit(SOUND, values, unset=["i_log"], after="optimizer")
    assert edited.changes == (
        "models.encoder.args.use_fp16: true -> false",
        "models.decoder.args.use_fp16: true -> false",
        "trainer.args.max_steps: 1000000 -> null",
        "trainer.args.max_epoch: null -> 20",
        "trainer.args.i_log: 500 -> absent",
        'trainer.args.lr_scheduler.name: absent -> "值"',
        "trainer.args.lr_scheduler.args: absent -> {}",
    )
    assert '            "lr_scheduler": {\n                "name": "值",\n' in edited.text
    assert api.edit(edited.text, values, unset=["i_log"]) == (edited.text, ())
    assert api.edit(SOUND) == (SOUND, ())


def test_elements_are_told_of_by_number() -> None:
    assert api.edit(SOUND, {"ema_rate": [0.9, 0.99]}).changes == (
        "trainer.args.ema_rate.0: 0.9999 -> 0.9",
        "trainer.args.ema_rate.1: absent -> 0.99",
    )


@pytest.mark.parametrize(
    ("text", "values", "error", "told"),
    [
        ("{", {}, InvalidDocument, "a } is missing"),
        (SOUND, {"dataset.arg.x": 1}, EditRefused, "no dataset.arg; did you mean dataset.args.x?"),
        (SOUND, {"a..b": 1}, ValueError, "not a valid key"),
        (SOUND, {"max_steps": float("nan")}, ValueError, "JSON"),
    ],
)
def test_what_cannot_be_edited(
    text: str, values: dict[str, object], error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        api.edit(text, values)


def test_what_cannot_be_undone() -> None:
    with pytest.raises(LeftAlone, match="left alone") as left:
        api.migrate(SOUND.replace('"max_epoch": null', '"max_epoch": 5'), revert=True)
    assert (left.value.line, isinstance(left.value, ConfigError)) == (37, True)


ENDLESS = SOUND.replace('"max_steps": 1000000', '"max_steps": null')
FACTS = api.Facts(gpus=8, dataset_size=168_307)


def test_what_is_wrong() -> None:
    assert api.check(SOUND) == api.check(SOUND.encode()) == ()
    found = api.check(ENDLESS, path="s3://bucket/a.json")
    assert [(one.path, one.line, one.code) for one in found] == [
        ("s3://bucket/a.json", 36, "TC101"),
    ]
    assert [one.code for one in api.check("{")] == ["TC001"]


def test_the_rules_that_are_asked() -> None:
    assert api.check(ENDLESS, ignore=["no-stop-condition"]) == ()
    assert api.check(ENDLESS, select=["TC2"]) == ()
    with pytest.raises(ValueError, match='no rule "TC9"'):
        api.check(SOUND, select=["TC9"])


def test_facts_let_more_be_said() -> None:
    text = SOUND.replace('"max_epoch": null', '"max_epoch": 20')
    assert api.check(text) == ()
    assert [one.code for one in api.check(text, facts=FACTS)] == ["TC301"]
    assert api.check(text, facts=FACTS._replace(runtime=True)) == ()


@pytest.mark.parametrize("text", ["\ud800", '{"a": "\ud800"}', "\ufeff{}", "", "[]", "1e999"])
def test_text_of_any_kind_is_judged_and_not_raised(text: str) -> None:
    assert api.check(text)
    assert api.preview(text).figures["stops_after"] is None


def test_what_the_limits_mean() -> None:
    text = SOUND.replace('"max_epoch": null', '"max_epoch": 20')
    previewed = api.preview(text, facts=FACTS, start=100_000, seconds_per_step=0.5)
    known = ("steps_per_epoch", "limit", "stops_after", "epochs", "remaining", "unsaved", "hours")
    assert [previewed.figures[name] for name in known] == [
        *(5260, "max_epoch", 105_200, 20.0, 5200, 5200),
        pytest.approx(0.72, abs=0.01),
    ]
    assert [one.code for one in previewed.findings] == ["TC301"]


CHECKOUT = {
    "trellis/trainers/__init__.py": BASE.replace("class Trainer", "class MyTrainer"),
    "trellis/models/__init__.py": "",
}
MINE = ENDLESS.replace("SparseStructureVaeTrainer", "MyTrainr")


def test_what_a_checkout_says(tmp_path: Path) -> None:
    folder = str(write(tmp_path, CHECKOUT))
    fixes = 'TC501: set trainer.name to "MyTrainer"'
    messages = [finding.message for finding in api.check(MINE, checkout=folder)]
    assert any('no trainer "MyTrainr"; did you mean "MyTrainer"?' in each for each in messages)
    assert api.fix(MINE, unsafe=True, checkout=folder).fixes[0] == fixes
    assert api.fix(MINE, unsafe=True).fixes == ()
    twenty = api.edit(SOUND, {"trainer.name": "MyTrainer", "max_epoch": 20}).text
    ends = [
        api.preview(twenty, facts=FACTS, checkout=each).figures["limit"] for each in (None, folder)
    ]
    assert ends == ["max_epoch", None]


def test_the_rules() -> None:
    pages = {page.code: page for page in api.rules()}
    assert list(pages) == list(RULES)
    assert pages["TC202"].summary.startswith("`batch_split`")


def test_a_schema_of_ones_own() -> None:
    facts = api.Facts(schema=api.UserSchema("own.json", b'{"required": ["seed"]}'))
    assert [finding.code for finding in api.check(SOUND, facts=facts)] == ["TC008"]
    facts = api.Facts(schema=api.UserSchema("own.json", b'{"required": 1}'))
    with pytest.raises(api.SettingsError) as error:
        api.check(SOUND, facts=facts)
    assert (error.value.path, error.value.line) == ("own.json", 1)


def test_without_facts_less_is_known() -> None:
    figures = api.preview(SOUND).figures
    assert (figures["stops_after"], figures["epochs"], figures["gpus"]) == (1_000_000, None, 1)


def test_other_machines_may_do_the_work(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(RETIRED)
    facts = api.Facts(gpus=8, migrations=api.migrations(str(tmp_path)))
    work = partial(api.check, SOUND, facts=facts)
    found = pickle.loads(pickle.dumps(work))()  # noqa: S301  our own
    assert [one.code for one in found] == ["TC102"]
    for value in (found, api.preview(SOUND, facts=facts), api.migrate(OUTDATED)):
        assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: api.check(5), TypeError, "config must be str or bytes, not 5"),  # type: ignore[arg-type]
        (lambda: api.check(SOUND, select="TC1"), TypeError, "select must be a list of codes"),
        (lambda: api.check(SOUND, facts={}), TypeError, "facts must be api.Facts"),  # type: ignore[arg-type]
        (lambda: api.check(SOUND, facts=api.Facts(gpus=0)), ValueError, "gpus must be more than 0"),
        (lambda: api.check(SOUND, facts=api.Facts(gpus=True)), TypeError, "gpus must be an int"),
        (lambda: api.fix(SOUND, facts=api.Facts(dataset_size=2**63)), ValueError, "in 64 bits"),
        (lambda: api.preview(SOUND, seconds_per_step=0), ValueError, "from 1e-6 to 1e9, not 0"),
        (lambda: api.preview(SOUND, seconds_per_step=float("nan")), ValueError, "1e-6"),
        (lambda: api.preview(SOUND, seconds_per_step=10**400), ValueError, "1e-6"),
        (lambda: api.preview(SOUND, seconds_per_step="1"), TypeError, "must be a number"),  # type: ignore[arg-type]
        (lambda: api.preview(SOUND, start=-1), ValueError, "start must be 0 or more, not -1"),
        (lambda: api.migrate(b"{}"), TypeError, "text must be str"),  # type: ignore[arg-type]
        (lambda: api.migrate('"\ud800"'), ValueError, "lone surrogate at offset 1"),
        (lambda: api.edit(SOUND, {"i_log": "\ud800"}), ValueError, "lone surrogate"),
        (lambda: api.edit(SOUND, unset="i_log"), TypeError, "unset must be a list of keys"),
        (lambda: api.edit(SOUND, unset=[3]), TypeError, "unset must be a list of keys, not [3]"),  # type: ignore[list-item]
        (lambda: api.edit(SOUND, [1]), TypeError, "values must be a mapping"),  # type: ignore[arg-type]
        (lambda: api.edit(SOUND, {1: 2}), TypeError, "values must be a list of keys"),  # type: ignore[dict-item]
        (lambda: api.edit(SOUND, {"a": {1}}), TypeError, "set is not JSON serializable"),
        (lambda: api.edit(SOUND, after=3), TypeError, "after must be str"),  # type: ignore[arg-type]
        (lambda: api.check(SOUND, ignore="T"), TypeError, "ignore must be a list of codes, not"),
        (lambda: api.check(SOUND, ignore=None), TypeError, "ignore must be a list of codes"),  # type: ignore[arg-type]
        (lambda: api.check(SOUND, ignore=[1]), TypeError, "ignore must be a list of codes"),  # type: ignore[list-item]
        (lambda: api.fix(SOUND, ignore=["tail"]), ValueError, 'no rule "tail"'),
        (lambda: api.check(SOUND, path=1), TypeError, "path must be str"),  # type: ignore[arg-type]
        (lambda: api.preview(SOUND, path=b""), TypeError, "path must be str"),  # type: ignore[arg-type]
        (lambda: api.fix(SOUND, unsafe="no"), TypeError, "unsafe must be True or False"),  # type: ignore[arg-type]
        (lambda: api.migrate(SOUND, revert=1), TypeError, "revert must be True or False"),  # type: ignore[arg-type]
        (lambda: api.migrate(SOUND, MIGRATIONS[0]), TypeError, "through must be a list of"),  # type: ignore[arg-type]
        (lambda: api.migrate(SOUND, ["max-epoch"]), TypeError, "through must be a list of"),  # type: ignore[list-item]
        (lambda: api.migrations(3), TypeError, "folder must be str"),  # type: ignore[arg-type]
        (lambda: api.check(SOUND, facts=api.Facts(runtime=1)), TypeError, "runtime must be"),  # type: ignore[arg-type]
        (lambda: api.check(SOUND, facts=api.Facts(schema="")), TypeError, "schema must be"),  # type: ignore[arg-type]
        (lambda: api.check(SOUND, facts=api.Facts(source="")), TypeError, "source must be None"),  # type: ignore[arg-type]
        (lambda: api.check(SOUND, facts=api.Facts(migrations="")), TypeError, "migrations must"),  # type: ignore[arg-type]
        (lambda: api.check(SOUND, checkout=1), TypeError, "checkout must be str"),  # type: ignore[arg-type]
        (lambda: api.check(SOUND, checkout="/no"), ValueError, "no package with trainers/"),
        (lambda: api.fix("\ud800"), ValueError, "lone surrogate at offset 0"),
    ],
)
def test_what_a_call_expects(
    call: Callable[[], object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=re.escape(message)):
        call()


def test_a_lone_surrogate_is_a_finding() -> None:
    assert [each.code for each in api.check('{"\ud800": 1}')] == ["TC002"]
