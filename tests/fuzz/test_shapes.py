"""The promise of the fast path in a checkout: what it calls clean has no finding of any rule."""

import json
import os
import re
import shutil
from pathlib import Path
from random import Random

import pytest
from hypothesis import settings

from tests.cases import FOLDER
from tests.document.strategies import places
from tests.fuzz.cases import SEED
from tests.fuzz.mutations import Json, mutated
from tests.fuzz.test_clean import FITTING, write
from tests.models.samples import changed
from tests.source.checkouts import BASE, trainers
from tests.source.checkouts import write as write_files
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.lint.config import load_config
from trellis_cfg.lint.fast.clean import is_clean
from trellis_cfg.lint.fast.shapes import keep_learned
from trellis_cfg.lint.linter import Linted, lint_data, run_rules
from trellis_cfg.lint.options import Facts, LintOptions
from trellis_cfg.source import CheckoutFinder, get_reading

ROOT = Path(__file__).parents[2]
MANY = int(os.environ.get("FUZZ_FILES", 200 * settings().max_examples)) // 200
CASES = sorted(path.parent for path in FOLDER.glob("*/trellis"))
FACTS = (Facts(), Facts(gpus=8, dataset_size=1_000), Facts(runtime=True))
SMALL = (0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 64, 512, 1_000, 5_000, 10_000, 20_000, 10**6)
EXTREME = (-1, -8, 2**31, 2**53, 10**17, 10**18, 2**63 - 1, 2**63, 10**30, 1e17, 1e18, -0.5)
FACTORS = (0.0, 1e-5, 0.1, 0.5, 0.75, 0.999, 1.0, 1.5, 2.0, 1e6, float("1e400"))
ASSERTING = """
from .base import Trainer

class Mine(Trainer):
    def __init__(self, *args, i_save=1000, i_log=500, warm=0, share=0.5, gain=1.0, keep_ckpts=5,
                 batch_split=1, lr_scheduler=None, **kwargs):
        super().__init__(*args, i_save=i_save, **kwargs)
        assert i_log <= i_save
        self.share, self.names = [share], {"gain": gain}
        if warm:
            assert self.names["gain"] > 0.25
        self.warm = warm

    def training_losses(self):
        for share in self.share:
            if share >= 1:
                raise ValueError(share)
"""
ARGS: Json = {
    "max_steps": 20_000,
    "max_epoch": None,
    "batch_size_per_gpu": 4,
    "batch_split": 2,
    "optimizer": {"name": "AdamW", "args": {"lr": 1e-4, "weight_decay": 0.0}},
    "i_log": 500,
    "i_save": 1000,
    "warm": 5,
    "share": 0.5,
    "gain": 0.5,
    "keep_ckpts": 3,
    "lr_scheduler": {"name": "CosineAnnealingLR", "args": {"T_max": 20_000, "eta_min": 0.0}},
}


def differ(base: Json, rng: Random) -> Json:
    """Return a config with other numbers and, sometimes, with other values."""
    if rng.random() < 0.1:
        return mutated(base, rng)
    value = base
    numbers = [path for path, at in places(base) if type(at) in (int, float)]
    for path in rng.sample(numbers, min(len(numbers), rng.randrange(1, 4))):
        is_float = rng.random() < 0.5
        value = changed(
            value, path, rng.choice(FACTORS if is_float else (*SMALL, *SMALL, *EXTREME))
        )
    known = {path for path, _ in places(base)}
    fitting = [path for path in FITTING if path in known]
    if fitting and rng.random() < 0.3:
        fit = rng.choice(sorted(fitting))
        value = changed(value, fit, rng.choice(FITTING[fit]))
    return value


def check(path: Path, base: Json, facts: Facts, many: int) -> int:
    """Lint configs like one; return how many are called clean, after proof that they are.

    The last half is linted as by another run, which knows what the first has learned.
    """
    rng = Random(f"{SEED}:{path.name}:{facts}")  # noqa: S311  a test is no secret
    options = LintOptions(facts=facts, checkouts=CheckoutFinder()).for_file(str(path))
    accepted = 0
    for number in range(many):
        if number == many // 2:
            keep_learned()
            get_reading.cache_clear()
        value = base if number < 2 else differ(base, rng)
        data = write(value)
        file = ConfigFile(str(path), named=True)
        if is_clean(data, options):
            config = load_config(file, data, options)
            assert config
            findings = run_rules(str(path), config, None)
            assert findings == [], json.dumps(value)
            accepted += 1
        else:
            lint_data(file, data, options)
    return accepted


def write_checkout(root: Path) -> Path:
    """Write a checkout whose trainer asserts this and that of its numbers."""
    assert "i_save" not in BASE
    model = "class Net:\n    def __init__(self, width):\n        assert width % 8 == 0\n"
    files = trainers({"Mine": "mine"}, mine=ASSERTING)
    names = "from .{0} import {1}\n"
    return write_files(
        root,
        files
        | {"trellis/models/__init__.py": names.format("net", "Net"), "trellis/models/net.py": model}
        | {
            "trellis/datasets/__init__.py": names.format("data", "Data"),
            "trellis/datasets/data.py": "class Data:\n    def __init__(self, roots, size=8):\n"
            "        self.size = size\n",
        },
    )


def make_config(**args: Json) -> Json:
    return {
        "models": {"net": {"name": "Net", "args": {"width": 8}}},
        "dataset": {"name": "Data", "args": {"size": 16}},
        "trainer": {"name": "Mine", "args": ARGS | args},
    }


@pytest.fixture(autouse=True)
def _keep_in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRELLIS_CFG_NO_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))


@pytest.mark.parametrize("facts", FACTS, ids=str)
@pytest.mark.parametrize("scheduler", [ARGS["lr_scheduler"], None], ids=["cosine", "none"])
def test_no_config_of_a_learned_shape_has_a_finding(
    facts: Facts, scheduler: Json, tmp_path: Path
) -> None:
    base = make_config(lr_scheduler=scheduler)
    path = write_checkout(tmp_path) / "config.json"
    assert check(path, base, facts, 4 * MANY) >= MANY // 20


def test_shapes_are_forgotten_and_learned_again(tmp_path: Path) -> None:
    file = ConfigFile(str(write_checkout(tmp_path) / "config.json"), named=True)
    options = LintOptions(checkouts=CheckoutFinder()).for_file(file.path)
    first, *others = (write(make_config() | {f"_{number}": ""}) for number in range(300))
    for data in (first, first):
        assert lint_data(file, data, options) == Linted([])
    assert is_clean(first, options)
    assert not is_clean(first.replace(b"{", b'{"models": {},', 1), options)
    for data in others:
        lint_data(file, data, options)
    assert not is_clean(first, options)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_config_of_a_case_has_a_finding(case: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(case, tmp_path / "case")
    for path in sorted(folder.rglob("*.json")):
        check(path, json.loads(path.read_bytes()), Facts(), MANY // 4)


def test_no_rule_asks_a_value_for_its_type() -> None:
    """A watched number cannot note that."""
    asked = re.compile(r"(?<!node, )\btype\((value|number|width|steps|lr|keep)\)")
    modules = [
        path
        for path in (ROOT / "trellis_cfg/lint").rglob("*.py")
        if path.name not in ("shapes.py", "variants.py")
    ]
    assert [path.name for path in modules if asked.search(path.read_text(encoding="utf-8"))] == []
