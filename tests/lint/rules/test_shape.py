"""Values of the wrong kind, and arguments that are absent."""

from tests.lint.rules.configs import (
    GAUSSIAN_VAE,
    GONE,
    IMAGE_FLOW,
    MATERIAL_VAE,
    SDF_VQVAE,
    SHAPE_FLOW,
    STRUCTURE_VAE,
    TEXT_FLOW,
    renamed,
    written,
)
from tests.lint.rules.tables import case, fires, is_silent, raw

FIRES = {
    "TC005": {
        "the_config_is_an_array": raw(
            "[]",
            "1:1 error TC005 the config is an empty array, but must be an object",
        ),
        "the_config_is_a_number": raw(
            "5",
            "1:1 error TC005 the config is 5, but must be an object",
        ),
        "the_config_is_null": raw(
            "\n  null",
            "2:3 error TC005 the config is null, but must be an object",
        ),
        "the_config_is_empty": raw(
            "{}",
            "1:1 error TC005 this is no training config: it has no models, dataset or trainer",
        ),
        "another_program_s_file": raw(
            '{"name": "trellis", "version": "1.0.0"}',
            "1:1 error TC005 this is no training config: it has no models, dataset or trainer",
        ),
        "no_dataset": case(
            STRUCTURE_VAE,
            {"dataset": GONE},
            '1:1 error TC005 the config has no "dataset"',
        ),
        "a_section_is_misspelt": raw(
            written(renamed(STRUCTURE_VAE, "trainer", "trainers")),
            '1:1 error TC005 the config has no "trainer"',
        ),
        "two_sections_are_absent": case(
            STRUCTURE_VAE,
            {"models": GONE, "trainer": GONE},
            '1:1 error TC005 the config has no "models" and no "trainer"',
        ),
        "no_models": case(
            STRUCTURE_VAE,
            {"models": {}},
            "2:15 error TC005 models is empty: there is nothing to train",
        ),
        "models_in_an_array": case(
            STRUCTURE_VAE,
            {"models": []},
            "2:15 error TC005 models is an empty array, but must be an object",
        ),
        "models_without_roles": case(
            STRUCTURE_VAE,
            {"models": {"name": "X", "args": {}}},
            '3:17 error TC005 models.name is "X", but must be an object',
            '4:9 error TC005 models.args has no "name" and no "args": it needs both …',
        ),
        "a_model_is_null": case(
            STRUCTURE_VAE,
            {"models.decoder": None},
            "16:20 error TC005 decoder is null, but must be an object",
        ),
        "the_trainer_is_a_name": case(
            STRUCTURE_VAE,
            {"trainer": "SparseStructureVaeTrainer"},
            '36:16 error TC005 trainer is "SparseStructureVaeTrainer", but must be an object',
        ),
        "the_dataset_is_null": case(
            STRUCTURE_VAE,
            {"dataset": None},
            "30:16 error TC005 dataset is null, but must be an object",
        ),
        "a_model_without_arguments": case(
            STRUCTURE_VAE,
            {"models.encoder.args": GONE},
            '3:9 error TC005 encoder has no "args": it needs both …',
        ),
        "a_dataset_without_a_name": case(
            STRUCTURE_VAE,
            {"dataset.name": GONE},
            '30:5 error TC005 dataset has no "name": it needs both …',
        ),
        "a_trainer_with_neither": case(
            STRUCTURE_VAE,
            {"trainer": {}},
            '36:5 error TC005 trainer has no "name" and no "args": it needs both "name" and …',
        ),
        "a_name_that_is_a_number": case(
            STRUCTURE_VAE,
            {"dataset.name": 5},
            "31:17 error TC005 dataset.name is 5, but must be a string",
        ),
        "a_name_that_is_null": case(
            STRUCTURE_VAE,
            {"trainer.name": None},
            "37:17 error TC005 trainer.name is null, but must be a string",
        ),
        "arguments_in_an_array": case(
            STRUCTURE_VAE,
            {"dataset.args": [64]},
            "32:17 error TC005 dataset.args is an array of 1, but must be an object",
        ),
        "arguments_are_null": case(
            STRUCTURE_VAE,
            {"trainer.args": None},
            "38:17 error TC005 trainer.args is null, but must be an object",
        ),
        "a_misspelt_key_everywhere": raw(
            written(renamed(SDF_VQVAE, "args", "arguments")),
            '3:9 error TC005 vqvae has no "args": it needs both …',
            '12:5 error TC005 dataset has no "args": it needs both …',
            '19:5 error TC005 trainer has no "args": it needs both …',
        ),
        "an_optimizer_without_arguments": case(
            STRUCTURE_VAE,
            {"trainer.args.optimizer.args": GONE},
            '43:13 error TC005 optimizer has no "args": it needs both …',
        ),
        "the_default_of_no_optimizer": case(
            STRUCTURE_VAE,
            {"trainer.args.optimizer": {}},
            '43:13 error TC005 optimizer has no "name" and no "args": it needs both "name" and …',
        ),
        "an_optimizer_that_is_null": case(
            STRUCTURE_VAE,
            {"trainer.args.optimizer": None},
            "43:26 error TC005 optimizer is null, but must be an object",
        ),
        "an_optimizer_that_is_a_name": case(
            STRUCTURE_VAE,
            {"trainer.args.optimizer": "AdamW"},
            '43:26 error TC005 optimizer is "AdamW", but must be an object',
        ),
        "a_scheduler_that_is_a_name": case(
            STRUCTURE_VAE,
            {"trainer.args.lr_scheduler": "cosine"},
            '50:29 error TC005 lr_scheduler is "cosine", but must be an object, or null',
        ),
        "a_clipper_without_arguments": case(
            STRUCTURE_VAE,
            {"trainer.args.grad_clip": {"name": "AdaptiveGradClipper"}},
            '50:13 error TC005 grad_clip has no "args": it needs both …',
        ),
        "a_clipper_that_is_a_string": case(
            STRUCTURE_VAE,
            {"trainer.args.grad_clip": "1.0"},
            '50:26 error TC005 grad_clip is "1.0", but must be a number or an object, or null',
        ),
        "an_elastic_without_a_name": case(
            TEXT_FLOW,
            {"trainer.args.elastic.name": GONE},
            '44:13 error TC005 elastic has no "name": it needs both …',
        ),
        "a_schedule_of_times_that_is_null": case(
            IMAGE_FLOW,
            {"trainer.args.t_schedule": None},
            "35:27 error TC005 t_schedule is null, but must be an object",
        ),
        "an_encoder_in_an_array": case(
            IMAGE_FLOW,
            {"trainer.args.image_cond_model": ["dinov2_vitl14_reg"]},
            "42:33 error TC005 image_cond_model is an array of 1, but must be a string …",
        ),
        "an_encoder_without_arguments": case(
            SHAPE_FLOW,
            {"trainer.args.image_cond_model.args": GONE},
            '36:13 error TC005 image_cond_model has no "args": it needs both …',
        ),
        "a_string_for_an_integer": case(
            STRUCTURE_VAE,
            {"trainer.args.batch_size_per_gpu": "4"},
            '41:35 error TC005 batch_size_per_gpu is "4", but must be an integer, or null',
        ),
        "a_string_for_a_number": case(
            STRUCTURE_VAE,
            {"trainer.args.optimizer.args.lr": "1e-4"},
            '46:27 error TC005 lr is "1e-4", but must be a number',
        ),
        "true_for_an_integer": case(
            STRUCTURE_VAE,
            {"trainer.args.i_log": True},
            "50:22 error TC005 i_log is true, but must be an integer",
        ),
        "a_string_for_true": case(
            STRUCTURE_VAE,
            {"models.encoder.args.use_fp16": "true"},
            '13:29 error TC005 use_fp16 is "true", but must be true or false',
        ),
        "a_float_for_a_count": case(
            STRUCTURE_VAE,
            {"dataset.args.resolution": 64.0},
            "33:27 error TC005 resolution is 64.0, but must be an integer",
        ),
        "a_float_for_a_batch": case(
            STRUCTURE_VAE,
            {"trainer.args.batch_size_per_gpu": 4.0},
            "41:35 error TC005 batch_size_per_gpu is 4.0, but must be an integer, or null",
        ),
        "an_integer_for_a_list": case(
            STRUCTURE_VAE,
            {"models.encoder.args.channels": 32},
            "9:29 error TC005 channels is 32, but must be an array",
        ),
        "an_element_of_a_list": case(
            STRUCTURE_VAE,
            {"models.encoder.args.channels": [32, "128"]},
            '11:21 error TC005 channels[1] is "128", but must be an integer',
        ),
        "null_without_a_default_of_null": case(
            STRUCTURE_VAE,
            {"trainer.args.i_save": None},
            "49:23 error TC005 i_save is null, but must be an integer",
        ),
        "a_batch_of_none": case(
            STRUCTURE_VAE,
            {"trainer.args.batch_size_per_gpu": 0},
            "41:35 error TC005 batch_size_per_gpu is 0, but must be 1 or more, or null",
        ),
        "a_batch_below_zero": case(
            STRUCTURE_VAE,
            {"trainer.args.batch_size_per_gpu": GONE, "trainer.args.batch_size": -8},
            "49:27 error TC005 batch_size is -8, but must be 1 or more, or null",
        ),
        "a_split_into_none": case(
            STRUCTURE_VAE,
            {"trainer.args.batch_split": 0},
            "42:28 error TC005 batch_split is 0, but must be 1 or more, or null",
        ),
        "a_rate_that_is_an_integer": case(
            STRUCTURE_VAE,
            {"trainer.args.ema_rate": 1},
            "50:25 error TC005 ema_rate is 1, but a single rate must be written as a float",
        ),
        "a_rate_that_is_null": case(
            STRUCTURE_VAE,
            {"trainer.args.ema_rate": None},
            "50:25 error TC005 ema_rate is null, but must be a number or an array",
        ),
        "a_rate_that_is_true": case(
            STRUCTURE_VAE,
            {"trainer.args.ema_rate": True},
            "50:25 error TC005 ema_rate is true, but must be a number or an array",
        ),
        "a_rate_in_a_string": case(
            STRUCTURE_VAE,
            {"trainer.args.ema_rate": ["0.9999"]},
            '51:17 error TC005 ema_rate[0] is "0.9999", but must be a number',
        ),
        "a_choice_that_is_no_string": case(
            STRUCTURE_VAE,
            {"trainer.args.loss_type": 1},
            '50:26 error TC005 loss_type is 1, but must be one of "bce", "l1", "dice"',
        ),
        "a_list_where_a_unet_has_one": case(
            MATERIAL_VAE,
            {"models.encoder.args.model_channels": 64},
            "7:35 error TC005 model_channels is 64, but must be an array",
        ),
        "a_normalization_in_an_array": case(
            TEXT_FLOW,
            {"dataset.args.normalization": [0, 1]},
            "20:30 error TC005 normalization is an array of 2, but must be an object, or null",
        ),
        "tabs_and_crlf": raw(
            '{\r\n\t"models": {},\r\n\t"dataset": {"name": "D", "args": {}},\r\n\t"trainer": '
            '{"name": "T", "args": {"max_steps": 9, "max_epoch": null, "i_save":\t"9"}}\r\n}',
            "2:12 error TC005 models is empty: there is nothing to train",
            '3:22 warning TC501 no dataset "D" is known',
            '4:22 warning TC501 no trainer "T" is known',
            "4:27 warning TC201 there is no batch size: set batch_size_per_gpu, or batch_size …",
            '4:81 warning TC005 i_save is "9", but must be an integer',
        ),
        "many_at_once": case(
            STRUCTURE_VAE,
            {
                "dataset.args.resolution": "64",
                "trainer.args.i_save": "10000",
                "models.decoder.args.channels": [None, 1.5],
            },
            "23:21 error TC005 channels[0] is null, but must be an integer",
            "24:21 error TC005 channels[1] is 1.5, but must be an integer",
            '33:27 error TC005 resolution is "64", but must be an integer',
            '49:23 error TC005 i_save is "10000", but must be an integer',
        ),
        "a_wait_of_no_steps": case(
            STRUCTURE_VAE,
            {"trainer.args.lr_scheduler": {"name": "StepLR", "args": {"step_size": 0}}},
            "53:34 error TC005 step_size is 0, but must be 1 or more",
        ),
        "steps_that_torch_wants_as_integers": case(
            STRUCTURE_VAE,
            {
                "trainer.args.lr_scheduler": {
                    "name": "OneCycleLR",
                    "args": {"max_lr": 1e-3, "total_steps": 1e6},
                }
            },
            "54:36 error TC005 total_steps is 1000000.0, but OneCycleLR needs an integer",
        ),
        "restarts_that_torch_wants_as_integers": case(
            STRUCTURE_VAE,
            {
                "trainer.args.lr_scheduler": {
                    "name": "CosineAnnealingWarmRestarts",
                    "args": {"T_0": 1e4},
                }
            },
            "53:28 error TC005 T_0 is 10000.0, but CosineAnnealingWarmRestarts needs an integer",
        ),
        "what_torch_requires_is_null": case(
            STRUCTURE_VAE,
            {"trainer.args.lr_scheduler": {"name": "ExponentialLR", "args": {"gamma": None}}},
            "53:30 error TC005 gamma is null, but ExponentialLR needs a value",
        ),
        "a_warm_up_of_null": case(
            STRUCTURE_VAE,
            {
                "trainer.args.lr_scheduler": {
                    "name": "LinearWarmupLRScheduler",
                    "args": {"warmup_steps": None},
                }
            },
            "53:37 error TC005 warmup_steps is null, but LinearWarmupLRScheduler needs a value",
        ),
        "of_a_trainer_that_is_not_known": case(
            STRUCTURE_VAE,
            {"trainer.name": "GanTrainer", "trainer.args.optimizer": {"g": {}}},
            '37:17 warning TC501 no trainer "GanTrainer" is known',
            '43:13 warning TC005 optimizer has no "name" and no "args": it needs both "name" and …',
        ),
        "null_where_it_was_meant": case(
            STRUCTURE_VAE,
            {"trainer.args.fp16_mode": True, "trainer.args.elastic": 0},
            '50:26 error TC005 fp16_mode is true, but must be one of "inflat_all", "amp", or null',
            "51:24 error TC005 elastic is 0, but must be an object, or null",
        ),
        "a_rate_below_zero": case(
            STRUCTURE_VAE,
            {"trainer.args.optimizer.args.lr": -1e-4},
            "46:27 error TC005 lr is -0.0001, but must be 0 or more",
        ),
        "an_integer_no_float_can_hold": case(
            STRUCTURE_VAE,
            {"trainer.args.optimizer.args.lr": 10**400},
            "46:27 error TC005 lr is 1000000000000000000000000000000000000000…, but …",
        ),
    },
    "TC007": {
        "a_choice_of_another_trainer": case(
            STRUCTURE_VAE,
            {"trainer.args.loss_type": "mse"},
            '50:26 warning TC007 loss_type is "mse"; known are "bce", "l1", "dice"',
        ),
        "a_misspelt_choice": case(
            SDF_VQVAE,
            {"trainer.args.loss_type": "l1_12"},
            '31:26 warning TC007 loss_type is "l1_12"; known are "mse", "l1", "l1_l2"; did you …',
        ),
        "a_mode_of_attention": case(
            SDF_VQVAE,
            {"models.vqvae.args.attn_mode": "window"},
            '9:30 warning TC007 attn_mode is "window"; known are "full", "shift_window", …',
        ),
        "a_mode_of_positions": case(
            IMAGE_FLOW,
            {"models.denoiser.args.pe_mode": "Rope"},
            '13:28 warning TC007 pe_mode is "Rope"; known are "ape", "rope"; did you mean …',
        ),
        "a_norm": case(
            STRUCTURE_VAE,
            {"models.encoder.args.norm_type": "batch"},
            '14:30 warning TC007 norm_type is "batch"; known are "group", "layer"',
        ),
        "deepspeed": case(
            STRUCTURE_VAE,
            {"trainer.args.fp16_mode": "deepspeed"},
            '50:26 warning TC007 fp16_mode is "deepspeed"; known are "inflat_all", "amp", or null',
        ),
        "a_format_of_numbers": case(
            SHAPE_FLOW,
            {"trainer.args.mix_precision_dtype": "fp8"},
            '35:36 warning TC007 mix_precision_dtype is "fp8"; known are "f16", "fp16", …',
        ),
        "a_distribution": case(
            IMAGE_FLOW,
            {"trainer.args.t_schedule.name": "lognormal"},
            '36:25 warning TC007 t_schedule.name is "lognormal"; known are "uniform", …',
        ),
        "a_probability_above_one": case(
            IMAGE_FLOW,
            {"trainer.args.p_uncond": 1.2},
            "43:25 warning TC007 p_uncond is 1.2; expected is 1 or less",
        ),
        "a_third_stage": case(
            SDF_VQVAE,
            {"trainer.args.training_stage": 3},
            "32:31 warning TC007 training_stage is 3; expected is 2 or less",
        ),
        "an_interval_below_zero": case(
            STRUCTURE_VAE,
            {"trainer.args.i_log": -5},
            "50:22 warning TC007 i_log is -5; expected is 1 or more",
        ),
        "a_decay_of_momentum_below_zero": case(
            STRUCTURE_VAE,
            {"trainer.args.optimizer.args.eps": -1e-4},
            "47:28 warning TC007 eps is -0.0001; expected is 0 or more",
        ),
        "an_average_of_one": case(
            STRUCTURE_VAE,
            {"trainer.args.ema_rate": 1.0},
            "50:25 warning TC007 ema_rate is 1.0; expected is less than 1",
        ),
        "an_average_above_one": case(
            STRUCTURE_VAE,
            {"trainer.args.ema_rate": [0.9999, 1.5]},
            "52:17 warning TC007 ema_rate[1] is 1.5; expected is 1 or less",
        ),
        "a_percentile": case(
            STRUCTURE_VAE,
            {
                "trainer.args.grad_clip": {
                    "name": "AdaptiveGradClipper",
                    "args": {"clip_percentile": 101},
                }
            },
            "53:40 warning TC007 clip_percentile is 101; expected is 100 or less",
        ),
        "no_heads": case(
            IMAGE_FLOW,
            {"models.denoiser.args.num_heads": 0},
            "13:30 warning TC007 num_heads is 0; expected is 1 or more, or null",
        ),
        "no_warm_up": case(
            STRUCTURE_VAE,
            {
                "trainer.args.lr_scheduler": {
                    "name": "LinearWarmupLRScheduler",
                    "args": {"warmup_steps": 0},
                }
            },
            "53:37 warning TC007 warmup_steps is 0; expected is 1 or more",
        ),
        "betas_of_three": case(
            STRUCTURE_VAE,
            {"trainer.args.optimizer.args.betas": [0.9, 0.9, 0.9]},
            "47:30 warning TC007 betas is an array of 3; expected is an array of 2",
        ),
        "of_a_trainer_that_is_not_known": case(
            STRUCTURE_VAE,
            {"trainer.name": "GanTrainer", "trainer.args.fp16_mode": "deepspeed"},
            '37:17 warning TC501 no trainer "GanTrainer" is known',
            '50:26 warning TC007 fp16_mode is "deepspeed"; known are "inflat_all", "amp"',
        ),
    },
    "TC503": {
        "of_a_model": case(
            STRUCTURE_VAE,
            {"models.encoder.args.latent_channels": GONE},
            '5:13 error TC503 SparseStructureEncoder requires "latent_channels"',
        ),
        "two_of_a_model": case(
            STRUCTURE_VAE,
            {"models.decoder.args.out_channels": GONE, "models.decoder.args.channels": GONE},
            '18:13 error TC503 SparseStructureDecoder requires "channels"',
            '18:13 error TC503 SparseStructureDecoder requires "out_channels"',
        ),
        "all_of_a_model": case(
            STRUCTURE_VAE,
            {"models.encoder.args": {}},
            '5:13 error TC503 SparseStructureEncoder requires "channels"',
            '5:13 error TC503 SparseStructureEncoder requires "in_channels"',
            '5:13 error TC503 SparseStructureEncoder requires "latent_channels"',
            '5:13 error TC503 SparseStructureEncoder requires "num_res_blocks"',
            "29:9 warning TC405 a resumed run fails, or turns to half precision: …",
        ),
        "of_a_dataset": case(
            TEXT_FLOW,
            {"dataset.args.latent_model": GONE},
            '18:9 error TC503 TextConditionedSLat requires "latent_model"',
        ),
        "the_size_of_images": case(
            GAUSSIAN_VAE,
            {"dataset.args.image_size": GONE},
            '27:9 error TC503 SparseFeat2Render requires "image_size"',
        ),
        "the_resolution_of_trellis_2": case(
            SHAPE_FLOW,
            {"dataset.args.resolution": GONE},
            '18:9 error TC503 ImageConditionedSLatShape requires "resolution"',
        ),
        "an_optimizer": case(
            STRUCTURE_VAE,
            {"trainer.args.optimizer": GONE},
            '38:9 error TC503 SparseStructureVaeTrainer requires "optimizer"',
        ),
        "of_a_distribution": case(
            IMAGE_FLOW,
            {"trainer.args.t_schedule.args.std": GONE},
            '37:17 error TC503 logitNormal requires "std"',
        ),
        "of_an_image_encoder": case(
            SHAPE_FLOW,
            {"trainer.args.image_cond_model.args.model_name": GONE},
            '38:17 error TC503 DinoV3FeatureExtractor requires "model_name"',
        ),
        "the_period_of_a_cosine": case(
            STRUCTURE_VAE,
            {"trainer.args.lr_scheduler": {"name": "CosineAnnealingLR", "args": {"eta_min": 0}}},
            '52:17 error TC503 CosineAnnealingLR requires "T_max"',
        ),
        "the_steps_of_a_warm_up": case(
            STRUCTURE_VAE,
            {"trainer.args.lr_scheduler": {"name": "LinearWarmupLRScheduler", "args": {}}},
            '52:17 error TC503 LinearWarmupLRScheduler requires "warmup_steps"',
        ),
        "the_factor_of_a_decay": case(
            STRUCTURE_VAE,
            {"trainer.args.lr_scheduler": {"name": "ExponentialLR", "args": {}}},
            '52:17 error TC503 ExponentialLR requires "gamma"',
        ),
        "the_length_of_a_cycle": case(
            STRUCTURE_VAE,
            {"trainer.args.lr_scheduler": {"name": "OneCycleLR", "args": {"max_lr": 1e-3}}},
            '52:17 error TC503 OneCycleLR requires "total_steps"',
        ),
        "both_of_a_cycle": case(
            STRUCTURE_VAE,
            {"trainer.args.lr_scheduler": {"name": "CyclicLR", "args": {}}},
            '52:17 error TC503 CyclicLR requires "base_lr"',
            '52:17 error TC503 CyclicLR requires "max_lr"',
        ),
    },
}
SILENT = {
    "TC005": {
        "null_where_the_default_is": case(
            SDF_VQVAE,
            {
                "trainer.args.batch_size": None,
                "trainer.args.batch_split": None,
                "trainer.args.lr_scheduler": None,
                "trainer.args.grad_clip": None,
                "trainer.args.elastic": None,
                "trainer.args.fp16_mode": None,
                "trainer.args.i_ddpcheck": None,
                "trainer.args.finetune_ckpt": None,
                "trainer.args.pretrained_vae_path": None,
                "models.vqvae.args.num_heads": None,
                "dataset.args.max_points": None,
            },
        ),
        "an_integer_for_a_number": case(
            STRUCTURE_VAE,
            {
                "trainer.args.optimizer.args.lr": 1,
                "trainer.args.lambda_kl": 0,
                "trainer.args.grad_clip": 1,
                "trainer.args.ema_rate": [1, 0],
            },
        ),
        "an_interval_with_an_exponent": case(
            STRUCTURE_VAE, {"trainer.args.i_save": 1e4, "trainer.args.i_log": 500.0}
        ),
        "a_period_with_an_exponent": case(
            STRUCTURE_VAE,
            {"trainer.args.lr_scheduler": {"name": "CosineAnnealingLR", "args": {"T_max": 1e5}}},
        ),
        "an_optimizer_of_a_fork": case(
            STRUCTURE_VAE,
            {
                "trainer.args.optimizer": {
                    "name": "TFAdafactor",
                    "args": {"lr": None, "relative_step": True, "betas": None},
                }
            },
            '44:25 warning TC401 torch.optim has no "TFAdafactor"',
        ),
        "a_scheduler_of_a_fork": case(
            STRUCTURE_VAE,
            {
                "trainer.args.lr_scheduler": {
                    "name": "WarmupCosineScheduler",
                    "args": {"warmup_steps": 0.05, "milestones": [0.5], "total_steps": "auto"},
                }
            },
            '51:25 warning TC402 torch.optim.lr_scheduler has no "WarmupCosineScheduler"',
        ),
        "the_epsilons_of_adafactor": case(
            STRUCTURE_VAE,
            {
                "trainer.args.optimizer": {
                    "name": "Adafactor",
                    "args": {"lr": 0.01, "eps": [None, 1e-3]},
                }
            },
        ),
        "thresholds_with_an_exponent": case(TEXT_FLOW, {"dataset.args.max_num_voxels": 3e4}),
        "steps_of_a_line_with_an_exponent": case(
            STRUCTURE_VAE,
            {"trainer.args.lr_scheduler": {"name": "LinearLR", "args": {"total_iters": 1e3}}},
        ),
        "milestones_with_an_exponent": case(
            STRUCTURE_VAE,
            {"trainer.args.lr_scheduler": {"name": "MultiStepLR", "args": {"milestones": [5e4]}}},
        ),
        "a_checkpoint_by_its_path": case(IMAGE_FLOW, {"trainer.args.finetune_ckpt": "a.pt"}),
        "a_checkpoint_for_each_model": case(
            IMAGE_FLOW, {"trainer.args.finetune_ckpt": {"denoiser": "a.pt"}}
        ),
        "a_rate_and_a_list_of_rates": case(IMAGE_FLOW, {"trainer.args.ema_rate": 0.999}),
        "keys_beside_name_and_args": case(
            STRUCTURE_VAE, {"dataset.type": "ct", "trainer._note": 1, "models.encoder.path": None}
        ),
        "more_sections": case(
            STRUCTURE_VAE, {"val_dataset": 1, "evaluator": None, "lora": {}, "$schema": "x.json"}
        ),
        "an_unknown_trainer_without_an_optimizer": case(
            STRUCTURE_VAE,
            {"trainer.name": "GanTrainer", "trainer.args.optimizer": GONE},
            '37:17 warning TC501 no trainer "GanTrainer" is known',
        ),
        "unknown_arguments_of_an_unknown_class": case(
            STRUCTURE_VAE,
            {"models.encoder": {"name": "TriplaneEncoder", "args": {"x": [None, {}]}}},
            '4:21 warning TC501 no model "TriplaneEncoder" is known',
        ),
        "a_limit_of_the_wrong_type": case(
            STRUCTURE_VAE,
            {"trainer.args.max_steps": "100000"},
            '39:26 error TC104 max_steps is "100000", but must be a positive integer, or null',
        ),
        "an_interval_of_zero": case(
            STRUCTURE_VAE,
            {"trainer.args.i_save": 0},
            "49:23 error TC303 i_save is 0: a ZeroDivisionError in the trainer's loop; use a …",
        ),
    },
    "TC007": {
        "each_known_loss": case(STRUCTURE_VAE, {"trainer.args.loss_type": "dice"}),
        "the_bounds_of_a_probability": case(IMAGE_FLOW, {"trainer.args.p_uncond": 1}),
        "automatic_precision": case(STRUCTURE_VAE, {"trainer.args.fp16_mode": "amp"}),
        "stage_two": case(SDF_VQVAE, {"trainer.args.training_stage": 2}),
        "an_even_distribution": case(
            IMAGE_FLOW, {"trainer.args.t_schedule": {"name": "uniform", "args": {}}}
        ),
        "a_loss_of_an_unknown_trainer": case(
            STRUCTURE_VAE,
            {"trainer.name": "GanTrainer", "trainer.args.loss_type": "hinge"},
            '37:17 warning TC501 no trainer "GanTrainer" is known',
        ),
        "no_blocks": case(IMAGE_FLOW, {"models.denoiser.args.num_blocks": 0}),
        "two_numbers_for_eps": case(
            STRUCTURE_VAE,
            {"trainer.args.optimizer": {"name": "Adafactor", "args": {"eps": [1e-30, 1e-3]}}},
        ),
        "a_value_of_the_wrong_type": case(
            STRUCTURE_VAE,
            {"trainer.args.i_log": "500"},
            '50:22 error TC005 i_log is "500", but must be an integer',
        ),
    },
    "TC503": {
        "what_only_one_package_requires": case(IMAGE_FLOW, {"dataset.args.latent_model": GONE}),
        "what_has_a_default_in_one": case(IMAGE_FLOW, {"trainer.args.image_cond_model": GONE}),
        "of_an_unknown_model": case(
            STRUCTURE_VAE,
            {"models.encoder": {"name": "TriplaneEncoder", "args": {}}},
            '4:21 warning TC501 no model "TriplaneEncoder" is known',
        ),
        "of_an_unknown_scheduler": case(
            STRUCTURE_VAE,
            {"trainer.args.lr_scheduler": {"name": "WarmupStableDecay", "args": {}}},
            '51:25 warning TC402 torch.optim.lr_scheduler has no "WarmupStableDecay"',
        ),
        "the_optional_of_a_scheduler": case(
            STRUCTURE_VAE, {"trainer.args.lr_scheduler": {"name": "LinearLR", "args": {}}}
        ),
        "arguments_that_are_absent_altogether": case(
            STRUCTURE_VAE,
            {"dataset.args": GONE},
            '30:5 error TC005 dataset has no "args": it needs both …',
        ),
        "limits": case(
            STRUCTURE_VAE,
            {"trainer.args.max_steps": GONE},
            "39:26 error TC101 no stop condition: max_steps and max_epoch are both null",
        ),
    },
}

test_fires = fires(FIRES)
test_is_silent = is_silent(SILENT)
