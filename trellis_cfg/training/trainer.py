"""Trainer methods that add the epoch limit; each calls the original method."""

import inspect
import os
import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from trellis_cfg.messages import Language, find_language
from trellis_cfg.schedule import Run
from trellis_cfg.training import plan
from trellis_cfg.training.checkpoints import KEY, record_misc, save_atomically
from trellis_cfg.training.data import ResumableData
from trellis_cfg.training.reports import Clock, Reports, ReportStyle

if TYPE_CHECKING:

    class Trainer:  # pragma: no cover  read by type checkers only
        """The interface of ``Trainer`` of TRELLIS, and of ``BasicTrainer`` of TRELLIS.2.

        Its constructor sets the attributes, then calls ``init_models_and_more``,
        ``prepare_dataloader`` and, if it resumes, ``load``. ``run`` calls ``load_data`` and
        ``run_step`` while ``step`` is below ``max_steps``, and increments ``step`` after each.
        """

        dataset: Any
        output_dir: str
        batch_size: int
        batch_size_per_gpu: int
        world_size: int
        rank: int
        is_master: bool
        step: int
        max_steps: int | None
        i_print: int
        i_save: int
        __init__: Callable[..., None]
        init_models_and_more: Callable[..., None]
        prepare_dataloader: Callable[..., None]
        load: Callable[..., Any]
        save: Callable[..., Any]
        load_data: Callable[[], Any]
        run_step: Callable[..., Any]
        snapshot: Callable[..., Any]
        run: Callable[..., Any]

else:
    Trainer = object

_NEVER = sys.maxsize


class TrainingOptions(NamedTuple):
    """The language of the reports (by default the locale's), their interval, and the last save.

    A line is printed every ``step_every`` steps, 0 is never. ``save_last`` saves the last state
    of a run with ``max_epoch``.
    """

    language: Language | None = None
    step_every: int = 1
    save_last: bool = True


class EpochLimitMixin(Trainer):
    """Precedes a trainer's class in the method resolution order; see ``with_max_epoch``.

    ``dataset_size`` counts samples, ``steps_per_epoch`` steps; ``epoch`` is that of the next step.
    """

    training_options: ClassVar[TrainingOptions]
    _reports: Reports | None = None
    _saved_at: int | None = None

    def __init__(
        self,
        *args: Any,  # noqa: ANN401  the trainer's own
        max_steps: int | None = None,
        max_epoch: int | None = None,
        **kwargs: Any,  # noqa: ANN401  likewise
    ) -> None:
        """Check the limits before anything is built, and build the trainer with the first."""
        self._limits = plan.parse_limits(max_steps, max_epoch)
        self._has_trained = False
        steps = plan.plan_from_arguments(self._limits, args, kwargs).latest_end
        super().__init__(*args, max_steps=steps, **kwargs)

    def init_models_and_more(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Set the limit by the trainer's own batch size, before the models are built."""
        self._set_run(0, None)
        super().init_models_and_more(*args, **kwargs)

    def prepare_dataloader(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Prepare the loader, and exact resuming."""
        super().prepare_dataloader(*args, **kwargs)
        self._data = ResumableData(self) if self._is_exact else None

    @property
    def _is_exact(self) -> bool:
        """Whether a resumed run has to equal an uninterrupted one, unlike upstream."""
        return self._limits.max_epoch is not None

    def _set_run(self, step: int, saved: dict[str, Any] | None) -> None:
        """Set the limit of a run that starts at a step, or continues what was saved there.

        The ``progress`` that was saved counts epochs, as numerator and denominator. Without it,
        epochs follow from the step with the current batch and dataset.
        """
        progress = saved.get("progress") if saved else None
        run = self._limits._replace(
            batch_size_per_gpu=self.batch_size_per_gpu,
            gpus=self.world_size,
            samples=plan.count_samples(self.dataset),
            start=step,
            epochs_done=Fraction(*progress) if progress else None,
        )
        plan.check_run(run)
        self._run = run
        self.dataset_size, self.steps_per_epoch = run.samples, run.epoch
        self.max_steps = run.end
        self._set_epoch(step)
        self._clock = Clock(self.batch_size, saved, step)

    def _set_epoch(self, step: int) -> None:
        self.epoch = self._run.epoch_at(step) or 0

    def load(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Load a checkpoint, and continue with its epochs."""
        with record_misc() as loaded_misc:
            result = super().load(*args, **kwargs)
        saved = loaded_misc[-1].get(KEY) if loaded_misc else None
        self._set_run(self.step, saved)
        if saved is None and self.is_master:
            self._new_reports().report_old_checkpoint(self.step)
        if self._data:
            self._data.resume(saved)
        return result

    def save(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Save a checkpoint with its epoch, atomically and not in a thread."""
        self._set_epoch(self.step)
        if "non_blocking" in inspect.signature(super().save).parameters:
            args, kwargs = (), {**kwargs, "non_blocking": False}
        with save_atomically(os.path.join(self.output_dir, "ckpts"), self._extend_misc):
            result = super().save(*args, **kwargs)
        self._saved_at = self.step
        return result

    def _extend_misc(self, misc: Mapping[str, Any]) -> Mapping[str, Any]:
        details = plan.describe_epoch(self._run, self.step)
        details |= {"samples": self._clock.samples, "seconds": self._clock.seconds}
        sampler = {"data_sampler": self._data.sampler_state()} if self._data else {}
        return {**misc, **sampler, "epoch": self.epoch, KEY: details}

    def load_data(self) -> Any:  # noqa: ANN401
        """Load the data of a step, and measure how long that takes."""
        self._set_epoch(self.step)
        if self._data:
            self._data.prepare_step()
        self._clock.start_loading()
        data = super().load_data()
        self._clock.start_training()
        return data

    def run_step(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Make a step, and report it."""
        log = super().run_step(*args, **kwargs)
        lap = self._clock.end_step()
        self._has_trained = True
        if self._reports:
            self._reports.report_step(self.step + 1, lap, _find_loss(log), self._clock)
        return log

    def run(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Train up to the limit, with these reports instead of the trainer's own."""
        reports, interval = self._new_reports(), self.i_print
        if self.is_master:
            self._reports = reports
            reports.write_banner()
        self.i_print = _NEVER
        try:
            result = super().run(*args, **kwargs)
        finally:
            self.i_print, self._reports = interval, None
            self._set_epoch(self.step)
        self._save_last()
        return result

    def snapshot(self, suffix: str | None = None, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Take a snapshot; save the last state before the final one, which may fail."""
        if suffix == "final":
            self._save_last()
        return super().snapshot(suffix, *args, **kwargs)

    def _save_last(self) -> None:
        """Save the last state of a run with max_epoch, unless an interval did."""
        is_enabled = self.training_options.save_last and self._is_exact and self.is_master
        is_due = not Run(i_save=self.i_save).saves_at(self.step)
        if is_enabled and self._has_trained and self._saved_at != self.step and is_due:
            self.save()

    def _new_reports(self) -> Reports:
        options = self.training_options
        report_language = options.language or find_language(os.environ) or "en"
        style = ReportStyle(report_language, options.step_every, self.i_print or 0)
        return Reports(self._run, style)


def _find_loss(log: object) -> float | None:
    """Return the loss of a step, if its log has one."""
    match log:
        case {"loss": {"loss": loss}} | {"loss": loss} if not isinstance(loss, dict):
            return float(loss)
    return None
