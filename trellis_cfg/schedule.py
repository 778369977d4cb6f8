"""Epochs, steps and samples: the trainer's own arithmetic, in exact integers."""

from math import ceil, floor
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from fractions import Fraction

Limit = Literal["max_steps", "max_epoch"]
_MOST_DIVISIONS = 100_000


class TrainerBehavior(NamedTuple):
    """What a trainer does with its limits, its intervals and its checkpoints.

    ``reads_max_epoch`` is whether it stops there; None is not known, and counts as if it did.
    ``is_wrapped`` is whether it trains through ``trellis_cfg.training``, ``is_wrappable`` whether
    it can, ``is_end_saved`` whether it saves the last state of a run with ``max_epoch``. An
    interval of 0 or null means never for those in ``zero_is_never`` and ``null_is_never``; for
    others, it is an error. ``keep_argument`` says how many checkpoints stay, all without one; if
    it is null, ``keep_if_null`` stay.
    """

    reads_max_epoch: bool | None = None
    is_wrappable: bool = True
    is_wrapped: bool = False
    is_end_saved: bool = False
    zero_is_never: frozenset[str] = frozenset()
    null_is_never: frozenset[str] = frozenset(["i_ddpcheck"])
    keep_argument: str = ""
    keep_if_null: int | None = None


