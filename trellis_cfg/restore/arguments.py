"""What a changed argument of the trainer does to a run that is resumed."""

from collections.abc import Callable, Mapping

from trellis_cfg.restore import ARGS, COSINE, SOURCE, Change, Outcome, Resume, components, get_value

_PLAIN = "the trainer reads it from the config; no checkpoint holds it"
_OPTIONAL = ("lr_scheduler", "grad_clip", "elastic")
_SDF = {
    "training_stage": Outcome(
        "fails",
        "another stage trains other parameters: the optimizer's state does not fit (ValueError)",
        "start a new run, with pretrained_vae_path",
        "load",
    ),
    "pretrained_vae_path": Outcome(
        "ignored", "it is loaded only if there is no checkpoint", "start a new run"
    ),
}
"""The arguments that only the trainer of the SDF fork treats in its own way."""
_SCHEDULER = (*ARGS, "lr_scheduler")
_WARM_UP_THEN = "WarmupThenScheduler"
_LACKING = {
    **dict.fromkeys(("LinearWarmupLRScheduler", "LambdaLR", "MultiplicativeLR"), "lr_lambdas"),
    **dict.fromkeys(("SequentialLR", "ChainedScheduler"), "_schedulers"),
    "CyclicLR": "_scale_fn_custom",
    _WARM_UP_THEN: "warmup_steps",
}
"""The classes that read a key of their own when they load, which others do not save."""
_LAMBDAS = ("LinearWarmupLRScheduler", "LambdaLR", "MultiplicativeLR")
_TORCH = (
    *("CosineAnnealingLR", "StepLR", "MultiStepLR", "ExponentialLR", "ConstantLR", "LinearLR"),
    *("PolynomialLR", "OneCycleLR", "CosineAnnealingWarmRestarts"),
)
_TO_START = "keep the scheduler, or start a new run with finetune_ckpt"
_RESTORED = Outcome(
    "ignored",
    "the scheduler's state in the checkpoint restores the old arguments",
    "set it in lr_scheduler of the misc file, or start a new run with finetune_ckpt",
)


def decide_argument(change: Change, resume: Resume) -> Outcome:
    """Return what a change below the trainer's arguments does."""
    key = change.path[2]
    if key in _OPTIONAL and change.old is None and change.new is None:
        return Outcome("ignored", "null is the default: nothing changes")
    if key in _SDF and resume.behavior and resume.behavior.is_sdf:
        place = resume.locate("optimizer") if _SDF[key].stage else ""
        return _SDF[key]._replace(place=place)
    return _DECISIONS.get(key, _decide_other)(change, resume)


def _decide_other(change: Change, resume: Resume) -> Outcome:
    place = (resume.arguments or {}).get(change.path[2])
    if place is not None:
        return Outcome("acts", _PLAIN, place=place)
    return Outcome("unknown", "what the trainer does with this argument is not known", SOURCE)


def _decide_finetuning(_: Change, __: Resume) -> Outcome:
    reason = "it is skipped when a checkpoint is loaded; its files need not even exist"
    return Outcome("ignored", reason, "to fine-tune from it, start in a new output_dir")


def _decide_limit(change: Change, resume: Resume) -> Outcome:
    _, new = resume.get_arguments("max_steps")
    if change.path[2] == "max_epoch" and resume.reads_max_epoch is not True:
        if resume.reads_max_epoch is None:
            return Outcome("unknown", "whether the trainer reads max_epoch is not known", SOURCE)
        reason = "the trainer does not read max_epoch, also without a resume"
        return Outcome("ignored", reason, "set max_steps, or train through trellis_cfg.training")
    end = resume.schedule_end
    name = get_value(resume.new, *ARGS, "lr_scheduler", "name")
    if end is not None and name is not None and isinstance(new, int | float) and new > end:
        reason = f"the restored scheduler raises ValueError after step {end:,}, its total_steps"
        advice, place = "stop there: total_steps cannot be changed", resume.locate("lr_scheduler")
        failure = Outcome("fails", reason, advice, "step", place)
        return resume.decide_unusual("lr_scheduler") or failure
    if name == "WarmupThenScheduler" and resume.restores(COSINE):
        reason = "the limit is new, and so is the cosine's T_max: the rate changes at once"
        return Outcome("acts", reason, place=resume.locate(COSINE))
    before, after = resume.ends
    if after is not None and before == after:
        return Outcome("ignored", f"the run ends after {after:,} steps as before")
    reason = "the limit is new, but the restored schedule keeps its length" if name else _PLAIN
    return Outcome("acts", reason, place=resume.locate_argument(change.path[2]))


def _decide_saves(change: Change, resume: Resume) -> Outcome:
    key = change.path[2]
    if key != resume.keep_argument:
        unknown = Outcome("unknown", "what null stands for is not known", SOURCE)
        return _decide_other(change, resume) if change.new is not None else unknown
    before, after = (
        resume.keep_if_null if each is None else each for each in resume.get_arguments(key)
    )
    if before == after:
        return Outcome("ignored", "as many checkpoints stay as before")
    reason = "the next save removes the oldest checkpoints beyond this number"
    place = resume.locate_argument(key)
    return Outcome("acts", reason, "first copy those that you want to keep", place=place)


