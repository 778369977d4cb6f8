"""What the lint knows of torch's optimizers and schedulers, and how that was read."""

import importlib.util
import zipfile
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import pytest

from trellis_cfg.models.torch_optim import (
    LR_SCHEDULERS,
    OPTIMIZERS,
    VERSIONS,
    TorchArguments,
    torch_arguments,
)

ROOT = Path(__file__).parents[2]
TABLES = pytest.mark.parametrize("table", [OPTIMIZERS, LR_SCHEDULERS])


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT = load(ROOT / "scripts" / "torch_optim.py")

FILES = {
    "version.py": "__version__ = '2.4.1'\n",
    "optim/__init__.py": "from . import lr_scheduler\nfrom .sgd import SGD\n",
    "optim/optimizer.py": "class Optimizer:\n    def __init__(self, params, defaults): ...\n",
    "optim/sgd.py": (
        "from .optimizer import Optimizer\n"
        "class SGD(Optimizer):\n"
        "    def __init__(self, params, lr, momentum=0, *, foreach=None): ...\n"
    ),
    "optim/lr_scheduler.py": (
        "from .optimizer import Optimizer\n"
        "class LRScheduler:\n"
        "    def __init__(self, optimizer, last_epoch=-1): ...\n"
        "class StepLR(LRScheduler):\n"
        "    def __init__(self, optimizer, step_size, gamma=0.1): ...\n"
    ),
}
SGD = TorchArguments(("lr",), ("momentum", "foreach"))


def lay(folder: Path, **changed: str) -> Path:
    """Write a small torch; the changed files go by their name without folder and suffix."""
    for name, source in FILES.items():
        path = folder / "torch" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(changed.pop(path.stem, source), encoding="utf-8")
    for name, source in changed.items():
        (folder / "torch" / "optim" / f"{name}.py").write_text(source, encoding="utf-8")
    return folder


def printed(sources: Iterable[Path]) -> str:
    return str(SCRIPT.render([SCRIPT.read(source) for source in sources]))


def made(folder: Path, *sources: Path) -> ModuleType:
    path = folder / "made.py"
    path.write_text(printed(sources), encoding="utf-8")
    return load(path)


def test_public_classes_with_what_they_need_and_what_they_can_do_without(tmp_path: Path) -> None:
    module = made(tmp_path, lay(tmp_path))
    assert module.OPTIMIZERS == {"SGD": "lr [momentum foreach]"}
    assert module.LR_SCHEDULERS == {"StepLR": "step_size [gamma]"}
    assert module.signature(module.OPTIMIZERS, "SGD") == SGD


def test_a_keyword_only_argument_without_default_is_required(tmp_path: Path) -> None:
    source = "class SGD:\n    def __init__(self, params, momentum=0, *, lr): ...\n"
    assert made(tmp_path, lay(tmp_path, sgd=source)).OPTIMIZERS == {"SGD": "lr [momentum]"}


def test_a_class_takes_what_its_base_in_another_file_takes(tmp_path: Path) -> None:
    exported = "from torch.optim._nest import _Nest as Nest, Odd as Odd\n"
    nest = (
        "from .sgd import SGD as _Base\n"
        "class _Nest(_Base): ...\n"
        "class Odd(_Nest):\n"
        "    def __init__(self, params, odd=1): ...\n"
    )
    sources = lay(tmp_path, __init__=exported, _nest=nest)
    assert made(tmp_path, sources).OPTIMIZERS == {"Nest": "lr [momentum foreach]", "Odd": "[odd]"}


def test_private_classes_functions_modules_and_bases_are_left_out(tmp_path: Path) -> None:
    more = (
        "from ._functional import sgd\n"
        "from .optimizer import Optimizer\n"
        "from .sgd import SGD as _SGD\n"
        "from typing import NamedTuple\n"
        "class _Private: ...\n"
    )
    sources = lay(tmp_path, __init__=FILES["optim/__init__.py"] + more, _functional="def sgd(): 0")
    assert list(made(tmp_path, sources).OPTIMIZERS) == ["SGD"]


def test_two_versions_make_one_table(tmp_path: Path) -> None:
    old = lay(
        tmp_path / "old",
        version="__version__ = '2.9.0'\n",
        sgd="class SGD:\n    def __init__(self, params, lr, nu, rho=1): ...\n",
    )
    new = lay(
        tmp_path / "new",
        version="__version__ = '2.10.1+cpu'\n",
        __init__="from .sgd import SGD, Muon\n",
        sgd=(
            "class SGD:\n    def __init__(self, params, lr, rho, fused, nu=0): ...\n"
            "class Muon:\n    def __init__(self, params, lr): ...\n"
        ),
    )
    module = made(tmp_path, old, new)
    assert module.VERSIONS == "2.9.0 2.10.1"
    assert module.OPTIMIZERS == {"Muon": "lr", "SGD": "lr [rho fused nu]"}


