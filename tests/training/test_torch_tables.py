"""The tables of optimizers and schedulers have what the installed torch has."""

import inspect
from types import ModuleType

import pytest
import torch

from tests.models.test_optimizers import read_table
from trellis_cfg.models.torch_optim import LR_SCHEDULERS, OPTIMIZERS, VERSIONS


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("table", "module", "base"),
    [
        (OPTIMIZERS, torch.optim, "Optimizer"),
        (LR_SCHEDULERS, torch.optim.lr_scheduler, "LRScheduler"),
    ],
)
def test_the_tables_cover_torch(table: dict[str, str], module: ModuleType, base: str) -> None:
    version = torch.__version__.partition("+")[0]
    if version not in VERSIONS.split():
        pytest.skip(f"the tables do not cover torch {version}")
    for name in {*getattr(module, "__all__", dir(module))} - {base}:
        cls = getattr(module, name)
        if inspect.isclass(cls):
            required = read_table(table)[name]
            for item in inspect.signature(cls).parameters.values():
                if item.name not in {"params", "optimizer"}:
                    assert not required[item.name] or item.default is item.empty