def _decide_batch(change: Change, resume: Resume) -> Outcome:
    if change.path[2] == "batch_size" and None not in resume.get_arguments("batch_size_per_gpu"):
        reason = "batch_size_per_gpu is set, too: batch_size is not read, also without a resume"
        return Outcome("ignored", reason, "set batch_size_per_gpu")
    before, after = resume.batches
    if after is not None and before == after:
        return Outcome("ignored", f"each process trains on {after:,} samples a step as before")
    reason = "each step uses the new batch; the sampler continues at the same sample"
    if resume.reads_max_epoch and resume.get_arguments("max_epoch")[1] is not None:
        reason += "; the steps of an epoch, and so the limit of max_epoch, are computed anew"
    return Outcome("acts", reason, place=resume.locate_argument(change.path[2]))


def _decide_check(change: Change, resume: Resume) -> Outcome:
    if resume.world == 1:
        return Outcome("ignored", "it is read only if there are several processes")
    return _decide_other(change, resume)


def _decide_statistics(change: Change, resume: Resume) -> Outcome:
    lacks = resume.behavior.lacks if resume.behavior else None
    if change.new is not True or lacks == frozenset():
        return _decide_other(change, resume)
    if lacks is None:
        return Outcome("unknown", "whether the trainer can compute them is not known", SOURCE)
    reason = "the trainer reads self.backbone for it, which it lacks (AttributeError)"
    return Outcome("fails", reason, "leave it out", "step")


def _decide_scheduler(change: Change, resume: Resume) -> Outcome:
    """Return what a change of the scheduler, or below it, does."""
    old, new = resume.get_arguments("lr_scheduler")
    place = resume.locate("optimizer" if new is None else "lr_scheduler")
    if new is None:
        return resume.decide_unusual("optimizer") or _decide_removed(resume, place)
    if unusual := resume.decide_unusual("lr_scheduler"):
        return unusual
    if old is None:
        return resume.decide_without_state("lr_scheduler", "lr_scheduler")
    names = [str(get_value(each, "name")) for each in (old, new)]
    if names[0] != names[1]:
        return _decide_class(*names)._replace(place=place)
    if names[0] == _WARM_UP_THEN and resume.restores(COSINE):
        return _decide_warm_up_then(change, resume)
    return _RESTORED._replace(place=place)


def _decide_removed(resume: Resume, place: str) -> Outcome:
    if resume.behavior and "lr" in resume.behavior.unclear:
        return Outcome("unknown", "the trainer's code sets the rate itself", "read its methods")
    at = "its last value" if resume.rate is None else f"its last value, about {resume.rate:.3g}"
    reason = f"the rate stays at {at}, which the optimizer's state in the checkpoint holds"
    advice = "lr of the config is not used: set it in the misc file, or start a new run"
    return Outcome("partly", reason, advice, place=place)


def _decide_class(old: str, new: str) -> Outcome:
    if new in _LACKING and not (new in _LAMBDAS and old in _LAMBDAS):
        if old not in (*_TORCH, *_LACKING):
            return _decide_unknown_class(old, new)
        reason = f"the checkpoint's scheduler state is of {old}: KeyError {_LACKING[new]!r}"
        return Outcome("fails", reason, _TO_START, "load")
    if new == "OneCycleLR":
        reason = f"the optimizer's groups in the checkpoint are of {old}: KeyError 'max_lr'"
        return Outcome("fails", reason, _TO_START, "step")
    if new in _TORCH:
        reason = (
            f"{new} takes the values that {old} has under the same name, its step and its base "
            "rate; it starts from the rate in the checkpoint"
        )
        return Outcome("partly", reason, _TO_START)
    return _decide_unknown_class(old, new)


def _decide_unknown_class(old: str, new: str) -> Outcome:
    return Outcome("unknown", f"what {new} does with the state of {old} is not known", _TO_START)


def _decide_warm_up_then(change: Change, resume: Resume) -> Outcome:
    """Return what a change does to the scheduler of the SDF fork."""
    place, key = resume.locate(COSINE), change.path[-1]
    main = get_value(resume.new, *_SCHEDULER, "args", "main_scheduler_class")
    if key == "main_scheduler_class":
        reason = "the new class takes the values that the old one has under the same name"
        return Outcome("partly", reason, _TO_START, place=place)
    if key == "warmup_steps" and main == "CosineAnnealingLR":
        reason = (
            "the warm-up's length comes from the checkpoint, but T_max is computed as max_steps "
            "minus the new warmup_steps"
        )
        return Outcome("partly", reason, place=place)
    if key == COSINE and main == "CosineAnnealingLR":
        reason = "the trainer sets T_max to max_steps - warmup_steps, also without a resume"
        return Outcome("ignored", reason, "change max_steps", place=place)
    if key == "eta_min" and main == "CosineAnnealingLR" and not change.is_removed:
        return Outcome("acts", "the trainer sets it again, and the rate at once", place=place)
    return _RESTORED._replace(place=resume.locate("lr_scheduler"))


_DECISIONS: Mapping[str, Callable[[Change, Resume], Outcome]] = {
    "optimizer": components.decide_optimizer,
    "lr_scheduler": _decide_scheduler,
    "ema_rate": components.decide_ema,
    "fp16_mode": components.decide_precision,
    "mix_precision_mode": components.decide_precision,
    "mix_precision_dtype": components.decide_precision,
    "grad_clip": components.decide_clipping,
    "elastic": components.decide_elastic,
    "fp16_scale_growth": components.decide_growth,
    "i_ddpcheck": _decide_check,
    "log_param_stats": _decide_statistics,
    "finetune_ckpt": _decide_finetuning,
    "max_steps": _decide_limit,
    "max_epoch": _decide_limit,
    "batch_size": _decide_batch,
    "batch_size_per_gpu": _decide_batch,
    "save_total_limit": _decide_saves,
}
