"""Trainers of the autoencoders of TRELLIS.2."""

from trellis_cfg.models.base import Arguments
from trellis_cfg.models.trainer.base import Trellis2Trainer
from trellis_cfg.models.types import NotNegative, Object, Positive


class RenderLosses(Arguments):
    """What a comparison of rendered images takes."""

    lambda_kl: NotNegative = 1e-6
    """Weight of the Kullback-Leibler divergence."""
    lambda_ssim: NotNegative = 0.2
    """Weight of the structural dissimilarity of images."""
    lambda_lpips: NotNegative = 0.2
    """Weight of the perceptual distance of images."""
    render_resolution: Positive = 1024
    """Edge of the rendered images, in pixels."""
    camera_randomization_config: Object = {"radius_range": [2, 100]}
    """From where the images are rendered."""


class ShapeVaeTrainer(RenderLosses, Trellis2Trainer):
    """The autoencoder of shapes as flexible dual grids."""

    kind = "sparse"

    lambda_subdiv: NotNegative = 0.1
    """Weight of the predicted subdivision of voxels."""
    lambda_intersected: NotNegative = 0.1
    """Weight of the edges that the surface crosses."""
    lambda_vertice: NotNegative = 0.01
    """Weight of the vertex positions."""
    lambda_mask: NotNegative = 1
    """Weight of the silhouettes."""
    lambda_depth: NotNegative = 10
    """Weight of the depth maps."""
    lambda_normal: NotNegative = 1
    """Weight of the normal maps."""


class PbrVaeTrainer(RenderLosses, Trellis2Trainer):
    """The autoencoder of physically based materials."""

    kind = "sparse"

    loss_type: str = "l1"
    """Reconstruction loss of the materials."""
    lambda_render: NotNegative = 1.0
    """Weight of the rendered images."""
