"""Configs of all kinds, and the texts that their pictures are made with."""

from trellis_cfg.learning_rate import Rate
from trellis_cfg.preview.plot.curve import Curve
from trellis_cfg.schedule import Run

WORDS = {
    "rate": "learning rate",
    "steps": "steps",
    "epochs": "epochs",
    "max_steps": "max_steps",
    "max_epoch": "end of max_epoch",
    "resumed": "resumed",
    "saves": "checkpoint",
    "samples": "samples",
    "unsaved": "unsaved",
    "constant": "constant {rate}",
    "all_steps": "{steps} steps",
    "all_epochs": "{epochs} epochs",
    "from_step": "from step {step}",
    "first": "ends here",
    "hangs": "hangs: {share} of {batch}",
    "no_schedule": "{scheduler} is not known",
    "no_rate": "no rate",
    "endless": "endless",
    "end_unknown": "{epochs} epochs, of unknown length",
    "latest_known": "{steps} steps, or {epochs} epochs of unknown length",
    "over": "over",
    "raises": "{scheduler} raises after {steps}",
    "faded": "below {rate}",
    "never_saved": "first saved at {step}",
    "tail": "last {steps} unsaved",
}
RUN = Run(4, gpus=8, samples=168_307, max_steps=1_000_000, i_save=10_000, i_sample=10_000)
"""An epoch of 5,260 steps."""
CONSTANT = Rate(1e-4)
CYCLE = {"max_lr": 1e-3, "total_steps": 100_000}


def curve(rate: Rate | None = CONSTANT, name: str = "vae/a.json", **changed: int | None) -> Curve:
    """Return a config that is like ``RUN`` but for what is changed."""
    return Curve(name, RUN._replace(**changed), rate)  # type: ignore[arg-type]


SITUATIONS = {
    "max_steps_alone": curve(),
    "max_epoch_first": curve(max_epoch=20),
    "max_steps_first": curve(max_steps=100_000, max_epoch=20),
    "both_at_once": curve(max_steps=105_200, max_epoch=20),
    "hangs": curve(samples=20, max_epoch=20),
    "no_samples": curve(samples=0),
    "endless": curve(max_steps=None),
    "endless_without_intervals": curve(max_steps=None, i_save=None, i_sample=None),
    "end_unknown": curve(samples=None, max_steps=None, max_epoch=20),
    "latest_known": curve(samples=None, max_epoch=20),
    "never_saved": curve(max_steps=8_000),
    "resumed": curve(max_epoch=20, start=50_000),
    "over": curve(max_steps=50_000, start=60_000),
    "many_checkpoints": curve(i_save=100, i_sample=20),
    "one_step": curve(max_steps=1, i_save=1, i_sample=1),
    "cosine": curve(Rate(1e-4, "CosineAnnealingLR", {"T_max": 500_000})),
    "fast_cosine": curve(Rate(1e-4, "CosineAnnealingLR", {"T_max": 10})),
    "below_zero": curve(Rate(1e-4, "CosineAnnealingLR", {"T_max": 10, "eta_min": -1e-4})),
    "stairs": curve(Rate(1e-4, "StepLR", {"step_size": 200_000})),
    "faded": curve(Rate(1e-4, "ExponentialLR", {"gamma": 0.999})),
    "grown": curve(Rate(1e-4, "ExponentialLR", {"gamma": 1.01})),
    "one_cycle": curve(Rate(1e-4, "OneCycleLR", CYCLE), max_steps=100_000),
    "raises": curve(Rate(1e-4, "OneCycleLR", CYCLE)),
    "no_schedule": curve(Rate(1e-4, "CyclicLR", {"base_lr": 1})),
    "no_rate": curve(None),
    "zero_rate": curve(Rate(0.0)),
    "unbounded_rate": curve(Rate(1e300)),
    "impossible_rate": curve(Rate(-1.0)),
}
