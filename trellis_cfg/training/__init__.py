"""Adds ``max_epoch``, progress reports and epoch checkpoints to any TRELLIS trainer.

Imports only the standard library; torch is that of the training script.
"""

from trellis_cfg.training.wrap import install, with_max_epoch

__all__ = ["install", "with_max_epoch"]
