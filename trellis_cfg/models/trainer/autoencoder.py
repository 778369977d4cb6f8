"""Trainers of the autoencoders of TRELLIS."""

from typing import Literal

from trellis_cfg.models.base import Arguments
from trellis_cfg.models.trainer.base import BasicTrainer, TrellisTrainer
from trellis_cfg.models.types import NotNegative, Object


class SparseStructureVaeTrainer(BasicTrainer):
    """The autoencoder of occupancy grids."""

    kind = "dense"

    loss_type: Literal["bce", "l1", "dice"] = "bce"
    """Reconstruction loss."""
    lambda_kl: NotNegative = 1e-6
    """Weight of the Kullback-Leibler divergence."""


class ImageLosses(Arguments):
    """What a comparison of rendered images takes."""

    lambda_ssim: NotNegative = 0.2
    """Weight of the structural dissimilarity of images."""
    lambda_lpips: NotNegative = 0.2
    """Weight of the perceptual distance of images."""


class SLatVaeGaussianTrainer(ImageLosses, TrellisTrainer):
    """The autoencoder of structured latents, with 3D Gaussians as its output."""

    kind = "sparse"

    loss_type: Literal["l1", "l2"] = "l1"
    """Reconstruction loss of the images."""
    lambda_kl: NotNegative = 1e-6
    """Weight of the Kullback-Leibler divergence."""
    regularizations: Object = {}
    """Weights lambda_vol and lambda_opacity of what keeps the Gaussians small and opaque."""


class SLatVaeRadianceFieldDecoderTrainer(ImageLosses, TrellisTrainer):
    """The decoder of structured latents to radiance fields."""

    kind = "sparse"

    loss_type: Literal["l1", "l2"] = "l1"
    """Reconstruction loss of the images."""


class SLatVaeMeshDecoderTrainer(ImageLosses, TrellisTrainer):
    """The decoder of structured latents to meshes."""

    kind = "sparse"

    depth_loss_type: Literal["l1", "smooth_l1"] = "l1"
    """Loss of the depth maps."""
    lambda_depth: NotNegative = 1
    """Weight of the depth maps."""
    lambda_tsdf: NotNegative = 0.01
    """Weight of the truncated signed distances."""
    lambda_color: NotNegative = 0.1
    """Weight of the colours."""