class Run(NamedTuple):
    """A training run: the arguments of its config, GPUs, samples and the step that it starts from.

    ``gpus`` counts those of a node, ``samples`` those of the dataset. ``start`` is the step of the
    resumed checkpoint; ``epochs_done`` is its epoch if other GPUs or data led there.
    ``is_end_saved`` means that the last state is saved, whatever ``i_save`` is; an interval of 0
    means never. ``kept`` is how many of its checkpoints stay, None is all. ``reads_max_epoch`` is
    whether ``max_epoch`` is a limit. None is an argument that is null or unknown; what depends on
    it is None, too.
    """

    batch_size_per_gpu: int | None = None
    batch_size: int | None = None
    batch_split: int | None = None
    gpus: int | None = None
    nodes: int = 1
    samples: int | None = None
    max_steps: int | None = None
    max_epoch: int | None = None
    i_save: int | None = None
    i_sample: int | None = None
    start: int = 0
    epochs_done: "Fraction | None" = None
    is_end_saved: bool = False
    kept: int | None = None
    reads_max_epoch: bool = True

    @property
    def epoch_limit(self) -> int | None:
        """The epochs after which training ends; None without such a limit."""
        return self.max_epoch if self.reads_max_epoch else None

    @property
    def has_both_limits(self) -> bool:
        """Whether training stops at whichever of two limits comes first."""
        return self.max_steps is not None and self.epoch_limit is not None

    @property
    def world(self) -> int | None:
        """How many processes train: one on each GPU of each node."""
        return self.gpus * self.nodes if self.gpus else None

    @property
    def batch(self) -> int | None:
        """Samples per step on one GPU."""
        if self.batch_size_per_gpu or not (self.batch_size and self.world):
            return self.batch_size_per_gpu
        return None if self.batch_size % self.world else self.batch_size // self.world

    @property
    def batch_of_all(self) -> int | None:
        """Samples per step over all GPUs."""
        if self.batch_size_per_gpu is None:
            return self.batch_size
        return self.batch_size_per_gpu * self.world if self.world else None

    @property
    def micro_batch(self) -> int | None:
        """Samples per micro-batch on one GPU; None if ``batch_split`` does not divide the batch."""
        split = self.batch_split or 1
        return self.batch // split if self.batch and self.batch % split == 0 else None

    @property
    def share(self) -> int | None:
        """Samples per process: the sampler pads them to equal shares."""
        if self.samples is None or self.world is None:
            return None
        return -(-self.samples // self.world)

    @property
    def epoch(self) -> int | None:
        """Steps per epoch, as the trainer counts them."""
        if self.samples is None or self.batch_of_all is None:
            return None
        return -(-self.samples // self.batch_of_all)

    @property
    def loader_pass(self) -> int | None:
        """Batches per pass of a process over its share; a partial batch is dropped."""
        if self.share is None or self.batch is None:
            return None
        return self.share // self.batch

    @property
    def hangs(self) -> bool:
        """Whether the loader yields no batch, so that the trainer waits forever."""
        return self.loader_pass == 0

    @property
    def end_of_epochs(self) -> int | None:
        """The step at which ``max_epoch`` epochs are complete."""
        limit = self.epoch_limit
        if not (limit and self.epoch):
            return None
        if self.epochs_done is None:
            return limit * self.epoch
        return self.start + max(ceil((limit - self.epochs_done) * self.epoch), 0)

    @property
    def ended_by(self) -> Limit | None:
        """The limit that is reached first; None if there is none or it is unknown."""
        if self.epoch_limit is None:
            return "max_steps" if self.max_steps else None
        if self.end_of_epochs is None:
            return None
        steps_first = self.max_steps is not None and self.max_steps <= self.end_of_epochs
        return "max_steps" if steps_first else "max_epoch"

    @property
    def end(self) -> int | None:
        """The step after which training ends."""
        ends = {"max_steps": self.max_steps, "max_epoch": self.end_of_epochs, None: None}
        return ends[self.ended_by]

    @property
    def latest_end(self) -> int | None:
        """The step after which training ends at the latest."""
        return self.max_steps if self.end is None else self.end

    @property
    def remaining(self) -> int | None:
        """Steps from ``start`` to the end."""
        end = self.end
        return None if end is None else max(end - self.start, 0)

    @property
    def samples_seen(self) -> int | None:
        """Samples of all steps up to the end; a sample counts each time that it is drawn."""
        return self.end * self.batch_of_all if self.end and self.batch_of_all else None

    def epochs(self, steps: int) -> "Fraction | None":
        """Return a number of steps in epochs."""
        from fractions import Fraction  # noqa: PLC0415  most configs ask for none

        return Fraction(steps, self.epoch) if self.epoch else None

    def progress(self, step: int) -> "Fraction | None":
        """Return how many epochs are complete after ``step``."""
        epochs = self.epochs(step - self.start)
        if epochs is None or self.epochs_done is None:
            return self.epochs(step)
        return self.epochs_done + epochs

    def epoch_at(self, step: int) -> int | None:
        """Return the trainer's epoch counter, from 0, after ``step``."""
        progress = self.progress(step)
        return None if progress is None else floor(progress)

    @property
    def _last_step(self) -> int | None:
        """The step that this run stops at: ``start`` if nothing remains."""
        return None if self.remaining is None else self.start + self.remaining

    def count_events(self, interval: int | None) -> int | None:
        """Return how often this run does something that it does every ``interval`` steps."""
        last_step = self._last_step
        if last_step is None or interval is None:
            return None
        if interval == 0:
            return 0
        return last_step // interval - self.start // interval

    @property
    def saves(self) -> int | None:
        """How many checkpoints this run writes."""
        saves = self.count_events(self.i_save)
        return None if saves is None else saves + (self.final_save is not None)

    @property
    def saves_kept(self) -> int | None:
        """How many of the checkpoints that this run writes are left in the end."""
        return self.saves if self.kept is None or self.saves is None else min(self.saves, self.kept)

    @property
    def final_save(self) -> int | None:
        """The step of a checkpoint at the end that is not at a multiple of ``i_save``."""
        if not self.is_end_saved or self.i_save is None or not self.remaining:
            return None
        end = self.end
        return end if end and (self.i_save == 0 or end % self.i_save) else None

    def next_save(self, step: int) -> int | None:
        """Return the step of the first checkpoint after ``step``, even if it is past the end."""
        if not self.i_save:
            return self.final_save
        by_interval = step - step % self.i_save + self.i_save
        final = self.final_save
        return final if final is not None and step < final < by_interval else by_interval

    def saves_at(self, step: int) -> bool:
        """Return whether this run writes a checkpoint after ``step``."""
        if self.i_save is None or not self.start < step <= (self.end or step):
            return False
        return step == self.final_save or (self.i_save > 0 and step % self.i_save == 0)

    @property
    def last_save(self) -> int | None:
        """The step of the last checkpoint of this run, or of the one that it starts from."""
        last_step = self._last_step
        if last_step is None or self.i_save is None:
            return None
        by_interval = last_step - last_step % self.i_save if self.i_save else 0
        return self.final_save or max(by_interval, self.start)

    @property
    def unsaved(self) -> int | None:
        """How many steps at the end are in no checkpoint."""
        last_step, last_save = self._last_step, self.last_save
        return None if last_step is None or last_save is None else last_step - last_save


def find_closest_divisor(number: int, size: int) -> int | None:
    """Return the divisor of a number that is closest to ``size`` by ratio; of two, the smaller one.

    None if none is between its half and its double, or if the search would be long. For a larger
    ``size`` it is the number itself.
    """
    if size >= number:
        return number
    least, most = -(-size // 2), min(2 * size, number)
    first, last = -(-number // most), number // least  # the quotients
    if min(most - least, last - first) >= _MOST_DIVISIONS:
        return None
    if most - least <= last - first:
        sides = (range(size, least - 1, -1), range(size, most + 1))
        lower, upper = (next((at for at in side if number % at == 0), None) for side in sides)
    else:
        sides = (range(-(-number // size), last + 1), range(number // size, first - 1, -1))
        exact = (next((at for at in side if number % at == 0), None) for side in sides)
        lower, upper = (at and number // at for at in exact)
    return lower if lower and (upper is None or size * size <= lower * upper) else upper
