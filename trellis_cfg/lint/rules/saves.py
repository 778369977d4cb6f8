"""Rules about checkpoints and the intervals of a trainer."""

from collections.abc import Iterable

from trellis_cfg.diagnostics import WARNING
from trellis_cfg.lint.config import Config, Finding, RelatedPlace
from trellis_cfg.lint.fixes import offer_value
from trellis_cfg.lint.wording import format_value
from trellis_cfg.schedule import Run, find_closest_divisor
from trellis_cfg.sections import INTERVALS, TRAINER_ARGS
from trellis_cfg.terminal import format_count


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
    run = config.find_run(
        lambda run: bool(run.i_save and run.unsaved and run.last_save and not run.hangs)
    )
    if run:
        steps = "step is" if run.unsaved == 1 else f"{run.unsaved:,} steps are"
        divisor = _divide(run)
        message = f"the last {steps} never saved: i_save {run.i_save:,} does not divide {run.end:,}"
        message += f"; {divisor:,} does" if divisor else ""
        yield _report(config, run, message, divisor)


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
    is_read = config.trainer is not None and config.trainer.source is not None
    if run.i_save == 0:
        value = format_value((config.trainer_args or {}).get("i_save"))
        message = f"no checkpoint is written: i_save is {value}, which means never"
    else:
        steps, first = format_count(run.latest_end or 0, "step"), run.next_save(run.start) or 0
        message = f"no checkpoint is written: training ends after {steps}, before the first at "
        message += f"{first:,} (i_save)"
    finding = _report(config, run, message, _divide(run))
    yield finding._replace(severity=None if config.is_known or is_read else WARNING)


def _is_never_saved(run: Run) -> bool:
    last, first = run.latest_end, run.next_save(run.start)
    if run.hangs or run.is_end_saved or not last:
        return False
    return run.i_save == 0 or bool(first and last < first)


def _divide(run: Run) -> int | None:
    """Return an interval near ``i_save`` that divides the limit."""
    return find_closest_divisor(run.end, run.i_save) if run.end and run.i_save else None


def _report(config: Config, run: Run, message: str, divisor: int | None) -> Finding:
    """Return a finding at ``i_save``, or at the limit if ``i_save`` is not set."""
    limit, path = (*TRAINER_ARGS, run.ended_by or "max_steps"), (*TRAINER_ARGS, "i_save")
    if "i_save" not in (config.trainer_args or {}):
        return Finding(limit, message)
    fix = offer_value(path, divisor) if divisor else None
    if fix:
        reason = f"which divides {run.end:,}" if divisor != run.end else "the last step"
        fix = fix._replace(title=f"{fix.title}, {reason}")
    return Finding(path, message, also=(RelatedPlace(limit, "the limit"),), fix=fix)


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
