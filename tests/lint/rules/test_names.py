"""Names of classes and of their arguments."""

from tests.lint.rules.configs import (
    GAUSSIAN_VAE,
    GONE,
    IMAGE_FLOW,
    SDF_VQVAE,
    SHAPE_FLOW,
    STRUCTURE_VAE,
    TEXT_FLOW,
    renamed,
    written,
)
from tests.lint.rules.tables import case, fires, is_silent, raw

FIRES = {
    "TC501": {
        "a_model_misspelt": case(
            STRUCTURE_VAE,
            {"models.encoder.name": "SparseStructureEncodr"},
            '4:21 error TC501 no model "SparseStructureEncodr" is known; did you mean …',
        ),
        "a_dataset_misspelt": case(
            SDF_VQVAE,
            {"dataset.name": "SparceSDF"},
            '13:17 error TC501 no dataset "SparceSDF" is known; did you mean "SparseSDF"?',
        ),
        "a_trainer_misspelt": case(
            STRUCTURE_VAE,
            {"trainer.name": "SparseStructureVAETrainer"},
            '37:17 error TC501 no trainer "SparseStructureVAETrainer" is known; did you mean …',
        ),
        "an_underline_too_few": case(
            SDF_VQVAE,
            {"trainer.name": "SparseSDFVQVAETrainer"},
            '20:17 error TC501 no trainer "SparseSDFVQVAETrainer" is known; did you mean …',
        ),
        "in_another_case": case(
            TEXT_FLOW,
            {"dataset.name": "textConditionedSLat"},
            '17:17 error TC501 no dataset "textConditionedSLat" is known; did you mean …',
        ),
        "of_another_section": case(
            STRUCTURE_VAE,
            {"dataset.name": "SparseStructureEncoder"},
            '31:17 warning TC501 no dataset "SparseStructureEncoder" is known',
        ),
        "without_its_end": case(
            IMAGE_FLOW,
            {"models.denoiser.name": "SparseStructureFlow"},
            '4:21 warning TC501 no model "SparseStructureFlow" is known; did you mean …',
        ),
        "a_model_of_a_fork": case(
            TEXT_FLOW,
            {"models.denoiser.name": "SLatFlowModelV2"},
            '4:21 warning TC501 no model "SLatFlowModelV2" is known',
        ),
        "a_trainer_of_a_fork": case(
            STRUCTURE_VAE,
            {"trainer.name": "SparseStructureVQVaeTrainer"},
            '37:17 warning TC501 no trainer "SparseStructureVQVaeTrainer" is known',
        ),
        "a_distance_of_another_kind": case(
            SDF_VQVAE,
            {"dataset.name": "SparseTSDF"},
            '13:17 warning TC501 no dataset "SparseTSDF" is known',
        ),
        "an_autoencoder_of_another_kind": case(
            SDF_VQVAE,
            {"models.vqvae.name": "SparseSDFVAE"},
            '4:21 warning TC501 no model "SparseSDFVAE" is known',
        ),
        "a_clipper_is_misspelt": case(
            STRUCTURE_VAE,
            {"trainer.args.grad_clip": {"name": "AdaptiveGradCliper", "args": {}}},
            '51:25 error TC501 no gradient clipper "AdaptiveGradCliper" is known; did you mean …',
        ),
        "an_encoder_is_misspelt": case(
            SHAPE_FLOW,
            {"trainer.args.image_cond_model.name": "DinoV3FeatureExtracter"},
            '37:25 error TC501 no image encoder "DinoV3FeatureExtracter" is known; did you mean …',
        ),
        "none_that_is_near": case(
            STRUCTURE_VAE,
            {"trainer.name": "GanTrainer"},
            '37:17 warning TC501 no trainer "GanTrainer" is known',
        ),
        "an_empty_name": case(
            STRUCTURE_VAE,
            {"dataset.name": ""},
            '31:17 warning TC501 no dataset "" is known',
        ),
        "a_path": case(
            STRUCTURE_VAE,
            {"trainer.name": "my.trainers.GanTrainer"},
            '37:17 warning TC501 no trainer "my.trainers.GanTrainer" is known',
        ),
        "a_long_name": case(
            STRUCTURE_VAE,
            {"trainer.name": "Trainer" * 1000},
            "37:17 warning TC501 no trainer …",
        ),
        "chinese": case(
            STRUCTURE_VAE,
            {"dataset.name": "体素数据集"},
            '31:17 warning TC501 no dataset "体素数据集" is known',
        ),
        "all_three": case(
            STRUCTURE_VAE,
            {"models.encoder.name": "A", "dataset.name": "B", "trainer.name": "C"},
            '4:21 warning TC501 no model "A" is known',
            '31:17 warning TC501 no dataset "B" is known',
            '37:17 warning TC501 no trainer "C" is known',
        ),
    },
    "TC502": {
        "swallowed_by_a_trainer": case(
            SDF_VQVAE,
            {"trainer.args.num_workers": 30},
            '33:13 warning TC502 SparseSDF_VQVAETrainer ignores "num_workers"',
        ),
        "a_letter_too_many": case(
            STRUCTURE_VAE,
            {"trainer.args.max_epochs": 20},
            '50:13 error TC502 SparseStructureVaeTrainer ignores "max_epochs"; did you mean …',
        ),
        "a_letter_missing": case(
            STRUCTURE_VAE,
            {"trainer.args.i_sav": 1000},
            '50:13 error TC502 SparseStructureVaeTrainer ignores "i_sav"; did you mean "i_save"?',
        ),
        "without_underlines": case(
            STRUCTURE_VAE,
            {"trainer.args.batchsize": 8},
            '50:13 error TC502 SparseStructureVaeTrainer ignores "batchsize"; did you mean …',
        ),
        "of_a_model": case(
            STRUCTURE_VAE,
            {"models.encoder.args.dropout": 0.1},
            '14:17 warning TC502 SparseStructureEncoder takes no "dropout"',
        ),
        "of_a_model_misspelt": case(
            STRUCTURE_VAE,
            {"models.encoder.args.use_pf16": True},
            '14:17 warning TC502 SparseStructureEncoder takes no "use_pf16"',
        ),
        "of_a_dataset": case(
            SDF_VQVAE,
            {"dataset.args.split": "train"},
            '17:13 warning TC502 SparseSDF takes no "split"',
        ),
        "a_comment": case(
            SDF_VQVAE,
            {"dataset.args._comment": "small"},
            '17:13 warning TC502 SparseSDF takes no "_comment"',
        ),
        "what_the_model_takes": case(
            SDF_VQVAE,
            {"trainer.args.use_checkpoint": True},
            '33:13 warning TC502 SparseSDF_VQVAETrainer ignores "use_checkpoint"; models.vqvae …',
        ),
        "what_the_dataset_takes": case(
            SDF_VQVAE,
            {"trainer.args.max_points": 1000},
            '33:13 warning TC502 SparseSDF_VQVAETrainer ignores "max_points"; dataset takes it',
        ),
        "what_the_trainer_takes": case(
            SDF_VQVAE,
            {"models.vqvae.args.loss_type": "l1"},
            '9:17 warning TC502 SparseSDFVQVAE takes no "loss_type"; trainer takes it',
        ),
        "what_a_part_of_the_trainer_takes": case(
            TEXT_FLOW,
            {"trainer.args.target_ratio": 0.5},
            "51:13 warning TC502 TextConditionedSparseFlowMatchingCFGTrainer ignores …",
        ),
        "of_a_clipper": case(
            STRUCTURE_VAE,
            {
                "trainer.args.grad_clip": {
                    "name": "AdaptiveGradClipper",
                    "args": {"max_norm": 1, "percentile": 95},
                }
            },
            '54:21 warning TC502 AdaptiveGradClipper takes no "percentile"',
        ),
        "of_a_distribution": case(
            IMAGE_FLOW,
            {"trainer.args.t_schedule.args.sigma": 1},
            '40:21 warning TC502 logitNormal takes no "sigma"',
        ),
        "of_an_image_encoder": case(
            SHAPE_FLOW,
            {"trainer.args.image_cond_model.args.size": 1},
            '40:21 warning TC502 DinoV3FeatureExtractor takes no "size"',
        ),
        "of_another_trainer": case(
            STRUCTURE_VAE,
            {"trainer.args.p_uncond": 0.1},
            '50:13 warning TC502 SparseStructureVaeTrainer ignores "p_uncond"',
        ),
        "limits_of_a_dataset": case(
            STRUCTURE_VAE,
            {"dataset.args.max_steps": 5},
            '34:13 warning TC502 SparseStructure takes no "max_steps"; trainer takes it',
        ),
        "an_empty_key": case(
            STRUCTURE_VAE,
            {"trainer.args.": 1},
            '50:13 warning TC502 SparseStructureVaeTrainer ignores ""',
        ),
        "slashes_and_tildes": case(
            STRUCTURE_VAE,
            {"trainer.args.~/a~1b": 1},
            '50:13 warning TC502 SparseStructureVaeTrainer ignores "~/a~1b"',
        ),
        "name_and_args_of_their_own": case(
            STRUCTURE_VAE,
            {"trainer.args.name": "x", "trainer.args.args": {}},
            '50:13 warning TC502 SparseStructureVaeTrainer ignores "name"',
            '51:13 warning TC502 SparseStructureVaeTrainer ignores "args"',
        ),
        "spelled_with_an_escape": raw(
            written(STRUCTURE_VAE).replace('"i_save"', '"\\u0069_sav"'),
            '49:13 error TC502 SparseStructureVaeTrainer ignores "i_sav"; did you mean "i_save"?',
        ),
        "a_long_key": case(
            STRUCTURE_VAE,
            {"trainer.args." + "k" * 1000: 1},
            "50:13 warning TC502 SparseStructureVaeTrainer ignores …",
        ),
        "a_weight_is_misspelt": case(
            GAUSSIAN_VAE,
            {"trainer.args.regularizations": {"lambda_vol": 1.0, "lambda_opacty": 2.0}},
            '47:17 error TC502 regularizations has no "lambda_opacty"; did you mean …',
        ),
        "a_weight_of_a_fork": case(
            GAUSSIAN_VAE,
            {"trainer.args.regularizations": {"lambda_normal": 1.0}},
            '46:17 warning TC502 regularizations has no "lambda_normal"',
        ),
        "a_limit_in_a_model": case(
            STRUCTURE_VAE,
            {"models.encoder.args.max_epoch": 20},
            '14:17 warning TC502 SparseStructureEncoder takes no "max_epoch"; trainer takes it',
        ),
        "a_required_one_is_misspelt": raw(
            written(renamed(IMAGE_FLOW, "cond_channels", "cond_chanels")),
            '8:17 error TC502 SparseStructureFlowModel takes no "cond_chanels"; did you mean …',
        ),
        "an_optimizer_is_misspelt": raw(
            written(renamed(STRUCTURE_VAE, "optimizer", "optimiser")),
            '43:13 error TC502 SparseStructureVaeTrainer ignores "optimiser"; did you mean …',
        ),
    },
    "TC504": {
        "a_folder": case(
            STRUCTURE_VAE,
            {"trainer.args.output_dir": "out"},
            '50:13 error TC504 "output_dir" is given by train.py itself: remove it',
        ),
        "all_of_a_trainer": case(
            STRUCTURE_VAE,
            {
                f"trainer.args.{key}": None
                for key in ("output_dir", "load_dir", "step", "models", "dataset")
            },
            '50:13 error TC504 "output_dir" is given by train.py itself: remove it',
            '51:13 error TC504 "load_dir" is given by train.py itself: remove it',
            '52:13 error TC504 "step" is given by train.py itself: remove it',
            '53:13 error TC504 "models" is given by train.py itself: remove it',
            '54:13 error TC504 "dataset" is given by train.py itself: remove it',
        ),
        "of_a_dataset": case(
            STRUCTURE_VAE,
            {"dataset.args.roots": "data"},
            '34:13 error TC504 "roots" is given by train.py itself: remove it',
        ),
        "of_unknown_classes": case(
            STRUCTURE_VAE,
            {
                "trainer.name": "GanTrainer",
                "trainer.args.load_dir": "",
                "dataset": {"name": "VoxelFolder", "args": {"roots": "data"}},
            },
            '31:17 warning TC501 no dataset "VoxelFolder" is known',
            '33:13 error TC504 "roots" is given by train.py itself: remove it',
            '37:17 warning TC501 no trainer "GanTrainer" is known',
            '50:13 error TC504 "load_dir" is given by train.py itself: remove it',
        ),
    },
}
SILENT = {
    "TC501": {
        "of_trellis_2": case(SHAPE_FLOW, {}),
        "no_string": case(
            STRUCTURE_VAE,
            {"dataset.name": None},
            "31:17 error TC005 dataset.name is null, but must be a string",
        ),
        "no_arguments": case(
            STRUCTURE_VAE,
            {"dataset": {"name": "Sparse"}},
            '30:5 error TC005 dataset has no "args": it needs both "name" and "args"',
        ),
        "in_a_section_of_a_fork": case(STRUCTURE_VAE, {"val_dataset": {"name": "X", "args": {}}}),
    },
    "TC502": {
        "max_epoch": case(STRUCTURE_VAE, {"trainer.args.max_epoch": 5}),
        "of_an_unknown_class": case(
            STRUCTURE_VAE,
            {"trainer.name": "GanTrainer", "trainer.args.num_workers": 4},
            '37:17 warning TC501 no trainer "GanTrainer" is known',
        ),
        "of_the_newer_package": case(
            STRUCTURE_VAE,
            {"trainer.args.mix_precision_mode": None, "trainer.args.snapshot_batch_size": 4},
        ),
        "beside_the_arguments": case(STRUCTURE_VAE, {"trainer.num_workers": 4}),
        "what_train_py_gives": case(
            STRUCTURE_VAE,
            {"trainer.args.step": 0},
            '50:13 error TC504 "step" is given by train.py itself: remove it',
        ),
        "of_an_optimizer": case(STRUCTURE_VAE, {"trainer.args.optimizer.args.weight_decay": 0}),
    },
    "TC504": {
        "at_the_top": case(
            STRUCTURE_VAE,
            {"output_dir": "out"},
            "52:5 warning TC505 output_dir replaces train.py's option --output_dir",
        ),
        "of_another_section": case(
            STRUCTURE_VAE,
            {"models.encoder.args.roots": "data"},
            '14:17 warning TC502 SparseStructureEncoder takes no "roots"',
        ),
        "beside_the_arguments": case(STRUCTURE_VAE, {"dataset.roots": "data", "trainer.step": 0}),
        "no_arguments": case(
            STRUCTURE_VAE,
            {"trainer.args": GONE},
            '36:5 error TC005 trainer has no "args": it needs both "name" and "args"',
        ),
    },
}

test_fires = fires(FIRES)
test_is_silent = is_silent(SILENT)
