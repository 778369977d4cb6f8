"""The promise of the fast path: in a config that it calls clean, no rule finds anything."""

import json
import os
from pathlib import Path
from random import Random

import pytest
from hypothesis import settings

from tests.fuzz.bases import bases
from tests.fuzz.cases import SEED, describe, shrink
from tests.fuzz.mutations import Json, mutated
from tests.models.samples import ARGS, changed
from trellis_cfg.document.document import Document
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.lint.config import load_config
from trellis_cfg.lint.fast.clean import is_clean
from trellis_cfg.lint.linter import run_rules
from trellis_cfg.lint.options import Facts, LintOptions
from trellis_cfg.lint.workers import in_order
from trellis_cfg.migrations import MIGRATIONS, Migration, migrate

MANY = int(os.environ.get("FUZZ_FILES", 200 * settings().max_examples))
CHUNK = 1_000
ROOT = Path(__file__).parents[2]
SHIPPED = len([*(ROOT / "configs").rglob("*.json")])
FACTS = (
    *(Facts(), Facts(runtime=True), Facts(gpus=8), Facts(gpus=8, dataset_size=1_000)),
    *(Facts(dataset_size=7), Facts(gpus=3, nodes=2, dataset_size=50, runtime=True)),
)
FILES = [
    path.read_bytes()
    for top in ("configs", "tests")
    for path in sorted((ROOT / top).rglob("*.json"))
]
# Values that are right by themselves, and may not fit others.
FITTING: dict[tuple[str, ...], tuple[Json, ...]] = {
    (*ARGS, "max_steps"): (None, 1, 5, 1_000, 20_000, 1_000_000),
    (*ARGS, "max_epoch"): (None, 1, 20),
    (*ARGS, "i_save"): (1, 3, 1_000, 10_000),
    (*ARGS, "batch_size"): (None, 8, 12),
    (*ARGS, "batch_size_per_gpu"): (None, 1, 4, 6),
    (*ARGS, "batch_split"): (None, 1, 2, 4),
    (*ARGS, "fp16_mode"): (None, "inflat_all", "amp"),
    (*ARGS, "elastic"): (None, {"name": "LinearMemoryController", "args": {}}),
    (*ARGS, "image_cond_model"): ("dinov2_vitl14_reg", "dinov2_vits14", "mine"),
    (*ARGS, "text_cond_model"): ("openai/clip-vit-large-patch14", "mine"),
    (*ARGS, "ema_rate"): (0.5, [0, 1], [0.9999]),
    (*ARGS, "regularizations"): ({}, {"lambda_vol": 1}, {"lambda_col": 1}),
    (*ARGS, "lr_scheduler"): (
        None,
        *({"name": "CosineAnnealingLR", "args": {"T_max": steps}} for steps in (5, 1_000, 20_000)),
        *(
            {"name": "LinearWarmupLRScheduler", "args": {"warmup_steps": n}}
            for n in (4, 5, 999, 1_000)
        ),
        *({"name": "ExponentialLR", "args": {"gamma": gamma}} for gamma in (0.5, 0.999, 1, 2)),
        {"name": "OneCycleLR", "args": {"max_lr": 1, "total_steps": 1_000}},
        {"name": "LinearLR", "args": {}},
    ),
    ("dataset", "args", "normalization"): (
        None,
        {"mean": [0] * 8, "std": [1] * 8},
        {"mean": [0, 1]},
    ),
    ("dataset", "args", "pbr_slat_normalization"): ({"mean": [0] * 4, "std": [1] * 5},),
    ("dataset", "args", "model"): ("dinov2_vitl14_reg", "dinov2_vitb14"),
    ("dataset", "args", "attrs"): (["base_color"], ["base_color", "alpha"]),
    ("models", "encoder", "args", "latent_channels"): (4, 8),
    ("models", "encoder", "args", "in_channels"): (4, 6, 1024),
    ("models", "decoder", "args", "use_fp16"): (False, True),
    ("models", "denoiser", "args", "use_fp16"): (False, True),
    ("models", "denoiser", "args", "cond_channels"): (384, 768, 1024),
    ("models", "denoiser", "args", "out_channels"): (4, 8, 32),
}


def make_config(number: int) -> Json:
    """Return a config with values that may not fit together and, for most, a mutation."""
    rng = Random(f"{SEED}:clean:{number}")  # noqa: S311  a test is no secret
    base = rng.choice(bases()[: SHIPPED if rng.random() < 0.7 else None])
    value = changed(base, (*ARGS, "max_epoch"), None)
    for path in rng.sample(sorted(FITTING), rng.randrange(4)):
        parents = _get(value, path[:-1])
        if isinstance(parents, dict) and (path[-1] in parents or rng.random() < 0.3):
            value = changed(value, path, rng.choice(FITTING[path]))
    return mutated(value, rng) if rng.random() < 0.3 else value


def _get(value: Json, path: tuple[str, ...]) -> Json:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def write(value: Json) -> bytes:
    return json.dumps(value).replace("Infinity", "1e400").encode()


def find_broken_promise(data: bytes, facts: Facts) -> str:
    """Return what the rules find in a content that is called clean; empty if nothing."""
    options = LintOptions(facts=facts)
    if not is_clean(data, options):
        return ""
    config = load_config(ConfigFile("a.json", named=True), data, options)
    return " ".join(map(str, run_rules("a.json", config, None))) if config else "no config"


def find_broken_promises(numbers: range) -> list[int]:
    return [
        number
        for number in numbers
        if find_broken_promise(write(make_config(number)), FACTS[number % len(FACTS)])
    ]


def describe_broken(number: int) -> str:
    facts = FACTS[number % len(FACTS)]

    def fails(value: Json) -> str:
        return find_broken_promise(write(value), facts)

    small = shrink(make_config(number), fails)
    return describe(number, small, f"{facts} {fails(small)}")


@pytest.mark.slow
def test_no_clean_config_has_a_finding() -> None:
    chunks = (range(start, min(start + CHUNK, MANY)) for start in range(0, MANY, CHUNK))
    for broken in in_order(find_broken_promises, chunks, os.cpu_count() or 1):
        assert not broken, describe_broken(broken[0])


@pytest.mark.parametrize("facts", FACTS, ids=str)
def test_no_clean_file_has_a_finding(facts: Facts) -> None:
    assert [data for data in FILES if find_broken_promise(data, facts)] == []


def test_the_shipped_configs_are_clean() -> None:
    paths = sorted((ROOT / "configs").rglob("*.json"))
    assert [path.stem for path in paths if not is_clean(path.read_bytes(), LintOptions())] == []


@pytest.mark.parametrize("migration", MIGRATIONS, ids=lambda migration: migration.name)
def test_an_outdated_config_is_not_clean(migration: Migration) -> None:
    document = Document((ROOT / "configs/vae/ss_vae_conv3d_16l8_fp16.json").read_bytes())
    assert is_clean(document.data, LintOptions())
    assert not is_clean(migrate(document, [migration], revert=True).data, LintOptions())


def test_many_configs_are_clean_and_many_are_not() -> None:
    numbers = range(0, 600, len(FACTS))
    clean = [is_clean(write(make_config(number)), LintOptions()) for number in numbers]
    assert 0.1 < sum(clean) / len(clean) < 0.9
