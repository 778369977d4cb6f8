"""Trainers of the fork that learns sparse signed-distance fields."""

from typing import Annotated, Literal

from pydantic import Field

from trellis_cfg.models.trainer.base import TrellisTrainer
from trellis_cfg.models.types import NotNegative


class SparseSDF_VQVAETrainer(TrellisTrainer):  # noqa: N801  the name that configs write
    """The vector-quantized autoencoder of sparse signed-distance fields."""

    kind = "sparse"

    lambda_vq: NotNegative = 1.0
    """Weight of the codebook loss."""
    lambda_commitment: NotNegative = 0.25
    """Weight of the commitment loss."""
    loss_type: Literal["mse", "l1", "l1_l2"] = "mse"
    """Reconstruction loss."""
    pretrained_vae_path: str | None = None
    """Checkpoint of an autoencoder to start from."""
    training_stage: Annotated[int, Field(ge=1, le=2)] = 1
    """What is trained: 1 is the codebook only, 2 is all."""