def test_neither_order_nor_repetition_changes_the_output(tmp_path: Path) -> None:
    old, new = lay(tmp_path / "old"), lay(tmp_path / "new", version="__version__ = '2.5.0'\n")
    assert printed([old, new]) == printed([new, old]) == printed([old, new, old])


def test_a_wheel_a_package_and_the_folder_above_it_are_the_same(tmp_path: Path) -> None:
    above = lay(tmp_path / "site-packages")
    wheel = tmp_path / "torch-2.4.1-cp311-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in FILES:
            archive.write(above / "torch" / name, f"torch/{name}")
    assert printed([wheel]) == printed([above / "torch"]) == printed([above])


@pytest.mark.parametrize(
    "source",
    [
        "class SGD:\n    def __init__(self, params, lr, **more): ...\n",
        "from elsewhere import Base\nclass SGD(Base): ...\n",
    ],
    ids=["anything", "unknown base"],
)
def test_a_class_that_may_take_anything_is_refused(tmp_path: Path, source: str) -> None:
    with pytest.raises(SystemExit, match="SGD: its source does not tell"):
        SCRIPT.read(lay(tmp_path, sgd=source))


@pytest.mark.parametrize("size", range(10, 50))
def test_no_line_of_the_output_is_too_long(tmp_path: Path, size: int) -> None:
    names = ["x" * 12, "y" * size, "z" * 50]
    source = f"class SGD:\n    def __init__(self, params, {', '.join(names)}): ...\n"
    module = made(tmp_path, lay(tmp_path, sgd=source))
    lines = (tmp_path / "made.py").read_text(encoding="utf-8").splitlines()
    assert max(map(len, lines)) <= 100
    assert module.signature(module.OPTIMIZERS, "SGD") == TorchArguments(tuple(names), ())


def test_the_shipped_module_is_what_the_script_prints() -> None:
    tables = needs(OPTIMIZERS), needs(LR_SCHEDULERS)
    shipped = (ROOT / "trellis_cfg" / "torch_optim.py").read_text(encoding="utf-8")
    assert SCRIPT.render([SCRIPT.Torch(each, *tables) for each in VERSIONS.split()]) == shipped


def needs(table: dict[str, str]) -> dict[str, dict[str, bool]]:
    signatures = {name: torch_arguments(table, name) for name in table}
    return {
        name: {argument: argument in taken.required for argument in taken.required + taken.optional}
        for name, taken in signatures.items()
        if taken
    }


def test_optimizers_need_nothing_but_the_parameters() -> None:
    assert not [name for name, taken in needs(OPTIMIZERS).items() if any(taken.values())]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("Adam", "lr betas eps weight_decay amsgrad fused"),
        ("AdamW", "lr betas eps weight_decay amsgrad foreach maximize capturable fused"),
        ("RMSprop", "lr alpha eps weight_decay momentum centered"),
        ("SGD", "lr momentum dampening weight_decay nesterov"),
    ],
)
def test_arguments_that_optimizers_have(name: str, arguments: str) -> None:
    assert set(arguments.split()) <= set(needs(OPTIMIZERS)[name])


@pytest.mark.parametrize(
    ("name", "required", "optional"),
    [
        ("CosineAnnealingLR", "T_max", "eta_min last_epoch verbose"),
        ("CosineAnnealingWarmRestarts", "T_0", "T_mult eta_min"),
        ("CyclicLR", "base_lr max_lr", "mode gamma"),
        ("ExponentialLR", "gamma", "last_epoch"),
        ("LambdaLR", "lr_lambda", "last_epoch"),
        ("LinearLR", "", "start_factor end_factor total_iters"),
        ("MultiStepLR", "milestones", "gamma"),
        ("OneCycleLR", "max_lr", "total_steps pct_start anneal_strategy"),
        ("ReduceLROnPlateau", "", "mode factor patience"),
        ("StepLR", "step_size", "gamma"),
    ],
)
def test_arguments_that_schedulers_need_and_have(name: str, required: str, optional: str) -> None:
    taken = torch_arguments(LR_SCHEDULERS, name)
    assert taken
    assert taken.required == tuple(required.split())
    assert set(optional.split()) <= set(taken.optional)


@pytest.mark.parametrize("name", ["Optimizer", "LRScheduler", "_LRScheduler", "adamw", ""])
@TABLES
def test_what_no_config_can_name_is_in_no_table(table: dict[str, str], name: str) -> None:
    assert torch_arguments(table, name) is None


@TABLES
def test_the_tables_are_sorted_and_leave_out_what_the_trainer_passes(table: dict[str, str]) -> None:
    assert list(table) == sorted(table)
    for taken in needs(table).values():
        assert not {"self", "params", "optimizer"} & set(taken)
