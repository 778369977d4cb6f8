"""Values of a class that the models know, in a fork whose code says otherwise."""

import pytest

from tests.lint.rules.configs import GONE, STRUCTURE_VAE
from tests.lint.rules.tables import case, codes, findings
from tests.lint.rules.test_source import written
from tests.source.checkouts import lazy
from trellis_cfg.lint.config import Facts

OWN = """
from typing import Any, Optional
from .base import Trainer


class SparseStructureVaeTrainer(Trainer):
    def __init__(
        self, *args, i_save: str = "auto", i_log: Optional[int] = None, i_print: Any = 3,
        i_sample=7, ema_rate: "float | list" = 0.9, grad_clip=None, loss_type: str = "own",
        lambda_kl=1e-6, fp16_mode: dict = {}, log_param_stats: bool = False, **kwargs
    ):
        super().__init__(*args, **kwargs)
"""
TABLE = lazy(SparseStructureVaeTrainer="mine")
FORK = Facts(source=written({"fork/trainers/mine.py": OWN, "fork/trainers/__init__.py": TABLE}))
ARGS = "trainer.args"


def said(change: dict[str, object], facts: Facts = FORK) -> list[str]:
    """Return the codes of what is said of the trainer's arguments."""
    found = findings(case(STRUCTURE_VAE, change, facts=facts))
    return [code for code in codes(found) if code != "TC501"]


@pytest.mark.parametrize(
    "change",
    [
        {f"{ARGS}.i_save": "weekly"},
        {f"{ARGS}.i_log": None},
        {f"{ARGS}.i_print": [1]},
        {f"{ARGS}.fp16_mode": {}},
    ],
    ids=str,
)
def test_the_code_goes_before_the_models(change: dict[str, object]) -> None:
    assert "TC005" in said(change, Facts())
    assert "TC005" not in said(change)


@pytest.mark.parametrize("key", ["i_sample", "log_param_stats", "ema_rate"])
def test_what_the_code_does_not_admit_is_judged_by_the_models(key: str) -> None:
    assert "TC005" in said({f"{ARGS}.{key}": "yes"})


@pytest.mark.parametrize(("steps", "code"), [(200, "TC302"), (700, "TC301"), (600, None)])
def test_defaults_are_those_of_the_code(steps: int, code: str | None) -> None:
    own = OWN.replace('i_save: str = "auto"', "i_save: int = 300")
    files = {"fork/trainers/mine.py": own, "fork/trainers/__init__.py": TABLE}
    change = {f"{ARGS}.i_save": GONE, f"{ARGS}.max_steps": steps}
    found = said(change, Facts(source=written(files)))
    assert [one for one in found if one.startswith("TC3")] == ([code] if code else [])


NETS = """
import os


class SparseStructureEncoder:
    def __init__(self, latent_channels, num_res_blocks, channels, in_channels=1, own=os.sep):
        pass


class SparseStructureDecoder:
    def __init__(self, latent_channels, num_res_blocks, channels, out_channels=1):
        pass
"""


@pytest.mark.parametrize(("own", "severity"), [("own=os.sep", "warning"), ("*args", "error")])
def test_between_classes_of_a_fork_a_fault_is_softer(own: str, severity: str) -> None:
    """A class with arguments of its own may have ways of its own."""
    source = written(
        {
            "fork/models/__init__.py": "from .nets import *\n",
            "fork/models/nets.py": NETS.replace("own=os.sep", own),
        }
    )
    change = {"models.decoder.args.latent_channels": 4, "models.encoder.args.latent_channels": 8}
    found = findings(case(STRUCTURE_VAE, change, facts=Facts(source=source)))
    assert [one.split()[1] for one in found if " TC603 " in one] == [severity]


def test_a_default_that_is_computed_is_not_known() -> None:
    own = OWN.replace('i_save: str = "auto"', "i_save=int(3)")
    files = {"fork/trainers/mine.py": own, "fork/trainers/__init__.py": TABLE}
    change = {f"{ARGS}.i_save": GONE, f"{ARGS}.max_steps": 7}
    found = said(change, Facts(source=written(files)))
    assert not [one for one in found if one.startswith("TC3")]
