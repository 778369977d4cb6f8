"""What a changed scheduler does to a run that is resumed."""

from trellis_cfg.restore import ARGS, COSINE, Change, Outcome, Resume, get_value

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
_PLAIN = (
    *("CosineAnnealingLR", "StepLR", "MultiStepLR", "ExponentialLR", "ConstantLR", "LinearLR"),
    *("PolynomialLR", "OneCycleLR", "CosineAnnealingWarmRestarts"),
)
_TO_START = "keep the scheduler, or start a new run with finetune_ckpt"
_RESTORED = Outcome(
    "ignored",
    "the scheduler's state in the checkpoint restores the old arguments",
    "set it in lr_scheduler of the misc file, or start a new run with finetune_ckpt",
)


def decide_scheduler(change: Change, resume: Resume) -> Outcome:
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
        if old not in (*_PLAIN, *_LACKING):
            return _decide_unknown_class(old, new)
        reason = f"the checkpoint's scheduler state is of {old}: KeyError {_LACKING[new]!r}"
        return Outcome("fails", reason, _TO_START, "load")
    if new == "OneCycleLR":
        reason = f"the optimizer's groups in the checkpoint are of {old}: KeyError 'max_lr'"
        return Outcome("fails", reason, _TO_START, "step")
    if new in _PLAIN:
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
