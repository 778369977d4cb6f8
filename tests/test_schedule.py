"""The trainer's arithmetic: equal to a plain simulation of its sampler, loader and loop."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import cycle, islice, product
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis_cfg.schedule import Limit, Run, find_closest_divisor


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


def deal_shares(samples: int, world: int) -> list[list[int]]:
    """Deal the padded samples out, as a distributed sampler does."""
    padded = list(islice(cycle(range(samples)), samples + (-samples) % world)) if samples else []
    return [padded[rank::world] for rank in range(world)]


def cut_batches(share: list[int], batch: int) -> list[list[int]]:
    """Cut a share into batches, and drop the last if it is partial."""
    batches = [share[at : at + batch] for at in range(0, len(share), batch)]
    return [full for full in batches if len(full) == batch]


def repeat(batches: list[list[int]]) -> Iterator[list[int] | None]:
    """Yield the batches of pass after pass; None for a pass that yields nothing at all."""
    while True:
        yield from batches
        if not batches:
            yield None


def simulate(run: Run, batch: int, world: int, samples: int) -> Simulated:
    """Run the loop of a trainer that knows both limits."""
    ranks = [cut_batches(share, batch) for share in deal_shares(samples, world)]
    loaders = [repeat(batches) for batches in ranks]
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
VARIED = ("samples", "max_steps", "max_epoch", "i_save", "i_sample", "start")
GRID = list(product(BATCHES, (1, 2, 5, 12, 13), LIMITS, INTERVALS, (0, 3)))


def test_figures_equal_the_simulation() -> None:
    assert len(GRID) > 5_000
    for (batches, batch, world), samples, limits, intervals, start in GRID:
        varied: Any = zip(VARIED, (samples, *limits, *intervals, start), strict=True)
        run = batches._replace(**dict(varied))
        done = simulate(run, batch, world, samples)
        assert (run.batch, run.world, run.batch_of_all) == (batch, world, batch * world)
        assert (run.epoch, run.loader_pass) == (done.epoch, done.batches)
        assert run.hangs == (done.batches == 0)
        if run.hangs and run.remaining:
            assert (done.hung, done.steps) == (True, start)
            continue
        assert not done.hung
        assert (run.end, run.remaining) == (max_end(run), done.steps - start), run
        assert run.epoch_at(done.steps) == done.epochs
        assert done.drawn == (run.remaining or 0) * batch * world
        assert run.samples_seen == max_end(run) * batch * world
        assert run.count_events(run.i_sample) == len(done.sampled)
        assert run.final_save is None
        assert_saves(run, done.saved, done.steps)
        at_end = {done.steps} if run.remaining else set()
        assert_saves(run._replace(is_end_saved=True), sorted({*done.saved, *at_end}), done.steps)


def assert_saves(run: Run, expected: list[int], end: int) -> None:
    """Compare the checkpoints of a run that stops at ``end`` with the ``expected`` steps."""
    last = max([run.start, *expected])
    assert (run.saves, run.last_save, run.unsaved) == (len(expected), last, end - last)
    assert [step for step in range(end + 20) if run.saves_at(step)] == expected
    step, walked = run.start, list[int]()
    while (step := run.next_save(step) or 0) <= end:
        walked.append(step)
    assert walked == expected


def max_end(run: Run) -> int:
    limits = [run.max_steps] if run.max_steps else []
    return min([*limits, *([run.max_epoch * (run.epoch or 0)] if run.max_epoch else [])])


@pytest.mark.parametrize("samples", range(1, 40))
@pytest.mark.parametrize("batch", range(1, 7))
def test_pass_is_an_epoch_or_one_batch_less(samples: int, batch: int) -> None:
    for world in range(1, 5):
        run = Run(batch_size_per_gpu=batch, gpus=world, samples=samples)
        assert run.epoch is not None
        assert run.loader_pass is not None
        assert run.share is not None
        assert run.epoch - run.loader_pass == (run.share % batch != 0)


LARGE = ("batch_size_per_gpu", "samples", "max_steps", "max_epoch", "i_save")
FIXED: Any = {
    "start": st.just(0),
    "epochs_done": st.none(),
    "kept": st.none(),
    "reads_max_epoch": st.just(value=True),
}
SIZES = dict.fromkeys(LARGE, st.integers(1, 2**63 - 1))
SIZES |= dict.fromkeys(("gpus", "nodes"), st.integers(1, 1024))
RUNS = st.builds(Run, **SIZES, **FIXED)


@given(RUNS)
def test_figures_of_any_size_are_exact(run: Run) -> None:
    batch, epoch = run.batch_of_all or 0, run.epoch or 0
    assert batch == (run.batch_size_per_gpu or 0) * (run.gpus or 0) * run.nodes
    assert (epoch - 1) * batch < (run.samples or 0) <= epoch * batch
    end, saved, unsaved = run.end or 0, run.last_save or 0, run.unsaved or 0
    assert end == min(run.max_steps or 0, (run.max_epoch or 0) * epoch)
    assert run.epochs(end) == Fraction(end, epoch)
    assert saved % (run.i_save or 0) == 0 or (run.is_end_saved and saved == end)
    assert unsaved < (1 if run.is_end_saved else run.i_save or 0)
    assert saved + unsaved == end


@pytest.mark.parametrize(
    ("run", "end", "ended_by", "latest"),
    [
        (Run(1, gpus=1, samples=5), None, None, None),
        (Run(1, gpus=1, max_steps=10), 10, "max_steps", 10),
        (Run(1, gpus=1, samples=5, max_steps=10), 10, "max_steps", 10),
        (Run(1, gpus=1, samples=5, max_epoch=3), 15, "max_epoch", 15),
        (Run(1, gpus=1, max_epoch=3), None, None, None),
        (Run(1, gpus=1, samples=5, max_steps=10, max_epoch=3), 10, "max_steps", 10),
        (Run(1, gpus=1, samples=5, max_steps=15, max_epoch=3), 15, "max_steps", 15),
        (Run(1, gpus=1, samples=5, max_steps=20, max_epoch=3), 15, "max_epoch", 15),
        (Run(1, gpus=1, max_steps=20, max_epoch=3), None, None, 20),
    ],
)
def test_first_limit_ends_the_run(
    run: Run, end: int | None, ended_by: Limit | None, latest: int | None
) -> None:
    assert (run.end, run.ended_by, run.latest_end) == (end, ended_by, latest)


def test_figures_of_unknown_arguments_are_none() -> None:
    run = Run()
    derived = [name for name in dir(Run) if isinstance(getattr(Run, name), property)]
    flags = {"hangs", "has_both_limits"}
    assert {name for name in derived if getattr(run, name) is not None} == flags
    assert [run.epochs(9), run.epoch_at(9), run.count_events(9), run.next_save(9)] == [None] * 4
    assert (run.hangs, run.saves_at(9)) == (False, False)


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


def test_figures_measured_with_the_trainer() -> None:
    counted = Run(2, gpus=1, samples=151)
    assert (counted.epoch, counted.loader_pass) == (76, 75)
    assert [Run(2, gpus=1, samples=samples).hangs for samples in range(3)] == [True, True, False]


def test_run_past_its_end_does_nothing() -> None:
    run = Run(1, gpus=1, samples=10, max_steps=20, i_save=5, start=30, is_end_saved=True)
    assert (run.remaining, run.count_events(5), run.last_save, run.unsaved) == (0, 0, 30, 0)
    assert not any(run.saves_at(step) for step in range(50))


def test_a_limit_that_the_trainer_does_not_read_is_none() -> None:
    run = Run(1, gpus=1, samples=5, max_steps=20, max_epoch=2, reads_max_epoch=False)
    assert (run.end, run.ended_by, run.end_of_epochs) == (20, "max_steps", None)
    assert run._replace(max_steps=None).end is None


@pytest.mark.parametrize("is_end_saved", [False, True])
def test_an_interval_of_zero_means_never(is_end_saved: bool) -> None:  # noqa: FBT001
    run = Run(1, gpus=1, samples=5, max_steps=20, i_save=0, is_end_saved=is_end_saved)
    saves = [step for step in range(30) if run.saves_at(step)]
    assert saves == [20] * is_end_saved
    assert (run.saves, run.unsaved) == (len(saves), 20 - sum(saves))
    assert run.next_save(0) == (20 if saves else None)


@pytest.mark.parametrize(("kept", "left"), [(None, 4), (3, 3), (9, 4)])
def test_only_some_checkpoints_stay(kept: int | None, left: int) -> None:
    assert Run(max_steps=20, i_save=5, kept=kept).saves_kept == left


@given(RUNS, st.data())
def test_resumed_run_ends_at_the_same_step(run: Run, data: st.DataObject) -> None:
    step = data.draw(st.integers(0, run.end or 0))
    resumed = run._replace(start=step, epochs_done=run.progress(step))
    assert resumed.end == run.end
    for at in (step, run.end or 0):
        assert resumed.progress(at) == run.progress(at)


@given(RUNS, RUNS, st.data())
def test_remaining_epochs_count_with_other_data(run: Run, other: Run, data: st.DataObject) -> None:
    """The limit is step + ceil((max_epoch - e - s/p) * p') for the step s of epoch e."""
    step = data.draw(st.integers(0, run.end or 0))
    epoch, of_epoch = divmod(step, run.epoch or 0)
    resumed = other._replace(start=step, epochs_done=run.progress(step), max_steps=None)
    left = (other.max_epoch or 0) - epoch - Fraction(of_epoch, run.epoch or 0)
    assert resumed.end == step + max(-(-left * (other.epoch or 0) // 1), 0)
    assert (resumed.epoch_at(resumed.end or 0) or 0) >= (other.max_epoch or 0)


def test_the_closest_divisor_is_that_of_the_smallest_ratio() -> None:
    for number, size in product(range(1, 100), repeat=2):
        divisors = [each for each in range(1, number + 1) if number % each == 0]
        ratios = [(max(Fraction(each, size), Fraction(size, each)), each) for each in divisors]
        ratio, closest = (1, number) if size > number else min(ratios)
        assert find_closest_divisor(number, size) == (closest if ratio <= 2 else None)
    assert find_closest_divisor(2**61 - 1, 10**9) is None
