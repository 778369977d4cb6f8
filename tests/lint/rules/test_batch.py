"""The batch, and how it is shared and split."""

from tests.lint.rules.configs import GONE, IMAGE_FLOW, SDF_VQVAE, STRUCTURE_VAE
from tests.lint.rules.tables import case, fires, is_silent
from trellis_cfg.lint.config import Facts

ALL, OWN, SPLIT = (
    f"trainer.args.{key}" for key in ("batch_size", "batch_size_per_gpu", "batch_split")
)
TRAINER, EPOCHS = "trainer.name", "trainer.args.max_epoch"

FIRES = {
    "TC201": {
        "neither": case(
            STRUCTURE_VAE,
            {OWN: GONE},
            "38:9 error TC201 there is no batch size: set batch_size_per_gpu, or batch_size …",
        ),
        "null": case(
            STRUCTURE_VAE,
            {OWN: None},
            "41:35 error TC201 there is no batch size: set batch_size_per_gpu, or batch_size …",
        ),
        "both_null": case(
            STRUCTURE_VAE,
            {OWN: None, ALL: None},
            "41:35 error TC201 there is no batch size: set batch_size_per_gpu, or batch_size …",
            "+50:27 or here",
        ),
        "an_unknown_trainer": case(
            STRUCTURE_VAE,
            {TRAINER: "GanTrainer", OWN: GONE},
            '37:17 warning TC501 no trainer "GanTrainer" is known',
            "38:9 warning TC201 there is no batch size: set batch_size_per_gpu, or batch_size …",
        ),
        "a_trainer_without_a_name": case(
            STRUCTURE_VAE,
            {TRAINER: GONE, OWN: GONE},
            '36:5 error TC005 trainer has no "name": it needs both "name" and "args"',
            "37:9 warning TC201 there is no batch size: set batch_size_per_gpu, or batch_size …",
        ),
    },
    "TC202": {
        "a_batch_of_one": case(
            SDF_VQVAE,
            {OWN: 1, SPLIT: 4},
            "33:28 error TC202 a batch of 1 cannot be split by 4: batch_split must divide …",
            "+24:35 the batch",
        ),
        "a_remainder": case(
            STRUCTURE_VAE,
            {OWN: 6, SPLIT: 4},
            "42:28 error TC202 a batch of 6 cannot be split by 4: batch_split must divide …",
            "+41:35 the batch",
        ),
        "of_all_gpus": case(
            STRUCTURE_VAE,
            {OWN: GONE, ALL: 6, SPLIT: 4},
            "41:28 error TC202 a batch of 6 cannot be split by 4: batch_split must divide …",
            "+49:27 the batch",
        ),
        "of_one_gpu_of_four": case(
            STRUCTURE_VAE,
            {OWN: GONE, ALL: 8, SPLIT: 4},
            "41:28 error TC202 a batch of 2 cannot be split by 4: batch_split must divide the …",
            "+49:27 the batch",
            facts=Facts(gpus=4),
        ),
        "of_one_gpu_of_two_nodes": case(
            STRUCTURE_VAE,
            {OWN: None, ALL: 16, SPLIT: 4},
            "42:28 error TC202 a batch of 2 cannot be split by 4: batch_split must divide the …",
            "+50:27 the batch",
            facts=Facts(gpus=4, nodes=2),
        ),
        "an_unknown_trainer": case(
            STRUCTURE_VAE,
            {TRAINER: "GanTrainer", SPLIT: 3},
            '37:17 warning TC501 no trainer "GanTrainer" is known',
            "42:28 error TC202 a batch of 4 cannot be split by 3: batch_split must divide …",
            "+41:35 the batch",
        ),
        "where_the_whole_batch_is_ignored": case(
            STRUCTURE_VAE,
            {ALL: 9, SPLIT: 3},
            "42:28 error TC202 a batch of 4 cannot be split by 3: batch_split must divide …",
            "+41:35 the batch",
            "50:13 warning TC203 batch_size is ignored, because batch_size_per_gpu is set: …",
            "+41:13 this one counts",
        ),
    },
    "TC203": {
        "both": case(
            STRUCTURE_VAE,
            {ALL: 32},
            "50:13 warning TC203 batch_size is ignored, because batch_size_per_gpu is set: …",
            "+41:13 this one counts",
        ),
        "whatever_it_says": case(
            STRUCTURE_VAE,
            {ALL: 7},
            "50:13 warning TC203 batch_size is ignored, because batch_size_per_gpu is set: …",
            "+41:13 this one counts",
            facts=Facts(gpus=4),
        ),
    },
    "TC204": {
        "four_gpus": case(
            STRUCTURE_VAE,
            {OWN: GONE, ALL: 10},
            "49:27 error TC204 a batch of 10 cannot be shared by 4 GPUs equally",
            facts=Facts(gpus=4),
        ),
        "two_nodes": case(
            STRUCTURE_VAE,
            {OWN: None, ALL: 12},
            "50:27 error TC204 a batch of 12 cannot be shared by 8 GPUs equally",
            facts=Facts(gpus=4, nodes=2),
        ),
        "more_gpus_than_samples": case(
            STRUCTURE_VAE,
            {OWN: GONE, ALL: 4},
            "49:27 error TC204 a batch of 4 cannot be shared by 8 GPUs equally",
            facts=Facts(gpus=8),
        ),
    },
    "TC205": {
        "one_sample": case(
            STRUCTURE_VAE,
            {OWN: 2},
            "41:35 error TC205 a GPU gets 1 samples, fewer than its batch of 2: training would …",
            facts=Facts(gpus=1, dataset_size=1),
        ),
        "no_samples": case(
            STRUCTURE_VAE,
            {},
            "41:35 error TC205 a GPU gets 0 samples, fewer than its batch of 4: training would …",
            facts=Facts(dataset_size=0),
        ),
        "shared_by_eight": case(
            STRUCTURE_VAE,
            {},
            "41:35 error TC205 each of 8 GPUs gets 3 samples, fewer than its batch of 4: …",
            facts=Facts(gpus=8, dataset_size=24),
        ),
        "shared_by_two_nodes": case(
            STRUCTURE_VAE,
            {},
            "41:35 error TC205 each of 16 GPUs gets 2 samples, fewer than its batch of 4: …",
            facts=Facts(gpus=8, nodes=2, dataset_size=32),
        ),
        "the_batch_of_all": case(
            STRUCTURE_VAE,
            {OWN: GONE, ALL: 32},
            "49:27 error TC205 each of 8 GPUs gets 3 samples, fewer than its batch of 4: …",
            facts=Facts(gpus=8, dataset_size=24),
        ),
    },
}
SILENT = {
    "TC201": {
        "of_one_gpu": case(STRUCTURE_VAE, {OWN: 1}),
        "of_all": case(STRUCTURE_VAE, {OWN: GONE, ALL: 8}),
        "one_of_the_wrong_type": case(
            STRUCTURE_VAE,
            {OWN: "4"},
            '41:35 error TC005 batch_size_per_gpu is "4", but must be an integer, or null',
        ),
        "no_arguments": case(
            STRUCTURE_VAE,
            {"trainer.args": None},
            "38:17 error TC005 trainer.args is null, but must be an object",
        ),
    },
    "TC202": {
        "it_divides": case(STRUCTURE_VAE, {OWN: 8, SPLIT: 4}),
        "as_much_as_the_batch": case(STRUCTURE_VAE, {OWN: 4, SPLIT: 4}),
        "no_split": case(STRUCTURE_VAE, {OWN: 1, SPLIT: GONE}),
        "null": case(STRUCTURE_VAE, {OWN: 1, SPLIT: None}),
        "of_all_on_gpus_that_are_not_told": case(STRUCTURE_VAE, {OWN: GONE, ALL: 8, SPLIT: 4}),
        "of_all_on_two_gpus": case(
            STRUCTURE_VAE, {OWN: GONE, ALL: 8, SPLIT: 4}, facts=Facts(gpus=2)
        ),
        "no_batch_at_all": case(
            STRUCTURE_VAE,
            {OWN: GONE, SPLIT: 4},
            "38:9 error TC201 there is no batch size: set batch_size_per_gpu, or batch_size …",
        ),
        "a_batch_of_the_wrong_type": case(
            STRUCTURE_VAE,
            {OWN: "6", SPLIT: 4},
            '41:35 error TC005 batch_size_per_gpu is "6", but must be an integer, or null',
        ),
        "that_size_is_ignored": case(
            STRUCTURE_VAE,
            {OWN: "4", ALL: 6, SPLIT: 4},
            '41:35 error TC005 batch_size_per_gpu is "4", but must be an integer, or null',
            "50:13 warning TC203 batch_size is ignored, because batch_size_per_gpu is set: …",
            "+41:13 this one counts",
        ),
    },
    "TC203": {
        "one_is_null": case(STRUCTURE_VAE, {ALL: None}),
        "the_other_is_null": case(STRUCTURE_VAE, {OWN: None, ALL: 32}),
        "one_only": case(IMAGE_FLOW, {}),
    },
    "TC204": {
        "gpus_that_are_not_told": case(STRUCTURE_VAE, {OWN: GONE, ALL: 10}),
        "it_divides": case(STRUCTURE_VAE, {OWN: GONE, ALL: 12}, facts=Facts(gpus=2, nodes=3)),
        "of_one_gpu": case(STRUCTURE_VAE, {OWN: 5}, facts=Facts(gpus=4)),
    },
    "TC205": {
        "a_size_that_is_not_told": case(STRUCTURE_VAE, {OWN: 1000}, facts=Facts(gpus=8)),
        "just_enough": case(STRUCTURE_VAE, {}, facts=Facts(gpus=8, dataset_size=25)),
        "enough_for_one_gpu": case(STRUCTURE_VAE, {}, facts=Facts(dataset_size=4)),
        "the_batch_of_all_on_gpus_that_are_not_told": case(
            STRUCTURE_VAE, {OWN: GONE, ALL: 32}, facts=Facts(dataset_size=24)
        ),
    },
}

test_fires = fires(FIRES)
test_is_silent = is_silent(SILENT)
