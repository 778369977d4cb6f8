"""Run folders that the tests write."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.lint.rules.configs import written
from trellis_cfg.restore.run_folder import list_stems


def write_run(folder: Path, config: dict[str, Any], steps: Iterable[int] = (1000, 2000)) -> Path:
    """Write the folder of a run with whole checkpoints, which no trainer could load."""
    checkpoints = folder / "ckpts"
    checkpoints.mkdir(parents=True)
    (folder / "config.json").write_text(written(config), encoding="utf-8")
    for step in steps:
        for stem in ("misc", *list_stems(config)):
            (checkpoints / f"{stem}_step{step:07d}.pt").write_bytes(b"PK")
    return folder
