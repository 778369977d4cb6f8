"""Measure what training reports cost per step, written to a file.

python benchmarks/training.py [--steps 200000] [--rounds 5] > /dev/null
"""

import argparse
import statistics
import sys
import time

from trellis_cfg.schedule import Run
from trellis_cfg.training.reports import Clock, Reports

RUN = Run(batch_size_per_gpu=2, gpus=2, samples=150, max_steps=10_000_000, max_epoch=None)
AT_MOST = 20


def measure_microseconds(steps: int, summary_every: int) -> float:
    """Return the mean cost of a step, including the clock."""
    reports, clock = Reports(RUN, "zh", 1, summary_every), Clock(4, None, 0)
    began = time.perf_counter()
    for step in range(1, steps + 1):
        clock.start_loading()
        clock.start_training()
        reports.report_step(step, clock.end_step(), 0.123456, clock)
    return (time.perf_counter() - began) / steps * 1e6


def main() -> None:
    """Print the medians on stderr."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--steps", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    for every in (1000, 100):
        median = statistics.median(
            measure_microseconds(options.steps, every) for _ in range(options.rounds)
        )
        print(
            f"a line per step, a summary every {every} steps: {median:.1f} microseconds per step "
            f"(at most {AT_MOST})",
            file=sys.stderr,
        )


if __name__ == "__main__":
    main()
