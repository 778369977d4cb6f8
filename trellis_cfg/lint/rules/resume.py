"""The rules about a run that is resumed; they speak in ``trellis-cfg resume`` alone."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from trellis_cfg.lint.config import Config, Finding
from trellis_cfg.sections import TRAINER_ARGS

if TYPE_CHECKING:
    from trellis_cfg.restore import Effect

CODES = ("TC701", "TC702", "TC703")
STAGES = {
    "start": "fails at the start",
    "load": "fails when the checkpoint is loaded",
    "step": "fails in the training loop",
}
"""When a run fails."""
_IGNORED = "is ignored when the run is resumed"


def ignored_on_resume(config: Config) -> Iterable[Finding]:
    """A changed value has no effect on a run that is resumed.

    A checkpoint restores the arguments of the optimizer and the scheduler, and the trainer uses
    those: a new ``lr`` or ``T_max`` changes nothing, and nothing says so. ``finetune_ckpt`` is
    skipped. Start a new run from the weights with ``finetune_ckpt``, or edit the misc file.
    ``trellis-cfg resume RUN_DIR CONFIG`` reports this; ``check``, which knows no checkpoint, never
    does.

    Chinese: 恢复训练时该修改被忽略。检查点会带回旧值；需要新值时开始新的训练并使用 finetune_ckpt。
    """
    return _report_decided(config, "ignored")


def breaks_on_resume(config: Config) -> Iterable[Finding]:
    """A run that is resumed with this config fails.

    It fails at the start; when the checkpoint is loaded, after the data and the models were; or in
    the training loop. A checkpoint does not fit other roles, shapes or a scheduler that it has no
    state of. After three attempts (``--auto_retry``), the train.py of TRELLIS exits with code 0.
    ``trellis-cfg resume RUN_DIR CONFIG`` reports this; ``check``, which knows no checkpoint, never
    does.

    Chinese: 该修改使恢复训练失败。恢复原值，或开始新的训练。
    """
    yield from _report_decided(config, "fails")
    for problem in config.facts.plan.problems if config.facts.plan else ():
        yield Finding((), f"the run cannot be resumed: {problem}")


def nothing_left_to_train(config: Config) -> Iterable[Finding]:
    """The limit of a run that is resumed is already reached.

    The trainer makes no step, saves nothing, prints "Training finished" and exits with code 0.
    Raise ``max_steps``. If ``max_epoch`` ends the run, a larger batch, or fewer samples, make its
    steps fewer. ``trellis-cfg resume RUN_DIR CONFIG`` reports this; ``check``, which knows no
    checkpoint, never does.

    Chinese: 已经没有要训练的步。提高 max_steps 或 max_epoch。
    """
    plan = config.facts.plan
    if plan is None:
        return
    run = config.run._replace(start=plan.step)
    end = run.end
    if end is not None and end <= plan.step and not run.hangs:
        message = f"nothing is left to train: the run ends after {end:,} steps, and step "
        message += f"{plan.step:,} is done; the trainer then exits with code 0"
        yield Finding((*TRAINER_ARGS, run.ended_by or "max_steps"), message)


def _report_decided(config: Config, effect: "Effect") -> Iterator[Finding]:
    """Report the changes that have an effect, and when."""
    for change, outcome in config.facts.plan.decided if config.facts.plan else ():
        if outcome.effect == effect:
            problem = STAGES[outcome.stage or "start"] if effect == "fails" else _IGNORED
            name = change.path[-1] if change.path else "the config"
            message = f"{name} {problem}: {outcome.reason}"
            yield Finding(change.path, message, on_key=change.is_added, why=outcome.advice)
