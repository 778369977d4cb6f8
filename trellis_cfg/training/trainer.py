"""The methods of a trainer that learned to stop after epochs; each calls the trainer's own."""

import inspect
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from trellis_cfg.messages import Language, find_language
from trellis_cfg.schedule import Run
from trellis_cfg.training import plan
from trellis_cfg.training.checkpoints import KEY, loading, saving
from trellis_cfg.training.data import Data
from trellis_cfg.training.reports import Clock, Reports, ReportStyle


class TrainingOptions(NamedTuple):
    """The language of the reports (by default that of the locale), how often, and the last save.

    ``step_every`` counts steps, 0 is never; ``save_last`` saves the state that a run with
    ``max_epoch`` ends in.
    """

    language: Language | None = None
    step_every: int = 1
    save_last: bool = True

    def look(self, summary_every: int | None) -> ReportStyle:
        """Return how the reports of a run look."""
        chosen = self.language or find_language(os.environ) or "en"
        return ReportStyle(chosen, self.step_every, summary_every or 0)


_NEVER = sys.maxsize
_FINAL = "final"


if TYPE_CHECKING:
    from trellis_cfg.training.interface import Trainer
else:
    Trainer = object


class EpochLimitMixin(Trainer):
    """Stands before a trainer's class in the order of methods; see ``with_max_epoch``.

    ``dataset_size`` counts samples, ``steps_per_epoch`` steps; ``epoch`` is that of the next step.
    """

    training_options: ClassVar[TrainingOptions]

    def __init__(
        self,
        *args: Any,  # noqa: ANN401  the trainer's own
        max_steps: int | None = None,
        max_epoch: int | None = None,
        **kwargs: Any,  # noqa: ANN401  likewise
    ) -> None:
        """Find the limit before anything is built, and build the trainer with it."""
        plan.refuse_unless_limits(max_steps, max_epoch)
        max_steps, max_epoch = _whole(max_steps), _whole(max_epoch)
        self._limits = max_steps, max_epoch
        self._made = 0
        run = plan.limit_before(args, kwargs)._replace(max_steps=max_steps, max_epoch=max_epoch)
        super().__init__(*args, max_steps=run.end or max_steps, **kwargs)

    def init_models_and_more(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Set the limit, by what the trainer found of its batch, before the models."""
        self._follow(plan.of_trainer(self, *self._limits))
        self._clock = Clock(self.batch_size, None, 0)
        super().init_models_and_more(*args, **kwargs)

    def prepare_dataloader(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Prepare the loader, and what makes it resume exactly."""
        super().prepare_dataloader(*args, **kwargs)
        self._data = Data(self) if self._is_exact else None

    @property
    def _is_exact(self) -> bool:
        """Whether a resumed run is to be as one that was not interrupted, unlike upstream."""
        return self._limits[1] is not None

    def _follow(self, run: Run) -> None:
        plan.refuse_unless_possible(run)
        self._run = run
        self.dataset_size, self.steps_per_epoch = run.samples, run.epoch
        self.max_steps = run.end
        self._count(run.start)

    def _count(self, step: int) -> None:
        self.epoch = self._run.epoch_at(step) or 0

    def load(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Load a checkpoint, and go on with its epochs."""
        found: list[dict[str, Any]] = []
        with loading(found):
            result = super().load(*args, **kwargs)
        saved = found[-1].get(KEY) if found else None
        self._follow(plan.resumed(plan.of_trainer(self, *self._limits), self.step, saved))
        self._clock = Clock(self.batch_size, saved, self.step)
        if saved is None and self.is_master:
            Reports(self._run, self._look()).old_checkpoint(self.step)
        if self._data:
            self._data.resumes(saved)
        return result

    def save(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Save a checkpoint whole or not at all, its epoch in it; in no thread of its own."""
        self._count(self.step)
        if "non_blocking" in inspect.signature(super().save).parameters:
            args, kwargs = (), {**kwargs, "non_blocking": False}
        with saving(os.path.join(self.output_dir, "ckpts"), self._with_epoch):
            result = super().save(*args, **kwargs)
        self._saved_at = self.step
        return result

    def _with_epoch(self, misc: Mapping[str, Any]) -> Mapping[str, Any]:
        kept = {**plan.saved_epoch(self._run, self.step), **self._clock.kept()}
        sampler = {"data_sampler": self._data.sampler_state()} if self._data else {}
        return {**misc, **sampler, "epoch": self.epoch, KEY: kept}

    def load_data(self) -> Any:  # noqa: ANN401
        """Load the data of a step, and note how long that takes."""
        self._count(self.step)
        if self._data:
            self._data.before_loading()
        self._clock.begins_loading()
        data = super().load_data()
        self._clock.begins_training()
        return data

    def run_step(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Make a step, and tell of it."""
        log = super().run_step(*args, **kwargs)
        lap = self._clock.ends_step()
        self._made += 1
        if self._reports:
            self._reports.steps(self.step + 1, lap, _loss(log), self._clock)
        return log

    _reports: Reports | None = None
    _saved_at: int | None = None

    def run(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Train up to the limit, with these reports in place of the trainer's own."""
        look, interval = self._look(), self.i_print
        if self.is_master:
            self._reports = Reports(self._run, look)
            self._reports.begins()
        self.i_print = _NEVER
        try:
            result = super().run(*args, **kwargs)
        finally:
            self.i_print, self._reports = interval, None
            self._count(self.step)
        self._save_last()
        return result

    def snapshot(self, suffix: str | None = None, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Take a snapshot; the last state is saved before the final one, which may fail."""
        if suffix == _FINAL:
            self._save_last()
        return super().snapshot(suffix, *args, **kwargs)

    def _save_last(self) -> None:
        """Save the state at the end of a run with max_epoch, if no interval did."""
        wanted = self.training_options.save_last and self._is_exact and self.is_master
        is_due = not self.i_save or self.step % self.i_save
        if wanted and self._made and self._saved_at != self.step and is_due:
            self.save()

    def _look(self) -> ReportStyle:
        return self.training_options.look(self.i_print)


def _whole(limit: float | None) -> int | None:
    """Return a limit that may be written as a float, such as 1e6."""
    return None if limit is None else int(limit)


def _loss(log: object) -> float | None:
    """Return the loss of a step, where its log holds one."""
    match log:
        case {"loss": {"loss": loss}} | {"loss": loss} if not isinstance(loss, dict):
            return float(loss)
    return None
