"""What a changed argument of the trainer does to a run that is resumed."""

from collections.abc import Callable, Mapping

from trellis_cfg.restore import ARGS, SOURCE, Change, Outcome, Resume, get_value
from trellis_cfg.restore.schedules import decide_scheduler

_ADAMS = ("Adam", "AdamW")
_ADAM_STATES = (*_ADAMS, "NAdam", "RAdam")
_OTHER_TORCH = (
    "Adadelta",
    "Adagrad",
    "Adamax",
    "ASGD",
    "NAdam",
    "RAdam",
    "RMSprop",
    "Rprop",
    "SGD",
)
_HALF = "float16"
_TYPES = {"fp16": _HALF, "f16": _HALF, "bf16": "bfloat16", "f32": "float32", "fp32": "float32"}
_SCALES = {"amp": "scaler", "inflat_all": "log_scale"}
_PLAIN = "the trainer reads it from the config; no checkpoint holds it"
_BUFFER = 1000
_OPTIONAL = ("lr_scheduler", "grad_clip", "elastic")


def decide_argument(change: Change, resume: Resume) -> Outcome:
    """Return what a change below the trainer's arguments does."""
    key = change.path[2] if len(change.path) > len(ARGS) else ""
    if key in _OPTIONAL and change.old is None and change.new is None:
        return Outcome("ignored", "null is the default: nothing changes")
    decide = _DECISIONS.get(key)
    if decide is not None:
        return decide(change, resume)
    return _decide_other(key, resume)


def _decide_other(key: str, resume: Resume) -> Outcome:
    place = (resume.arguments or {}).get(key)
    if place is not None:
        return Outcome("acts", _PLAIN, place=place)
    if resume.is_unknown_ignored:
        reason = "the trainer does not know this argument: it is ignored, also without a resume"
        return Outcome("ignored", reason, "remove it, or correct its name")
    return Outcome("unknown", "what the trainer does with this argument is not known", SOURCE)


def _decide_optimizer(change: Change, resume: Resume) -> Outcome:
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
    if {old, new} <= {*_ADAMS}:
        reason = (
            f"the state fits, but from torch 2.7 on Adam and AdamW are one class and the "
            f"checkpoint keeps the weight decay of {old}: ignored with torch 2.13, acts with "
            "2.4 and 2.6 (measured)"
        )
        return Outcome("partly", reason, place=place)
    return _decide_other_optimizer(old, new)._replace(place=place)


_FINETUNE = "start a new run with finetune_ckpt, or edit the optimizer in the misc file"
_NEW_RATE = (
    "start a new run with finetune_ckpt, or set lr in optimizer.param_groups of the misc file "
    "(and base_lrs of lr_scheduler)"
)


def _decide_other_optimizer(old: str, new: str) -> Outcome:
    torch = {*_ADAMS, *_OTHER_TORCH}
    if old not in torch or new not in torch or (old in _ADAM_STATES and new in (*_ADAMS, "RAdam")):
        reason = f"{new} continues with the state of {old}: what it does with it is not known"
        return Outcome("unknown", reason, "keep the optimizer, or start a new run")
    is_load = new in ("NAdam", "ASGD") and old != "SGD"
    reason = f"the checkpoint has the state of {old}, which lacks what {new} reads: KeyError"
    return Outcome("fails", reason, _FINETUNE, "load" if is_load else "step")


def _decide_ema(_: Change, resume: Resume) -> Outcome:
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
    if old == new:
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


def _decide_precision(_: Change, resume: Resume) -> Outcome:
    unrestored = resume.decide_unrestored("optimizer")
    if unrestored:
        return unrestored
    (old, before), (new, after) = (
        read_precision(resume, is_new=is_new) for is_new in (False, True)
    )
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


def _decide_clipping(change: Change, resume: Resume) -> Outcome:
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
    if resume.step >= before:
        return Outcome("acts", "the buffer is full: the limit is computed anew in each step")
    reason = f"the restored limit stays until the buffer is full, at step {before:,}"
    return Outcome("partly", reason)


def _decide_elastic(change: Change, resume: Resume) -> Outcome:
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
    if change.path[-1] == "params":
        return Outcome("ignored", "the checkpoint restores the fitted params", place=place)
    return Outcome("acts", "the checkpoint restores only the fitted params", place=place)


