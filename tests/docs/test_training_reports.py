"""The pages show the training reports as they are printed."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, blocks
from trellis_cfg.messages import Language
from trellis_cfg.schedule import Run
from trellis_cfg.training import reports as reports_module
from trellis_cfg.training.reports import Reports

RUN = Run(batch_size_per_gpu=2, gpus=2, samples=150, max_steps=1000, max_epoch=100, i_save=500)
LOADING, TRAINING, LOSS = 0.123, 1.111, 0.123456


def ticks() -> Iterator[float]:
    """Yield the time at the start, after loading and at the end of each step."""
    for step in count():
        start = step * (LOADING + TRAINING)
        yield from (start, start + LOADING, start + LOADING + TRAINING)


def print_reports(language: Language, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Return the line of the first step, and the summary after the hundredth."""
    monkeypatch.setattr(reports_module, "perf_counter", ticks().__next__)
    written: list[str] = []
    reports = Reports(RUN, language, 1, 100, written.append)
    clock = reports_module.Clock(4, None, 0)
    for step in range(1, 101):
        clock.start_loading()
        clock.start_training()
        reports.report_step(step, clock.end_step(), LOSS, clock)
    return written[0], written[-1].lstrip("\n")


@pytest.mark.parametrize(("page", "language"), [("README.zh.md", "zh"), ("docs/training.md", "en")])
def test_training_reports(page: str, language: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [block.text for block in blocks(Path(ROOT, page).read_text(encoding="utf-8"))]
    for text in print_reports(language, monkeypatch):
        assert text in texts, text
