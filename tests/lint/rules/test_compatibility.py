"""Sections that do not fit together."""

from tests.lint.rules.tables import parse_cases, reports

CASES = {
    "TC601": parse_cases("""
        of one model: sdf_vqvae elastic=LinearMemoryController{}
            33:13 error TC601 elastic is set, but no model is elastic
            +4:21 not elastic
        of two models: structure_vae elastic=LinearMemoryController{}
            50:13 error TC601 elastic is set, but no model is elastic
            +4:21 not elastic
            +17:21 not elastic
        the class beside the elastic one: text_flow models.denoiser.name="SLatFlowModel"
            44:13 error TC601 elastic is set, but no model is elastic
            +4:21 not elastic
        a controller of a fork: sdf_vqvae elastic=Budget{"bytes": 1}
            33:13 error TC601 elastic is set, but no model is elastic
            +4:21 not elastic
        null: sdf_vqvae elastic=null
        an unknown model: sdf_vqvae elastic=LinearMemoryController{} models.vqvae=ElasticTriplane{}
            4:21 note TC501 ElasticTriplane is not in …
        one of two is elastic: gaussian_vae elastic=LinearMemoryController{}
                models.encoder.name="SLatEncoder"
        no models at all: sdf_vqvae elastic=LinearMemoryController{} .models={}
            2:15 error TC005 models is empty: there is nothing to train
        what is no controller: sdf_vqvae elastic=false
            33:24 error TC005 elastic is false, but must be an object, or null
    """),
    "TC602": parse_cases("""
        they differ: text_flow dataset.args.normalization.std=[1, 2, 3]
            25:24 error TC602 mean has 2 numbers, but std has 3
            +21:25 2 numbers
        both too long: text_flow dataset.args.normalization={"mean": [0, 0, 0], "std": [1, 1, 1]}
            21:25 error TC602 normalization has 3 numbers, but the latents have 2 channels
            +11:33 the channels
        one too long and one for all: text_flow dataset.args.normalization={"mean": [0, 0, 0],
                "std": [1]}
            21:25 error TC602 normalization has 3 numbers, but the latents have 2 channels
            +11:33 the channels
        half of it: text_flow dataset.args.normalization={"mean": [0.5, 1.5]}
            20:13 error TC602 normalization has no "std"
        nothing of it: text_flow dataset.args.normalization={}
            20:13 error TC602 normalization has no "mean" and no "std"
        empty: text_flow dataset.args.normalization.mean=[]
            22:24 error TC602 mean has 0 numbers, but std has 2
            +21:25 0 numbers
        of materials: shape_flow .dataset=ImageConditionedSLatPbr{"resolution": 512,
                "pbr_slat_normalization": {"mean": [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5], "std":
                [1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5]}}
            21:25 error TC602 pbr_slat_normalization has 8 numbers, but the latents have 32 channels
            +11:33 the channels
        of an unknown dataset: text_flow .dataset=Latents{"normalization": {"mean": [0, 0], "std":
                [1, 1, 1]}}
            17:17 note TC501 Latents is not in …
            24:24 error TC602 mean has 2 numbers, but std has 3
            +20:25 2 numbers
        of the shape they differ: shape_flow .dataset=ImageConditionedSLatPbr{"resolution": 512,
                "shape_slat_normalization": {"mean": [0, 0], "std": [1, 1, 1]}}
            25:24 error TC602 mean has 2 numbers, but std has 3
            +21:25 2 numbers
        one for all: text_flow dataset.args.normalization={"mean": [0], "std": [1]}
        one for all of one: text_flow dataset.args.normalization.std=[1]
        a number: text_flow dataset.args.normalization={"mean": 0.5, "std": 1.5}
        null: text_flow dataset.args.normalization=null
        a condition is concatenated: text_flow models.denoiser.args.in_channels=4
        of the shape beside the material: shape_flow .dataset=ImageConditionedSLatPbr{"resolution":
                512, "shape_slat_normalization": {"mean": [0, 0], "std": [1, 1]}}
        an unknown model: text_flow models.denoiser=TriplaneFlow{"out_channels": 9} elastic=null
            4:21 note TC501 TriplaneFlow is not in …
        two models: text_flow models.denoiser=ElasticSLatFlowModel{"resolution": 16,
                "model_channels": 64, "cond_channels": 768, "num_blocks": 2, "in_channels": 3,
                "out_channels": 3, "use_fp16": true}
                models.refiner=ElasticSLatFlowModel{"resolution": 16, "model_channels": 64,
                "cond_channels": 768, "num_blocks": 2, "in_channels": 3, "out_channels": 3,
                "use_fp16": true}
    """),
    "TC603": parse_cases("""
        encoder and decoder: structure_vae models.decoder.args.latent_channels=16
            20:36 error TC603 the decoder expects latents of 16 channels, but the encoder makes 8
            +7:36 the encoder's
        of TRELLIS.2: material_vae models.encoder.args.latent_channels=32
            30:36 error TC603 the decoder expects latents of 16 channels, but the encoder makes 32
            +10:36 the encoder's
        features and encoder: gaussian_vae dataset.args.model="dinov2_vitb14"
            7:32 error TC603 the encoder expects 1,024 channels, but SparseFeat2Render yields 768
        features by default: gaussian_vae -dataset.args.model models.encoder.args.in_channels=768
            7:32 error TC603 the encoder expects 768 channels, but SparseFeat2Render yields 1024
        attributes: material_vae models.encoder.args.in_channels=9
            6:32 error TC603 the encoder expects 9 channels, but SparseVoxelPbrDataset yields 6
        attributes by default: material_vae -dataset.args.attrs
            6:32 error TC603 the encoder expects 6 channels, but SparseVoxelPbrDataset yields 9
        twice: gaussian_vae models.encoder.args.in_channels=8 models.encoder.args.latent_channels=4
            7:32 error TC603 the encoder expects 8 channels, but SparseFeat2Render yields 1024
            19:36 error TC603 the decoder expects latents of 8 channels, but the encoder makes 4
            +9:36 the encoder's
        a flow and its decoder: image_flow models.denoiser.args.out_channels=16
                models.denoiser.args.in_channels=16
                dataset.args.pretrained_ss_dec="microsoft/TRELLIS-image-large/ckpts/ss_dec_conv3d_16l8_fp16"
            11:33 error TC603 the model makes latents of 16 channels, but ss_dec_conv3d_16l8_fp16 …
            +21:34 the decoder
        a flow of another side: image_flow models.denoiser.args.resolution=32
                dataset.args.pretrained_ss_dec="microsoft/TRELLIS-image-large/ckpts/ss_dec_conv3d_16l8_fp16"
            6:31 warning TC603 the model makes latents of side 32, but …
            +21:34 the decoder
        a flow and its decoder of TRELLIS.2: shape_flow models.denoiser.args.out_channels=16
                dataset.args.pretrained_slat_dec="microsoft/TRELLIS.2-4B/ckpts/shape_dec_next_dc_f16c32_fp16"
            11:33 error TC603 the model makes latents of 16 channels, but shape_dec_next_dc_f16c32_…
            +20:36 the decoder
        a flow with a concatenated condition: image_flow models.denoiser.args.in_channels=16
                dataset.args.pretrained_ss_dec="microsoft/TRELLIS-image-large/ckpts/ss_dec_conv3d_16l8_fp16"
        a decoder in place of the released one: image_flow models.denoiser.args.out_channels=16
                models.denoiser.args.in_channels=16 dataset.args.ss_dec_path="/data/dec"
                dataset.args.pretrained_ss_dec="microsoft/TRELLIS-image-large/ckpts/ss_dec_conv3d_16l8_fp16"
        a decoder of another: image_flow models.denoiser.args.out_channels=16
                models.denoiser.args.in_channels=16
                dataset.args.pretrained_ss_dec="lab/own/ckpts/ss_dec_conv3d_16l8_fp16"
        an unknown decoder: structure_vae models.decoder=X{"latent_channels": 4}
            17:21 note TC501 X is not in …
        other roles: structure_vae -models.decoder
                models.teacher=SparseStructureDecoder{"out_channels": 1, "latent_channels": 4,
                "num_res_blocks": 2, "channels": [32], "use_fp16": true}
        features of an unknown encoder: gaussian_vae dataset.args.model="sam_vit_h"
        features of an encoder of the wrong type: gaussian_vae dataset.args.model=5
            29:22 error TC005 model is 5, but must be a string
        an attribute of a fork: material_vae dataset.args.attrs=["base_color", "clearcoat"]
        what a resolution is for: structure_vae dataset.args.resolution=128
        widths of the wrong type: structure_vae models.decoder.args.latent_channels="16"
            20:36 error TC005 latent_channels is "16", but must be an integer
    """),
    "TC604": parse_cases("""
        a sparse trainer over a dense model: text_flow
                models.denoiser.name="SparseStructureFlowModel" -elastic
            4:21 error TC604 SparseStructureFlowModel is a dense model, but …
            +33:17 a sparse trainer
        a dense trainer over a sparse model: image_flow models.denoiser.name="SLatFlowModel"
            4:21 error TC604 SLatFlowModel is a sparse model, but …
            +24:17 a dense trainer
        a sparse trainer over dense data: text_flow
                dataset.name="TextConditionedSparseStructureLatent"
            17:17 error TC604 TextConditionedSparseStructureLatent is a dense dataset, but …
            +33:17 a sparse trainer
        one of two models: gaussian_vae models.decoder=SparseStructureDecoder{"out_channels": 1,
                "latent_channels": 8, "num_res_blocks": 2, "channels": [32], "use_fp16": true}
            15:21 error TC604 SparseStructureDecoder is a dense model, but SLatVaeGaussianTrainer …
            +35:17 a sparse trainer
        an unknown trainer: image_flow models.denoiser.name="SLatFlowModel"
                trainer.name="HybridTrainer"
            24:17 note TC501 HybridTrainer is not in …
        an unknown model: image_flow models.denoiser=SLatHybrid{}
            4:21 note TC501 SLatHybrid is not in …
        a trainer of either: sdf_vqvae trainer.name="BasicTrainer" -loss_type -training_stage
    """),
    "TC605": parse_cases("""
        of CLIP: text_flow models.denoiser.args.cond_channels=512
            8:34 error TC605 cond_channels is 512, but openai/clip-vit-large-patch14 is 768 wide
            +50:32 768 wide
        of DINOv2: image_flow image_cond_model="dinov2_vitb14_reg"
            8:34 error TC605 cond_channels is 1024, but dinov2_vitb14_reg is 768 wide
            +42:33 768 wide
        of DINOv3: shape_flow models.denoiser.args.cond_channels=768
            8:34 error TC605 cond_channels is 768, but facebook/dinov3-vitl16-pretrain-lvd1689m is …
            +39:35 1024 wide
        of CLIP by default: text_flow models.denoiser.args.cond_channels=512 -text_cond_model
            8:34 error TC605 cond_channels is 512, but openai/clip-vit-large-patch14, the default, …
        a trainer that may join conditions: image_flow models.denoiser.args.cond_channels=2048
                trainer.name="DualImageConditionedTrainer"
            8:34 warning TC605 cond_channels is 2048, but dinov2_vitl14_reg is 1024 wide
            +42:33 1024 wide
            24:17 note TC501 DualImageConditionedTrainer is not in …
        a class of a fork over a known encoder: shape_flow
                image_cond_model=DinoFeatures{"model_name": "dinov2_vits14"}
            8:34 error TC605 cond_channels is 1024, but dinov2_vits14 is 384 wide
            +39:35 384 wide
        no encoder: text_flow models.denoiser.args.cond_channels=4096 text_cond_model=null
            50:32 error TC005 text_cond_model is null, but must be a string
        an unknown encoder: text_flow models.denoiser.args.cond_channels=4096
                text_cond_model="stabilityai/sdxl-turbo"
        a larger variant: shape_flow models.denoiser.args.cond_channels=1024
                trainer.args.image_cond_model.args.model_name="facebook/dinov3-vitl16plus"
        an unknown model: text_flow models.denoiser=TriplaneFlow{"cond_channels": 9} elastic=null
            4:21 note TC501 TriplaneFlow is not in …
        an encoder that the trainer ignores: image_flow
                text_cond_model="openai/clip-vit-large-patch14"
            43:13 warning TC502 ImageConditionedFlowMatchingCFGTrainer ignores "text_cond_model"
        an unknown trainer over two encoders: image_flow trainer.name="TextAndImageTrainer"
                text_cond_model="openai/clip-vit-large-patch14"
            24:17 note TC501 TextAndImageTrainer is not in …
    """),
}

test_findings = reports(CASES)
