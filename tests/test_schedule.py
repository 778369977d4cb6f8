"""The trainer's arithmetic: equal to counting, in exact integers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis_cfg.schedule import last_step, samples_per_rank, steps_per_epoch

COUNTS = st.integers(1, 2**63 - 1)


@given(st.integers(1, 500), st.integers(1, 60))
def test_an_epoch_is_as_many_steps_as_batches_are_begun(samples: int, batch: int) -> None:
    assert steps_per_epoch(samples, batch) == len(range(0, samples, batch))


@given(COUNTS, COUNTS)
def test_an_epoch_covers_the_data_and_no_batch_more(samples: int, batch: int) -> None:
    steps = steps_per_epoch(samples, batch)
    assert (steps - 1) * batch < samples <= steps * batch


@given(st.integers(1, 500), st.integers(1, 60))
def test_ranks_share_padded_samples(samples: int, world: int) -> None:
    padded = samples + (-samples) % world
    assert samples_per_rank(samples, world) * world == padded


@pytest.mark.parametrize(
    ("max_steps", "max_epoch", "epoch", "expected"),
    [
        (None, None, 5, None),
        (10, None, None, 10),
        (10, None, 5, 10),
        (None, 3, 5, 15),
        (None, 3, None, None),
        (10, 3, 5, 10),
        (20, 3, 5, 15),
        (20, 3, None, None),
    ],
)
def test_whichever_limit_comes_first(
    max_steps: int | None, max_epoch: int | None, epoch: int | None, expected: int | None
) -> None:
    assert last_step(max_steps, max_epoch, epoch) == expected
