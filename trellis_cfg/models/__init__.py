"""The shape of a config, as pydantic models; each is imported when a config names its class."""

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from trellis_cfg.torch_optim import LR_SCHEDULERS, OPTIMIZERS

if TYPE_CHECKING:
    from trellis_cfg.models.base import Arguments

WARMUP = "LinearWarmupLRScheduler"
"""The scheduler that TRELLIS itself has."""

_FLOW, _AUTOENCODER = "trainer.flow", "trainer.autoencoder"
_LATENTS, _VOXELS = "dataset.latents", "dataset.voxels"
_TRANSFORMER = "network.transformer"

CLASSES: dict[str, dict[str, str]] = {
    "models": {
        "SparseStructureEncoder": "network.sparse_structure",
        "SparseStructureDecoder": "network.sparse_structure",
        "SparseStructureFlowModel": "network.flow",
        "SLatFlowModel": "network.flow",
        "ElasticSLatFlowModel": "network.flow",
        "SLatEncoder": _TRANSFORMER,
        "SLatGaussianDecoder": _TRANSFORMER,
        "SLatRadianceFieldDecoder": _TRANSFORMER,
        "SLatMeshDecoder": _TRANSFORMER,
        "ElasticSLatEncoder": _TRANSFORMER,
        "ElasticSLatGaussianDecoder": _TRANSFORMER,
        "ElasticSLatRadianceFieldDecoder": _TRANSFORMER,
        "ElasticSLatMeshDecoder": _TRANSFORMER,
        "SparseSDFVQVAE": "network.sdf",
        "Direct3DS2_VQVAE": "network.sdf",
        "SparseVectorQuantizer": "network.sdf",
        "SparseUnetVaeEncoder": "network.unet",
        "SparseUnetVaeDecoder": "network.unet",
        "FlexiDualGridVaeEncoder": "network.unet",
        "FlexiDualGridVaeDecoder": "network.unet",
    },
    "dataset": {
        "SparseStructure": _VOXELS,
        "SparseFeat2Render": _VOXELS,
        "SLat2Render": _VOXELS,
        "Slat2RenderGeo": _VOXELS,
        "SparseStructureLatent": _LATENTS,
        "TextConditionedSparseStructureLatent": _LATENTS,
        "ImageConditionedSparseStructureLatent": _LATENTS,
        "SLat": _LATENTS,
        "TextConditionedSLat": _LATENTS,
        "ImageConditionedSLat": _LATENTS,
        "SLatShape": "dataset.trellis2",
        "ImageConditionedSLatShape": "dataset.trellis2",
        "SLatPbr": "dataset.trellis2",
        "ImageConditionedSLatPbr": "dataset.trellis2",
        "FlexiDualGridDataset": "dataset.trellis2",
        "SparseVoxelPbrDataset": "dataset.trellis2",
        "SparseSDF": "dataset.sdf",
        "CTWindowSparseSDF": "dataset.sdf",
    },
    "trainer": {
        "BasicTrainer": "trainer.base",
        "SparseStructureVaeTrainer": _AUTOENCODER,
        "SLatVaeGaussianTrainer": _AUTOENCODER,
        "SLatVaeRadianceFieldDecoderTrainer": _AUTOENCODER,
        "SLatVaeMeshDecoderTrainer": _AUTOENCODER,
        "SparseSDF_VQVAETrainer": "trainer.sdf",
        "ShapeVaeTrainer": "trainer.trellis2",
        "PbrVaeTrainer": "trainer.trellis2",
        "FlowMatchingTrainer": _FLOW,
        "FlowMatchingCFGTrainer": _FLOW,
        "TextConditionedFlowMatchingCFGTrainer": _FLOW,
        "ImageConditionedFlowMatchingCFGTrainer": _FLOW,
        "SparseFlowMatchingTrainer": _FLOW,
        "SparseFlowMatchingCFGTrainer": _FLOW,
        "TextConditionedSparseFlowMatchingCFGTrainer": _FLOW,
        "ImageConditionedSparseFlowMatchingCFGTrainer": _FLOW,
        "MultiImageConditionedSparseFlowMatchingCFGTrainer": _FLOW,
    },
    "grad_clip": {"AdaptiveGradClipper": "components"},
    "elastic": {"LinearMemoryController": "components"},
    "t_schedule": {"uniform": "components", "logitNormal": "components"},
    "image_cond_model": {
        "DinoV2FeatureExtractor": "components",
        "DinoV3FeatureExtractor": "components",
    },
}
"""The classes that a place of a config can name, each with the module of its model."""

COMPONENTS = ("optimizer", "lr_scheduler", "grad_clip", "elastic", "t_schedule", "image_cond_model")
"""The arguments of a trainer that name a class and its arguments themselves."""

FAMILIES = {
    "optimizer": ("OptimizerArguments", tuple(OPTIMIZERS)),
    "lr_scheduler": ("SchedulerArguments", (*LR_SCHEDULERS, WARMUP)),
}
"""Classes that share one model of ``components``: it says what they have in common."""

GENERAL = {"trainer": ("trainer.base", "AnyTrainer")}
"""The models for classes that nobody knows; elsewhere any object will do."""


def arguments(section: str, name: str) -> "type[Arguments] | None":
    """Return the model of the arguments of a class; None for a class that is not listed."""
    module = CLASSES.get(section, {}).get(name)
    return _model(module, name) if module else None


def general(section: str) -> "type[Arguments]":
    """Return the model for the arguments of a class of the section that nobody knows."""
    return _model(*GENERAL.get(section, ("base", "Arguments")))


def judge(section: str, name: str) -> "type[Arguments]":
    """Return the model that judges the arguments of a class: its own, its family's or any's."""
    model, family = FAMILIES.get(section, ("", ()))
    if name in family:
        return _model("components", model)
    return arguments(section, name) or general(section)


@cache
def _model(module: str, name: str) -> "type[Arguments]":
    model: type[Arguments] = getattr(import_module(f"{__name__}.{module}"), name)
    return model
