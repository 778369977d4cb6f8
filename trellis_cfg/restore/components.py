"""What a changed component of the trainer does to a run that is resumed."""

from collections.abc import Mapping

from trellis_cfg.restore import ARGS, Change, Outcome, Resume, get_value

_ADAMS = ("Adam", "AdamW", "RAdam")
_ADAM_STATES = (*_ADAMS, "NAdam")
_OPTIMIZERS = (
    *(*_ADAM_STATES, "Adadelta", "Adagrad", "Adamax", "ASGD", "RMSprop", "Rprop", "SGD"),
)
_HALF = "float16"
_TYPES = {
    **dict.fromkeys(("float16", "fp16", "f16"), _HALF),
    **dict.fromkeys(("bfloat16", "bf16"), "bfloat16"),
    **dict.fromkeys(("float32", "fp32", "f32"), "float32"),
}
_SCALES = {"amp": "scaler", "inflat_all": "log_scale"}
_BUFFER = 1000
_REBUILT = ("buffer_size", "update_every")


def decide_optimizer(change: Change, resume: Resume) -> Outcome:
    """Return what a change of the optimizer, or below it, does."""
    unrestored = resume.decide_unrestored("optimizer")
    if unrestored:
        return unrestored
    place = resume.locate("optimizer")
    old, new = (
        str(get_value(each, *ARGS, "optimizer", "name")) for each in (resume.old, resume.new)
    )
    if (
        old == new
        and change.path[-1] == "lr"
        and resume.behavior
        and "lr" in resume.behavior.unclear
    ):
        return Outcome("unknown", "the trainer's code sets the rate itself", "read its methods")
    if old == new:
        reason = "the optimizer's state in the checkpoint restores the old arguments"
        advice = _NEW_RATE if change.path[-1] == "lr" else _FINETUNE
        return Outcome("ignored", reason, advice, place=place)
    return _decide_class(old, new, resume)._replace(place=place)


_FINETUNE = "start a new run with finetune_ckpt, or edit the optimizer in the misc file"
_NEW_RATE = (
    "start a new run with finetune_ckpt, or set lr in optimizer.param_groups of the misc file "
    "(and base_lrs of lr_scheduler)"
)


def _decide_class(old: str, new: str, resume: Resume) -> Outcome:
    """Return what another class of optimizer does with the state of the old one."""
    if not {old, new} <= {*_OPTIMIZERS}:
        reason = f"what {new} does with the state of {old} is not known"
        return Outcome("unknown", reason, "keep the optimizer, or start a new run")
    if (old, new) == ("Adam", "AdamW"):
        return Outcome("acts", "the state fits, and AdamW decays the weights its own way")
    if (old, new) == ("AdamW", "Adam"):
        reason = (
            "the state fits; with torch 2.4 and 2.6 it acts, but with 2.13 the state holds "
            "decoupled_weight_decay, and it is ignored (measured)"
        )
        return Outcome("partly", reason)
    if old in _ADAM_STATES and new in _ADAMS:
        return Outcome("partly", f"the state fits; the arguments that {old} has, too, are restored")
    momentum = get_value(resume.old, *ARGS, "optimizer", "args", "momentum")
    has_state = old != "SGD" or bool(momentum)
    is_load = has_state and (new in ("NAdam", "ASGD") or old == "SGD")
    reason = f"the checkpoint has the state of {old}, which lacks what {new} reads: KeyError"
    return Outcome("fails", reason, _FINETUNE, "load" if is_load else "step")


def decide_ema(_: Change, resume: Resume) -> Outcome:
    """Return what other EMA rates do."""
    unrestored = resume.decide_unrestored("ema")
    if unrestored:
        return unrestored
    old, new = (
        format_rates(resume.get_argument("ema_rate", is_new=is_new, default=0.9999))
        for is_new in (False, True)
    )
    place = resume.locate("ema")
    if old is None or new is None:
        return Outcome("unknown", "ema_rate is not a number or a list of numbers", place=place)
    if sorted(old) == sorted(new):
        return Outcome("ignored", "the rates are the same", place=place)
    rates = {*old} if resume.ema_rates is None else resume.ema_rates
    missing = [rate for rate in new if rate not in rates]
    if missing:
        reason = f"the checkpoint has no file of the rate {missing[0]}: FileNotFoundError"
        advice = f"copy the files *_ema{old[0]}_step* to that name" if old else ""
        return Outcome("fails", reason, advice, "load", place)
    reason = "each rate continues from its own file; the others are no longer updated or saved"
    return Outcome("acts", reason, place=place)


def format_rates(value: object) -> list[str] | None:
    """Return the EMA rates as they stand in file names; None for what is no rate."""
    rates = value if isinstance(value, list) else [value]
    is_number = all(isinstance(rate, int | float) for rate in rates)
    return [f"{rate}" for rate in rates] if is_number else None


