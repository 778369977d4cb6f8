"""What all tests share: profiles of hypothesis, and whether torch is installed."""

import os
from importlib.util import find_spec
from itertools import count

import pytest
from hypothesis import HealthCheck, settings

from trellis_cfg.source import find_checkout_above, get_reading

HAS_TORCH = find_spec("torch") is not None
collect_ignore_glob = [] if HAS_TORCH else ["*/test_torch*.py"]  # one skipped test says so
_NUMBERS = count()
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

settings.register_profile(
    "default",
    max_examples=100,
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=_SLOW,
)
settings.register_profile("fuzz", max_examples=2_000, deadline=None, suppress_health_check=_SLOW)
settings.register_profile(
    "quick", max_examples=10, deadline=None, derandomize=True, suppress_health_check=_SLOW
)
os.environ["TRELLIS_CFG_NO_CACHE"] = "1"  # what earlier tests have learned decides nothing
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(autouse=True)
def _forget_checkouts() -> None:
    """Forget what an earlier test read of checkouts."""
    get_reading.cache_clear()
    find_checkout_above.cache_clear()
