"""Suggest the known name that a misspelled one means."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

_NAME_LENGTH = 64
"""Characters of a name that is compared; a longer one takes too long."""
# How alike names, and parts of names, have to be (difflib's ratio), and how long such a part.
_SIMILAR_NAMES, _SIMILAR_PARTS, _SHORTEST_PART = 0.75, 0.8, 3
_PART = re.compile("[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_MOST_SIMILAR = 8
_LOOK_ALIKE = {"v", "w"}
"""Parts of one letter that people mix up: AdamV."""
_REPEATED = re.compile(r"([a-z])\1+")
# What people, or other programs, call a section or an argument: compared without underscores.
_SYNONYMS = {
    "trainer": "trainers training",
    "models": "model networks",
    "dataset": "datasets data",
    "lr": "learning_rate learn_rate base_lr initial_lr",
    "weight_decay": "wd",
    "betas": "adam_betas",
    "max_steps": "max_iters max_iter max_iterations num_iters num_iterations total_iters iterations"
    " steps num_steps n_steps total_steps train_steps num_train_steps max_train_steps",
    "max_epoch": "epochs max_epochs num_epochs n_epochs total_epochs num_train_epochs",
    "i_save": "save_every save_every_n_steps save_steps save_interval save_freq save_frequency"
    " ckpt_every ckpt_interval checkpoint_every checkpoint_interval checkpointing_steps",
    "i_log": "log_every log_every_n_steps log_steps log_interval log_freq logging_steps",
    "i_sample": "sample_every sample_steps sample_interval sample_freq",
    "i_print": "print_every print_steps print_interval print_freq",
    "lr_scheduler": "scheduler lr_schedule",
    "batch_split": "grad_accum grad_accum_steps accum_steps accumulation_steps"
    " accumulate_grad_batches gradient_accumulation gradient_accumulation_steps",
    "batch_size_per_gpu": "per_gpu_batch_size per_device_batch_size per_device_train_batch_size",
    "save_total_limit": "max_checkpoints keep_last max_to_keep",
    "grad_clip": "clip_grad clip_grad_norm max_grad_norm gradient_clip gradient_clipping"
    " gradient_clip_val",
    "fp16_mode": "mixed_precision",
    "mix_precision_mode": "mixed_precision",
    "ema_rate": "ema ema_decay",
    "p_uncond": "uncond_prob cond_dropout cond_drop_prob",
    "image_p_uncond": "image_uncond image_uncond_prob",
    "loss_type": "loss",
    "finetune_ckpt": "finetune pretrained_ckpt",
}

SAME_MEANING = frozenset({"lr", "weight_decay", "betas", "max_steps", "max_epoch"})
"""The names whose synonyms count the same: others may count epochs, or take another value."""


class NearMiss(NamedTuple):
    """The known name that another resembles; ``is_sure`` if that is clearly a misspelling.

    ``is_synonym`` if it has another name for the same thing.
    """

    name: str = ""
    is_sure: bool = False
    is_synonym: bool = False

    @property
    def suggestion(self) -> str:
        """The end of a message that suggests the name; empty without one."""
        return format_suggestion(self.name)


def find_near_miss(name: str, known: Iterable[str]) -> NearMiss:
    """Return the known name that ``name`` misspells, means, or is the start of; or none.

    An additional part or another number makes a different name, as forks call their classes.
    """
    return NearMiss() if len(name) > _NAME_LENGTH else _find_near_miss(name, tuple(known))


@lru_cache(maxsize=1024)
def _find_near_miss(name: str, names: tuple[str, ...]) -> NearMiss:
    for similar in _find_similar_names(name, names):
        if _is_misspelling(name, similar):
            return NearMiss(similar, is_sure=True)
    for synonym in find_synonyms(name):
        if synonym in names:
            return NearMiss(synonym, is_synonym=True)
    parts = _PART.findall(name)
    for longer in names:  # which has more parts: CosineAnnealing, warmup
        is_start = parts and parts == _PART.findall(longer)[: len(parts)]
        if is_start and 2 * len(name) >= len(longer):
            return NearMiss(longer)
    return NearMiss()


def find_synonyms(name: str) -> tuple[str, ...]:
    """Return what the configs of TRELLIS call the section or the argument that a name means."""
    letters = _get_letters(name)
    return tuple(
        known
        for known, synonyms in _SYNONYMS.items()
        if letters in synonyms.replace("_", "").split()
    )


def is_misspelled(name: str, candidates: Iterable[str], *, by_meaning: bool) -> bool:
    """Return whether a candidate is ``name``, misspelled or shortened, or means the same."""
    misses = (find_near_miss(candidate, (name,)) for candidate in candidates)
    return any(miss.name and (by_meaning or not miss.is_synonym) for miss in misses)


def find_similar(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that means the same, or is most like ``name``; None if none is."""
    names = list(known)
    synonyms = [synonym for synonym in find_synonyms(name) if synonym in names]
    similar = _find_similar_names(name, names) if len(name) <= _NAME_LENGTH else []
    return next(iter(synonyms + similar), None)


def _find_similar_names(name: str, known: Iterable[str]) -> list[str]:
    from difflib import get_close_matches  # noqa: PLC0415  a sound run has no use for it

    by_letters: dict[str, str] = {}
    for candidate in known:
        by_letters.setdefault(_get_letters(candidate), candidate)
    matches = get_close_matches(_get_letters(name), by_letters, _MOST_SIMILAR, _SIMILAR_NAMES)
    return [by_letters[letters] for letters in matches]


def _get_letters(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _is_misspelling(name: str, known: str) -> bool:
    """Return whether two names are nearly the same, part by part."""
    if _get_letters(name) == _get_letters(known):
        return True
    parts, known_parts = _PART.findall(name), _PART.findall(known)
    return len(parts) == len(known_parts) and all(map(_is_mistake, parts, known_parts))


def _is_mistake(part: str, known: str) -> bool:
    """Return whether a part has one letter wrong, missing, too many or repeated, or two swapped."""
    from difflib import SequenceMatcher  # noqa: PLC0415  a sound run has no use for it

    lower, known_lower = part.lower(), known.lower()
    if _REPEATED.sub(r"\1", lower) == _REPEATED.sub(r"\1", known_lower):
        return True
    if {lower, known_lower} == _LOOK_ALIKE:
        return True
    if not (part.isalpha() and known.isalpha() and min(len(part), len(known)) >= _SHORTEST_PART):
        return False
    if sorted(lower) == sorted(known_lower):
        return True
    # Another acronym, two letters more or another first letter make another name: SGDW, tsdf.
    is_alike = (
        lower[0] == known_lower[0] and not known.isupper() and abs(len(part) - len(known)) <= 1
    )
    return is_alike and SequenceMatcher(None, lower, known_lower).ratio() >= _SIMILAR_PARTS


def format_suggestion(name: str | None) -> str:
    """Return the end of a message that suggests a name; empty without one."""
    return f'; did you mean "{name}"?' if name else ""


def format_hint(name: str, known: Iterable[str]) -> str:
    """Return the end of a message that suggests the most similar known name, if there is one."""
    return format_suggestion(find_similar(name, known))
