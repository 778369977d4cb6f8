"""The tables of torch's optimizers and schedulers, and the script that generates them."""

import importlib.util
import zipfile
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import pytest

from trellis_cfg.models import torch_optim
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


def write_torch(folder: Path, **sources: str) -> Path:
    """Write a small torch; the sources replace or add files, by name without folder and suffix."""
    for name, source in FILES.items():
        path = folder / "torch" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sources.pop(path.stem, source), encoding="utf-8")
    for name, source in sources.items():
        (folder / "torch" / "optim" / f"{name}.py").write_text(source, encoding="utf-8")
    return folder


def render(sources: Iterable[Path]) -> str:
    return str(SCRIPT.render([SCRIPT.read(source) for source in sources]))


def generate(folder: Path, *sources: Path) -> ModuleType:
    path = folder / "generated.py"
    path.write_text(render(sources), encoding="utf-8")
    return load(path)


def test_a_module_is_generated(tmp_path: Path) -> None:
    module = generate(tmp_path, write_torch(tmp_path))
    assert module.LR_SCHEDULERS == {"StepLR": "step_size [gamma]"}
    assert module.OPTIMIZERS == {"SGD": "lr [momentum foreach]"}
    assert module.torch_arguments(module.OPTIMIZERS, "SGD") == SGD
    assert module.torch_arguments(module.OPTIMIZERS, "Adam") is None


@pytest.mark.parametrize(
    ("sources", "optimizers"),
    [
        (
            {"sgd": "class SGD:\n    def __init__(self, params, momentum=0, *, lr): ...\n"},
            {"SGD": "lr [momentum]"},
        ),
        (
            {
                "__init__": "from torch.optim._nest import _Nest as Nest, Odd as Odd\n",
                "_nest": (
                    "from .sgd import SGD as _Base\n"
                    "class _Nest(_Base): ...\n"
                    "class Odd(_Nest):\n"
                    "    def __init__(self, params, odd=1): ...\n"
                ),
            },
            {"Nest": "lr [momentum foreach]", "Odd": "[odd]"},
        ),
        (
            {
                "__init__": FILES["optim/__init__.py"]
                + "from ._functional import sgd\n"
                + "from .optimizer import Optimizer\n"
                + "from .sgd import SGD as _SGD\n"
                + "from typing import NamedTuple\n"
                + "class _Private: ...\n",
                "_functional": "def sgd(): 0",
            },
            {"SGD": "lr [momentum foreach]"},
        ),
    ],
    ids=["required_keyword", "inherited_from_another_file", "only_public_classes"],
)
def test_optimizers_of_a_version(
    tmp_path: Path, sources: dict[str, str], optimizers: dict[str, str]
) -> None:
    assert optimizers == generate(tmp_path, write_torch(tmp_path, **sources)).OPTIMIZERS


def test_two_versions_make_one_table(tmp_path: Path) -> None:
    old = write_torch(
        tmp_path / "old",
        version="__version__ = '2.9.0'\n",
        sgd="class SGD:\n    def __init__(self, params, lr, nu, rho=1): ...\n",
    )
    new = write_torch(
        tmp_path / "new",
        version="__version__ = '2.10.1+cpu'\n",
        __init__="from .sgd import SGD, Muon\n",
        sgd=(
            "class SGD:\n    def __init__(self, params, lr, rho, fused, nu=0): ...\n"
            "class Muon:\n    def __init__(self, params, lr): ...\n"
        ),
    )
    module = generate(tmp_path, old, new)
    assert module.VERSIONS == "2.9.0 2.10.1"
    assert module.OPTIMIZERS == {"Muon": "lr", "SGD": "lr [rho fused nu]"}
    assert render([old, new]) == render([new, old]) == render([old, new, old])


def test_a_wheel_a_package_and_its_folder_are_the_same(tmp_path: Path) -> None:
    folder = write_torch(tmp_path / "site-packages")
    wheel = tmp_path / "torch-2.4.1-cp311-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in FILES:
            archive.write(folder / "torch" / name, f"torch/{name}")
    assert render([wheel]) == render([folder / "torch"]) == render([folder])


@pytest.mark.parametrize(
    "source",
    [
        "class SGD:\n    def __init__(self, params, lr, **more): ...\n",
        "from other import Base\nclass SGD(Base): ...\n",
    ],
    ids=["any_keyword", "unknown_base"],
)
def test_a_class_with_unknown_arguments_is_refused(tmp_path: Path, source: str) -> None:
    with pytest.raises(SystemExit, match="SGD: cannot tell its arguments"):
        SCRIPT.read(write_torch(tmp_path, sgd=source))


@pytest.mark.parametrize("size", range(10, 50))
def test_no_line_of_the_output_is_too_long(tmp_path: Path, size: int) -> None:
    names = ["x" * 12, "y" * size, "z" * 50]
    source = f"class SGD:\n    def __init__(self, params, {', '.join(names)}): ...\n"
    module = generate(tmp_path, write_torch(tmp_path, sgd=source))
    lines = (tmp_path / "generated.py").read_text(encoding="utf-8").splitlines()
    assert max(map(len, lines)) <= 100
    expected = TorchArguments(tuple(names), ())
    assert module.torch_arguments(module.OPTIMIZERS, "SGD") == expected


def test_the_shipped_module_is_what_the_script_prints() -> None:
    tables = read_table(OPTIMIZERS), read_table(LR_SCHEDULERS)
    shipped = Path(torch_optim.__file__).read_text(encoding="utf-8")
    assert SCRIPT.render([SCRIPT.Torch(each, *tables) for each in VERSIONS.split()]) == shipped


def read_table(table: dict[str, str]) -> dict[str, dict[str, bool]]:
    """Return the arguments of each class, and whether it requires them."""
    arguments = {name: torch_arguments(table, name) for name in table}
    return {
        name: {
            argument: argument in of_class.required
            for argument in of_class.required + of_class.optional
        }
        for name, of_class in arguments.items()
        if of_class
    }


def test_optimizers_require_only_the_parameters() -> None:
    assert not [name for name, args in read_table(OPTIMIZERS).items() if any(args.values())]


@pytest.mark.parametrize(
    ("table", "name", "required", "optional"),
    [
        (OPTIMIZERS, "AdamW", "", "lr betas eps weight_decay amsgrad maximize capturable fused"),
        (OPTIMIZERS, "SGD", "", "lr momentum dampening weight_decay nesterov"),
        (LR_SCHEDULERS, "CosineAnnealingLR", "T_max", "eta_min last_epoch verbose"),
        (LR_SCHEDULERS, "LinearLR", "", "start_factor end_factor total_iters"),
        (LR_SCHEDULERS, "OneCycleLR", "max_lr", "total_steps pct_start anneal_strategy"),
        (LR_SCHEDULERS, "ReduceLROnPlateau", "", "mode factor patience"),
        (LR_SCHEDULERS, "StepLR", "step_size", "gamma"),
    ],
)
def test_arguments_of_well_known_classes(
    table: dict[str, str], name: str, required: str, optional: str
) -> None:
    arguments = torch_arguments(table, name)
    assert arguments
    assert arguments.required == tuple(required.split())
    assert set(optional.split()) <= set(arguments.optional)


@TABLES
def test_tables_are_sorted_and_omit_what_no_config_names(table: dict[str, str]) -> None:
    assert list(table) == sorted(table)
    for name in ("Optimizer", "LRScheduler", "_LRScheduler", "adamw", ""):
        assert torch_arguments(table, name) is None
    for arguments in read_table(table).values():
        assert not {"self", "params", "optimizer"} & set(arguments)
