"""Schedules that do not fit the length of the training: 100,000 steps, unless a case says more."""

from tests.lint.rules.configs import STRUCTURE_VAE, Config
from tests.lint.rules.tables import Case, case, fires, is_silent
from trellis_cfg.lint.config import Facts

STEPS, EPOCHS = "trainer.args.max_steps", "trainer.args.max_epoch"
SMALL = Facts(gpus=1, dataset_size=20_000)
"""An epoch of 5,000 steps: 4 samples each."""


def scheduler(name: str, *findings: str, **args: object) -> Case:
    given: Config = {"name": name, "args": args}
    return case(STRUCTURE_VAE, {"trainer.args.lr_scheduler": given}, *findings)


def limited(changes: Config, *findings: str, facts: Facts, name: str, **args: object) -> Case:
    given: Config = {"name": name, "args": args}
    changes = {**changes, "trainer.args.lr_scheduler": given}
    return case(STRUCTURE_VAE, changes, *findings, facts=facts)


FIRES = {
    "TC404": {
        "a_cosine_twice_as_long": scheduler(
            "CosineAnnealingLR",
            "53:30 warning TC404 T_max is 200,000, but training ends after 100,000 steps: the …",
            T_max=200_000,
        ),
        "a_cosine_in_epochs": scheduler(
            "CosineAnnealingLR",
            "53:30 warning TC404 T_max is 20, but training ends after 100,000 steps: the rate …",
            T_max=20,
        ),
        "a_cosine_with_an_exponent": scheduler(
            "CosineAnnealingLR",
            "53:30 warning TC404 T_max is 200,000, but training ends after 100,000 steps: the …",
            T_max=2e5,
        ),
        "a_cosine_from_before_max_epoch": limited(
            {EPOCHS: 8},
            "53:30 warning TC404 T_max is 100,000, but training ends after 40,000 steps: the …",
            facts=SMALL,
            name="CosineAnnealingLR",
            T_max=100_000,
        ),
        "a_cycle_that_ends_before": scheduler(
            "OneCycleLR",
            "54:36 error TC404 OneCycleLR raises after 50,000 steps: training would go on …",
            max_lr=1e-3,
            total_steps=50_000,
        ),
        "a_cycle_of_epochs_that_ends_before": scheduler(
            "OneCycleLR",
            "54:31 error TC404 OneCycleLR raises after …",
            max_lr=1e-3,
            epochs=10,
            steps_per_epoch=100,
        ),
        "a_warm_up_as_long": scheduler(
            "LinearWarmupLRScheduler",
            "53:37 warning TC404 warmup_steps is 100,000, but training ends after 100,000 …",
            warmup_steps=100_000,
        ),
        "a_warm_up_longer": scheduler(
            "LinearLR",
            "54:36 warning TC404 total_iters is 200,000, but training ends after 100,000 …",
            start_factor=0.1,
            total_iters=200_000,
        ),
        "a_constant_as_long": scheduler(
            "ConstantLR",
            "54:36 warning TC404 total_iters is 100,000, but training ends after 100,000 …",
            factor=0.5,
            total_iters=100_000,
        ),
        "a_polynomial_longer": scheduler(
            "PolynomialLR",
            "53:36 warning TC404 total_iters is 200,000, but training ends after 100,000 …",
            total_iters=200_000,
        ),
        "a_decay_each_step": scheduler(
            "ExponentialLR",
            "53:30 warning TC404 the learning rate is below a millionth of its start after …",
            gamma=0.999,
        ),
        "a_decay_every_step": scheduler(
            "StepLR",
            "54:30 warning TC404 the learning rate is below a millionth of its start after …",
            step_size=1,
            gamma=0.99,
        ),
        "a_decay_by_the_default": scheduler(
            "StepLR",
            "53:34 warning TC404 the learning rate is below a millionth of its start after 600 …",
            step_size=100,
        ),
        "a_polynomial_of_torch's_five_steps": scheduler(
            "PolynomialLR",
            "52:17 warning TC404 the learning rate is below a millionth of its start after 5 of …",
        ),
        "a_polynomial_that_is_over_early": scheduler(
            "PolynomialLR",
            "53:36 warning TC404 the learning rate is below a millionth of its start after 1,000 …",
            total_iters=1000,
        ),
        "a_line_down_to_nothing": scheduler(
            "LinearLR",
            "55:36 warning TC404 the learning rate is below a millionth of its start after 1,000 …",
            start_factor=1.0,
            end_factor=0.0,
            total_iters=1000,
        ),
        "milestones_in_epochs": scheduler(
            "MultiStepLR",
            "61:30 warning TC404 the learning rate is below a millionth of its start after 60 …",
            milestones=[10, 20, 30, 40, 50, 60],
            gamma=0.1,
        ),
        "of_epochs": limited(
            {STEPS: None, EPOCHS: 20},
            "53:30 warning TC404 T_max is 50,000, but training ends after 100,000 steps: the …",
            facts=SMALL,
            name="CosineAnnealingLR",
            T_max=50_000,
        ),
        "an_unknown_trainer": limited(
            {"trainer.name": "GanTrainer"},
            '37:17 warning TC501 no trainer "GanTrainer" is known',
            "53:30 warning TC404 the learning rate is below a millionth of its start after …",
            facts=Facts(),
            name="ExponentialLR",
            gamma=0.99,
        ),
    }
}
SILENT = {
    "TC404": {
        "a_cosine_that_fits": scheduler("CosineAnnealingLR", T_max=100_000, eta_min=1e-6),
        "a_cosine_that_fits_with_an_exponent": scheduler("CosineAnnealingLR", T_max=1e5),
        "a_cosine_that_fits_the_epochs": limited(
            {EPOCHS: 8}, facts=SMALL, name="CosineAnnealingLR", T_max=40_000
        ),
        "a_limit_that_is_not_known": limited(
            {EPOCHS: 8}, facts=Facts(), name="CosineAnnealingLR", T_max=40_000
        ),
        "a_limit_of_the_wrong_type": limited(
            {STEPS: "9"},
            '39:26 error TC104 max_steps is "9", but must be a positive integer, or null',
            facts=Facts(),
            name="CosineAnnealingLR",
            T_max=40_000,
        ),
        "a_cycle_that_fits": scheduler("OneCycleLR", max_lr=1e-3, total_steps=100_000),
        "a_cycle_that_would_go_on": scheduler("OneCycleLR", max_lr=1e-3, total_steps=200_000),
        "a_cycle_of_epochs_that_fits": scheduler(
            "OneCycleLR", max_lr=1e-3, epochs=10, steps_per_epoch=10_000
        ),
        "a_warm_up": scheduler("LinearWarmupLRScheduler", warmup_steps=5_000),
        "a_polynomial_that_ends_with_the_training": scheduler("PolynomialLR", total_iters=100_000),
        "a_decay_that_ends_with_the_training": scheduler(
            "LinearLR", start_factor=1.0, end_factor=0.01, total_iters=100_000
        ),
        "a_decay_that_leaves_enough": scheduler("ExponentialLR", gamma=0.99999),
        "a_warm_up_from_a_word": scheduler("LinearLR", start_factor="0", total_iters=200_000),
        "a_decay_by_more_than_a_float": scheduler(
            "ExponentialLR",
            "53:30 warning TC007 gamma is 1000000000000000000000000000000000000000…; expected is …",
            gamma=10**400,
        ),
        "no_milestones": scheduler("MultiStepLR", milestones=[], gamma=0.1),
        "milestones_that_are_no_list": scheduler(
            "MultiStepLR",
            "53:35 error TC005 milestones is 10, but must be an array",
            milestones=10,
        ),
        "a_cycle_without_the_length_of_an_epoch": scheduler(
            "OneCycleLR",
            '52:17 error TC503 OneCycleLR requires "total_steps"',
            max_lr=1e-3,
            epochs=10,
            steps_per_epoch=None,
        ),
        "a_polynomial_that_decays_by_nothing": scheduler("PolynomialLR", total_iters=9, power=0),
        "a_line_that_ends_above_nothing": scheduler(
            "LinearLR", start_factor=1.0, end_factor=0.1, total_iters=9
        ),
        "a_limit_that_no_float_holds": limited(
            {STEPS: 10**400},
            "39:26 error TC104 max_steps is 1000000000000000000000000000000000000000…, but must …",
            facts=SMALL,
            name="StepLR",
            step_size=1000,
        ),
        "epochs_that_no_text_holds": limited(
            {STEPS: None, EPOCHS: 10**4000},
            "40:26 error TC104 max_epoch is 1000000000000000000000000000000000000000…, but must …",
            facts=SMALL,
            name="StepLR",
            step_size=1000,
        ),
        "a_growth": scheduler("ExponentialLR", gamma=1.001),
        "a_decay_of_nothing": scheduler("ExponentialLR", gamma=1),
        "a_decay_now_and_then": scheduler("StepLR", step_size=20_000, gamma=0.1),
        "milestones": scheduler("MultiStepLR", milestones=[50_000, 75_000], gamma=0.1),
        "milestones_late": scheduler(
            "MultiStepLR", milestones=[60_000 + step for step in range(9)], gamma=0.1
        ),
        "another_scheduler": scheduler("CosineAnnealingWarmRestarts", T_0=10),
        "none": case(STRUCTURE_VAE, {"trainer.args.lr_scheduler": None}),
    }
}

test_fires = fires(FIRES)
test_is_silent = is_silent(SILENT)
