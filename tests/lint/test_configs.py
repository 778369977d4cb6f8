"""The shipped configs are clean, and were not before they were corrected."""

import json
from pathlib import Path

import pytest

from tests.lint.rules.configs import written
from tests.lint.rules.tables import CONFIGS, abridged, findings, raw
from trellis_cfg.diagnostics import Report
from trellis_cfg.files.discovery import Exclude, discover
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.lint.rules import select_codes
from trellis_cfg.lint.runner import lint_files

SHIPPED = sorted(CONFIGS.rglob("*.json"))
SPLIT = '"batch_split": 1'
MODE = '"fp16_mode": null'
STAGE = '"training_stage":'
WORKERS = '"num_workers": 30,\n            "training_stage":'
IGNORED = '38:13 warning TC502 SparseSDF_VQVAETrainer ignores "num_workers"'
PRECISION = "warning TC405 a resumed run fails or switches to half precision: …"

CORRECTED: dict[str, tuple[dict[str, str], list[str]]] = {
    "sparse_sdf_vqvae_1024": (
        {SPLIT: '"batch_split": 4'},
        [
            "38:28 error TC202 batch_split 4 does not divide batch_size_per_gpu 1",
            "+37:35 the batch",
        ],
    ),
    "ct_vqvae_stage1": (
        {STAGE: WORKERS, MODE: '"fp16_mode": "inflat_all"'},
        [IGNORED, f"55:26 {PRECISION}", "+17:29 full precision"],
    ),
    "ct_vqvae_stage2": (
        {STAGE: WORKERS, MODE: '"fp16_mode": "inflat_all"', "0.99999": "0.999"},
        [
            IGNORED,
            "56:30 warning TC404 the learning rate falls below a millionth …",
            f"60:26 {PRECISION}",
            "+17:29 full precision",
        ],
    ),
}
"""Each config with the figures of its source again, and what is found then."""


def original(name: str) -> str:
    text = (CONFIGS / f"vae/{name}.json").read_text()
    for new, old in CORRECTED[name][0].items():
        assert text.count(new) == 1
        text = text.replace(new, old)
    return text


@pytest.mark.parametrize("name", CORRECTED)
def test_what_was_corrected_is_found(name: str) -> None:
    _, expected = CORRECTED[name]
    assert abridged(findings(raw(original(name))), tuple(expected)) == expected


def test_the_shipped_configs_are_clean() -> None:
    files = discover([str(CONFIGS)], Exclude([]))
    assert lint_files(files, LintOptions(select_codes())) == Report(len(SHIPPED), 0, [])


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_so_are_they_as_a_run_writes_them(path: Path) -> None:
    assert findings(raw(written(json.loads(path.read_bytes())))) == []
