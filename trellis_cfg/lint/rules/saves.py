"""Rules about checkpoints and the intervals of a trainer."""

from collections.abc import Iterable

from trellis_cfg.diagnostics import WARNING
from trellis_cfg.document.paths import Path
from trellis_cfg.lint.config import Config, Finding, RelatedPlace
from trellis_cfg.lint.fixes import Offer, offer_value
from trellis_cfg.lint.wording import format_value
from trellis_cfg.schedule import Run, find_closest_divisor
from trellis_cfg.sections import TRAINER_ARGS
from trellis_cfg.terminal import format_count

INTERVALS = ("i_print", "i_log", "i_sample", "i_save", "i_ddpcheck")


def tail_not_saved(config: Config) -> Iterable[Finding]:
    """The last steps of a run are lost unless ``i_save`` divides the limit.

    Checkpoints are written only at multiples of ``i_save``; nothing is saved at the end. A trainer
    of a checkout that may save at other steps is not reported. Training
    through ``trellis_cfg.training`` (``runtime = true`` in the settings) also saves at the end of a
    run with ``max_epoch``.

    Bad: {"trainer": {"args": {"max_steps": 105000, "i_save": 10000}}}
    Good: {"trainer": {"args": {"max_steps": 105000, "i_save": 5000}}}
    Chinese: 末尾的步没有保存。让 i_save 整除训练的总步数，或通过 trellis_cfg.training 训练。
    """
    run = config.find_run(_loses_steps)
    if run and run.i_save:
        steps = "step is" if run.unsaved == 1 else f"{run.unsaved:,} steps are"
        message = f"the last {steps} never saved: i_save {run.i_save:,} does not divide {run.end:,}"
        divisor = find_closest_divisor(run.end or 1, run.i_save)
        yield _at_interval(config, f"{message}; {divisor:,} does" if divisor else message)


def _loses_steps(run: Run) -> bool:
    return bool(run.i_save and run.unsaved and run.last_save and not run.hangs)


def never_saved(config: Config) -> Iterable[Finding]:
    """A run that ends before ``i_save`` steps leaves no checkpoint.

    Checkpoints are written only at multiples of ``i_save``; nothing is saved at the end. For an
    unknown trainer this is a warning: it may save at the end. Training through
    ``trellis_cfg.training`` (``runtime = true`` in the settings) saves at the end of a run with
    ``max_epoch``.

    Bad: {"trainer": {"args": {"max_steps": 5000, "i_save": 10000}}}
    Good: {"trainer": {"args": {"max_steps": 5000, "i_save": 1000}}}
    Chinese: 不会保存检查点。把 i_save 设为不大于总步数的值。
    """
    run = config.find_run(_is_never_saved)
    if run is None:
        return
    last, first = run.latest_end or 0, run.next_save(run.start) or 0
    is_read = config.trainer is not None and config.trainer.source is not None
    severity = None if config.is_known or is_read else WARNING
    if run.i_save == 0:
        value = format_value((config.trainer_args or {}).get("i_save"))
        message = f"no checkpoint is written: i_save is {value}, which means never"
        yield _at_interval(config, message)._replace(severity=severity)
    else:
        message = (
            f"no checkpoint is written: training ends after {format_count(last, 'step')}, "
            f"before the first at {first:,} (i_save)"
        )
        yield _at_interval(config, message)._replace(severity=severity)


def _is_never_saved(run: Run) -> bool:
    last, first = run.latest_end, run.next_save(run.start)
    if run.hangs or run.is_end_saved or not last:
        return False
    return run.i_save == 0 or bool(first and last < first)


def _at_interval(config: Config, message: str) -> Finding:
    """Return a finding at ``i_save``, or at the limit if ``i_save`` is not set."""
    limit = (*TRAINER_ARGS, config.run.ended_by or "max_steps")
    if "i_save" not in (config.trainer_args or {}):
        return Finding(limit, message)
    path, also = (*TRAINER_ARGS, "i_save"), (RelatedPlace(limit, "the limit"),)
    return Finding(path, message, also=also, fix=_offer_divisor(config, path))


def _offer_divisor(config: Config, path: Path) -> Offer | None:
    """Return the fix that saves the last step, at about the same interval."""
    end, interval = config.run.end, config.run.i_save
    divisor = find_closest_divisor(end, interval) if end and interval else None
    if divisor is None:
        return None
    fix = offer_value(path, divisor)
    reason = f"which divides {end:,}" if divisor != end else "the last step"
    return fix._replace(title=f"{fix.title}, {reason}")


def zero_interval(config: Config) -> Iterable[Finding]:
    """An interval of 0 causes a ZeroDivisionError in the training loop.

    The trainer acts when the step is a multiple of the interval. To disable it, set the interval
    above the limit; only ``i_ddpcheck`` can be null. Nothing is reported if the code of the
    checkout tests for 0 or null first, or may use another value.

    Bad: {"trainer": {"args": {"max_steps": 100000, "i_sample": 0}}}
    Good: {"trainer": {"args": {"max_steps": 100000, "i_sample": 1000000}}}
    Chinese: 间隔为 0。要关闭它，设为大于训练限制的值。
    """
    for key in INTERVALS:
        value = (config.trainer_args or {}).get(key)
        is_zero = value == 0 and not isinstance(value, bool)
        if is_zero and key not in config.behavior.zero_is_never | config.unclear:
            effect = "ZeroDivisionError in the training loop; set it above the limit to disable it"
            yield Finding((*TRAINER_ARGS, key), f"{key} is 0: {effect}")
