"""Sections that do not fit each other."""

from tests.lint.rules.configs import (
    GAUSSIAN_VAE,
    GONE,
    IMAGE_FLOW,
    MATERIAL_VAE,
    SDF_VQVAE,
    SHAPE_FLOW,
    STRUCTURE_VAE,
    TEXT_FLOW,
    Config,
)
from tests.lint.rules.tables import case, fires, is_silent

ELASTIC: Config = {"name": "LinearMemoryController", "args": {}}
WIDTH, CLIP = "models.denoiser.args.cond_channels", "openai/clip-vit-large-patch14"
NORMALIZATION = "dataset.args.normalization"
MATERIALS: Config = {
    "name": "ImageConditionedSLatPbr",
    "args": {"resolution": 512, "pbr_slat_normalization": {"mean": [0.5] * 8, "std": [1.5] * 8}},
}

FIRES = {
    "TC601": {
        "of_one_model": case(
            SDF_VQVAE,
            {"trainer.args.elastic": ELASTIC},
            "33:13 error TC601 elastic is set, but no model is elastic",
            "+4:21 not elastic",
        ),
        "of_two_models": case(
            STRUCTURE_VAE,
            {"trainer.args.elastic": ELASTIC},
            "50:13 error TC601 elastic is set, but no model is elastic",
            "+4:21 not elastic",
            "+17:21 not elastic",
        ),
        "the_class_beside_the_elastic_one": case(
            TEXT_FLOW,
            {"models.denoiser.name": "SLatFlowModel"},
            "44:13 error TC601 elastic is set, but no model is elastic",
            "+4:21 not elastic",
        ),
        "a_controller_of_a_fork": case(
            SDF_VQVAE,
            {"trainer.args.elastic": {"name": "Budget", "args": {"bytes": 1}}},
            "33:13 error TC601 elastic is set, but no model is elastic",
            "+4:21 not elastic",
        ),
    },
    "TC602": {
        "they_differ": case(
            TEXT_FLOW,
            {f"{NORMALIZATION}.std": [1, 2, 3]},
            "25:24 error TC602 mean has 2 numbers, but std has 3",
            "+21:25 2 numbers",
        ),
        "both_too_long": case(
            TEXT_FLOW,
            {NORMALIZATION: {"mean": [0, 0, 0], "std": [1, 1, 1]}},
            "21:25 error TC602 normalization has 3 numbers for the 2 channels of the latents",
            "+11:33 the channels",
        ),
        "one_too_long_and_one_for_all": case(
            TEXT_FLOW,
            {NORMALIZATION: {"mean": [0, 0, 0], "std": [1]}},
            "21:25 error TC602 normalization has 3 numbers for the 2 channels of the latents",
            "+11:33 the channels",
        ),
        "half_of_it": case(
            TEXT_FLOW,
            {NORMALIZATION: {"mean": [0.5, 1.5]}},
            '20:13 error TC602 normalization has no "std"',
        ),
        "nothing_of_it": case(
            TEXT_FLOW,
            {NORMALIZATION: {}},
            '20:13 error TC602 normalization has no "mean" and no "std"',
        ),
        "empty": case(
            TEXT_FLOW,
            {f"{NORMALIZATION}.mean": []},
            "22:24 error TC602 mean has 0 numbers, but std has 2",
            "+21:25 0 numbers",
        ),
        "of_materials": case(
            SHAPE_FLOW,
            {"dataset": MATERIALS},
            "21:25 error TC602 pbr_slat_normalization has 8 numbers for the 32 channels of the …",
            "+11:33 the channels",
        ),
        "of_an_unknown_dataset": case(
            TEXT_FLOW,
            {
                "dataset": {
                    "name": "Latents",
                    "args": {"normalization": {"mean": [0, 0], "std": [1, 1, 1]}},
                }
            },
            '17:17 warning TC501 no dataset "Latents" is known',
            "24:24 error TC602 mean has 2 numbers, but std has 3",
            "+20:25 2 numbers",
        ),
        "of_the_shape_they_differ": case(
            SHAPE_FLOW,
            {
                "dataset": {
                    "name": "ImageConditionedSLatPbr",
                    "args": {
                        "resolution": 512,
                        "shape_slat_normalization": {"mean": [0, 0], "std": [1, 1, 1]},
                    },
                }
            },
            "25:24 error TC602 mean has 2 numbers, but std has 3",
            "+21:25 2 numbers",
        ),
    },
    "TC603": {
        "encoder_and_decoder": case(
            STRUCTURE_VAE,
            {"models.decoder.args.latent_channels": 16},
            "20:36 error TC603 the decoder takes latents of 16 channels, but the encoder makes 8",
            "+7:36 the encoder's",
        ),
        "of_trellis_2": case(
            MATERIAL_VAE,
            {"models.encoder.args.latent_channels": 32},
            "30:36 error TC603 the decoder takes latents of 16 channels, but the encoder makes …",
            "+10:36 the encoder's",
        ),
        "features_and_encoder": case(
            GAUSSIAN_VAE,
            {"dataset.args.model": "dinov2_vitb14"},
            "7:32 error TC603 the encoder takes 1024 channels, but SparseFeat2Render yields 768",
        ),
        "features_by_default": case(
            GAUSSIAN_VAE,
            {"dataset.args.model": GONE, "models.encoder.args.in_channels": 768},
            "7:32 error TC603 the encoder takes 768 channels, but SparseFeat2Render yields 1024",
        ),
        "attributes": case(
            MATERIAL_VAE,
            {"models.encoder.args.in_channels": 9},
            "6:32 error TC603 the encoder takes 9 channels, but SparseVoxelPbrDataset yields 6",
        ),
        "attributes_by_default": case(
            MATERIAL_VAE,
            {"dataset.args.attrs": GONE},
            "6:32 error TC603 the encoder takes 6 channels, but SparseVoxelPbrDataset yields 9",
        ),
        "twice": case(
            GAUSSIAN_VAE,
            {"models.encoder.args.in_channels": 8, "models.encoder.args.latent_channels": 4},
            "7:32 error TC603 the encoder takes 8 channels, but SparseFeat2Render yields 1024",
            "19:36 error TC603 the decoder takes latents of 8 channels, but the encoder makes 4",
            "+9:36 the encoder's",
        ),
    },
    "TC604": {
        "a_sparse_trainer_over_a_dense_model": case(
            TEXT_FLOW,
            {
                "models.denoiser.name": "SparseStructureFlowModel",
                "trainer.args.elastic": GONE,
            },
            "4:21 error TC604 SparseStructureFlowModel is a dense model, but …",
            "+33:17 a sparse trainer",
        ),
        "a_dense_trainer_over_a_sparse_model": case(
            IMAGE_FLOW,
            {"models.denoiser.name": "SLatFlowModel"},
            "4:21 error TC604 SLatFlowModel is a sparse model, but …",
            "+24:17 a dense trainer",
        ),
        "a_sparse_trainer_over_dense_data": case(
            TEXT_FLOW,
            {"dataset.name": "TextConditionedSparseStructureLatent"},
            "17:17 error TC604 TextConditionedSparseStructureLatent is a dense dataset, but …",
            "+33:17 a sparse trainer",
        ),
        "one_of_two_models": case(
            GAUSSIAN_VAE,
            {
                "models.decoder": {
                    "name": "SparseStructureDecoder",
                    "args": {
                        "out_channels": 1,
                        "latent_channels": 8,
                        "num_res_blocks": 2,
                        "channels": [32],
                        "use_fp16": True,
                    },
                }
            },
            "15:21 error TC604 SparseStructureDecoder is a dense model, but …",
            "+35:17 a sparse trainer",
        ),
    },
    "TC605": {
        "of_clip": case(
            TEXT_FLOW,
            {WIDTH: 512},
            "8:34 error TC605 cond_channels is 512, but openai/clip-vit-large-patch14 is 768 …",
            "+50:32 768 wide",
        ),
        "of_dinov2": case(
            IMAGE_FLOW,
            {"trainer.args.image_cond_model": "dinov2_vitb14_reg"},
            "8:34 error TC605 cond_channels is 1024, but dinov2_vitb14_reg is 768 wide",
            "+42:33 768 wide",
        ),
        "of_dinov3": case(
            SHAPE_FLOW,
            {WIDTH: 768},
            "8:34 error TC605 cond_channels is 768, but …",
            "+39:35 1024 wide",
        ),
        "of_clip_by_default": case(
            TEXT_FLOW,
            {WIDTH: 512, "trainer.args.text_cond_model": GONE},
            f"8:34 error TC605 cond_channels is 512, but {CLIP}, the default, is 768 wide",
        ),
        "a_trainer_that_may_join_conditions": case(
            IMAGE_FLOW,
            {WIDTH: 2048, "trainer.name": "DualImageConditionedTrainer"},
            "8:34 warning TC605 cond_channels is 2048, but dinov2_vitl14_reg is 1024 wide",
            "+42:33 1024 wide",
            '24:17 warning TC501 no trainer "DualImageConditionedTrainer" is known',
        ),
        "a_class_of_a_fork_over_a_known_encoder": case(
            SHAPE_FLOW,
            {
                "trainer.args.image_cond_model": {
                    "name": "DinoFeatures",
                    "args": {"model_name": "dinov2_vits14"},
                }
            },
            "8:34 error TC605 cond_channels is 1024, but dinov2_vits14 is 384 wide",
            "+39:35 384 wide",
        ),
    },
}
SILENT = {
    "TC601": {
        "an_elastic_model": case(TEXT_FLOW, {}),
        "null": case(SDF_VQVAE, {"trainer.args.elastic": None}),
        "an_unknown_model": case(
            SDF_VQVAE,
            {
                "trainer.args.elastic": ELASTIC,
                "models.vqvae": {"name": "ElasticTriplane", "args": {}},
            },
            '4:21 warning TC501 no model "ElasticTriplane" is known',
        ),
        "one_of_two_is_elastic": case(
            GAUSSIAN_VAE,
            {"trainer.args.elastic": ELASTIC, "models.encoder.name": "SLatEncoder"},
        ),
        "no_models_at_all": case(
            SDF_VQVAE,
            {"trainer.args.elastic": ELASTIC, "models": {}},
            "2:15 error TC005 models is empty: there is nothing to train",
        ),
        "what_is_no_controller": case(
            SDF_VQVAE,
            {"trainer.args.elastic": False},
            "33:24 error TC005 elastic is false, but must be an object, or null",
        ),
    },
    "TC602": {
        "one_for_all": case(TEXT_FLOW, {NORMALIZATION: {"mean": [0], "std": [1]}}),
        "one_for_all_of_one": case(TEXT_FLOW, {f"{NORMALIZATION}.std": [1]}),
        "a_number": case(TEXT_FLOW, {NORMALIZATION: {"mean": 0.5, "std": 1.5}}),
        "null": case(TEXT_FLOW, {NORMALIZATION: None}),
        "a_condition_is_concatenated": case(TEXT_FLOW, {"models.denoiser.args.in_channels": 4}),
        "of_the_shape_beside_the_material": case(
            SHAPE_FLOW,
            {
                "dataset": {
                    "name": "ImageConditionedSLatPbr",
                    "args": {
                        "resolution": 512,
                        "shape_slat_normalization": {"mean": [0, 0], "std": [1, 1]},
                    },
                }
            },
        ),
        "an_unknown_model": case(
            TEXT_FLOW,
            {
                "models.denoiser": {"name": "TriplaneFlow", "args": {"out_channels": 9}},
                "trainer.args.elastic": None,
            },
            '4:21 warning TC501 no model "TriplaneFlow" is known',
        ),
        "two_models": case(
            TEXT_FLOW,
            {
                f"models.{role}": {
                    "name": "ElasticSLatFlowModel",
                    "args": {
                        "resolution": 16,
                        "model_channels": 64,
                        "cond_channels": 768,
                        "num_blocks": 2,
                        "in_channels": 3,
                        "out_channels": 3,
                        "use_fp16": True,
                    },
                }
                for role in ("denoiser", "refiner")
            },
        ),
    },
    "TC603": {
        "they_agree": case(STRUCTURE_VAE, {}),
        "an_unknown_decoder": case(
            STRUCTURE_VAE,
            {"models.decoder": {"name": "X", "args": {"latent_channels": 4}}},
            '17:21 warning TC501 no model "X" is known',
        ),
        "other_roles": case(
            STRUCTURE_VAE,
            {
                "models.decoder": GONE,
                "models.teacher": {
                    "name": "SparseStructureDecoder",
                    "args": {
                        "out_channels": 1,
                        "latent_channels": 4,
                        "num_res_blocks": 2,
                        "channels": [32],
                        "use_fp16": True,
                    },
                },
            },
        ),
        "features_of_an_unknown_encoder": case(GAUSSIAN_VAE, {"dataset.args.model": "sam_vit_h"}),
        "an_attribute_of_a_fork": case(
            MATERIAL_VAE, {"dataset.args.attrs": ["base_color", "clearcoat"]}
        ),
        "what_a_resolution_is_for": case(STRUCTURE_VAE, {"dataset.args.resolution": 128}),
        "widths_of_the_wrong_type": case(
            STRUCTURE_VAE,
            {"models.decoder.args.latent_channels": "16"},
            '20:36 error TC005 latent_channels is "16", but must be an integer',
        ),
    },
    "TC604": {
        "a_dense_flow_over_sparse_structures": case(IMAGE_FLOW, {}),
        "an_unknown_trainer": case(
            IMAGE_FLOW,
            {"models.denoiser.name": "SLatFlowModel", "trainer.name": "HybridTrainer"},
            '24:17 warning TC501 no trainer "HybridTrainer" is known',
        ),
        "an_unknown_model": case(
            IMAGE_FLOW,
            {"models.denoiser": {"name": "SLatHybrid", "args": {}}},
            '4:21 warning TC501 no model "SLatHybrid" is known',
        ),
        "a_trainer_of_either": case(
            SDF_VQVAE,
            {
                "trainer.name": "BasicTrainer",
                "trainer.args.loss_type": GONE,
                "trainer.args.training_stage": GONE,
            },
        ),
    },
    "TC605": {
        "it_fits": case(TEXT_FLOW, {}),
        "no_encoder": case(
            TEXT_FLOW,
            {WIDTH: 4096, "trainer.args.text_cond_model": None},
            "50:32 error TC005 text_cond_model is null, but must be a string",
        ),
        "an_unknown_encoder": case(
            TEXT_FLOW, {WIDTH: 4096, "trainer.args.text_cond_model": "google/t5-v1_1-xxl"}
        ),
        "a_larger_variant": case(
            SHAPE_FLOW,
            {
                WIDTH: 1024,
                "trainer.args.image_cond_model.args.model_name": "facebook/dinov3-vitl16plus",
            },
        ),
        "an_unknown_model": case(
            TEXT_FLOW,
            {
                "models.denoiser": {"name": "TriplaneFlow", "args": {"cond_channels": 9}},
                "trainer.args.elastic": None,
            },
            '4:21 warning TC501 no model "TriplaneFlow" is known',
        ),
        "an_encoder_that_the_trainer_ignores": case(
            IMAGE_FLOW,
            {"trainer.args.text_cond_model": CLIP},
            '43:13 warning TC502 ImageConditionedFlowMatchingCFGTrainer ignores "text_cond_model"',
        ),
        "an_unknown_trainer_over_two_encoders": case(
            IMAGE_FLOW,
            {"trainer.name": "TextAndImageTrainer", "trainer.args.text_cond_model": CLIP},
            '24:17 warning TC501 no trainer "TextAndImageTrainer" is known',
        ),
    },
}

test_fires = fires(FIRES)
test_is_silent = is_silent(SILENT)
