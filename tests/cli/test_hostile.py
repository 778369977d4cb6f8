"""No value of a config, a checkout or a setting is more than text to a terminal or a log."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Program
from tests.reporters.runner import commands
from tests.source.checkouts import write
from trellis_cfg.preview.formats import FORMATS
from trellis_cfg.reporters import REPORTERS

HARM = "x\n::error::y\r##[error]z##vso[task.setvariable]\x1b[31m\x9b\u202e\u2028\U000e0041"
CONTROL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\U000e0000-\U000e007f]"
)
ANNOTATION = "::(error|warning|notice) file="
TRAINERS = f"""
class T:
    def __init__(
        self, models, dataset, *, output_dir, load_dir, step, max_steps, batch_size_per_gpu,
        i_save=10, name={HARM!r}, **kwargs
    ):
        self.models, self.name = models, name

    def run(self):
        self.models[{HARM!r}].train()
"""
MODELS = f"""
class Net:
    def __init__(self, width={HARM!r}, kind="a"):
        assert width != 9, {HARM!r}
        if kind not in ({HARM!r}, "a"):
            raise ValueError({HARM!r})
"""
SCRIPT = f"""
import json
from easydict import EasyDict
from trellis import datasets, models, trainers

cfg = EasyDict(json.load(open("config.json")))
print(cfg[{HARM!r}])
data = getattr(datasets, cfg.dataset.name)("data", **cfg.dataset.args)
nets = {{role: getattr(models, net.name)(**net.args) for role, net in cfg.models.items()}}
trainer = getattr(trainers, cfg.trainer.name)(
    nets, data, **cfg.trainer.args, output_dir="out", load_dir="out", step=None
)
trainer.run()
"""
HARMFUL_ARGUMENTS = {
    "optimizer": {"name": HARM, "args": {HARM: 1}},
    "lr_scheduler": {"name": HARM, "args": {}},
    "finetune_ckpt": {HARM: HARM},
    HARM: 2,
}
CONFIG = {
    "models": {HARM: {"name": "Net", "args": {"width": HARM, "kind": "b", HARM: 1}}},
    HARM: 1,
    "dataset": {"name": HARM, "args": {HARM: HARM}},
    "trainer": {
        "name": "T",
        "args": {"max_steps": HARM, "batch_size_per_gpu": 4, "i_save": 3, **HARMFUL_ARGUMENTS},
    },
}
SCHEMA = {
    "required": [HARM],
    "properties": {
        "trainer": {"properties": {"args": {"properties": {"i_save": {"const": HARM}}}}}
    },
}
MIGRATION = """[[tool.trellis-cfg.migrations]]
name = "harm"
description = {0}
replace = "trainer.args.i_save"
from = 3
to = {0}
"""
RUNS = [
    *(("check", "--output-format", form, "--schema", "s.json") for form in REPORTERS),
    *(("check", "--output-format", form, "--no-source") for form in REPORTERS),
    *(
        ("preview", "--output-format", form, "--lang", language, "configs")
        for form in FORMATS
        for language in ("en", "zh")
    ),
    *(
        ("check", "-v"),
        ("check", "--statistics"),
        ("check", "--write-baseline", f"{HARM[:9]}.json"),
    ),
    *(("check", "--fix", "--unsafe-fixes"), ("check", f"{HARM}.json"), ("check", "--select", HARM)),
    *(("check", "--baseline", HARM), ("check", "--output-file", f"{HARM}/x"), ("explain", HARM)),
    *(("migrate", "--list"), ("migrate", "--check"), ("migrate", "--only", HARM), ("migrate",)),
    *(("set", "i_save=5", "--check"), ("set", f"{HARM}.y=1"), ("set", f"i_save={HARM}", "--check")),
    *(
        ("preview", "--compare", "--output-format", form, f"configs/{HARM}.json", "configs/b.json")
        for form in FORMATS
    ),
    *(("set", "--where", f"!{HARM}", "a=1", "--check"), ("unset", HARM)),
    *(("signature",), ("signature", "T"), ("signature", "Net"), ("signature", HARM)),
    *(("signature", "Net", "--output-format", "json"), ("schema", "--source", ".")),
    *(("check", "--source", HARM), ("preview", "--data-dir", HARM, "configs/b.json"), ("init",)),
]


@pytest.fixture
def harmful(project: Path) -> Path:
    """Return a checkout, configs, settings and a schema, full of harmful values."""
    fit = json.loads(json.dumps(CONFIG))
    fit["trainer"]["args"]["max_steps"] = 1000
    text = json.dumps(HARM).replace("\\udb40\\udc41", "\\U000E0041")
    return write(
        project,
        {
            "trellis/__init__.py": "",
            "trellis/trainers/__init__.py": TRAINERS,
            "trellis/models/__init__.py": MODELS,
            "trellis/datasets/__init__.py": "class Data:\n    pass\n",
            "train.py": SCRIPT,
            "pyproject.toml": MIGRATION.format(text),
            "s.json": json.dumps(SCHEMA),
            f"configs/{HARM}.json": json.dumps(CONFIG, ensure_ascii=False, indent=4),
            "configs/b.json": json.dumps(fit, ensure_ascii=False, indent=4),
        },
    )


@pytest.mark.parametrize("arguments", RUNS, ids=lambda arguments: repr(arguments)[1:60])
def test_values_are_text(arguments: tuple[str, ...], harmful: Path, run: Program) -> None:
    del harmful
    result = run(*arguments)
    assert result.code in (0, 1, 2), result.err
    for text in (result.out, result.err):
        own = [line for line in text.split("\n") if not re.match(ANNOTATION, line)]
        assert [line for line in own if CONTROL.search(line)] == []
        assert commands("\n".join(own)) == []
        assert "##vso[" not in text


def test_a_cell_is_no_formula(harmful: Path, run: Program) -> None:
    config = json.loads((harmful / "configs/b.json").read_text("utf-8"))
    for sign in "=+-@":
        config["trainer"]["name"] = f"{sign}1+1"
        (harmful / f"{sign}.json").write_text(json.dumps(config))
        result = run("preview", "--output-format", "csv", f"./{sign}.json")
        (row,) = csv.DictReader(io.StringIO(result.out))
        assert row["trainer"] == f"'{sign}1+1"