def read_precision(resume: Resume, *, is_new: bool) -> tuple[object, str]:
    """Return the mode of the precision, and its type."""
    args = get_value(resume.new if is_new else resume.old, *ARGS)
    if resume.behavior is None or resume.behavior.precision == "fp16_mode":
        return resume.get_argument("fp16_mode", is_new=is_new, default="inflat_all"), _HALF
    if get_value(args, "fp16_mode") is not None:
        return get_value(args, "fp16_mode"), _HALF
    mode = resume.get_argument("mix_precision_mode", is_new=is_new, default="inflat_all")
    dtype = resume.get_argument("mix_precision_dtype", is_new=is_new, default=_HALF)
    return mode, _TYPES.get(str(dtype), str(dtype))


def decide_precision(_: Change, resume: Resume) -> Outcome:
    """Return what a change of the precision does."""
    unusual = resume.decide_unusual("optimizer")
    if unusual:
        return unusual
    (old, before), (new, after) = (
        read_precision(resume, is_new=is_new) for is_new in (False, True)
    )
    if after not in _TYPES.values():
        return Outcome("fails", f"{after} is not a type that the trainer knows", stage="start")
    if old == new and (before == after or new is None):
        return Outcome("ignored", "the precision stays the same")
    place = resume.locate("optimizer")
    if (old == "inflat_all") is not (new == "inflat_all"):
        reason = "inflat_all trains one flat parameter, other modes each one: the optimizer's state"
        reason = f"{reason} does not fit (ValueError)"
        return Outcome("fails", reason, _KEEP_MODE, "load", place)
    scale = _SCALES.get(str(new), "")
    has_scale = old == new and before == _HALF
    if after == _HALF and not has_scale and scale and resume.restores(scale):
        return resume.decide_without_state(scale, scale)
    return Outcome("acts", "the parameters are the same, and no scale is missing", place=place)


_KEEP_MODE = "keep the mode, or start a new run with finetune_ckpt"


def decide_clipping(change: Change, resume: Resume) -> Outcome:
    """Return what a change of the gradient clipping does."""
    old, new = (resume.get_argument("grad_clip", is_new=is_new) for is_new in (False, True))
    if not isinstance(new, Mapping):
        return Outcome("acts", "the new limit is used from the resumed step on")
    unrestored = resume.decide_unrestored("grad_clip")
    if unrestored:
        return unrestored
    place = resume.locate("grad_clip")
    if not isinstance(old, Mapping):
        return resume.decide_without_state("grad_clip", "grad_clip")
    if old.get("name") != new.get("name") or new.get("name") != "AdaptiveGradClipper":
        return Outcome("unknown", "what this clipper restores is not known", place=place)
    return _decide_clipper(change.path[-1], old, new, resume)._replace(place=place)


def _decide_clipper(key: str, old: object, new: object, resume: Resume) -> Outcome:
    sizes = [get_value(each, "args", "buffer_size") for each in (old, new)]
    before, after = (each if isinstance(each, int) else _BUFFER for each in sizes)
    if key == "buffer_size" and after > before:
        reason = f"the checkpoint's buffer has {before:,} entries, and the clipper writes past them"
        return Outcome("fails", f"{reason}: IndexError", "keep buffer_size", "step")
    if key == "buffer_size":
        reason = (
            f"the buffer of the checkpoint stays: its {before:,} entries go into the percentile"
        )
        return Outcome("partly", reason)
    if key not in ("max_norm", "clip_percentile"):
        return Outcome("unknown", "what the clipper does with this argument is not known")
    if resume.step >= before or key == "clip_percentile":
        return Outcome("acts", "once the buffer is full, each step computes the limit with it")
    reason = f"the restored limit stays until the buffer is full, at step {before:,}"
    return Outcome("partly", reason)


def decide_elastic(change: Change, resume: Resume) -> Outcome:
    """Return what a change of the memory controller does."""
    old, new = (resume.get_argument("elastic", is_new=is_new) for is_new in (False, True))
    if new is None:
        return Outcome("acts", "the controller is no longer made, and its state is not read")
    unrestored = resume.decide_unrestored("elastic")
    if unrestored:
        return unrestored
    place = resume.locate("elastic")
    if old is None:
        return resume.decide_without_state("elastic", "elastic_controller")
    if get_value(new, "name") != "LinearMemoryController" or change.path[-1] == "name":
        return Outcome("unknown", "what this controller restores is not known", place=place)
    return _decide_controller(change.path[-1])._replace(place=place)


def _decide_controller(key: str) -> Outcome:
    if key == "params":
        return Outcome("ignored", "the checkpoint restores the fitted params")
    if key in _REBUILT:
        reason = "the controller begins anew with it; only the fitted params are restored"
        return Outcome("partly", reason)
    return Outcome("acts", "the checkpoint restores only the fitted params")


def decide_growth(_: Change, resume: Resume) -> Outcome:
    """Return what another growth of the loss scale does."""
    mode, dtype = read_precision(resume, is_new=True)
    if (mode, dtype) == ("inflat_all", _HALF):
        return Outcome("acts", "the scale is restored, and grows with it")
    return Outcome("ignored", "it is read only under inflat_all in half precision")