def _decide_finetuning(_: Change, __: Resume) -> Outcome:
    reason = "it is skipped when a checkpoint is loaded; its files need not even exist"
    return Outcome("ignored", reason, "to fine-tune from it, start in a new output_dir")


def _decide_max_steps(change: Change, resume: Resume) -> Outcome:
    new = resume.get_argument("max_steps")
    if change.path[2] == "max_epoch" and resume.reads_max_epoch is not True:
        if resume.reads_max_epoch is None:
            return Outcome("unknown", "whether the trainer reads max_epoch is not known", SOURCE)
        reason = "the trainer does not read max_epoch, also without a resume"
        return Outcome("ignored", reason, "set max_steps, or train through trellis_cfg.training")
    end = resume.schedule_end
    name = get_value(resume.new, *ARGS, "lr_scheduler", "name")
    is_restored = resume.decide_unrestored("lr_scheduler") is None and name is not None
    if end is not None and is_restored and isinstance(new, int | float) and new > end:
        reason = f"the restored scheduler raises ValueError after step {end:,}, its total_steps"
        advice = "stop there: total_steps cannot be changed"
        return Outcome("fails", reason, advice, "step", resume.locate("lr_scheduler"))
    if _is_cosine_of_sdf(resume):
        reason = "the limit is new, and so is the cosine's T_max: the rate changes at once"
        return Outcome("acts", reason, place=resume.locate("T_max"))
    reason = "the limit is new, but the restored schedule keeps its length" if name else _PLAIN
    return Outcome("acts", reason, place=resume.locate_argument(change.path[2]))


def _is_cosine_of_sdf(resume: Resume) -> bool:
    name = get_value(resume.new, *ARGS, "lr_scheduler", "name")
    has_cosine = resume.behavior is not None and "T_max" in resume.behavior.places
    return name == "WarmupThenScheduler" and has_cosine


def _decide_saves(change: Change, resume: Resume) -> Outcome:
    if change.path[2] != resume.keep_argument:
        return _decide_other(change.path[2], resume)
    reason = "the next save removes the oldest checkpoints beyond this number"
    place = resume.locate_argument(change.path[2])
    return Outcome("acts", reason, "first copy those that you want to keep", place=place)


def _decide_stage(change: Change, resume: Resume) -> Outcome:
    if not (resume.behavior and resume.behavior.is_sdf):
        return _decide_other(change.path[2], resume)
    reason = (
        "another stage trains other parameters: the optimizer's state does not fit (ValueError)"
    )
    advice = "start a new run, with pretrained_vae_path"
    return Outcome("fails", reason, advice, "load", resume.locate("optimizer"))


def _decide_pretrained(change: Change, resume: Resume) -> Outcome:
    if not (resume.behavior and resume.behavior.is_sdf):
        return _decide_other(change.path[2], resume)
    return Outcome("ignored", "it is loaded only if there is no checkpoint", "start a new run")


def _decide_batch(change: Change, resume: Resume) -> Outcome:
    sizes = [
        [resume.get_argument(key, is_new=is_new) for key in ("batch_size_per_gpu", "batch_size")]
        for is_new in (False, True)
    ]
    if change.path[2] == "batch_size" and all(size[0] is not None for size in sizes):
        reason = "batch_size_per_gpu is set, too: batch_size is not read, also without a resume"
        return Outcome("ignored", reason, "set batch_size_per_gpu")
    reason = "each step uses the new batch; the sampler continues at the same sample"
    if resume.reads_max_epoch and resume.get_argument("max_epoch") is not None:
        reason += "; the steps of an epoch, and so the limit of max_epoch, are computed anew"
    return Outcome("acts", reason, place=resume.locate_argument(change.path[2]))


_DECISIONS: Mapping[str, Callable[[Change, Resume], Outcome]] = {
    "optimizer": _decide_optimizer,
    "lr_scheduler": decide_scheduler,
    "ema_rate": _decide_ema,
    "fp16_mode": _decide_precision,
    "mix_precision_mode": _decide_precision,
    "mix_precision_dtype": _decide_precision,
    "grad_clip": _decide_clipping,
    "elastic": _decide_elastic,
    "finetune_ckpt": _decide_finetuning,
    "max_steps": _decide_max_steps,
    "max_epoch": _decide_max_steps,
    "batch_size": _decide_batch,
    "batch_size_per_gpu": _decide_batch,
    "save_total_limit": _decide_saves,
    "training_stage": _decide_stage,
    "pretrained_vae_path": _decide_pretrained,
}
