"""The trainer's arithmetic: equal to a plain simulation of its sampler, loader and loop."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import cycle, islice, product
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis_cfg.schedule import Limit, Run


class Simulated(NamedTuple):
    """What a run did; ``batches`` are those of one pass of a rank over its share."""

    batches: int
    epoch: int
    hung: bool
    steps: int
    drawn: int
    epochs: int
    saved: list[int]
    sampled: list[int]


def shares(samples: int, world: int) -> list[list[int]]:
    """Deal the padded samples out, as a distributed sampler does."""
    padded = list(islice(cycle(range(samples)), samples + (-samples) % world)) if samples else []
    return [padded[rank::world] for rank in range(world)]


def one_pass(share: list[int], batch: int) -> list[list[int]]:
    """Cut a share into batches, and drop the last if it is partial."""
    batches = [share[at : at + batch] for at in range(0, len(share), batch)]
    return [one for one in batches if len(one) == batch]


def endless(batches: list[list[int]]) -> Iterator[list[int] | None]:
    """Yield the batches of pass after pass; None for a pass that yields nothing at all."""
    while True:
        yield from batches
        if not batches:
            yield None


def simulate(run: Run, batch: int, world: int, samples: int) -> Simulated:
    """Run the loop of a trainer that knows both limits."""
    ranks = [one_pass(share, batch) for share in shares(samples, world)]
    loaders = [endless(batches) for batches in ranks]
    epoch = len(range(0, samples, batch * world))
    limits = [run.max_steps] if run.max_steps else []
    limits += [run.max_epoch * epoch] if run.max_epoch else []
    step, drawn, saved, sampled, hung = run.start, 0, list[int](), list[int](), False
    while step < min(limits):
        parts = [next(loader) for loader in loaders]
        if None in parts:
            hung = True
            break
        drawn += sum(len(part or ()) for part in parts)
        step += 1
        if run.i_sample and step % run.i_sample == 0:
            sampled.append(step)
        if run.i_save and step % run.i_save == 0:
            saved.append(step)
    return Simulated(len(ranks[0]), epoch, hung, step, drawn, step // epoch, saved, sampled)


BATCHES = [
    (Run(batch_size_per_gpu=batch, gpus=gpus, nodes=nodes), batch, gpus * nodes)
    for batch, (gpus, nodes) in product((1, 2, 3), ((1, 1), (2, 1), (3, 1), (2, 2)))
] + [
    (Run(batch_size=batch * gpus, gpus=gpus), batch, gpus)
    for batch, gpus in product((1, 4), (1, 2))
]
LIMITS = [pair for pair in product((None, 1, 7, 24), (None, 1, 3)) if pair != (None, None)]
INTERVALS = [(1, 2), (5, 5), (10, 3)]
GRID = list(product(BATCHES, (1, 2, 5, 12, 13), LIMITS, INTERVALS, (0, 3)))


def test_the_grid_is_of_some_thousands() -> None:
    assert len(GRID) > 5_000


def test_figures_equal_the_simulation() -> None:
    for (planned, batch, world), samples, limits, intervals, start in GRID:
        run = planned._replace(
            samples=samples,
            max_steps=limits[0],
            max_epoch=limits[1],
            i_save=intervals[0],
            i_sample=intervals[1],
            start=start,
        )
        done = simulate(run, batch, world, samples)
        assert (run.batch, run.world, run.batch_of_all) == (batch, world, batch * world)
        assert (run.epoch, run.hangs) == (
            done.epoch,
            not one_pass(shares(samples, world)[0], batch),
        )
        if run.hangs and run.remaining:
            assert done.hung
            assert done.steps == start
            continue
        assert not done.hung
        assert run.loader_pass == done.batches
        assert (run.end, run.remaining) == (max_end(run), done.steps - start), run
        assert run.epoch_at(done.steps) == done.epochs
        assert done.drawn == (run.remaining or 0) * batch * world
        assert run.seen == max_end(run) * batch * world
        assert run.happens(run.i_save) == len(done.saved)
        assert run.happens(run.i_sample) == len(done.sampled)
        assert (run.saves, run.last_of_all) == (len(done.saved), None)
        assert run.last_save == max([start, *done.saved])
        assert run.unsaved == done.steps - max([start, *done.saved])
        saved_last = run._replace(saves_end=True)
        written = {*done.saved, *([done.steps] if run.remaining else [])}
        assert saved_last.saves == len(written)
        assert saved_last.last_save == max([start, *written])
        assert saved_last.unsaved == done.steps - max([start, *written])


def max_end(run: Run) -> int:
    limits = [run.max_steps] if run.max_steps else []
    return min([*limits, *([run.max_epoch * (run.epoch or 0)] if run.max_epoch else [])])


@pytest.mark.parametrize("samples", range(1, 40))
@pytest.mark.parametrize("batch", range(1, 7))
def test_a_pass_is_an_epoch_or_one_batch_less(samples: int, batch: int) -> None:
    for world in range(1, 5):
        run = Run(batch_size_per_gpu=batch, gpus=world, samples=samples)
        assert run.epoch is not None
        assert run.loader_pass is not None
        assert run.share is not None
        assert run.epoch - run.loader_pass == (run.share % batch != 0)


COUNTS = st.integers(1, 2**63 - 1)


RUNS = st.builds(
    Run,
    batch_size_per_gpu=COUNTS,
    gpus=st.integers(1, 1024),
    nodes=st.integers(1, 1024),
    samples=COUNTS,
    max_steps=COUNTS,
    max_epoch=COUNTS,
    i_save=COUNTS,
    start=st.just(0),
    behind=st.none(),
)


@given(RUNS)
def test_figures_of_any_size_are_exact(run: Run) -> None:
    batch, epoch = run.batch_of_all or 0, run.epoch or 0
    assert batch == (run.batch_size_per_gpu or 0) * (run.gpus or 0) * run.nodes
    assert (epoch - 1) * batch < (run.samples or 0) <= epoch * batch
    end, saved, unsaved = run.end or 0, run.last_save or 0, run.unsaved or 0
    assert end == min(run.max_steps or 0, (run.max_epoch or 0) * epoch)
    assert run.epochs(end) == Fraction(end, epoch)
    assert saved % (run.i_save or 0) == 0 or (run.saves_end and saved == end)
    assert unsaved < (1 if run.saves_end else run.i_save or 0)
    assert saved + unsaved == end


@pytest.mark.parametrize(
    ("max_steps", "max_epoch", "samples", "end", "ended_by", "latest"),
    [
        (None, None, 5, None, None, None),
        (10, None, None, 10, "max_steps", 10),
        (10, None, 5, 10, "max_steps", 10),
        (None, 3, 5, 15, "max_epoch", 15),
        (None, 3, None, None, None, None),
        (10, 3, 5, 10, "max_steps", 10),
        (15, 3, 5, 15, "max_steps", 15),
        (20, 3, 5, 15, "max_epoch", 15),
        (20, 3, None, None, None, 20),
    ],
)
def test_whichever_limit_comes_first(  # noqa: PLR0913, PLR0917  a column each
    max_steps: int | None,
    max_epoch: int | None,
    samples: int | None,
    end: int | None,
    ended_by: Limit | None,
    latest: int | None,
) -> None:
    run = Run(1, gpus=1, samples=samples, max_steps=max_steps, max_epoch=max_epoch)
    assert (run.end, run.ended_by, run.latest_end) == (end, ended_by, latest)


NOTHING = Run()


def test_what_is_not_known_is_none() -> None:
    derived = [name for name in dir(Run) if isinstance(getattr(Run, name), property)]
    told = {name: getattr(NOTHING, name) for name in derived}
    known = {name: value for name, value in told.items() if value is not None}
    assert known == {"hangs": False}
    assert [NOTHING.epochs(9), NOTHING.epoch_at(9), NOTHING.happens(9)] == [None, None, None]


@pytest.mark.parametrize(
    ("run", "batch", "of_all", "micro"),
    [
        (Run(4, gpus=8), 4, 32, 4),
        (Run(4), 4, None, 4),
        (Run(4, batch_size=100, gpus=8), 4, 32, 4),
        (Run(batch_size=32, gpus=8), 4, 32, 4),
        (Run(batch_size=32), None, 32, None),
        (Run(batch_size=33, gpus=8), None, 33, None),
        (Run(6, batch_split=3, gpus=1), 6, 6, 2),
        (Run(6, batch_split=4, gpus=1), 6, 6, None),
        (Run(6, batch_split=None, gpus=1), 6, 6, 6),
        (Run(2, gpus=4, nodes=2), 2, 16, 2),
    ],
)
def test_batches(run: Run, batch: int | None, of_all: int | None, micro: int | None) -> None:
    assert (run.batch, run.batch_of_all, run.micro_batch) == (batch, of_all, micro)


def test_the_trainer_counts_a_step_more_than_the_loader_has() -> None:
    """151 samples in batches of 2: seen by running the trainer."""
    run = Run(2, gpus=1, samples=151)
    assert (run.epoch, run.loader_pass) == (76, 75)


def test_a_share_smaller_than_a_batch_hangs() -> None:
    """1 sample in batches of 2: seen by running the trainer."""
    assert Run(2, gpus=1, samples=1).hangs
    assert Run(2, gpus=1, samples=0).hangs
    assert not Run(2, gpus=1, samples=2).hangs


def test_a_run_that_is_over_makes_nothing() -> None:
    run = Run(1, gpus=1, samples=10, max_steps=20, i_save=5, i_sample=5, start=30)
    assert (run.remaining, run.happens(5), run.last_save, run.unsaved) == (0, 0, 30, 0)


@given(RUNS, st.data())
def test_a_run_that_goes_on_ends_where_it_would_have(run: Run, data: st.DataObject) -> None:
    step = data.draw(st.integers(0, run.end or 0))
    resumed = run._replace(start=step, behind=run.progress(step))
    assert resumed.end == run.end
    assert [resumed.progress(at) for at in (step, run.end or 0)] == [
        *(run.progress(at) for at in (step, run.end or 0)),
    ]


@given(RUNS, RUNS, st.data())
def test_with_other_data_the_epochs_that_are_left_count(
    run: Run, other: Run, data: st.DataObject
) -> None:
    """The limit is step + ceil((max_epoch - e - s/p) * p') for the step s of epoch e."""
    step = data.draw(st.integers(0, run.end or 0))
    epoch, of_epoch = divmod(step, run.epoch or 0)
    resumed = other._replace(start=step, behind=run.progress(step), max_steps=None)
    left = (other.max_epoch or 0) - epoch - Fraction(of_epoch, run.epoch or 0)
    assert resumed.end == step + max(-(-left * (other.epoch or 0) // 1), 0)
    assert (resumed.epoch_at(resumed.end or 0) or 0) >= (other.max_epoch or 0)
