"""What a picture shows of each config: its run, and how its learning rate goes."""

import os
from collections.abc import Iterator, Sequence

from trellis_cfg.learning_rate import Rate
from trellis_cfg.preview.plot import Curve
from trellis_cfg.preview.rows import Row
from trellis_cfg.rules.classes import named
from trellis_cfg.rules.numbers import real


def curves(rows: Sequence[Row]) -> Iterator[Curve]:
    """Yield the curve of each config that could be read, named without the folder of all."""
    shared = os.path.commonprefix([row.path for row in rows])  # noqa: RUF071  cut at a slash below
    folder = os.path.dirname(shared)
    start = len(os.path.join(folder, "")) if folder and len(rows) > 1 else 0
    for row in rows:
        if row.run is not None:
            yield Curve(row.path[start:], row.run, rate(row.value))


def rate(config: object) -> Rate | None:
    """Return how a config's learning rate goes; None where it gives none."""
    used = {one.section: one for one in named(config)}
    optimizer, scheduler = used.get("optimizer"), used.get("lr_scheduler")
    lr = real(optimizer.args.get("lr")) if optimizer else None
    if lr is None:
        return None
    return Rate(lr, scheduler.name, scheduler.args) if scheduler else Rate(lr)
