"""Half precision that a resumed run cannot take up again."""

from tests.lint.rules.configs import (
    GONE,
    IMAGE_FLOW,
    MATERIAL_VAE,
    SDF_VQVAE,
    SHAPE_FLOW,
    STRUCTURE_VAE,
    TEXT_FLOW,
)
from tests.lint.rules.tables import case, fires, is_silent

MODE, HALF = "trainer.args.fp16_mode", "args.use_fp16"

FIRES = {
    "TC405": {
        "of_a_vqvae": case(
            SDF_VQVAE,
            {f"models.vqvae.{HALF}": False, MODE: "inflat_all"},
            "33:26 warning TC405 a resumed run fails, or turns to half precision: …",
            "+8:29 full precision",
        ),
        "by_both_defaults": case(
            SDF_VQVAE,
            {f"models.vqvae.{HALF}": GONE},
            "20:9 warning TC405 a resumed run fails, or turns to half precision: …",
        ),
        "the_mode_by_default": case(
            IMAGE_FLOW,
            {f"models.denoiser.{HALF}": False},
            "25:9 warning TC405 a resumed run fails, or turns to half precision: …",
            "+12:29 full precision",
        ),
        "the_model_by_default": case(
            TEXT_FLOW,
            {f"models.denoiser.{HALF}": GONE, MODE: "inflat_all"},
            "50:26 warning TC405 a resumed run fails, or turns to half precision: …",
        ),
        "one_of_two_models": case(
            STRUCTURE_VAE,
            {f"models.decoder.{HALF}": False},
            "38:9 warning TC405 a resumed run fails, or turns to half precision: …",
            "+26:29 full precision",
        ),
        "both_models": case(
            STRUCTURE_VAE,
            {f"models.encoder.{HALF}": False, f"models.decoder.{HALF}": False},
            "38:9 warning TC405 a resumed run fails, or turns to half precision: …",
            "+13:29 full precision",
            "+26:29 full precision",
        ),
        "an_unknown_trainer_that_says_so": case(
            SDF_VQVAE,
            {"trainer.name": "GanTrainer", f"models.vqvae.{HALF}": False, MODE: "inflat_all"},
            '20:17 warning TC501 no trainer "GanTrainer" is known',
            "33:26 warning TC405 a resumed run fails, or turns to half precision: …",
            "+8:29 full precision",
        ),
    }
}
SILENT = {
    "TC405": {
        "half_precision_throughout": case(SDF_VQVAE, {MODE: "inflat_all"}),
        "full_precision_throughout": case(SDF_VQVAE, {f"models.vqvae.{HALF}": False, MODE: None}),
        "automatic": case(SDF_VQVAE, {f"models.vqvae.{HALF}": False, MODE: "amp"}),
        "trellis_2": case(SHAPE_FLOW, {"trainer.args.mix_precision_mode": "inflat_all"}),
        "trellis_2_with_the_older_mode": case(MATERIAL_VAE, {MODE: "inflat_all"}),
        "an_unknown_model": case(
            SDF_VQVAE,
            {"models.vqvae": {"name": "TriplaneVae", "args": {"use_fp16": False}}},
            '4:21 warning TC501 no model "TriplaneVae" is known',
        ),
        "an_unknown_trainer_with_its_own_default": case(
            SDF_VQVAE,
            {"trainer.name": "GanTrainer", f"models.vqvae.{HALF}": False},
            '20:17 warning TC501 no trainer "GanTrainer" is known',
        ),
        "a_config_of_either_package": case(
            STRUCTURE_VAE,
            {f"models.encoder.{HALF}": False, "dataset.name": "VoxelFolder"},
            '31:17 warning TC501 no dataset "VoxelFolder" is known',
        ),
    }
}

test_fires = fires(FIRES)
test_is_silent = is_silent(SILENT)
