"""What happens every so many steps, and what is never saved."""

from tests.lint.rules.configs import GONE, SDF_VQVAE, STRUCTURE_VAE
from tests.lint.rules.tables import case, fires, is_silent
from trellis_cfg.lint.config import Facts

STEPS, EPOCHS, SAVE = (f"trainer.args.{key}" for key in ("max_steps", "max_epoch", "i_save"))
TRAINER = "trainer.name"
SMALL = Facts(gpus=1, dataset_size=20_000)
RUNTIME = SMALL._replace(runtime=True)
"""An epoch of 5,000 steps: 4 samples each."""

FIRES = {
    "TC301": {
        "a_tail": case(
            STRUCTURE_VAE,
            {STEPS: 105_200},
            "49:23 warning TC301 the last 5,200 steps are never saved: i_save 10,000 does not …",
            "+39:26 the limit",
        ),
        "the_default_interval": case(
            SDF_VQVAE,
            {STEPS: 10_001},
            "22:26 warning TC301 the last 1 steps are never saved: i_save 10,000 does not …",
        ),
        "written_with_an_exponent": case(
            STRUCTURE_VAE,
            {SAVE: 3e4},
            "49:23 warning TC301 the last 10,000 steps are never saved: i_save 30,000 does not …",
            "+39:26 the limit",
        ),
        "the_runtime_by_steps_saves_nothing_more": case(
            STRUCTURE_VAE,
            {SAVE: 30_000},
            "49:23 warning TC301 the last 10,000 steps are never saved: i_save 30,000 does not …",
            "+39:26 the limit",
            facts=RUNTIME,
        ),
        "an_unknown_trainer_that_says_so": case(
            STRUCTURE_VAE,
            {TRAINER: "GanTrainer", SAVE: 30_000},
            '37:17 warning TC501 no trainer "GanTrainer" is known',
            "49:23 warning TC301 the last 10,000 steps are never saved: i_save 30,000 does not …",
            "+39:26 the limit",
        ),
        "of_epochs": case(
            STRUCTURE_VAE,
            {STEPS: None, EPOCHS: 3},
            "49:23 warning TC301 the last 5,000 steps are never saved: i_save 10,000 does not …",
            "+40:26 the limit",
            facts=SMALL,
        ),
        "of_epochs_with_the_default_interval": case(
            SDF_VQVAE,
            {STEPS: None, EPOCHS: 3},
            "23:26 warning TC301 the last 5,000 steps are never saved: i_save 10,000 does not …",
            facts=SMALL,
        ),
        "epochs_come_first": case(
            STRUCTURE_VAE,
            {EPOCHS: 3},
            "49:23 warning TC301 the last 5,000 steps are never saved: i_save 10,000 does not …",
            "+40:26 the limit",
            facts=SMALL,
        ),
        "epochs_come_first_with_the_default_interval": case(
            SDF_VQVAE,
            {EPOCHS: 3},
            "23:26 warning TC301 the last 5,000 steps are never saved: i_save 10,000 does not …",
            facts=SMALL,
        ),
        "steps_come_first": case(
            STRUCTURE_VAE,
            {STEPS: 15_000, EPOCHS: 100},
            "49:23 warning TC301 the last 5,000 steps are never saved: i_save 10,000 does not …",
            "+39:26 the limit",
            facts=SMALL,
        ),
        "on_two_nodes": case(
            STRUCTURE_VAE,
            {STEPS: None, EPOCHS: 1},
            "49:23 warning TC301 the last 5,625 steps are never saved: i_save 10,000 does not …",
            "+40:26 the limit",
            facts=Facts(gpus=8, nodes=2, dataset_size=1_000_000),
        ),
    },
    "TC302": {
        "an_interval_above_the_limit": case(
            STRUCTURE_VAE,
            {SAVE: 500_000},
            "49:23 error TC302 no checkpoint is ever written: training ends after 100,000 …",
            "+39:26 the limit",
        ),
        "the_default_interval": case(
            SDF_VQVAE,
            {STEPS: 9_999},
            "22:26 error TC302 no checkpoint is ever written: training ends after 9,999 steps, …",
        ),
        "a_trainer_that_may_save_at_its_end": case(
            STRUCTURE_VAE,
            {TRAINER: "GanTrainer", SAVE: 500_000},
            '37:17 warning TC501 no trainer "GanTrainer" is known',
            "49:23 warning TC302 no checkpoint is ever written: training ends after 100,000 …",
            "+39:26 the limit",
        ),
        "a_limit_of_one": case(
            STRUCTURE_VAE,
            {STEPS: 1},
            "49:23 error TC302 no checkpoint is ever written: training ends after 1 steps, the …",
            "+39:26 the limit",
        ),
        "steps_before_any_epoch": case(
            STRUCTURE_VAE,
            {STEPS: 5_000, EPOCHS: 100},
            "49:23 error TC302 no checkpoint is ever written: training ends after 5,000 steps, …",
            "+39:26 the limit",
        ),
        "of_epochs": case(
            STRUCTURE_VAE,
            {STEPS: None, EPOCHS: 1},
            "49:23 error TC302 no checkpoint is ever written: training ends after 5,000 steps, …",
            "+40:26 the limit",
            facts=SMALL,
        ),
        "epochs_come_first": case(
            STRUCTURE_VAE,
            {EPOCHS: 1},
            "49:23 error TC302 no checkpoint is ever written: training ends after 5,000 steps, …",
            "+40:26 the limit",
            facts=SMALL,
        ),
        "epochs_come_first_with_the_default_interval": case(
            SDF_VQVAE,
            {EPOCHS: 1},
            "23:26 error TC302 no checkpoint is ever written: training ends after 5,000 steps, …",
            facts=SMALL,
        ),
    },
    "TC303": {
        "no_saving": case(
            STRUCTURE_VAE,
            {SAVE: 0},
            "49:23 error TC303 i_save is 0: a ZeroDivisionError in the trainer's loop; use a …",
        ),
        "each": case(
            STRUCTURE_VAE,
            {
                f"trainer.args.{key}": 0
                for key in ("i_print", "i_log", "i_sample", "i_save", "i_ddpcheck")
            },
            "49:23 error TC303 i_save is 0: a ZeroDivisionError in the trainer's loop; use a …",
            "50:24 error TC303 i_print is 0: a ZeroDivisionError in the trainer's loop; use a …",
            "51:22 error TC303 i_log is 0: a ZeroDivisionError in the trainer's loop; use a …",
            "52:25 error TC303 i_sample is 0: a ZeroDivisionError in the trainer's loop; use a …",
            "53:27 error TC303 i_ddpcheck is 0: a ZeroDivisionError in the trainer's loop; use …",
        ),
        "as_a_float": case(
            STRUCTURE_VAE,
            {SAVE: 0.0},
            "49:23 error TC303 i_save is 0: a ZeroDivisionError in the trainer's loop; use a …",
        ),
        "below_zero": case(
            STRUCTURE_VAE,
            {SAVE: -0.0},
            "49:23 error TC303 i_save is 0: a ZeroDivisionError in the trainer's loop; use a …",
        ),
        "an_unknown_trainer": case(
            STRUCTURE_VAE,
            {TRAINER: "GanTrainer", SAVE: 0},
            '37:17 warning TC501 no trainer "GanTrainer" is known',
            "49:23 error TC303 i_save is 0: a ZeroDivisionError in the trainer's loop; use a …",
        ),
    },
}
SILENT = {
    "TC301": {
        "it_divides": case(STRUCTURE_VAE, {STEPS: 100_000, SAVE: 5_000}),
        "the_runtime_saves_at_the_end": case(
            STRUCTURE_VAE, {STEPS: 105_200, EPOCHS: 100_000}, facts=RUNTIME
        ),
        "an_unknown_trainer_with_its_own_default": case(
            STRUCTURE_VAE,
            {TRAINER: "GanTrainer", STEPS: 105_200, SAVE: GONE},
            '37:17 warning TC501 no trainer "GanTrainer" is known',
        ),
        "epochs_over_a_size_that_is_not_told": case(STRUCTURE_VAE, {STEPS: None, EPOCHS: 3}),
        "epochs_over_gpus_that_are_not_told": case(
            STRUCTURE_VAE, {STEPS: None, EPOCHS: 3}, facts=Facts(dataset_size=20_000)
        ),
        "epochs_that_fit": case(STRUCTURE_VAE, {STEPS: None, EPOCHS: 4}, facts=SMALL),
        "a_limit_of_the_wrong_type": case(
            STRUCTURE_VAE,
            {STEPS: "105200"},
            '39:26 error TC104 max_steps is "105200", but must be a positive integer, or null',
        ),
        "nothing_is_saved_at_all": case(
            STRUCTURE_VAE,
            {STEPS: 5},
            "49:23 error TC302 no checkpoint is ever written: training ends after 5 steps, the …",
            "+39:26 the limit",
        ),
        "an_epoch_that_may_come_first": case(STRUCTURE_VAE, {STEPS: 105_200, EPOCHS: 3}),
    },
    "TC302": {
        "once": case(STRUCTURE_VAE, {STEPS: 10_000}),
        "the_runtime_saves_at_the_end": case(
            STRUCTURE_VAE, {STEPS: 5_000, EPOCHS: 100_000}, facts=RUNTIME
        ),
        "an_unknown_trainer_with_its_own_default": case(
            STRUCTURE_VAE,
            {TRAINER: "GanTrainer", STEPS: 5_000, SAVE: GONE},
            '37:17 warning TC501 no trainer "GanTrainer" is known',
        ),
        "epochs_over_a_size_that_is_not_told": case(STRUCTURE_VAE, {STEPS: None, EPOCHS: 1}),
        "an_interval_that_is_null": case(
            STRUCTURE_VAE,
            {STEPS: 5_000, SAVE: None},
            "49:23 error TC005 i_save is null, but must be an integer",
        ),
    },
    "TC303": {
        "a_large_number_instead": case(
            STRUCTURE_VAE, {"trainer.args.i_sample": 1_000_000_000, "trainer.args.i_print": 1}
        ),
        "no_check_across_gpus": case(STRUCTURE_VAE, {"trainer.args.i_ddpcheck": None}),
        "false": case(
            STRUCTURE_VAE,
            {SAVE: False},
            "49:23 error TC005 i_save is false, but must be an integer",
        ),
        "another_zero": case(STRUCTURE_VAE, {"trainer.args.lambda_kl": 0}),
    },
}

test_fires = fires(FIRES)
test_is_silent = is_silent(SILENT)
