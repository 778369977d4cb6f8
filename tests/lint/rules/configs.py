"""One small sound config of each kind, and how a case changes it."""

import copy
import json
from collections.abc import Mapping
from typing import Any

Config = dict[str, Any]

GONE = object()
"""In place of a value: the key is removed."""

_OPTIMIZER: Config = {"name": "AdamW", "args": {"lr": 1e-4}}
_LIMITS: Config = {"max_steps": 100_000, "max_epoch": None, "batch_size_per_gpu": 4}
_DENSE: Config = {"latent_channels": 8, "num_res_blocks": 2, "channels": [32, 128]}
_FLOW: Config = {"resolution": 16, "model_channels": 64, "cond_channels": 1024, "num_blocks": 2}
_UNET: Config = {
    "model_channels": [64],
    "latent_channels": 16,
    "num_blocks": [0],
    "block_type": ["SparseConvNeXtBlock3d"],
    "block_args": [{}],
}

STRUCTURE_VAE: Config = {
    "models": {
        "encoder": {
            "name": "SparseStructureEncoder",
            "args": {"in_channels": 1, **_DENSE, "use_fp16": True},
        },
        "decoder": {
            "name": "SparseStructureDecoder",
            "args": {"out_channels": 1, **_DENSE, "use_fp16": True},
        },
    },
    "dataset": {"name": "SparseStructure", "args": {"resolution": 64}},
    "trainer": {
        "name": "SparseStructureVaeTrainer",
        "args": {**_LIMITS, "batch_split": 1, "optimizer": _OPTIMIZER, "i_save": 10_000},
    },
}
"""TRELLIS, dense, two networks."""

SDF_VQVAE: Config = {
    "models": {
        "vqvae": {
            "name": "SparseSDFVQVAE",
            "args": {"resolution": 64, "latent_channels": 16, "use_fp16": True},
        }
    },
    "dataset": {"name": "SparseSDF", "args": {"resolution": 64, "min_points": 10}},
    "trainer": {
        "name": "SparseSDF_VQVAETrainer",
        "args": {**_LIMITS, "optimizer": _OPTIMIZER, "loss_type": "l1", "training_stage": 1},
    },
}
"""The fork of TRELLIS, sparse, one network."""

IMAGE_FLOW: Config = {
    "models": {
        "denoiser": {
            "name": "SparseStructureFlowModel",
            "args": {**_FLOW, "in_channels": 8, "out_channels": 8, "use_fp16": True},
        }
    },
    "dataset": {
        "name": "ImageConditionedSparseStructureLatent",
        "args": {"latent_model": "ss_enc_conv3d_16l8_fp16", "image_size": 518},
    },
    "trainer": {
        "name": "ImageConditionedFlowMatchingCFGTrainer",
        "args": {
            **_LIMITS,
            "optimizer": _OPTIMIZER,
            "t_schedule": {"name": "logitNormal", "args": {"mean": 1.0, "std": 1.0}},
            "image_cond_model": "dinov2_vitl14_reg",
        },
    },
}
"""TRELLIS, dense, conditioned by images."""

TEXT_FLOW: Config = {
    "models": {
        "denoiser": {
            "name": "ElasticSLatFlowModel",
            "args": {
                **_FLOW,
                "cond_channels": 768,
                "in_channels": 2,
                "out_channels": 2,
                "use_fp16": True,
            },
        }
    },
    "dataset": {
        "name": "TextConditionedSLat",
        "args": {
            "latent_model": "slat_enc",
            "normalization": {"mean": [0.5, 1.5], "std": [2.5, 3.5]},
        },
    },
    "trainer": {
        "name": "TextConditionedSparseFlowMatchingCFGTrainer",
        "args": {
            **_LIMITS,
            "optimizer": _OPTIMIZER,
            "elastic": {"name": "LinearMemoryController", "args": {"target_ratio": 0.75}},
            "text_cond_model": "openai/clip-vit-large-patch14",
        },
    },
}
"""TRELLIS, sparse and elastic, conditioned by text, with normalized latents."""

GAUSSIAN_VAE: Config = {
    "models": {
        "encoder": {
            "name": "ElasticSLatEncoder",
            "args": {
                "resolution": 64,
                "in_channels": 1024,
                "model_channels": 64,
                "latent_channels": 8,
                "num_blocks": 2,
                "use_fp16": True,
            },
        },
        "decoder": {
            "name": "ElasticSLatGaussianDecoder",
            "args": {
                "resolution": 64,
                "model_channels": 64,
                "latent_channels": 8,
                "num_blocks": 2,
                "use_fp16": True,
            },
        },
    },
    "dataset": {
        "name": "SparseFeat2Render",
        "args": {"image_size": 512, "model": "dinov2_vitl14_reg"},
    },
    "trainer": {
        "name": "SLatVaeGaussianTrainer",
        "args": {**_LIMITS, "optimizer": _OPTIMIZER, "loss_type": "l1"},
    },
}
"""TRELLIS, sparse, two networks over the features of an image encoder."""

SHAPE_FLOW: Config = {
    "models": {
        "denoiser": {
            "name": "SLatFlowModel",
            "args": {**_FLOW, "in_channels": 32, "out_channels": 32, "pe_mode": "rope"},
        }
    },
    "dataset": {"name": "ImageConditionedSLatShape", "args": {"resolution": 512}},
    "trainer": {
        "name": "ImageConditionedSparseFlowMatchingCFGTrainer",
        "args": {
            **_LIMITS,
            "optimizer": _OPTIMIZER,
            "mix_precision_mode": "amp",
            "mix_precision_dtype": "bfloat16",
            "image_cond_model": {
                "name": "DinoV3FeatureExtractor",
                "args": {"model_name": "facebook/dinov3-vitl16-pretrain-lvd1689m"},
            },
        },
    },
}
"""TRELLIS.2, sparse, conditioned by images."""

MATERIAL_VAE: Config = {
    "models": {
        "encoder": {
            "name": "SparseUnetVaeEncoder",
            "args": {"in_channels": 6, **_UNET, "down_block_type": []},
        },
        "decoder": {
            "name": "SparseUnetVaeDecoder",
            "args": {"out_channels": 6, **_UNET, "up_block_type": []},
        },
    },
    "dataset": {
        "name": "SparseVoxelPbrDataset",
        "args": {"attrs": ["base_color", "metallic", "roughness", "alpha"]},
    },
    "trainer": {"name": "PbrVaeTrainer", "args": {**_LIMITS, "optimizer": _OPTIMIZER}},
}
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
