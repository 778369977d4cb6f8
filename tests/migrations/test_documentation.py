"""The examples in docs/migrations.md are valid and do what the page says."""

import re
from pathlib import Path

import pytest

from trellis_cfg.document.document import Document
from trellis_cfg.migrations import Migration, migrate
from trellis_cfg.migrations.declared import KEYS, load_declared
from trellis_cfg.settings import load_settings

PAGE = (Path(__file__).parents[2] / "docs/migrations.md").read_text(encoding="utf-8")
TOML = re.findall(r"^```toml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
JSON = re.findall(r"^```json\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)

BEFORE = """{
    "models": {"encoder": {"name": "SLatEncoder", "args": {"num_res_blocks": 2}}},
    "dataset": {"name": "SLat", "args": {}},
    "trainer": {
        "args": {
            "max_steps": 9,
            "batch_split": 1,
            "fp16": "amp",
            "i_save": 10000,
            "grad_clip": 1.0,
            "ema_rate": [0.9999],
            "elastic": true
        }
    }
}"""
AFTER = """{
    "models": {"encoder": {"name": "ElasticSLatEncoder", "args": {"use_fp16": false, \
"num_res_blocks": 2, "elastic": true}}},
    "dataset": {"name": "SLat", "args": {}},
    "trainer": {
        "args": {
            "max_steps": 9,
            "warmup": null,
            "batch_split": 1,
            "num_workers": 4,
            "fp16_mode": "amp",
            "i_save": 5000,
            "grad_clip": null,
            "weight_decay": 1e-4
        }
    }
}"""


def read(folder: Path, text: str) -> tuple[Migration, ...]:
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return load_declared(load_settings(str(folder)))


def test_examples_do_what_they_say(tmp_path: Path) -> None:
    (text,) = JSON
    (tmp_path / "migrations.json").write_text(text)
    *tables, named = TOML
    migrations = [migration for table in tables for migration in read(tmp_path, table)]
    migrations += read(tmp_path, named.replace(".toml", ".json"))
    document = Document(BEFORE.encode())
    for migration in migrations:
        document = migrate(document, [migration])
    assert document.text == AFTER


@pytest.mark.parametrize("text", TOML[:-1])
def test_each_example_is_valid_alone(text: str, tmp_path: Path) -> None:
    assert read(tmp_path, text)


def test_page_describes_every_key() -> None:
    for key in KEYS:
        assert f"`{key}`" in PAGE
