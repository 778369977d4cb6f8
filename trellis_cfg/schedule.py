"""Epochs, steps and samples: the trainer's own arithmetic, in exact integers."""

from fractions import Fraction
from math import ceil, floor
from typing import Literal, NamedTuple

Limit = Literal["max_steps", "max_epoch"]


class Run(NamedTuple):
    """A training run: its config's arguments, where it runs, on how many samples, from which step.

    ``gpus`` counts those of a node; ``start`` is the step of the checkpoint that is resumed, and
    ``behind`` how many epochs that is after, if other GPUs or data led there. ``saves_end`` says
    that the last state is saved, whatever ``i_save`` is.
    None is an argument that is null, or not known; what depends on it is then None, too.
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
    behind: Fraction | None = None
    saves_end: bool = False

    @property
    def world(self) -> int | None:
        """How many processes train, one on each GPU of each node."""
        return self.gpus * self.nodes if self.gpus else None

    @property
    def batch(self) -> int | None:
        """How many samples a GPU trains on in a step."""
        if self.batch_size_per_gpu or not (self.batch_size and self.world):
            return self.batch_size_per_gpu
        return None if self.batch_size % self.world else self.batch_size // self.world

    @property
    def batch_of_all(self) -> int | None:
        """How many samples all GPUs together train on in a step."""
        if self.batch_size_per_gpu is None:
            return self.batch_size
        return self.batch_size_per_gpu * self.world if self.world else None

    @property
    def micro_batch(self) -> int | None:
        """How many samples a GPU holds at a time; None where ``batch_split`` does not divide."""
        split = self.batch_split or 1
        return self.batch // split if self.batch and self.batch % split == 0 else None

    @property
    def share(self) -> int | None:
        """How many samples each process gets: the sampler pads them to equal shares."""
        if self.samples is None or self.world is None:
            return None
        return -(-self.samples // self.world)

    @property
    def epoch(self) -> int | None:
        """How many steps the trainer counts as an epoch."""
        if self.samples is None or self.batch_of_all is None:
            return None
        return -(-self.samples // self.batch_of_all)

    @property
    def loader_pass(self) -> int | None:
        """How many batches a process gets of one pass over its share: partial ones are dropped."""
        if self.share is None or self.batch is None:
            return None
        return self.share // self.batch

    @property
    def hangs(self) -> bool:
        """Whether the loader yields no batch, so that the trainer waits for ever."""
        return self.loader_pass == 0

    @property
    def end_of_epochs(self) -> int | None:
        """The step that ``max_epoch`` epochs end with."""
        if not (self.max_epoch and self.epoch):
            return None
        if self.behind is None:
            return self.max_epoch * self.epoch
        return self.start + max(ceil((self.max_epoch - self.behind) * self.epoch), 0)

    @property
    def ended_by(self) -> Limit | None:
        """The limit that comes first; None where there is none, or that cannot be told."""
        if self.max_epoch is None:
            return "max_steps" if self.max_steps else None
        if self.end_of_epochs is None:
            return None
        steps_first = self.max_steps is not None and self.max_steps <= self.end_of_epochs
        return "max_steps" if steps_first else "max_epoch"

    @property
    def end(self) -> int | None:
        """The step that training ends after."""
        ended_by = self.ended_by
        if ended_by == "max_epoch":
            return self.end_of_epochs
        return self.max_steps if ended_by else None

    @property
    def latest_end(self) -> int | None:
        """The step that training ends after at the latest."""
        return self.max_steps if self.end is None else self.end

    @property
    def remaining(self) -> int | None:
        """How many steps are still to be made from ``start`` on."""
        end = self.end
        return None if end is None else max(end - self.start, 0)

    @property
    def seen(self) -> int | None:
        """How many samples all steps up to the end are made of, each as often as it is drawn."""
        return self.end * self.batch_of_all if self.end and self.batch_of_all else None

    def epochs(self, steps: int) -> Fraction | None:
        """Return how many epochs so many steps are."""
        return Fraction(steps, self.epoch) if self.epoch else None

    def progress(self, step: int) -> Fraction | None:
        """Return how many epochs are behind after a step."""
        if not self.epoch or self.behind is None:
            return self.epochs(step)
        return self.behind + Fraction(step - self.start, self.epoch)

    def epoch_at(self, step: int) -> int | None:
        """Return the trainer's counter of epochs, from 0, after a step."""
        progress = self.progress(step)
        return None if progress is None else floor(progress)

    def happens(self, interval: int | None) -> int | None:
        """Return how often something is done that is done every ``interval`` steps."""
        remaining = self.remaining
        if remaining is None or not interval:
            return None
        return (self.start + remaining) // interval - self.start // interval

    @property
    def saves(self) -> int | None:
        """How many checkpoints this run writes."""
        saves = self.happens(self.i_save)
        return None if saves is None else saves + (self.last_of_all is not None)

    @property
    def last_of_all(self) -> int | None:
        """The step of a checkpoint at the end, beside those at multiples of ``i_save``."""
        if not (self.saves_end and self.i_save and self.remaining):
            return None
        end = self.end
        return end if end and end % self.i_save else None

    @property
    def last_save(self) -> int | None:
        """The step of the last checkpoint of this run, or the one that it started from."""
        last_of_all = self.last_of_all
        if last_of_all is not None:
            return last_of_all
        remaining = self.remaining
        if remaining is None or not self.i_save:
            return None
        return max((self.start + remaining) // self.i_save * self.i_save, self.start)

    @property
    def unsaved(self) -> int | None:
        """How many steps at the end are in no checkpoint."""
        remaining, last = self.remaining, self.last_save
        return None if remaining is None or last is None else self.start + remaining - last
