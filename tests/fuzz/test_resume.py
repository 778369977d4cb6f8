"""Mutated configs of runs that are resumed: no traceback, and every change has an effect."""

import json
import os
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import settings

from tests.fuzz.cases import config
from trellis_cfg import api
from trellis_cfg.restore import Effect

pytestmark = pytest.mark.slow

MANY = int(os.environ.get("FUZZ_FILES", settings().max_examples))


def test_any_two_configs(tmp_path: Path) -> None:
    checkpoints = tmp_path / "ckpts"
    checkpoints.mkdir()
    answered = 0
    for number in range(MANY):
        old, new = (json.dumps(config(number + more)) for more in (0, number % 3))
        values: Any = json.loads(old)
        models = values.get("models") if isinstance(values, dict) else None
        roles = [role for role in models if role.isalnum()] if isinstance(models, dict) else []
        for stem in ("misc", *roles, *(f"{role}_ema0.9999" for role in roles)):
            (checkpoints / f"{stem[:40]}_step0000005.pt").write_bytes(b"PK")
        try:
            resumed = api.resume(str(tmp_path), new, against=old)
        except api.ConfigError:
            continue
        answered += 1
        assert all(change.effect in get_args(Effect) for change in resumed.changes), number
        assert all((change.effect == "fails") == bool(change.stage) for change in resumed.changes)
        assert (old == new) <= (not resumed.changes)
    assert answered > MANY // 2
