"""Rules about sections that do not fit together."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from trellis_cfg.diagnostics import ERROR, WARNING
from trellis_cfg.document.paths import Path
from trellis_cfg.lint.channels import find_channels, find_width
from trellis_cfg.lint.class_use import ClassUse, get_positive
from trellis_cfg.lint.config import Config, Finding, RelatedPlace, fork_severity
from trellis_cfg.lint.rules.conditioning import are_crossed
from trellis_cfg.sections import TRAINER_ARGS
from trellis_cfg.terminal import format_count

# The arguments that name a decoder, and those that name another in its place.
_DECODERS = {
    "pretrained_ss_dec": "ss_dec_path",
    "pretrained_slat_dec": "slat_dec_path",
    "pretrained_pbr_slat_dec": "pbr_slat_dec_path",
}
# The decoders of TRELLIS (a side, "l", channels) and TRELLIS.2 (a factor, "c", channels).
_RELEASED = re.compile(
    r"(microsoft|JeffreyXiang)/TRELLIS[^/]*/ckpts/(?P<name>(ss|slat|shape|tex)_dec_\w+?"
    r"_((?P<side>\d+)l(?P<channels>\d+)|f\d+c(?P<width>\d+))(?![0-9])\w*)(\.json)?"
)
_ENCODERS = ("text_cond_model", "image_cond_model")
_NORMALIZATIONS = {"normalization", "pbr_slat_normalization", "shape_slat_normalization"}


class _Numbers(NamedTuple):
    """Path and length of a normalization's mean or std."""

    path: Path
    length: int


def normalization_length(config: Config) -> Iterable[Finding]:
    """A normalization does not have one number per channel.

    ``mean`` and ``std`` must both be set and have one number per latent channel, the
    ``out_channels`` of the flow model. A single number is used for all channels.

    Bad: {"dataset": {"name": "SLat", "args":
        {"normalization": {"mean": [0, 1], "std": [1, 1, 1]}}}}
    Good: {"dataset": {"name": "SLat", "args":
        {"normalization": {"mean": [0, 1], "std": [1, 1]}}}}
    """
    for used in config.of_section("dataset"):
        for key in used.args.keys() & _NORMALIZATIONS:
            normalization = used.args[key]
            if not isinstance(normalization, dict):
                continue
            path = (*used.path, "args", key)
            numbers = _measure_numbers(path, normalization)
            missing = [f'"{name}"' for name in ("mean", "std") if name not in normalization]
            if len(numbers) > 1 and numbers[0].length != numbers[1].length:
                yield _report_different(*numbers)
            elif key in used.parameters and missing:
                yield Finding(path, f"{key} has no {' and no '.join(missing)}", on_key=True)
            elif key in used.parameters and numbers:
                yield from _compare_channels(config, key, numbers[0])


def _measure_numbers(path: Path, normalization: dict[str, object]) -> list[_Numbers]:
    """Return the lists of a normalization that are not of length 1."""
    lists = ((name, normalization.get(name)) for name in ("mean", "std"))
    return [
        _Numbers((*path, name), len(numbers))
        for name, numbers in lists
        if isinstance(numbers, list) and len(numbers) != 1
    ]


def _report_different(mean: _Numbers, std: _Numbers) -> Finding:
    message = f"mean has {mean.length} numbers, but std has {std.length}"
    return Finding(std.path, message, also=(RelatedPlace(mean.path, f"{mean.length} numbers"),))


def _compare_channels(config: Config, key: str, numbers: _Numbers) -> Iterator[Finding]:
    flows = [used for used in config.of_section("models") if "cond_channels" in used.parameters]
    if len(flows) != 1 or key == "shape_slat_normalization":
        return
    channels = get_positive(flows[0].args, "out_channels")
    if channels and numbers.length != channels:
        place = (*flows[0].path, "args", "out_channels")
        yield Finding(
            numbers.path,
            f"{key} has {format_count(numbers.length, 'number')}, but the latents have "
            f"{format_count(channels, 'channel')}",
            also=(RelatedPlace(place, "the channels"),),
            severity=fork_severity(flows[0]),
        )


