"""A runtime that gives any TRELLIS trainer the epoch limit, the reports and the saved epoch.

It imports nothing but the standard library; torch is that of the training script.
"""

from trellis_cfg.training.wrap import install, with_max_epoch

__all__ = ["install", "with_max_epoch"]
