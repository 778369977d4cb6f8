"""The installed torch against what the lint knows of torch's optimizers and schedulers."""

import inspect
from types import ModuleType

import pytest
import torch

from tests.models.test_torch_optim import needs
from trellis_cfg.models.torch_optim import LR_SCHEDULERS, OPTIMIZERS, VERSIONS


@pytest.mark.filterwarnings("ignore")
def test_the_installed_torch_has_no_more_than_the_tables() -> None:
    version = torch.__version__.partition("+")[0]
    if version not in VERSIONS.split():
        pytest.skip(f"torch {version} was not read")
    assert_covers(OPTIMIZERS, torch.optim, "Optimizer")
    assert_covers(LR_SCHEDULERS, torch.optim.lr_scheduler, "LRScheduler")


def assert_covers(table: dict[str, str], module: ModuleType, base: str) -> None:
    for name in {*getattr(module, "__all__", dir(module))} - {base}:
        found = getattr(module, name)
        if inspect.isclass(found):
            taken = needs(table)[name]
            for item in inspect.signature(found).parameters.values():
                if item.name not in {"params", "optimizer"}:
                    assert not taken[item.name] or item.default is item.empty
