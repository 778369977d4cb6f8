"""Rules about the channels that two sections must agree on."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from trellis_cfg.diagnostics import WARNING
from trellis_cfg.document.paths import Path
from trellis_cfg.lint.class_use import ClassUse, positive
from trellis_cfg.lint.config import Config, Finding, RelatedPlace, fork_severity
from trellis_cfg.sections import TRAINER_ARGS

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


_ENCODERS = ("text_cond_model", "image_cond_model")
_NORMALIZATIONS = {"normalization", "pbr_slat_normalization", "shape_slat_normalization"}
# Channels of the attributes of a material.
_ATTRIBUTES = {"base_color": 3, "metallic": 1, "roughness": 1, "emissive": 3, "alpha": 1}


class _Length(NamedTuple):
    """A list of a normalization, and how many channels it is for."""

    path: Path
    key: str
    length: int


def normalization_length(ctx: Config) -> Iterator[Finding]:
    """A normalization has not one number for each channel.

    ``mean`` and ``std`` must both be there, and of one length, that of the latents, which is the
    ``out_channels`` of the flow model. A length of 1 broadcasts.
    """
    for used in ctx.of_section("dataset"):
        for key in used.args.keys() & _NORMALIZATIONS:
            lengths = list(_lengths(used, key))
            different = _different(lengths)
            yield from different
            if key in used.fields and not different:
                yield from _half(used, key) or _unlike(ctx, key, lengths)


def _half(used: ClassUse, key: str) -> list[Finding]:
    """Find that a normalization lacks its mean or its std: reading either would be a KeyError."""
    lists = used.args.get(key)
    if not isinstance(lists, dict):
        return []
    absent = [f'"{name}"' for name in ("mean", "std") if name not in lists]
    message = f"{key} has no {' and no '.join(absent)}"
    return [Finding((*used.path, "args", key), message, on_key=True)] if absent else []


def _lengths(used: ClassUse, key: str) -> Iterator[_Length]:
    match used.args.get(key):
        case dict(lists):
            for name in ("mean", "std"):
                match lists.get(name):
                    case [*numbers] if len(numbers) != 1:
                        yield _Length((*used.path, "args", key, name), name, len(numbers))


def _different(lengths: list[_Length]) -> list[Finding]:
    match lengths:
        case [mean, std] if mean.length != std.length:
            message = f"mean has {mean.length} numbers, but std has {std.length}"
            return [
                Finding(
                    std.path, message, also=(RelatedPlace(mean.path, f"{mean.length} numbers"),)
                )
            ]
    return []


def _unlike(ctx: Config, key: str, lengths: list[_Length]) -> Iterator[Finding]:
    flows = [used for used in ctx.of_section("models") if "cond_channels" in used.fields]
    if len(flows) != 1 or key == "shape_slat_normalization" or not lengths:
        return
    flow, found = flows[0], lengths[0]
    channels = positive(flow.args, "out_channels")
    if channels and found.length != channels:
        place = (*flow.path, "args", "out_channels")
        yield Finding(
            found.path,
            f"{key} has {found.length} numbers for the {channels} channels of the latents",
            also=(RelatedPlace(place, "the channels"),),
            severity=fork_severity(flow),
        )


def latent_mismatch(ctx: Config) -> Iterator[Finding]:
    """Two parts that work on the same tensor disagree on its channels.

    The ``latent_channels`` of an encoder and its decoder must be equal. The ``in_channels`` of an
    encoder must be the channels that the dataset yields: the width of the image encoder of
    SparseFeat2Render, or the channels of the ``attrs`` of SparseVoxelPbrDataset.
    """
    by_role = {used.path[-1]: used for used in ctx.of_section("models")}
    encoder, decoder = by_role.get("encoder"), by_role.get("decoder")
    if encoder and decoder and encoder.known and decoder.known:
        yield from _unlike_latents(encoder, decoder)
    if encoder and encoder.known:
        yield from _unlike_data(ctx, encoder)


def _unlike_latents(encoder: ClassUse, decoder: ClassUse) -> Iterator[Finding]:
    into, out = (positive(used.args, "latent_channels") for used in (encoder, decoder))
    if into and out and into != out:
        yield Finding(
            (*decoder.path, "args", "latent_channels"),
            f"the decoder takes latents of {out} channels, but the encoder makes {into}",
            also=(RelatedPlace((*encoder.path, "args", "latent_channels"), "the encoder's"),),
            severity=fork_severity(encoder, decoder),
        )


def _unlike_data(ctx: Config, encoder: ClassUse) -> Iterator[Finding]:
    channels = positive(encoder.args, "in_channels")
    for used in ctx.of_section("dataset"):
        found = _channels_of(used)
        if found and channels and found != channels:
            yield Finding(
                (*encoder.path, "args", "in_channels"),
                f"the encoder takes {channels} channels, but {used.name} yields {found}",
                severity=fork_severity(encoder, used),
            )


def _channels_of(dataset: ClassUse) -> int | None:
    """Return how many channels a voxel of the dataset has, where that is known."""
    if dataset.name == "SparseFeat2Render":
        return width_of(dataset.value("model"))
    attributes = dataset.value("attrs")
    if dataset.name != "SparseVoxelPbrDataset" or not isinstance(attributes, list):
        return None
    found = [_ATTRIBUTES.get(name) if isinstance(name, str) else None for name in attributes]
    return sum(filter(None, found)) if None not in found else None


def conditioning_width(ctx: Config) -> Iterator[Finding]:
    """``cond_channels`` is not the width of the encoder that makes the condition.

    The first cross-attention would fail. Known are the widths of the CLIP, DINOv2 and DINOv3
    encoders that TRELLIS and TRELLIS.2 use. A trainer that is not known may join several
    conditions: then this is a warning.
    """
    for path, encoder in _condition(ctx):
        width = width_of(encoder)
        for used in ctx.of_section("models"):
            given = positive(used.args, "cond_channels")
            if width and given and given != width and "cond_channels" in used.fields:
                which = encoder if path else f"{encoder}, the default,"
                yield Finding(
                    (*used.path, "args", "cond_channels"),
                    f"cond_channels is {given}, but {which} is {width} wide",
                    also=(RelatedPlace(path, f"{width} wide"),) if path else (),
                    severity=fork_severity(used) if ctx.is_known else WARNING,
                )


def _condition(ctx: Config) -> Iterator[tuple[Path, str]]:
    """Yield the encoder of the condition, and where it stands: nowhere, if it is the default.

    TRELLIS.2 has no default for images.
    """
    trainer = ctx.trainer
    keys = trainer.fields or frozenset(trainer.args) if trainer else ()
    found = [key for key in _ENCODERS if key in keys]
    if trainer is None or len(found) != 1:
        return
    path = (*TRAINER_ARGS, found[0]) if found[0] in trainer.args else ()
    if not path and found[0] != "text_cond_model":
        return
    match trainer.value(found[0]):
        case str(encoder):
            yield path, encoder
        case {"args": {"model_name": str(encoder)}}:
            yield (*path, "args", "model_name"), encoder


_ELASTIC = (*TRAINER_ARGS, "elastic")


def elastic_without_model(ctx: Config) -> Iterator[Finding]:
    """``elastic`` is set, and no model is elastic: the trainer asserts that one is.

    Elastic are the classes whose name starts with "Elastic"; by the code beside the config, those
    that extend such a class. Use one of them, or set ``elastic`` to null.
    """
    models = ctx.of_section("models")
    if not ctx.of_section("elastic") or not models or not _all_known(ctx):
        return
    if not any(_is_elastic(used) for used in models):
        also = tuple(RelatedPlace((*used.path, "name"), "not elastic") for used in models[:2])
        yield Finding(_ELASTIC, "elastic is set, but no model is elastic", on_key=True, also=also)


def _all_known(ctx: Config) -> bool:
    """Tell whether each network of the config is of a known class."""
    roles = ctx.value["models"] if isinstance(ctx.value, dict) else ()
    models = ctx.of_section("models")
    return len(models) == len(roles) and all(map(_is_judged, models))


def _is_judged(used: ClassUse) -> bool:
    """Tell whether it is known if a network is elastic: of the code beside it, all it extends."""
    if used.signature is not None:
        return used.signature.is_lineage_complete or _is_elastic(used)
    return used.known is not None and not used.is_unread


def _is_elastic(used: ClassUse) -> bool:
    if used.signature is not None:
        names = (name.rpartition(".")[2] for name in used.signature.lineage)
        return any(name.startswith("Elastic") for name in names)
    return used.known is not None and used.known.is_elastic


def kind_mismatch(ctx: Config) -> Iterator[Finding]:
    """A trainer of sparse tensors with a model or a dataset of dense ones, or the reverse.

    Dense are the FlowMatching… trainers, SparseStructureVaeTrainer and every ``SparseStructure…``
    model and dataset, whatever the name says; sparse are the SparseFlowMatching…, SLat…, Shape…,
    Pbr… and SparseSDF… ones.
    """
    trainer = ctx.trainer
    kind = trainer.known.kind if trainer and trainer.known else None
    for used in [*ctx.of_section("models"), *ctx.of_section("dataset")]:
        other = used.known.kind if used.known else None
        if trainer and kind and other and kind != other:
            noun = "model" if used.section == "models" else "dataset"
            yield Finding(
                (*used.path, "name"),
                f"{used.name} is a {other} {noun}, but {trainer.name} is a {kind} trainer",
                also=(RelatedPlace((*trainer.path, "name"), f"a {kind} trainer"),),
                severity=fork_severity(used, trainer),
            )
