"""Rules about sections that do not fit together."""

import re
from collections.abc import Iterable, Iterator

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


def normalization_length(config: Config) -> Iterable[Finding]:
    """A normalization does not have one number per channel.

    ``mean`` and ``std`` must both be set and have one number per latent channel, the
    ``out_channels`` of the flow model. A single number is used for all channels.

    Bad: {"dataset": {"name": "SLat", "args":
        {"normalization": {"mean": [0, 1], "std": [1, 1, 1]}}}}
    Good: {"dataset": {"name": "SLat", "args":
        {"normalization": {"mean": [0, 1], "std": [1, 1]}}}}
    Chinese: 归一化长度不符。mean 和 std 都要写，各通道一个数，或只写一个数。
    """
    for used in config.of_section("dataset"):
        for key in used.args.keys() & _NORMALIZATIONS:
            normalization = used.args[key]
            if not isinstance(normalization, dict):
                continue
            path, lengths = used.locate(key), _measure(normalization)
            missing = [f'"{name}"' for name in ("mean", "std") if name not in normalization]
            if len({*lengths.values()}) > 1:
                mean, std = lengths.values()
                message = f"mean has {mean} numbers, but std has {std}"
                also = (RelatedPlace((*path, "mean"), f"{mean} numbers"),)
                yield Finding((*path, "std"), message, also=also)
            elif key in used.parameters and missing:
                yield Finding(path, f"{key} has no {' and no '.join(missing)}", on_key=True)
            elif key in used.parameters and lengths and key != "shape_slat_normalization":
                name, length = next(iter(lengths.items()))
                yield from _compare_channels(config, (*path, name), length)


def _measure(normalization: object) -> dict[str, int]:
    """Return the lengths of a normalization's mean and std, other than 1."""
    values = normalization if isinstance(normalization, dict) else {}
    lists = ((name, values.get(name)) for name in ("mean", "std"))
    return {name: len(each) for name, each in lists if isinstance(each, list) and len(each) != 1}


def _compare_channels(config: Config, path: Path, length: int) -> Iterator[Finding]:
    flow = _find_flow(config)
    channels = get_positive(flow.args, "out_channels") if flow else None
    if flow and channels and length != channels:
        message = f"{path[-2]} has {format_count(length, 'number')}, but the latents have "
        also = (RelatedPlace(flow.locate("out_channels"), "the channels"),)
        message += format_count(channels, "channel")
        yield Finding(path, message, also=also, severity=fork_severity(flow))


def _find_flow(config: Config) -> ClassUse | None:
    """Return the flow model, if it is the only one."""
    flows = [used for used in config.of_section("models") if "cond_channels" in used.parameters]
    return flows[0] if len(flows) == 1 else None


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
    Chinese: 潜变量通道数不符。让两处的通道数一致。
    """
    by_role = {used.path[-1]: used for used in config.of_section("models") if used.catalog}
    encoder, decoder = by_role.get("encoder"), by_role.get("decoder")
    made = get_positive(encoder.args, "latent_channels") if encoder else None
    expected = get_positive(decoder.args, "latent_channels") if decoder else None
    if encoder and decoder and made and expected and made != expected:
        count, severity = format_count(expected, "channel"), fork_severity(encoder, decoder)
        message = f"the decoder expects latents of {count}, but the encoder makes {made}"
        also = (RelatedPlace(encoder.locate("latent_channels"), "the encoder's"),)
        yield Finding(decoder.locate("latent_channels"), message, also=also, severity=severity)
    flow = _find_flow(config)
    for dataset in config.of_section("dataset"):
        if encoder:
            yield from _compare_data(encoder, dataset)
        if flow and flow.catalog:
            yield from _compare_decoder(flow, dataset)


def _compare_data(encoder: ClassUse, dataset: ClassUse) -> Iterator[Finding]:
    expected = get_positive(encoder.args, "in_channels")
    channels = find_channels(dataset.name, dataset.get_argument)
    if channels and expected and channels != expected:
        count, severity = format_count(expected, "channel"), fork_severity(encoder, dataset)
        message = f"the encoder expects {count}, but {dataset.name} yields {channels}"
        yield Finding(encoder.locate("in_channels"), message, severity=severity)


def _compare_decoder(flow: ClassUse, dataset: ClassUse) -> Iterator[Finding]:
    """Compare a flow model with the released decoder that its dataset names."""
    for key, override in _DECODERS.items():
        name = dataset.args.get(key)
        match = _RELEASED.fullmatch(name) if isinstance(name, str) else None
        if match is None or dataset.args.get(override) is not None:
            continue
        channels, side = int(match["channels"] or match["width"]), int(match["side"] or 0)
        name = match["name"]
        made, resolution = (get_positive(flow.args, key) for key in ("out_channels", "resolution"))
        lengths = (_measure(dataset.args.get(each)) for each in _NORMALIZATIONS)
        is_reported = any(channels in each.values() for each in lengths)  # by another rule
        argument, severity = "out_channels", fork_severity(flow, dataset)
        if made and made != channels and not is_reported:
            count = format_count(made, "channel")
            message = f"the model makes latents of {count}, but {name} decodes {channels}"
        elif resolution and side and resolution != side:
            argument, severity = "resolution", WARNING
            message = f"the model makes latents of side {resolution}, but {name} is for side {side}"
        else:
            continue
        also = (RelatedPlace(dataset.locate(key), "the decoder"),)
        yield Finding(flow.locate(argument), message, also=also, severity=severity)


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
    Chinese: 条件宽度不符。设为编码器的宽度，例如 dinov2_vitl14_reg 为 1024。
    """
    for path, encoder in _find_encoder(config):
        width = find_width(encoder) if path or not are_crossed(config) else None
        for used in config.of_section("models"):
            channels = get_positive(used.args, "cond_channels")
            is_wrong = width and channels and channels != width
            if is_wrong and "cond_channels" in used.parameters and _may_meet(config, used):
                name = encoder if path else f"{encoder}, the default,"
                message = f"cond_channels is {channels}, but {name} is {width} wide"
                also = (RelatedPlace(path, f"{width} wide"),) if path else ()
                severity = fork_severity(used) if config.is_known else WARNING
                yield Finding(used.locate("cond_channels"), message, also=also, severity=severity)


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
    Chinese: 没有 elastic 模型。改用名称以 Elastic 开头的模型，或把 elastic 设为 null。
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
    Chinese: 稀疏与稠密不符。训练器、模型和数据集要么都稀疏，要么都稠密。
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
            place = RelatedPlace((*trainer.path, "name"), f"a {trainer_kind} trainer")
            message = f"{used.name} is a {kind} {noun}, but {trainer.name} is {place.label}"
            severity = ERROR if is_sure else fork_severity(used, trainer)
            yield Finding((*used.path, "name"), message, also=(place,), severity=severity)
