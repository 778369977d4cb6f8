"""What a changed argument of the trainer does to a run that is resumed."""

from collections.abc import Callable, Mapping

from trellis_cfg.restore import ARGS, COSINE, SOURCE, Change, Outcome, Resume, components, get_value
from trellis_cfg.restore.schedules import decide_scheduler

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


_DECISIONS: Mapping[str, Callable[[Change, Resume], Outcome]] = {
    "optimizer": components.decide_optimizer,
    "lr_scheduler": decide_scheduler,
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
