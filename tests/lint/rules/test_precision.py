"""Half precision in a resumed run."""

from tests.lint.rules.tables import parse_cases, reports

CASES = {
    "TC405": parse_cases("""
        of a VQVAE: sdf_vqvae models.vqvae.args.use_fp16=false fp16_mode="inflat_all"
            33:26 warning TC405 a resumed run fails or switches to half precision: fp16_mode …
            +8:29 full precision
        by both defaults: sdf_vqvae -models.vqvae.args.use_fp16
            20:9 warning TC405 a resumed run fails or switches to half precision: fp16_mode …
        the mode by default: image_flow models.denoiser.args.use_fp16=false
            25:9 warning TC405 a resumed run fails or switches to half precision: fp16_mode …
            +12:29 full precision
        the model by default: text_flow -models.denoiser.args.use_fp16 fp16_mode="inflat_all"
            50:26 warning TC405 a resumed run fails or switches to half precision: fp16_mode …
        one of two models: structure_vae models.decoder.args.use_fp16=false
            38:9 warning TC405 a resumed run fails or switches to half precision: fp16_mode …
            +26:29 full precision
        both models: structure_vae models.encoder.args.use_fp16=false
                models.decoder.args.use_fp16=false
            38:9 warning TC405 a resumed run fails or switches to half precision: fp16_mode …
            +13:29 full precision
            +26:29 full precision
        an unknown trainer that sets it: sdf_vqvae trainer.name="GanTrainer"
                models.vqvae.args.use_fp16=false fp16_mode="inflat_all"
            20:17 note TC501 GanTrainer is not in …
            33:26 warning TC405 a resumed run fails or switches to half precision: fp16_mode …
            +8:29 full precision
        half precision throughout: sdf_vqvae fp16_mode="inflat_all"
        full precision throughout: sdf_vqvae models.vqvae.args.use_fp16=false fp16_mode=null
        automatic: sdf_vqvae models.vqvae.args.use_fp16=false fp16_mode="amp"
        TRELLIS.2: shape_flow mix_precision_mode="inflat_all"
        TRELLIS.2 with the older mode: material_vae fp16_mode="inflat_all"
        an unknown model: sdf_vqvae models.vqvae=TriplaneVae{"use_fp16": false}
            4:21 note TC501 TriplaneVae is not in …
        an unknown trainer with its own default: sdf_vqvae trainer.name="GanTrainer"
                models.vqvae.args.use_fp16=false
            20:17 note TC501 GanTrainer is not in …
        a config of either package: structure_vae models.encoder.args.use_fp16=false
                dataset.name="VoxelFolder"
            31:17 note TC501 VoxelFolder is not in …
    """),
}

test_findings = reports(CASES)
