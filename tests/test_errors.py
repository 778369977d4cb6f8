"""Errors can be pickled, for other processes."""

import pickle

import pytest

from trellis_cfg.errors import ConfigError, EditRefused, SettingsError, WorkerLost


@pytest.mark.parametrize(
    "error",
    [
        ConfigError("a", line=2, column=3, code="TC001"),
        EditRefused("b", line=4),
        SettingsError("c", "pyproject.toml", line=5, column=6),
        WorkerLost("d"),
    ],
)
def test_error_can_be_pickled(error: ConfigError) -> None:
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert type(copy) is type(error)
    assert (str(copy), copy.args, vars(copy)) == (str(error), error.args, vars(error))
