"""A runtime that gives any TRELLIS trainer the epoch limit, the reports and the saved epoch.

It imports nothing but the standard library; torch is that of the training script.
"""

from trellis_cfg.training.installing import install
from trellis_cfg.training.wrapping import with_max_epoch

__all__ = ["install", "with_max_epoch"]
