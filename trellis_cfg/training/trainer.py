"""Trainer methods that add the epoch limit; each calls the original method."""

import inspect
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from trellis_cfg.messages import Language, find_language
from trellis_cfg.schedule import Run
from trellis_cfg.training import plan
from trellis_cfg.training.checkpoints import KEY, record_misc, save_atomically
from trellis_cfg.training.data import ResumableData
from trellis_cfg.training.reports import Clock, Reports, ReportStyle

if TYPE_CHECKING:
    from trellis_cfg.training.interface import Trainer
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
        plan.check_limits(max_steps, max_epoch)
        max_steps, max_epoch = _to_integer(max_steps), _to_integer(max_epoch)
        self._limits = max_steps, max_epoch
        self._has_trained = False
        run = plan.run_from_arguments(args, kwargs)
        run = run._replace(max_steps=max_steps, max_epoch=max_epoch)
        super().__init__(*args, max_steps=run.end or max_steps, **kwargs)

    def init_models_and_more(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Set the limit by the trainer's own batch size, before the models are built."""
        self._set_run(plan.run_from_trainer(self, *self._limits))
        self._clock = Clock(self.batch_size, None, 0)
        super().init_models_and_more(*args, **kwargs)

    def prepare_dataloader(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Prepare the loader, and exact resuming."""
        super().prepare_dataloader(*args, **kwargs)
        self._data = ResumableData(self) if self._is_exact else None

    @property
    def _is_exact(self) -> bool:
        """Whether a resumed run has to equal an uninterrupted one, unlike upstream."""
        return self._limits[1] is not None

    def _set_run(self, run: Run) -> None:
        plan.check_run(run)
        self._run = run
        self.dataset_size, self.steps_per_epoch = run.samples, run.epoch
        self.max_steps = run.end
        self._set_epoch(run.start)

    def _set_epoch(self, step: int) -> None:
        self.epoch = self._run.epoch_at(step) or 0

    def load(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Load a checkpoint, and continue with its epochs."""
        loaded_misc: list[dict[str, Any]] = []
        with record_misc(loaded_misc):
            result = super().load(*args, **kwargs)
        saved = loaded_misc[-1].get(KEY) if loaded_misc else None
        run = plan.run_from_trainer(self, *self._limits)
        self._set_run(plan.resume_run(run, self.step, saved))
        self._clock = Clock(self.batch_size, saved, self.step)
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
        details = {**plan.describe_epoch(self._run, self.step), **self._clock.totals()}
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


def _to_integer(limit: float | None) -> int | None:
    """Return a limit that may be written as a float, such as 1e6."""
    return None if limit is None else int(limit)


def _find_loss(log: object) -> float | None:
    """Return the loss of a step, if its log has one."""
    match log:
        case {"loss": {"loss": loss}} | {"loss": loss} if not isinstance(loss, dict):
            return float(loss)
    return None
