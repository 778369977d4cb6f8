"""Random numbers that do not depend on where a run was interrupted."""

import random
import sys
from typing import Any
from zlib import crc32


def base() -> int:
    """Return what the script seeded this process with; 0 where torch was not imported."""
    torch = sys.modules.get("torch")
    return torch.initial_seed() if torch else 0


def reseed(base: int, rank: int, step: int, purpose: str) -> None:
    """Seed all generators of this process by a step and what they are used for there.

    A run that is resumed at the step draws the numbers that one does which was never interrupted.
    """
    seed = crc32(f"{base}:{rank}:{step}:{purpose}".encode())
    random.seed(seed)
    numpy: Any = sys.modules.get("numpy")
    if numpy:
        numpy.random.seed(seed)
    torch: Any = sys.modules.get("torch")
    if torch:
        torch.manual_seed(seed)