def latent_mismatch(config: Config) -> Iterable[Finding]:
    """Two parts that work on the same tensor have different numbers of channels.

    The ``latent_channels`` of an encoder and its decoder must be equal. The ``in_channels`` of an
    encoder must be the channels that the dataset yields: the width of the image encoder of
    SparseFeat2Render, or the channels of the ``attrs`` of SparseVoxelPbrDataset. A flow model must
    make the latents that the released decoder of its dataset decodes: ``…_16l8_…`` are 8 channels,
    16 a side. Another side is a warning: a decoder of convolutions works on any.

    Bad: {"models": {"encoder": {"name": "SLatEncoder", "args": {"latent_channels": 8}},
        "decoder": {"name": "SLatMeshDecoder", "args": {"latent_channels": 16}}}}
    Good: {"models": {"encoder": {"name": "SLatEncoder", "args": {"latent_channels": 8}},
        "decoder": {"name": "SLatMeshDecoder", "args": {"latent_channels": 8}}}}
    """
    by_role = {used.path[-1]: used for used in config.of_section("models") if used.catalog}
    encoder, decoder = by_role.get("encoder"), by_role.get("decoder")
    if encoder and decoder:
        yield from _compare_latents(encoder, decoder)
    if encoder:
        yield from _compare_data(config, encoder)
    flows = [used for used in config.of_section("models") if "cond_channels" in used.parameters]
    if len(flows) == 1 and flows[0].catalog:
        for dataset in config.of_section("dataset"):
            yield from _compare_decoder(flows[0], dataset)


def _compare_latents(encoder: ClassUse, decoder: ClassUse) -> Iterator[Finding]:
    made, expected = (get_positive(used.args, "latent_channels") for used in (encoder, decoder))
    if made and expected and made != expected:
        yield Finding(
            (*decoder.path, "args", "latent_channels"),
            f"the decoder expects latents of {format_count(expected, 'channel')}, but the encoder "
            f"makes {made}",
            also=(RelatedPlace((*encoder.path, "args", "latent_channels"), "the encoder's"),),
            severity=fork_severity(encoder, decoder),
        )


def _compare_data(config: Config, encoder: ClassUse) -> Iterator[Finding]:
    expected = get_positive(encoder.args, "in_channels")
    for used in config.of_section("dataset"):
        channels = find_channels(used.name, used.get_argument)
        if channels and expected and channels != expected:
            yield Finding(
                (*encoder.path, "args", "in_channels"),
                f"the encoder expects {format_count(expected, 'channel')}, but {used.name} yields "
                f"{channels}",
                severity=fork_severity(encoder, used),
            )


def _compare_decoder(flow: ClassUse, dataset: ClassUse) -> Iterator[Finding]:
    """Compare a flow model with the released decoder that its dataset names."""
    for key, override in _DECODERS.items():
        name = dataset.args.get(key)
        match = _RELEASED.fullmatch(name) if isinstance(name, str) else None
        if match is None or dataset.args.get(override) is not None:
            continue
        also = (RelatedPlace((*dataset.path, "args", key), "the decoder"),)
        side = int(match["side"]) if match["side"] else None
        name, channels = match["name"], int(match["channels"] or match["width"])
        made, resolution = (
            get_positive(flow.args, each) for each in ("out_channels", "resolution")
        )
        if made and made != channels and channels not in _list_lengths(dataset):
            yield Finding(
                (*flow.path, "args", "out_channels"),
                f"the model makes latents of {format_count(made, 'channel')}, but {name} decodes "
                f"{channels}",
                also=also,
                severity=fork_severity(flow, dataset),
            )
        elif resolution and side and resolution != side:
            yield Finding(
                (*flow.path, "args", "resolution"),
                f"the model makes latents of side {resolution}, but {name} is for side {side}",
                also=also,
                severity=WARNING,
            )


def _list_lengths(dataset: ClassUse) -> list[int]:
    """Return the lengths of a dataset's normalization, which another rule compares."""
    values = [dataset.args.get(key) for key in _NORMALIZATIONS]
    return [
        numbers.length
        for value in values
        if isinstance(value, dict)
        for numbers in _measure_numbers((), value)
    ]


def conditioning_width(config: Config) -> Iterable[Finding]:
    """``cond_channels`` does not match the width of the condition encoder.

    The first cross-attention would fail. Known are the widths of the CLIP, DINOv2 and DINOv3
    encoders that TRELLIS and TRELLIS.2 use. An unknown trainer may join several conditions: then
    this is a warning.

    Bad: {"models": {"denoiser": {"name": "SLatFlowModel", "args": {"cond_channels": 768}}},
        "trainer": {"name": "ImageConditionedSparseFlowMatchingCFGTrainer",
        "args": {"image_cond_model": "dinov2_vitl14_reg"}}}
    Good: {"models": {"denoiser": {"name": "SLatFlowModel", "args": {"cond_channels": 1024}}},
        "trainer": {"name": "ImageConditionedSparseFlowMatchingCFGTrainer",
        "args": {"image_cond_model": "dinov2_vitl14_reg"}}}
    """
    for path, encoder in _find_encoder(config):
        width = find_width(encoder) if path or not are_crossed(config) else None
        for used in config.of_section("models"):
            channels = get_positive(used.args, "cond_channels")
            is_wrong = width and channels and channels != width
            if is_wrong and "cond_channels" in used.parameters and _may_meet(config, used):
                name = encoder if path else f"{encoder}, the default,"
                yield Finding(
                    (*used.path, "args", "cond_channels"),
                    f"cond_channels is {channels}, but {name} is {width} wide",
                    also=(RelatedPlace(path, f"{width} wide"),) if path else (),
                    severity=fork_severity(used) if config.is_known else WARNING,
                )


