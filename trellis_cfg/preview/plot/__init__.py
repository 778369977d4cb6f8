"""A picture of what configs mean: learning rates, limits, checkpoints."""

import os
from collections.abc import Mapping, Sequence
from typing import Literal, get_args

from trellis_cfg.errors import ConfigError
from trellis_cfg.preview.plot.curve import Curve

__all__ = ["FORMS", "WORDS", "Curve", "Form", "draw"]

Form = Literal["svg", "png", "pdf"]
FORMS: tuple[Form, ...] = get_args(Form)
WORDS = (
    *("rate", "steps", "epochs", "max_steps", "max_epoch", "resumed", "saves", "samples"),
    *("unsaved", "constant", "all_steps", "all_epochs", "from_step", "first"),
    *("hangs", "no_schedule", "no_rate", "endless", "end_unknown", "latest_known", "over"),
    *("raises", "faded", "never_saved", "tail"),
)
"""The keys of the texts; some hold figures and names, in braces."""


def draw(curves: Sequence[Curve], form: Form, *, dark: bool, words: Mapping[str, str]) -> bytes:
    """Return the picture of one config or of many, a panel each; ConfigError without matplotlib."""
    if not curves:
        raise ConfigError("there is no config to draw")
    os.environ["MPLBACKEND"] = "agg"  # nothing is shown: any backend of a screen is as good
    try:
        from trellis_cfg.preview.plot.picture import picture  # noqa: PLC0415  matplotlib is slow
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "matplotlib":
            raise
        raise ConfigError('a plot takes matplotlib: pip install "trellis-cfg[plot]"') from error
    return picture(curves, form, dark=dark, words=words)
