"""The fast path: most configs are clean, and little is needed to be sure of that.

A validator compiled from the models accepts a config in which each value is right on its own. What
is left is to compare values of different places. Here that is plain and careful: a config that may
have a finding is not clean, and the rules then say what it is.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import ceil, log
from typing import Any, NamedTuple

import jiter

from trellis_cfg.lint.channels import find_channels, find_width
from trellis_cfg.lint.options import Facts, LintOptions
from trellis_cfg.models.validators import ClassFacts, IsValid, Name, find_names, load_validator

_NORMALIZATIONS = frozenset({"normalization", "pbr_slat_normalization", "shape_slat_normalization"})
_CONDITIONS = ("TextConditioned", "ImageConditioned")
_WEIGHTS = frozenset({"lambda_vol", "lambda_opacity"})
_DECODERS = frozenset({"pretrained_ss_dec", "pretrained_slat_dec", "pretrained_pbr_slat_dec"})
_LATENTS = re.compile(r"_(\d+)l(\d+)(?![0-9])")
_OPTIMIZER = frozenset({"lr", "betas", "eps", "weight_decay", "amsgrad"})

Use = dict[str, Any]
"""A class that a config names, with its arguments."""
Classes = Mapping[str, ClassFacts]


class _Names(NamedTuple):
    """What the names of a config's classes decide: the validator, and whether they go together.

    ``condition`` is what the trainer and the dataset are conditioned on, if anything.
    """

    is_valid: IsValid
    classes: Classes
    is_matching: bool = False
    is_elastic: bool = False
    condition: str | None = None


@lru_cache(maxsize=256)
def _compare_names(names: frozenset[Name]) -> _Names:
    """Return what the names of classes decide."""
    is_valid, classes = load_validator(names)
    trainers = [name for section, name in names if section == "trainer"]
    datasets = [name for section, name in names if section == "dataset"]
    if not (classes and trainers and datasets):
        return _Names(is_valid, classes)
    others = [classes[name] for section, name in names if section in ("models", "dataset")]
    kind = classes[trainers[0]].kind
    wanted, own = (
        [each for each in _CONDITIONS if each in name[0]] for name in (trainers, datasets)
    )
    return _Names(
        is_valid,
        classes,
        wanted == own and not (kind and any(each.kind not in (kind, None) for each in others)),
        any(each.is_elastic for each in others),
        wanted[0] if wanted else None,
    )


def is_clean(data: bytes, options: LintOptions) -> bool:
    """Return whether the content of a file is a config in which surely no rule finds anything.

    ``options`` are those for this file. It is never sure of a config for which a project has a
    schema or migrations of its own.
    """
    facts = options.facts
    if options.checkouts:
        from trellis_cfg.lint.fast.shapes import is_known  # noqa: PLC0415  others need no shapes

        return is_known(data, options)
    if facts.source or facts.schema or facts.migrations:
        return False
    if b"PATH_TO_" in data or b"\\" in data:
        return False
    try:
        config: Any = jiter.from_json(data, allow_inf_nan=False, catch_duplicate_keys=True)
    except ValueError:
        return False
    names = _compare_names(find_names(config))
    return names.is_matching and names.is_valid(config) and _fits(config, names, options)


def _fits(config: dict[str, Any], names: _Names, options: LintOptions) -> bool:
    """Return whether the values of a config that the validator accepts surely fit together."""
    models, dataset, trainer = config["models"], config["dataset"], config["trainer"]
    facts, classes = options.facts_for(config), names.classes
    args, data = trainer["args"], dataset["args"]
    return (
        _fits_batch(args, facts)
        and _fits_limits(trainer, classes, facts)
        and (names.is_elastic or not args.get("elastic"))
        and _fits_precision(trainer, [*models.values(), dataset], classes)
        and ("encoder" not in models or _fits_encoder(models, dataset, classes))
        and _fits_condition(models.values(), dataset, trainer, names)
        and _fits_optimizer(args["optimizer"]["args"])
        and args.get("finetune_ckpt") is None
        and (_DECODERS.isdisjoint(data) or _fits_decoders(models.values(), data))
        and (_NORMALIZATIONS.isdisjoint(data) or _fits_channels(data, models))
        and ("regularizations" not in args or _WEIGHTS.issuperset(args["regularizations"]))
    )


def _get(use: Use, key: str, classes: Classes) -> Any:  # noqa: ANN401  any JSON value
    """Return an argument of a class, or its default."""
    args = use["args"]
    return args[key] if key in args else classes[use["name"]].defaults.get(key)


def _fits_batch(args: Use, facts: Facts) -> bool:
    batch = args.get("batch_size_per_gpu")
    if batch is None or args.get("batch_size") is not None:
        return False
    if batch % (args.get("batch_split") or 1):
        return False
    return facts.dataset_size is None or -(-facts.dataset_size // (facts.world or 1)) >= batch


def _fits_limits(trainer: Use, classes: Classes, facts: Facts) -> bool:
    args = trainer["args"]
    steps, epochs = args["max_steps"], args.get("max_epoch")
    if "max_epoch" not in args or (epochs and facts.dataset_size):
        return False
    if steps is None:
        return epochs is not None
    is_end_saved = steps % _get(trainer, "i_save", classes) == 0
    return is_end_saved and _fits_schedule(args.get("lr_scheduler"), steps)


def _fits_schedule(scheduler: Use | None, steps: int) -> bool:
    if scheduler is None:
        return True
    args = scheduler["args"]
    match scheduler["name"]:
        case "CosineAnnealingLR":
            return bool(args["T_max"] == steps)
        case "LinearWarmupLRScheduler":
            return bool(args["warmup_steps"] < steps)
        case "ExponentialLR":  # less than half of the training until a millionth is left
            gamma = args["gamma"]
            return gamma >= 1 or 2 * ceil(log(1e-6) / log(gamma)) >= steps
    return False


def _fits_precision(trainer: Use, others: list[Use], classes: Classes) -> bool:
    halves = [_get(use, "use_fp16", classes) for use in others]
    if False not in halves or _get(trainer, "fp16_mode", classes) != "inflat_all":
        return True
    uses = (trainer, *others)
    return not all(use["args"].keys().isdisjoint(classes[use["name"]].trellis_2) for use in uses)


def _fits_encoder(models: dict[str, Use], dataset: Use, classes: Classes) -> bool:
    encoder = models["encoder"]
    both = encoder, models.get("decoder", encoder)
    latents = [use["args"].get("latent_channels") for use in both]
    channels = find_channels(dataset["name"], lambda key: _get(dataset, key, classes))
    return latents[0] == latents[1] and channels in (None, encoder["args"].get("in_channels"))


def _fits_condition(models: Iterable[Use], dataset: Use, trainer: Use, names: _Names) -> bool:
    """Return whether the models are of texts, of images, or of neither, as trainer and dataset."""
    channels = [use["args"].get("cond_channels") for use in models]
    if names.condition is None:
        return not any(channels)
    is_text = names.condition == "TextConditioned"
    key = "text_cond_model" if is_text else "image_cond_model"
    encoder = _get(trainer, key, names.classes)
    if isinstance(encoder, dict):
        encoder = encoder["args"].get("model_name")
    width = find_width(encoder)
    if width is None or any(each != width for each in channels):
        return False
    patch = 1 if is_text else 14 if encoder.startswith("dinov2_") else 16
    return is_text == ("clip" in encoder) and dataset["args"].get("image_size", patch) % patch == 0


def _fits_decoders(models: Iterable[Use], args: Use) -> bool:
    """Return whether the models make latents of the sides and channels that decoders name."""
    latents = {_read_latents(args[key] or "") for key in _DECODERS & args.keys()}
    made = {(use["args"].get("resolution"), use["args"].get("out_channels")) for use in models}
    return latents == made


@lru_cache(maxsize=64)
def _read_latents(decoder: str) -> tuple[int, int] | None:
    """Return the side and the channels of latents, as the name of a decoder says."""
    match = _LATENTS.search(decoder)
    return (int(match[1]), int(match[2])) if match else None


def _fits_optimizer(args: Use) -> bool:
    if not (_OPTIMIZER.issuperset(args) and args.get("lr", 1) > 0):
        return False
    return all(0 <= beta < 1 for beta in args.get("betas", ()))


def _fits_channels(data: Use, models: dict[str, Use]) -> bool:
    flows = [use["args"] for use in models.values() if "cond_channels" in use["args"]]
    for key in _NORMALIZATIONS & data.keys():
        match data[key]:
            case {"mean": list(mean), "std": list(std)} if len(mean) == len(std):
                is_own = key == "shape_slat_normalization"
                if not is_own and any(args["out_channels"] != len(mean) for args in flows):
                    return False
            case dict():
                return False
    return True
