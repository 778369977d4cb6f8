"""The rule about the condition of a model: the trainer, the dataset and the encoder of one."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from trellis_cfg.diagnostics import ERROR, WARNING, Severity
from trellis_cfg.document.paths import Path
from trellis_cfg.lint.class_use import ClassUse, get_positive, is_integer
from trellis_cfg.lint.config import Config, Finding, RelatedPlace
from trellis_cfg.lint.wording import shorten
from trellis_cfg.sections import TRAINER_ARGS
from trellis_cfg.terminal import format_count

_ROLE = "denoiser"
_CONDITIONS = {"Text": "text", "Image": "images"}
_UNCONDITIONED = ("FlowMatchingTrainer", "SparseFlowMatchingTrainer")
_HUB = "torch.hub.loadfacebookresearch/dinov2"
"""The function that loads from a hub, and the repository."""
# What TRELLIS loads the encoders of an argument, or of a component, with.
_LOADERS = {"text_cond_model": "CLIPTextModel", "image_cond_model": _HUB}
_COMPONENTS = {"DinoV2FeatureExtractor": _HUB, "DinoV3FeatureExtractor": "DINOv3ViTModel"}
_PATCH_OF_DINOV2, _PATCH_OF_DINOV3 = 14, 16
# The names of the functions in the hub of DINOv2.
_DINO_NAMES = re.compile(
    r"dinov2_vit[sblg]14(_reg)?(_lc|_ld|_dd)?|dinov2_vitl14_reg4_dinotxt_\w+|(xray|cell|channel)\w+"
)
# What transformers' classes load, and how the names of such models look.
_FAMILIES = (
    ("CLIP", r".*clip"),
    ("T5", r"(.*[-_])?(u?m?|by|flan|long)t5"),
    ("BERT", r".*bert"),
    ("SigLIP", r".*siglip"),
    ("a language model", r".*(llama|qwen|gemma|mistral|gpt2)"),
    ("DINOv3 ConvNeXt", r"dinov3-convnext"),
    ("DINOv3", r"dinov3-vit"),
    ("DINOv2", r"dinov2"),
)
_LOADED = {
    **dict.fromkeys(("CLIPTextModel", "CLIPTextModelWithProjection", "CLIPModel"), "CLIP"),
    **dict.fromkeys(("T5EncoderModel", "UMT5EncoderModel", "MT5EncoderModel"), "T5"),
    **dict.fromkeys(("Dinov2Model", "Dinov2WithRegistersModel"), "DINOv2"),
    **dict.fromkeys(("BertModel", "RobertaModel"), "BERT"),
    "SiglipTextModel": "SigLIP",
    "DINOv3ViTModel": "DINOv3",
}


class _Encoder(NamedTuple):
    """The encoder that a config names, and what loads it."""

    path: Path
    name: str
    loader: str
    place: str = ""
    is_resizing: bool = False
    severity: Severity = WARNING


def conditioning_mismatch(config: Config) -> Iterable[Finding]:
    """The trainer, the dataset, the model and the encoder do not agree on the condition.

    A TextConditioned… trainer needs a TextConditioned… dataset, an ImageConditioned… trainer an
    ImageConditioned… dataset, and a model with ``cond_channels`` one of these trainers.
    ``text_cond_model`` must be a CLIP model, ``image_cond_model`` a DINOv2 model (TRELLIS) or one
    of the class that it names (TRELLIS.2). ``image_size`` must be a multiple of the encoder's
    patch, 14 pixels for DINOv2; with DINOv3, 16 pixels, the rest of the image is cut off. With a
    checkout, its code says what loads the encoder, and what surely fails is an error.

    Bad: {"dataset": {"name": "ImageConditionedSLat", "args": {}},
        "trainer": {"name": "TextConditionedSparseFlowMatchingCFGTrainer", "args": {}}}
    Good: {"dataset": {"name": "TextConditionedSLat", "args": {}},
        "trainer": {"name": "TextConditionedSparseFlowMatchingCFGTrainer", "args": {}}}
    Chinese: 条件不一致。四者使用同一种条件；图像边长是 patch 的整数倍。
    """
    trainer = config.trainer
    if trainer is None or trainer.is_unread:
        return
    dataset = next((each for each in config.of_section("dataset") if not each.is_unread), None)
    is_matched = True
    if dataset:
        findings = list(_compare_dataset(trainer, dataset))
        is_matched = not findings
        yield from findings
    for used in config.of_section("models"):
        if not used.is_unread and (used.path[-1] == _ROLE or len(config.of_section("models")) == 1):
            yield from _compare_model(trainer, dataset, used)
    for encoder in _find_encoders(config, trainer, dataset):
        yield from _check_loader(encoder)
        if is_matched:
            yield from _check_image_size(encoder, dataset)


def _find_condition(used: ClassUse) -> str:
    """Return the condition that the names of a class and its bases speak of: "text", "images"."""
    conditions = set()
    for name in (used.name, *(used.source.mro if used.source else ())):
        before, mark, _ = name.rpartition(".")[2].partition("Conditioned")
        conditions |= {_CONDITIONS[word] for word in _CONDITIONS if mark and word in before}
    return conditions.pop() if len(conditions) == 1 else ""


def _get_severity(*uses: ClassUse) -> Severity:
    """Return the severity of a fault between classes: an error where all were read to the end."""
    is_sure = all(used.source and used.source.is_mro_complete for used in uses)
    return ERROR if is_sure else WARNING


def _is_plain(dataset: ClassUse) -> bool:
    """Return whether a dataset surely yields no condition."""
    if "Conditioned" in dataset.name:
        return False
    if dataset.facts:
        return dataset.facts.yields_no_condition(dataset.name)
    return dataset.catalog is not None


def _compare_dataset(trainer: ClassUse, dataset: ClassUse) -> Iterator[Finding]:
    expected, condition = _find_condition(trainer), _find_condition(dataset)
    if expected in ("", condition) or not (condition or _is_plain(dataset)):
        return
    message = f"{shorten(dataset.name)} yields {condition or 'no condition'}, but "
    message += f"{shorten(trainer.name)} needs {expected}"
    also = (RelatedPlace((*trainer.path, "name"), f"needs {expected}"),)
    severity = _get_severity(trainer, dataset)
    yield Finding((*dataset.path, "name"), message, also=also, severity=severity)


def are_crossed(config: Config) -> bool:
    """Return whether the trainer needs another condition than the dataset yields."""
    uses = (*config.of_section("dataset"), *config.of_section("trainer"))
    return {*map(_find_condition, uses)} == {"text", "images"}


def _compare_model(
    trainer: ClassUse, dataset: ClassUse | None, model: ClassUse
) -> Iterator[Finding]:
    name = shorten(model.name)
    if _find_condition(trainer):
        place = _find_surplus(trainer, model)
        if place is not None:
            message = f"{name} takes no condition, but {shorten(trainer.name)} passes one"
            also = (RelatedPlace((*trainer.path, "name"), "passes a condition"),)
            why, severity = (f"passed at {place}", ERROR) if place else ("", WARNING)
            yield Finding((*model.path, "name"), message, also=also, severity=severity, why=why)
    elif _needs_condition(model) and _passes_nothing(trainer, dataset):
        message = f"{shorten(trainer.name)} encodes no condition, but {name} needs one"
        also = (RelatedPlace((*model.path, "name"), "needs a condition"),)
        why, severity = "unless the dataset yields encoded conditions", WARNING
        if dataset is not None and _is_plain(dataset):
            why, severity = "", _get_severity(trainer, model)
        message += " (cond_channels)"
        yield Finding((*trainer.path, "name"), message, also=also, severity=severity, why=why)


def _find_surplus(trainer: ClassUse, model: ClassUse) -> str | None:
    """Return where a trainer passes a model a condition that it does not take; "" if by names."""
    if trainer.facts and model.facts:
        return trainer.facts.find_surplus(trainer.name, model.name, str(model.path[-1])) or None
    is_known = trainer.catalog and model.catalog and model.path[-1] == _ROLE
    return "" if is_known and "cond_channels" not in model.parameters else None


def _needs_condition(model: ClassUse) -> bool:
    width = model.args.get("cond_channels")
    if not is_integer(width) or width < 0 or "cond_channels" not in model.parameters:
        return False
    if model.facts:
        return model.facts.needs_condition(model.name)
    return width > 0 and model.catalog is not None


def _passes_nothing(trainer: ClassUse, dataset: ClassUse | None) -> bool:
    """Return whether a model surely gets no condition, or one that nothing has encoded."""
    if dataset is None or not (_find_condition(dataset) or _is_plain(dataset)):
        return False
    if trainer.facts:
        return trainer.facts.passes_condition(trainer.name)
    return trainer.name in _UNCONDITIONED


def _find_encoders(
    config: Config, trainer: ClassUse, dataset: ClassUse | None
) -> Iterator[_Encoder]:
    """Yield the encoders whose loader is known, by the checkout or by TRELLIS.

    Those of a trainer, only if something is wrong with the loader of TRELLIS.
    """
    for key, loader in _LOADERS.items():
        value = trainer.get_argument(key)
        is_known = key in trainer.args or trainer.source or key != "image_cond_model"
        if isinstance(value, str) and is_known:  # TRELLIS.2 has no default for images
            path = (*TRAINER_ARGS, key) if key in trainer.args else TRAINER_ARGS
            encoder = _Encoder(path, value, loader)
            if any(_check_loader(encoder)) or any(_check_image_size(encoder, dataset)):
                yield from _ask_source(encoder, trainer, key, trainer.name)
    for used in config.of_section("image_cond_model"):
        value = used.get_argument("model_name")
        if isinstance(value, str) and not used.is_unread:
            encoder = _Encoder(used.locate("model_name"), value, _COMPONENTS.get(used.name, ""))
            yield from _ask_source(encoder, used, "model_name", trainer.name)


def _ask_source(encoder: _Encoder, owner: ClassUse, key: str, trainer: str) -> Iterator[_Encoder]:
    """Yield an encoder with what the code of the checkout loads it with, if it was read."""
    if owner.facts is None:
        if owner.catalog and key in owner.catalog.parameters and encoder.loader:
            yield encoder
        return
    loader = owner.facts.find_loader(owner.section, owner.name, key, trainer)
    if loader:
        name, is_resizing = loader.name + loader.repository, loader.is_resizing
        yield encoder._replace(
            loader=name, place=loader.place, is_resizing=is_resizing, severity=ERROR
        )


def _check_loader(encoder: _Encoder) -> Iterator[Finding]:
    why = f"loaded at {encoder.place}" if encoder.place else ""
    family, expected = _find_family(encoder.name), _LOADED.get(encoder.loader)
    message = ""
    if encoder.loader == _HUB and not _DINO_NAMES.fullmatch(encoder.name):
        message = f'the hub of DINOv2 has no "{shorten(encoder.name)}"'
    elif family and expected and family != expected:
        message = f"{encoder.loader} cannot load {shorten(encoder.name)}: it is {family}"
    if message:
        yield Finding(encoder.path, message, why=why, severity=encoder.severity)


def _find_family(name: str) -> str | None:
    """Return the family of a model on the hub of transformers; None for an unknown or local one."""
    owner, _, model = name.lower().partition("/")
    if not model or "/" in model or owner in (".", "..", "~"):
        return None
    return next((family for family, pattern in _FAMILIES if re.match(pattern, model)), None)


def _find_patch(encoder: _Encoder) -> int | None:
    """Return the side of an encoder's patches, in pixels; None if it is unknown."""
    name = encoder.name.rpartition("/")[2].lower()
    if encoder.loader == _HUB and _DINO_NAMES.fullmatch(name) and "vit" in name:
        return _PATCH_OF_DINOV2 if name.startswith("dinov2_") else None
    is_dino = encoder.loader == "DINOv3ViTModel" and re.match(r"dinov3-vit\w*16", name)
    return _PATCH_OF_DINOV3 if is_dino else None


def _check_image_size(encoder: _Encoder, dataset: ClassUse | None) -> Iterator[Finding]:
    """Report images that cannot be cut into the patches of an encoder."""
    if dataset is None:
        return
    patch, size = _find_patch(encoder), get_positive(dataset.get_arguments(), "image_size")
    if not (patch and size and size % patch) or encoder.is_resizing:
        return
    is_own = dataset.source is not None and dataset.catalog is None
    if _find_condition(dataset) != "images" and not is_own:
        return
    is_set = "image_size" in dataset.args
    lower, upper = size // patch * patch, (size // patch + 1) * patch
    is_refused = patch == _PATCH_OF_DINOV2
    if is_refused or is_set:
        cut = format_count(size % patch, "pixel")
        message = f"image_size {size} is not a multiple of {patch}, the patch of "
        message += f"{shorten(encoder.name)}{'' if is_refused else f': the encoder cuts off {cut}'}"
        path = dataset.locate("image_size") if is_set else (*dataset.path, "args")
        also = (RelatedPlace(encoder.path, f"patches of {patch} pixels"),)
        severity = encoder.severity if is_refused else WARNING
        message += f"; use {lower} or {upper}"
        yield Finding(path, message, on_key=not is_set, also=also, severity=severity)