def _may_meet(config: Config, model: ClassUse) -> bool:
    """Return whether the code of the checkout hands a model what the trainer's encoder makes."""
    source, trainer = config.facts.source, config.trainer
    if source is None or trainer is None or trainer.source is None:
        return True
    from trellis_cfg.source.uses import conditioning  # noqa: PLC0415  few have a wrong width

    losses, network = (source.read_code(used.section, used.name) for used in (trainer, model))
    if losses is None or not any(conditioning.may_encode(losses, key) for key in _ENCODERS):
        return False
    return network is None or not conditioning.projects_condition(network)


def _find_encoder(config: Config) -> Iterator[tuple[Path, str]]:
    """Yield path and name of the condition encoder; the path is empty if it is the default.

    TRELLIS.2 has no default for images.
    """
    trainer = config.trainer
    keys = trainer.parameters or trainer.args if trainer else ()
    encoders = [key for key in _ENCODERS if key in keys]
    if trainer is None or len(encoders) != 1:
        return
    key = encoders[0]
    if key not in trainer.args and key != "text_cond_model":
        return
    path = (*TRAINER_ARGS, key) if key in trainer.args else ()
    match trainer.get_argument(key):
        case str(encoder):
            yield path, encoder
        case {"args": {"model_name": str(encoder)}}:
            yield (*path, "args", "model_name"), encoder


def elastic_without_model(config: Config) -> Iterable[Finding]:
    """``elastic`` is set, but no model is elastic: the trainer's assertion fails.

    Elastic classes have a name that starts with "Elastic"; with a checkout, they extend such a
    class. Use one of them, or set ``elastic`` to null.

    Bad: {"models": {"denoiser": {"name": "SLatFlowModel", "args": {}}},
        "trainer": {"args": {"elastic": {"name": "LinearMemoryController", "args": {}}}}}
    Good: {"models": {"denoiser": {"name": "ElasticSLatFlowModel", "args": {}}},
        "trainer": {"args": {"elastic": {"name": "LinearMemoryController", "args": {}}}}}
    """
    models = config.of_section("models")
    if not config.of_section("elastic") or not models:
        return
    roles = config.value["models"] if isinstance(config.value, dict) else ()
    if len(models) == len(roles) and all(_is_elastic(used) is False for used in models):
        path = (*TRAINER_ARGS, "elastic")
        also = tuple(RelatedPlace((*used.path, "name"), "not elastic") for used in models[:2])
        yield Finding(path, "elastic is set, but no model is elastic", on_key=True, also=also)


def _is_elastic(used: ClassUse) -> bool | None:
    """Return whether a network is elastic; None if that is unknown."""
    if used.source:
        names = (name.rpartition(".")[2] for name in used.source.mro)
        if any(name.startswith("Elastic") for name in names):
            return True
        return False if used.source.is_mro_complete else None
    return None if used.catalog is None or used.is_unread else used.catalog.is_elastic


def kind_mismatch(config: Config) -> Iterable[Finding]:
    """A sparse trainer is used with a dense model or dataset, or the reverse.

    Dense are the FlowMatching… trainers, SparseStructureVaeTrainer and every ``SparseStructure…``
    model and dataset, whatever the name says; sparse are the SparseFlowMatching…, SLat…, Shape…,
    Pbr… and SparseSDF… ones.

    Bad: {"dataset": {"name": "SLat", "args": {}},
        "trainer": {"name": "FlowMatchingTrainer", "args": {}}}
    Good: {"dataset": {"name": "SLat", "args": {}},
        "trainer": {"name": "SparseFlowMatchingTrainer", "args": {}}}
    """
    trainer = config.trainer
    trainer_kind = trainer.catalog.kind if trainer and trainer.catalog else None
    for used in [*config.of_section("models"), *config.of_section("dataset")]:
        kind = used.catalog.kind if used.catalog else None
        if trainer and trainer_kind and kind and kind != trainer_kind:
            noun = "model" if used.section == "models" else "dataset"
            source = config.facts.source if trainer_kind == "sparse" else None
            is_sure = source and source.lacks_sparse(trainer.name, used.section, used.name)
            if is_sure is False:
                continue
            yield Finding(
                (*used.path, "name"),
                f"{used.name} is a {kind} {noun}, but {trainer.name} is a {trainer_kind} trainer",
                also=(RelatedPlace((*trainer.path, "name"), f"a {trainer_kind} trainer"),),
                severity=ERROR if is_sure else fork_severity(used, trainer),
            )
