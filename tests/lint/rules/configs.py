"""One small sound config of each kind, and how a case changes it."""

import copy
import json
from collections.abc import Mapping
from typing import Any

from tests.models.samples import use

Config = dict[str, Any]

GONE = object()
"""In place of a value: the key is removed."""


def _config(dataset: Config, trainer: Config, **models: Config) -> Config:
    return {"models": models, "dataset": dataset, "trainer": trainer}


_OPTIMIZER = {"optimizer": use("AdamW", lr=1e-4)}
_LIMITS: Config = {"max_steps": 100_000, "max_epoch": None, "batch_size_per_gpu": 4}
_DENSE: Config = {"latent_channels": 8, "num_res_blocks": 2, "channels": [32, 128]}
_FLOW: Config = {"resolution": 16, "model_channels": 64, "cond_channels": 1024, "num_blocks": 2}
_SLAT: Config = {"model_channels": 64, "latent_channels": 8, "num_blocks": 2, "use_fp16": True}
_UNET: Config = {
    "model_channels": [64],
    "latent_channels": 16,
    "num_blocks": [0],
    "block_type": ["SparseConvNeXtBlock3d"],
    "block_args": [{}],
}

STRUCTURE_VAE = _config(
    use("SparseStructure", resolution=64),
    use("SparseStructureVaeTrainer", **_LIMITS, batch_split=1, **_OPTIMIZER, i_save=10_000),
    encoder=use("SparseStructureEncoder", in_channels=1, **_DENSE, use_fp16=True),
    decoder=use("SparseStructureDecoder", out_channels=1, **_DENSE, use_fp16=True),
)
"""TRELLIS, dense, two networks."""

SDF_VQVAE = _config(
    use("SparseSDF", resolution=64, min_points=10),
    use("SparseSDF_VQVAETrainer", **_LIMITS, **_OPTIMIZER, loss_type="l1", training_stage=1),
    vqvae=use("SparseSDFVQVAE", resolution=64, latent_channels=16, use_fp16=True),
)
"""The fork of TRELLIS, sparse, one network."""

IMAGE_FLOW = _config(
    use(
        "ImageConditionedSparseStructureLatent",
        latent_model="ss_enc_conv3d_16l8_fp16",
        image_size=518,
    ),
    use(
        "ImageConditionedFlowMatchingCFGTrainer",
        **_LIMITS,
        **_OPTIMIZER,
        t_schedule=use("logitNormal", mean=1.0, std=1.0),
        image_cond_model="dinov2_vitl14_reg",
    ),
    denoiser=use("SparseStructureFlowModel", **_FLOW, in_channels=8, out_channels=8, use_fp16=True),
)
"""TRELLIS, dense, conditioned by images."""

TEXT_FLOW = _config(
    use(
        "TextConditionedSLat",
        latent_model="slat_enc",
        normalization={"mean": [0.5, 1.5], "std": [2.5, 3.5]},
    ),
    use(
        "TextConditionedSparseFlowMatchingCFGTrainer",
        **_LIMITS,
        **_OPTIMIZER,
        elastic=use("LinearMemoryController", target_ratio=0.75),
        text_cond_model="openai/clip-vit-large-patch14",
    ),
    denoiser=use(
        "ElasticSLatFlowModel",
        **_FLOW | {"cond_channels": 768, "in_channels": 2, "out_channels": 2, "use_fp16": True},
    ),
)
"""TRELLIS, sparse and elastic, conditioned by text, with normalized latents."""

GAUSSIAN_VAE = _config(
    use("SparseFeat2Render", image_size=512, model="dinov2_vitl14_reg"),
    use("SLatVaeGaussianTrainer", **_LIMITS, **_OPTIMIZER, loss_type="l1"),
    encoder=use("ElasticSLatEncoder", resolution=64, in_channels=1024, **_SLAT),
    decoder=use("ElasticSLatGaussianDecoder", resolution=64, **_SLAT),
)
"""TRELLIS, sparse, two networks over the features of an image encoder."""

SHAPE_FLOW = _config(
    use("ImageConditionedSLatShape", resolution=512),
    use(
        "ImageConditionedSparseFlowMatchingCFGTrainer",
        **_LIMITS,
        **_OPTIMIZER,
        mix_precision_mode="amp",
        mix_precision_dtype="bfloat16",
        image_cond_model=use(
            "DinoV3FeatureExtractor", model_name="facebook/dinov3-vitl16-pretrain-lvd1689m"
        ),
    ),
    denoiser=use("SLatFlowModel", **_FLOW, in_channels=32, out_channels=32, pe_mode="rope"),
)
"""TRELLIS.2, sparse, conditioned by images."""

MATERIAL_VAE = _config(
    use("SparseVoxelPbrDataset", attrs=["base_color", "metallic", "roughness", "alpha"]),
    use("PbrVaeTrainer", **_LIMITS, **_OPTIMIZER),
    encoder=use("SparseUnetVaeEncoder", in_channels=6, **_UNET, down_block_type=[]),
    decoder=use("SparseUnetVaeDecoder", out_channels=6, **_UNET, up_block_type=[]),
)
"""TRELLIS.2, sparse, two networks over the attributes of a material."""

SOUND = {
    "structure_vae": STRUCTURE_VAE,
    "sdf_vqvae": SDF_VQVAE,
    "image_flow": IMAGE_FLOW,
    "text_flow": TEXT_FLOW,
    "gaussian_vae": GAUSSIAN_VAE,
    "shape_flow": SHAPE_FLOW,
    "material_vae": MATERIAL_VAE,
}


def changed(base: Config, changes: Mapping[str, object]) -> Config:
    """Return a copy in which each dotted key has the new value, or is gone."""
    config = copy.deepcopy(base)
    for dotted, value in changes.items():
        *parents, key = dotted.split(".")
        place: Any = config
        for parent in parents:
            place = place[parent]
        if value is GONE:
            del place[key]
        else:
            place[key] = copy.deepcopy(value)
    return config


def renamed(base: Config, old: str, new: str) -> Config:
    """Return a copy in which a key is spelled otherwise, wherever it stands."""
    copied: Config = json.loads(json.dumps(base).replace(f'"{old}":', f'"{new}":'))
    return copied


def written(config: object) -> str:
    """Return the text of a config as train.py writes it."""
    return json.dumps(config, indent=4, ensure_ascii=False)
