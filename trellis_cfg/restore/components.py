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
_FINETUNE = "start a new run with finetune_ckpt, or edit the optimizer in the misc file"
_NEW_RATE = (
    "start a new run with finetune_ckpt, or set lr in optimizer.param_groups of the misc file "
    "(and base_lrs of lr_scheduler)"
)
_CONTROLLER = {
    "params": Outcome("ignored", "the checkpoint restores the fitted params"),
    **dict.fromkeys(
        ("buffer_size", "update_every"),
        Outcome(
            "partly", "the controller begins anew with it; only the fitted params are restored"
        ),
    ),
}
"""What the memory controller of TRELLIS does with an argument, if it does not just act."""


def decide_optimizer(change: Change, resume: Resume) -> Outcome:
    """Return what a change of the optimizer, or below it, does."""
    if unrestored := resume.decide_unrestored("optimizer"):
        return unrestored
    place = resume.locate("optimizer")
    path, is_rate = (*ARGS, "optimizer", "name"), change.path[-1] == "lr"
    old, new = (str(get_value(each, *path)) for each in (resume.old, resume.new))
    if old != new:
        return _decide_class(old, new, resume)._replace(place=place)
    if is_rate and resume.behavior and "lr" in resume.behavior.unclear:
        return Outcome("unknown", "the trainer's code sets the rate itself", "read its methods")
    reason = "the optimizer's state in the checkpoint restores the old arguments"
    return Outcome("ignored", reason, _NEW_RATE if is_rate else _FINETUNE, place=place)


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
    if unrestored := resume.decide_unrestored("ema"):
        return unrestored
    old, new = map(format_rates, resume.get_arguments("ema_rate", 0.9999))
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
    if resume.behavior is None or resume.behavior.precision == "fp16_mode":
        return resume.get_arguments("fp16_mode", "inflat_all")[is_new], _HALF
    mode = get_value(resume.new if is_new else resume.old, *ARGS, "fp16_mode")
    if mode is not None:
        return mode, _HALF
    dtype = str(resume.get_arguments("mix_precision_dtype", _HALF)[is_new])
    mode = resume.get_arguments("mix_precision_mode", "inflat_all")[is_new]
    return mode, _TYPES.get(dtype, dtype)


def decide_precision(_: Change, resume: Resume) -> Outcome:
    """Return what a change of the precision does."""
    if unusual := resume.decide_unusual("optimizer"):
        return unusual
    old, before = read_precision(resume, is_new=False)
    new, after = read_precision(resume, is_new=True)
    if after not in _TYPES.values():
        return Outcome("fails", f"{after} is not a type that the trainer knows", stage="start")
    if old == new and (before == after or new is None):
        return Outcome("ignored", "the precision stays the same")
    place = resume.locate("optimizer")
    if (old == "inflat_all") is not (new == "inflat_all"):
        reason = "inflat_all trains one flat parameter, other modes each one: the optimizer's state"
        advice = "keep the mode, or start a new run with finetune_ckpt"
        return Outcome("fails", f"{reason} does not fit (ValueError)", advice, "load", place)
    scale = _SCALES.get(str(new), "")
    has_scale = old == new and before == _HALF
    if after == _HALF and not has_scale and scale and resume.restores(scale):
        return resume.decide_without_state(scale, scale)
    return Outcome("acts", "the parameters are the same, and no scale is missing", place=place)


def decide_clipping(change: Change, resume: Resume) -> Outcome:
    """Return what a change of the gradient clipping does."""
    old, new = resume.get_arguments("grad_clip")
    if not isinstance(new, Mapping):
        return Outcome("acts", "the new limit is used from the resumed step on")
    if unrestored := resume.decide_unrestored("grad_clip"):
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
        reason = "the buffer of the checkpoint stays"
        return Outcome("partly", f"{reason}: its {before:,} entries go into the percentile")
    if key not in ("max_norm", "clip_percentile"):
        return Outcome("unknown", "what the clipper does with this argument is not known")
    if resume.step >= before or key == "clip_percentile":
        return Outcome("acts", "once the buffer is full, each step computes the limit with it")
    reason = f"the restored limit stays until the buffer is full, at step {before:,}"
    return Outcome("partly", reason)


def decide_elastic(change: Change, resume: Resume) -> Outcome:
    """Return what a change of the memory controller does."""
    old, new = resume.get_arguments("elastic")
    if new is None:
        return Outcome("acts", "the controller is no longer made, and its state is not read")
    if unrestored := resume.decide_unrestored("elastic"):
        return unrestored
    place = resume.locate("elastic")
    if old is None:
        return resume.decide_without_state("elastic", "elastic_controller")
    if get_value(new, "name") != "LinearMemoryController" or change.path[-1] == "name":
        return Outcome("unknown", "what this controller restores is not known", place=place)
    acts = Outcome("acts", "the checkpoint restores only the fitted params")
    return _CONTROLLER.get(change.path[-1], acts)._replace(place=place)


def decide_growth(_: Change, resume: Resume) -> Outcome:
    """Return what another growth of the loss scale does."""
    if read_precision(resume, is_new=True) == ("inflat_all", _HALF):
        return Outcome("acts", "the scale is restored, and grows with it")
    return Outcome("ignored", "it is read only under inflat_all in half precision")
