"""How many channels the features of an encoder, or the voxels of a dataset, have."""

import re
from collections.abc import Callable
from functools import lru_cache

# Channels of the features of image and text encoders; registers change nothing.
_WIDTHS = (
    (r"openai/clip-vit-large-patch14", 768),
    (r"dinov2_vits14(_reg)?", 384),
    (r"dinov2_vitb14(_reg)?", 768),
    (r"dinov2_vitl14(_reg)?", 1024),
    (r"dinov2_vitg14(_reg)?", 1536),
    (r"facebook/dinov3-vitl16-.*|facebook/dinov3-vitl16", 1024),
)
# Channels of the attributes of a material.
_ATTRIBUTES = {"base_color": 3, "metallic": 1, "roughness": 1, "emissive": 3, "alpha": 1}


def find_width(encoder: object) -> int | None:
    """Return the channels of an encoder's features; None for an unknown encoder."""
    return _find_width(encoder) if isinstance(encoder, str) else None


@lru_cache(maxsize=64)
def _find_width(encoder: str) -> int | None:
    return next((width for name, width in _WIDTHS if re.fullmatch(name, encoder)), None)


def find_channels(dataset: str, get_argument: Callable[[str], object]) -> int | None:
    """Return the channels of a dataset's voxels; None if they are unknown."""
    if dataset == "SparseFeat2Render":
        return find_width(get_argument("model"))
    names = get_argument("attrs")
    if dataset != "SparseVoxelPbrDataset" or not isinstance(names, list):
        return None
    if not all(isinstance(name, str) and name in _ATTRIBUTES for name in names):
        return None
    return sum(_ATTRIBUTES[name] for name in names)
