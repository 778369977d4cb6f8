"""The shape of a config, as pydantic models; each is imported when a config names its class."""

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from trellis_cfg.models.torch_optim import LR_SCHEDULERS, OPTIMIZERS

if TYPE_CHECKING:
    from trellis_cfg.document.paths import Path
    from trellis_cfg.models.base import Arguments


SCHEDULERS = {
    **LR_SCHEDULERS,
    "LinearWarmupLRScheduler": "warmup_steps [last_epoch]",
    "WarmupThenScheduler": "warmup_steps main_scheduler_class [main_scheduler_kwargs last_epoch]",
}
"""The schedulers of torch, that of TRELLIS itself, and that of the SDF fork."""

CLASSES: dict[str, tuple[str, ...]] = {
    "models": (
        *("SparseStructureEncoder", "SparseStructureDecoder", "SparseStructureFlowModel"),
        *("SLatFlowModel", "ElasticSLatFlowModel"),
        *("SLatEncoder", "SLatGaussianDecoder", "SLatRadianceFieldDecoder", "SLatMeshDecoder"),
        *("ElasticSLatEncoder", "ElasticSLatGaussianDecoder"),
        *("ElasticSLatRadianceFieldDecoder", "ElasticSLatMeshDecoder"),
        *("SparseSDFVQVAE", "Direct3DS2_VQVAE", "SparseVectorQuantizer"),
        *("SparseUnetVaeEncoder", "SparseUnetVaeDecoder"),
        *("FlexiDualGridVaeEncoder", "FlexiDualGridVaeDecoder"),
    ),
    "dataset": (
        *("SparseStructure", "SparseFeat2Render", "SLat2Render", "Slat2RenderGeo"),
        *("SparseStructureLatent", "TextConditionedSparseStructureLatent"),
        "ImageConditionedSparseStructureLatent",
        *("SLat", "TextConditionedSLat", "ImageConditionedSLat"),
        *("SLatShape", "ImageConditionedSLatShape", "SLatPbr", "ImageConditionedSLatPbr"),
        *("FlexiDualGridDataset", "SparseVoxelPbrDataset", "SparseSDF", "CTWindowSparseSDF"),
    ),
    "trainer": (
        *("BasicTrainer", "SparseStructureVaeTrainer", "SLatVaeGaussianTrainer"),
        *("SLatVaeRadianceFieldDecoderTrainer", "SLatVaeMeshDecoderTrainer"),
        *("SparseSDF_VQVAETrainer", "ShapeVaeTrainer", "PbrVaeTrainer"),
        *("FlowMatchingTrainer", "FlowMatchingCFGTrainer"),
        *("TextConditionedFlowMatchingCFGTrainer", "ImageConditionedFlowMatchingCFGTrainer"),
        *("SparseFlowMatchingTrainer", "SparseFlowMatchingCFGTrainer"),
        "TextConditionedSparseFlowMatchingCFGTrainer",
        "ImageConditionedSparseFlowMatchingCFGTrainer",
        "MultiImageConditionedSparseFlowMatchingCFGTrainer",
    ),
    "grad_clip": ("AdaptiveGradClipper",),
    "elastic": ("LinearMemoryController",),
    "t_schedule": ("uniform", "logitNormal"),
    "image_cond_model": ("DinoV2FeatureExtractor", "DinoV3FeatureExtractor"),
}
"""The classes that each section or component can name."""

_MODULES = {"models": "networks", "dataset": "datasets", "trainer": "trainers"}
"""The modules of the models of each section; all others are in ``components``."""

SAVE_LIMITS = {"SparseSDF_VQVAETrainer": ("save_total_limit", 3)}
"""The trainers that remove old checkpoints: what says how many stay, and how many if it is null."""

COMPONENTS = ("optimizer", "lr_scheduler", "grad_clip", "elastic", "t_schedule", "image_cond_model")
"""The arguments of a trainer that are a class and its arguments themselves."""

FAMILIES = {
    "optimizer": ("OptimizerArguments", tuple(OPTIMIZERS)),
    "lr_scheduler": ("SchedulerArguments", tuple(SCHEDULERS)),
}
"""Classes that share one model of ``components``, for the arguments that they have in common."""

GENERAL = {"trainer": ("any_trainer", "AnyTrainer")}
"""The models for unknown classes; in other sections any object is accepted."""


def find_model(section: str, name: str) -> "type[Arguments] | None":
    """Return the model of the arguments of a class; None for a class that is not listed."""
    if name not in CLASSES.get(section, ()):
        return None
    return _import_model(_MODULES.get(section, "components"), name)


def load_general_model(section: str) -> "type[Arguments]":
    """Return the model for the arguments of the section's unknown classes."""
    return _import_model(*GENERAL.get(section, ("base", "Arguments")))


def load_model(section: str, name: str) -> "type[Arguments]":
    """Return the model of a class, of its family, or the general one of its section."""
    model, family = FAMILIES.get(section, ("", ()))
    if name in family:
        return _import_model("components", model)
    return find_model(section, name) or load_general_model(section)


@cache
def _import_model(module: str, name: str) -> "type[Arguments]":
    model: type[Arguments] = getattr(import_module(f"{__name__}.{module}"), name)
    return model


MISSING, TYPE, RANGE, CHOICE = "missing", "type", "range", "choice"


class ShapeError(NamedTuple):
    """A value that the models reject, and its path; for a missing key, those of its object.

    ``expected`` describes accepted values; for a choice, ``choices`` are the known ones.
    """

    problem: str
    path: "Path"
    expected: str
    value: object
    choices: tuple[str, ...] = ()
