"""Without torch, which only trains, the tests that train are left out; the run says so."""

from importlib.util import find_spec

HAS_TORCH = find_spec("torch") is not None
collect_ignore_glob = [] if HAS_TORCH else ["test_torch_*.py"]
