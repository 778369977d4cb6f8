"""Rules about a run that is resumed: silent without one."""

import pytest

from tests.lint.rules.configs import STRUCTURE_VAE
from tests.lint.rules.tables import Case, abridged, case, format_findings
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.lint.config import load_config
from trellis_cfg.lint.linter import run_rules
from trellis_cfg.lint.options import Facts, LintOptions
from trellis_cfg.restore import Change, Outcome, Plan

_LR = ("trainer", "args", "optimizer", "args", "lr")
_PATH = ("trainer", "args", "grad_clip")
IGNORED = Plan(9, ((Change(_LR, 1, 2), Outcome("ignored", "it is restored", "start anew")),))
BROKEN = Plan(
    9,
    (
        (Change(_LR, 1, 2), Outcome("acts", "it acts")),
        (Change(_PATH, 1, None, is_removed=True), Outcome("fails", "KeyError", "", "load")),
    ),
    ("step 10 is not whole",),
)

CASES = {
    "TC701": {
        "no run is resumed": case(STRUCTURE_VAE, {"trainer.args.i_log": 51}),
        "a value that the checkpoint brings": case(
            STRUCTURE_VAE,
            {},
            "46:27 warning TC701 lr is ignored when the run is resumed: it is restored",
            facts=Facts(plan=IGNORED),
        ),
    },
    "TC702": {
        "nothing fails": case(STRUCTURE_VAE, {"trainer.args.i_save": 4000}),
        "a value that is gone, and a problem": case(
            STRUCTURE_VAE,
            {},
            "1:1 error TC702 the run cannot be resumed: step 10 is not whole",
            "38:17 error TC702 grad_clip fails when the checkpoint is loaded: KeyError",
            facts=Facts(plan=BROKEN),
        ),
    },
    "TC703": {
        "steps are left": case(STRUCTURE_VAE, {"trainer.args.max_steps": 210_000}),
        "none is left": case(
            STRUCTURE_VAE,
            {},
            "39:26 error TC703 nothing is left to train: the run ends after 100,000 steps, and "
            "step 100,000 is done; the trainer then exits with code 0",
            facts=Facts(plan=Plan(100_000)),
        ),
        "the limit of the epochs": case(
            STRUCTURE_VAE,
            {"trainer.args.max_epoch": 20},
            "40:26 error TC703 nothing is left to train: …",
            facts=Facts(gpus=1, dataset_size=400, runtime=True, plan=Plan(2000)),
        ),
    },
}
"""The findings of each rule; ``resume`` asks them of a config that the fast path accepts, too."""


@pytest.mark.parametrize("case", [each for cases in CASES.values() for each in cases.values()])
def test_findings(case: Case) -> None:
    file = ConfigFile(case.path, named=True)
    config = load_config(file, case.data or b"", LintOptions(facts=case.facts))
    assert config is not None
    found = format_findings(run_rules(case.path, config, None))
    assert abridged(found, case.findings) == list(case.findings)
