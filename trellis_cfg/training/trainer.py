"""Trainer methods that add the epoch limit; each calls the original method."""

import inspect
import os
import sys
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, get_args

from trellis_cfg.messages import Language, find_language, format_hundredths
from trellis_cfg.restore import Effect
from trellis_cfg.training import plan, resuming
from trellis_cfg.training.checkpoints import KEY, Checkpoints, record_misc
from trellis_cfg.training.data import ResumableData
from trellis_cfg.training.reports import Clock, Reports

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
    """The language of the reports (by default the locale's), their interval, and what is saved.

    A line is printed every ``step_every`` steps, 0 is never. ``save_last`` saves the last state
    of a run with ``max_epoch``. ``keep_last`` checkpoints stay, and those at multiples of
    ``keep_every``; all, if both are None. ``progress`` is "tqdm" for its bar instead of lines.
    """

    language: Language | None = None
    step_every: int = 1
    save_last: bool = True
    keep_last: int | None = None
    keep_every: int | None = None
    progress: Literal["tqdm"] | None = None


class EpochLimitMixin(Trainer):
    """Precedes a trainer's class in the method resolution order; see ``with_max_epoch``.

    ``dataset_size`` counts samples, ``steps_per_epoch`` steps; ``epoch`` is that of the next step.
    A trainer that takes ``max_epoch`` itself keeps its own attributes of these names, and reports.
    """

    training_options: ClassVar[TrainingOptions]
    own_limits: ClassVar[Mapping[str, Any]]
    """The limits that the trainer takes itself, with their defaults."""
    wrapped_trainer: ClassVar[type]
    _reports: Reports | None = None
    _saved_at: int | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  the trainer's own
        """Check limits and data before anything is built; build the trainer with the first limit.

        So a learning-rate schedule with the length of ``max_steps`` fits.
        """
        self._arguments = resuming.describe_arguments(self.wrapped_trainer, args, kwargs)
        limits = {**self.own_limits, **kwargs}
        self._limits = plan.parse_limits(limits.get("max_steps"), limits.get("max_epoch"))
        self._has_trained = False
        run = plan.plan_from_arguments(self._limits, args, kwargs)
        plan.check_samples(run)
        kwargs["max_steps"] = run.latest_end
        if not self._has_own_limit:
            kwargs.pop("max_epoch", None)
        super().__init__(*args, **kwargs)

    def init_models_and_more(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Set the limit by the trainer's own batch size, before the models are built."""
        self._set_run(0, {})
        super().init_models_and_more(*args, **kwargs)

    def prepare_dataloader(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Prepare the loader, and exact resuming."""
        super().prepare_dataloader(*args, **kwargs)
        self._data = ResumableData(self) if self._is_exact else None

    @property
    def _is_exact(self) -> bool:
        """Whether a resumed run has to equal an uninterrupted one, unlike upstream."""
        return self._limits.max_epoch is not None

    @property
    def _has_own_limit(self) -> bool:
        return "max_epoch" in self.own_limits

    def _set_run(self, step: int, misc: Mapping[str, Any]) -> None:
        """Set the limit of a run that starts at a step, or continues what was saved there."""
        saved = misc.get(KEY)
        run = self._limits._replace(
            batch_size_per_gpu=self.batch_size_per_gpu,
            gpus=self.world_size,
            samples=plan.count_samples(self.dataset),
            start=step,
        )
        plan.check_run(run)
        epochs_done = plan.find_epochs_done(run, saved, misc.get("epoch"))
        self._run = run = run._replace(epochs_done=epochs_done)
        self.max_steps = run.end
        if not self._has_own_limit:
            self.dataset_size, self.steps_per_epoch = run.samples, run.epoch
        self._set_epoch(step)
        self._clock = Clock(self.batch_size, saved, step)

    def _set_epoch(self, step: int) -> None:
        if not self._has_own_limit:
            self.epoch = self._run.epoch_at(step) or 0

    def load(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Load a checkpoint, and continue with its epochs."""
        with record_misc() as loaded_misc:
            result = super().load(*args, **kwargs)
        misc, built_for = loaded_misc[-1] if loaded_misc else {}, self._run.end
        self._set_run(self.step, misc)
        if self.is_master:
            self._report_checkpoint(misc, built_for)
        if self._data:
            self._data.resume(misc.get(KEY))
        return result

    def _report_checkpoint(self, misc: Mapping[str, Any], built_for: int | None) -> None:
        """Report what the epochs of a resumed run come from, and what changed since."""
        run, reports = self._run, self._new_reports()
        saved, epoch = misc.get(KEY), misc.get("epoch")
        if saved is None and not plan.is_epoch(epoch):
            reports.report("old_checkpoint", run.epoch_at(self.step) or 0)
        elif saved is None and run.epochs_done is not None:
            by_step = self.step // (run.epoch or 1)
            reports.report("other_epoch", epoch, self.step, by_step, run.epoch, epoch)
        elif saved and run.epochs_done is not None:
            before = [saved.get(key) for key in ("dataset_size", "batch_size", "world_size")]
            now = [run.samples, run.batch_of_all, run.world]
            if None not in before and before != now:
                epochs = format_hundredths(run.epochs_done)
                reports.report(
                    "changed", *before, *now, epochs, run.epoch, saved["steps_per_epoch"]
                )
        self._report_changes(reports, saved)
        if built_for != run.end and getattr(self, "lr_scheduler", None) is not None:
            reports.report("schedule", built_for, run.end)

    def _report_changes(self, reports: Reports, saved: Mapping[str, Any] | None) -> None:
        """Report what each changed argument does, the worst first."""
        arguments, cls = (saved or {}).get("arguments"), self.wrapped_trainer
        decided = resuming.find_effects(cls, arguments, self._arguments, self.step)
        for effect in get_args(Effect):
            group = [resuming.format_change(*each) for each in decided if each[1].effect == effect]
            if group:
                reports.report(effect, "".join(f"\n  {line}" for line in group))

    def save(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Save a checkpoint with its epoch, atomically and not in a thread."""
        return self._save_by(super().save, *args, **kwargs)

    def _save_by(self, save: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Save by a method of the trainer; report a failure, which keeps earlier checkpoints."""
        self._set_epoch(self.step)
        if "non_blocking" in inspect.signature(save).parameters:
            args, kwargs = (), {**kwargs, "non_blocking": False}
        try:
            with self._written.add(self.step, self._extend_misc):
                result = save(*args, **kwargs)
        except Exception as error:
            latest = self._written.find_latest()
            self._new_reports().report("failed_save", self.step, repr(error), latest)
            raise
        if not self._written.problem:
            self._saved_at = self.step
        return result

    @cached_property
    def _written(self) -> Checkpoints:
        folder, options = os.path.join(self.output_dir, "ckpts"), self.training_options
        return Checkpoints(folder, options.keep_last, options.keep_every)

    def _extend_misc(self, misc: Mapping[str, Any]) -> Mapping[str, Any]:
        details = plan.describe_epoch(self._run, self.step)
        details |= {"samples": self._clock.samples, "seconds": self._clock.seconds}
        details |= {"arguments": self._arguments}
        sampler = {"data_sampler": self._data.sampler_state()} if self._data else {}
        epoch = self._run.epoch_at(self.step) or 0
        return {"epoch": epoch, **misc, **sampler, KEY: details}

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
        """Train up to the limit, with these reports instead of the trainer's own.

        A trainer that takes ``max_epoch`` itself reports as before.
        """
        self._accept_limit()
        reports, interval = self._new_reports(), self.i_print
        if self.is_master and self.max_steps is not None and self.step >= self.max_steps:
            reports.report("nothing_left", self.max_steps, self.step)
        if not self._has_own_limit:
            self.i_print = _NEVER
            if self.is_master:
                self._reports = reports
                reports.write_banner(self._clock.samples)
                if self.training_options.progress:
                    reports.open_bar(self.step)
        try:
            result = super().run(*args, **kwargs)
        finally:
            reports.close_bar()
            self.i_print, self._reports = interval, None
            self._set_epoch(self.step)
        self._save_last()
        return result

    def _accept_limit(self) -> None:
        """Report a lower limit that was set after this one, by the trainer or its script."""
        limit, steps = self._run.end, self.max_steps
        if limit and steps is not None and steps < limit:
            if self.is_master:
                self._new_reports().report("other_limit", limit, steps)
            self._run = self._run._replace(max_steps=steps)

    def snapshot(self, suffix: str | None = None, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Take a snapshot; save the last state before the final one, which may fail."""
        if suffix == "final":
            self._save_last()
        return super().snapshot(suffix, *args, **kwargs)

    def _save_last(self) -> None:
        """Save the last state of a run with max_epoch, unless an interval did.

        If the trainer's ``save`` skips a step that its interval does not divide, or writes only a
        part, it is called with an interval of 1, then those of the base classes are.
        """
        is_enabled = self.training_options.save_last and self._is_exact and self.is_master
        if not (is_enabled and self._has_trained) or self._saved_at == self.step:
            return
        self.save()
        interval, problem = self.i_save, self._written.problem
        bases = iter(type(self).__mro__[type(self).__mro__.index(EpochLimitMixin) + 1 :])
        self.i_save = 1
        try:
            while self._saved_at != self.step and (base := next(bases, None)):
                if "save" in vars(base):
                    self._save_by(partial(vars(base)["save"], self))
        finally:
            self.i_save = interval
        if self._saved_at != self.step:
            self._written.hide(self.step)
            raise RuntimeError(
                f"the last step {self.step} was not saved: {self._written.problem}; the latest "
                f"checkpoint is {self._written.find_latest()}"
            )
        if problem:
            self._new_reports().report("skipped_save", self.step, problem)

    def _new_reports(self) -> Reports:
        options = self.training_options
        report_language = options.language or find_language(os.environ) or "en"
        return Reports(self._run, report_language, options.step_every, self.i_print or 0)


def _find_loss(log: object) -> float | None:
    """Return the loss of a step, if its log has one."""
    match log:
        case {"loss": {"loss": loss}} | {"loss": loss} if not isinstance(loss, dict):
            return float(loss)
    return None
