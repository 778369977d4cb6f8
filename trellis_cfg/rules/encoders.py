"""How wide the features of the known text and image encoders are."""

import re

# By the whole name, or by how a name starts; a variant with registers is as wide.
_WIDTHS = (
    (r"openai/clip-vit-large-patch14", 768),
    (r"dinov2_vits14(_reg)?", 384),
    (r"dinov2_vitb14(_reg)?", 768),
    (r"dinov2_vitl14(_reg)?", 1024),
    (r"dinov2_vitg14(_reg)?", 1536),
    (r"facebook/dinov3-vitl16-.*|facebook/dinov3-vitl16", 1024),
)


def width_of(encoder: object) -> int | None:
    """Return the channels of an encoder's features; None for one that is not known."""
    if not isinstance(encoder, str):
        return None
    return next((width for name, width in _WIDTHS if re.fullmatch(name, encoder)), None)
