"""Optimizers and schedulers, by what torch has."""

from tests.lint.rules.configs import GONE, STRUCTURE_VAE, TEXT_FLOW, Config
from tests.lint.rules.tables import Case, case, fires, is_silent


def optimizer(name: str, *findings: str, **args: object) -> Case:
    given: Config = {"name": name, "args": args}
    return case(STRUCTURE_VAE, {"trainer.args.optimizer": given}, *findings)


def scheduler(name: str, *findings: str, **args: object) -> Case:
    given: Config = {"name": name, "args": args}
    return case(STRUCTURE_VAE, {"trainer.args.lr_scheduler": given}, *findings)


FIRES = {
    "TC401": {
        "in_small_letters": optimizer(
            "adamw",
            '44:25 error TC401 torch.optim has no "adamw"; did you mean "AdamW"?',
            lr=1e-4,
        ),
        "in_capitals": optimizer(
            "ADAM",
            '44:25 error TC401 torch.optim has no "ADAM"; did you mean "Adam"?',
            lr=1e-4,
        ),
        "two_letters_swapped": optimizer(
            "AdmaW",
            '44:25 error TC401 torch.optim has no "AdmaW"; did you mean "AdamW"?',
            lr=1e-4,
        ),
        "a_letter_missing": optimizer(
            "RMSpro",
            '44:25 error TC401 torch.optim has no "RMSpro"; did you mean "RMSprop"?',
            lr=1e-4,
        ),
        "one_of_eight_bits": optimizer(
            "AdamW8bit",
            '44:25 warning TC401 torch.optim has no "AdamW8bit"',
            lr=1e-4,
        ),
        "one_of_a_fork": optimizer(
            "Lion",
            '44:25 warning TC401 torch.optim has no "Lion"',
            lr=1e-4,
        ),
        "one_of_a_fork_with_its_own_arguments": optimizer(
            "Prodigy",
            '44:25 warning TC401 torch.optim has no "Prodigy"',
            lr=1,
            d_coef=2,
            decouple=True,
        ),
        "one_letter_more_is_another": optimizer(
            "SGDP", '44:25 warning TC401 torch.optim has no "SGDP"', lr=0.1
        ),
        "with_weight_decay_in_its_name": optimizer(
            "SGDW", '44:25 warning TC401 torch.optim has no "SGDW"', lr=0.1
        ),
        "a_path": optimizer(
            "torch.optim.AdamW",
            '44:25 warning TC401 torch.optim has no "torch.optim.AdamW"',
            lr=1e-4,
        ),
        "an_empty_name": optimizer(
            "",
            '44:25 warning TC401 torch.optim has no ""',
            lr=1e-4,
        ),
        "a_long_name": optimizer(
            "AdamW" * 100,
            "44:25 warning TC401 torch.optim has no …",
            lr=1e-4,
        ),
        "of_an_unknown_trainer": case(
            STRUCTURE_VAE,
            {"trainer.name": "GanTrainer", "trainer.args.optimizer.name": "Adan"},
            '37:17 warning TC501 no trainer "GanTrainer" is known',
            '44:25 warning TC401 torch.optim has no "Adan"',
        ),
    },
    "TC402": {
        "a_letter_missing": scheduler(
            "CosineAnealingLR",
            '51:25 error TC402 torch.optim.lr_scheduler has no "CosineAnealingLR"; did you …',
            T_max=100_000,
        ),
        "in_small_letters": scheduler(
            "steplr",
            '51:25 error TC402 torch.optim.lr_scheduler has no "steplr"; did you mean "StepLR"?',
            step_size=1000,
        ),
        "without_its_end": scheduler(
            "CosineAnnealing",
            '51:25 warning TC402 torch.optim.lr_scheduler has no "CosineAnnealing"; did you …',
            T_max=100_000,
        ),
        "of_trellis_itself": scheduler(
            "LinearWarmupLrScheduler",
            '51:25 error TC402 torch.optim.lr_scheduler has no "LinearWarmupLrScheduler"; did …',
            warmup_steps=1000,
        ),
        "one_of_a_fork": scheduler(
            "WarmupStableDecay",
            '51:25 warning TC402 torch.optim.lr_scheduler has no "WarmupStableDecay"',
            total=10,
        ),
        "a_well_known_one_of_another_package": scheduler(
            "CosineAnnealingWarmupRestarts",
            '51:25 warning TC402 torch.optim.lr_scheduler has no "CosineAnnealingWarmupRestarts"',
            first_cycle_steps=1000,
        ),
    },
    "TC403": {
        "learning_rate": optimizer(
            "AdamW",
            '46:21 error TC403 AdamW takes no "learning_rate"; did you mean "lr"?',
            learning_rate=1e-4,
        ),
        "wd": optimizer(
            "SGD",
            '47:21 error TC403 SGD takes no "wd"; did you mean "weight_decay"?',
            lr=0.1,
            wd=0.01,
        ),
        "a_letter_missing": optimizer(
            "AdamW",
            '47:21 error TC403 AdamW takes no "weight_decy"; did you mean "weight_decay"?',
            lr=1e-4,
            weight_decy=0.01,
        ),
        "one_beta": optimizer(
            "AdamW",
            '47:21 error TC403 AdamW takes no "beta"; did you mean "betas"?',
            lr=1e-4,
            beta=[0.9, 0.95],
        ),
        "of_another_optimizer": optimizer(
            "AdamW",
            '47:21 warning TC403 AdamW takes no "momentum"',
            lr=1e-4,
            momentum=0.9,
        ),
        "what_the_trainer_gives": optimizer(
            "AdamW",
            '47:21 error TC403 "params" is given by the trainer itself: remove it',
            lr=1e-4,
            params=[],
        ),
        "what_the_trainer_gives_a_scheduler": scheduler(
            "LinearLR",
            '53:21 error TC403 "optimizer" is given by the trainer itself: remove it',
            optimizer="AdamW",
        ),
        "a_warm_up_of_another": scheduler(
            "CosineAnnealingLR",
            '54:21 warning TC403 CosineAnnealingLR takes no "warmup_steps"',
            T_max=100_000,
            warmup_steps=10,
        ),
        "of_the_warm_up": scheduler(
            "LinearWarmupLRScheduler",
            '54:21 warning TC403 LinearWarmupLRScheduler takes no "warmup_ratio"',
            warmup_steps=10,
            warmup_ratio=0.1,
        ),
        "a_comment": optimizer(
            "AdamW",
            '47:21 warning TC403 AdamW takes no "_comment"',
            lr=1e-4,
            _comment="from the paper",
        ),
        "a_required_one_is_misspelt": scheduler(
            "CosineAnnealingLR",
            '53:21 error TC403 CosineAnnealingLR takes no "t_max"; did you mean "T_max"?',
            t_max=100_000,
        ),
    },
}
SILENT = {
    "TC401": {
        "of_torch": optimizer("AdamW", lr=1e-4),
        "of_a_new_torch": optimizer("Muon", lr=1e-4),
        "without_arguments": case(
            STRUCTURE_VAE,
            {"trainer.args.optimizer.args": GONE},
            '43:13 error TC005 optimizer has no "args": it needs both "name" and "args"',
        ),
        "none": case(
            STRUCTURE_VAE,
            {"trainer.args.optimizer": GONE},
            '38:9 error TC503 SparseStructureVaeTrainer requires "optimizer"',
        ),
    },
    "TC402": {
        "of_torch": scheduler("CosineAnnealingLR", T_max=100_000),
        "of_trellis": scheduler("LinearWarmupLRScheduler", warmup_steps=1000),
        "none": case(STRUCTURE_VAE, {"trainer.args.lr_scheduler": None}),
    },
    "TC403": {
        "all_of_one": optimizer(
            "AdamW",
            lr=1e-4,
            betas=[0.9, 0.95],
            eps=1e-8,
            weight_decay=0.01,
            amsgrad=False,
            fused=True,
        ),
        "of_an_unknown_one": optimizer(
            "AdamW8bit",
            '44:25 warning TC401 torch.optim has no "AdamW8bit"',
            lr=1e-4,
            percentile_clipping=5,
        ),
        "of_versions_past_and_future": scheduler(
            "CosineAnnealingLR", T_max=100_000, eta_min=0, last_epoch=-1, verbose=True
        ),
        "of_another_part": case(TEXT_FLOW, {}),
    },
}

test_fires = fires(FIRES)
test_is_silent = is_silent(SILENT)
