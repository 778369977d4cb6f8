"""Checkouts that the tests write, and how they format what is read from them."""

from pathlib import Path

from trellis_cfg.models.class_spec import ClassSpec
from trellis_cfg.source import find_checkout
from trellis_cfg.source.facts import SourceFacts
from trellis_cfg.source.section import SourceSection

LAZY = """
import importlib

__attributes = {table}

def __getattr__(name):
    if name not in globals():
        if name in __attributes:
            module = importlib.import_module(f".{{__attributes[name]}}", __name__)
            globals()[name] = getattr(module, name)
        else:
            raise AttributeError(name)
    return globals()[name]

if __name__ == "__main__":
    from .nowhere import Nothing
"""
LOADING = "def __getattr__(name):\n    return load(_T, name)\n"
"""What a package needs besides a table _T to list its classes."""
TRAIN = """
import json
from trellis import models, datasets, trainers

def main(rank, cfg):
    dataset = getattr(datasets, cfg.dataset.name)(cfg.data_dir, **cfg.dataset.args)
    networks = {
        name: getattr(models, model.name)(**model.args).cuda()
        for name, model in cfg.models.items()
    }
    trainer = getattr(trainers, cfg.trainer.name)(
        networks, dataset, **cfg.trainer.args,
        output_dir=cfg.output_dir, load_dir=cfg.load_dir, step=cfg.load_ckpt,
    )
"""
OWN = "max_steps! batch_size_per_gpu=None optimizer={}"
FROM_BASE = "from .base import Trainer\n\n"
BASE = """
class Trainer:
    def __init__(self, models, dataset, *, output_dir, load_dir, step, max_steps,
                 batch_size_per_gpu=None, optimizer={}, **kwargs):
        self.init_models_and_more(**kwargs)
        self.prepare_dataloader(**kwargs)

    def init_models_and_more(self, **kwargs):
        pass

    def prepare_dataloader(self, **kwargs):
        pass
""" + "".join(
    f"\n    def {name}(self):\n        pass\n"
    for name in ("load_data", "run_step", "run", "save", "load", "snapshot")
)


def lazy(**table: str) -> str:
    return LAZY.format(table=repr(table))


def write(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return root


def trainers(table: dict[str, str], **modules: str) -> dict[str, str]:
    """Return the files of a checkout with these modules of trainers."""
    files = {
        f"trellis/trainers/{name.replace('__', '/')}.py": text for name, text in modules.items()
    }
    return {
        "train.py": TRAIN,
        "trellis/__init__.py": "",
        "trellis/models/__init__.py": "",
        "trellis/datasets/__init__.py": "",
        "trellis/trainers/__init__.py": lazy(**table),
        "trellis/trainers/base.py": BASE,
        **files,
    }


def mine(text: str, start: str = FROM_BASE, **modules: str) -> dict[str, str]:
    """Return the files of a checkout whose only trainer is Mine."""
    return trainers({"Mine": "mine"}, mine=start + text, **modules)


def read(root: Path) -> SourceFacts:
    checkout = find_checkout(str(root))
    assert checkout is not None
    return SourceFacts(checkout.root, checkout.packages)


def read_trainers(root: Path, files: dict[str, str]) -> SourceSection:
    return read(write(root, files)).sections["trainer"]


def read_mine(root: Path, files: dict[str, str]) -> ClassSpec | None:
    return read_trainers(root, files).classes["Mine"]


def format_spec(spec: ClassSpec | None) -> str:
    """Return a spec in a line: ``a!`` is required, ``b=1`` has a default, ``c~`` is from kwargs."""
    if spec is None:
        return "unread"
    parts = []
    for parameter in spec.parameters.values():
        text = parameter.default.text if parameter.default else None
        default = "~" if parameter.is_from_kwargs else f"={text}"
        parts.append(f"{parameter.name}{'!' if parameter.is_required else default}")
    unknown = {True: "ignored", False: "rejected", None: "unclear"}[spec.is_unknown_ignored]
    return f"{' '.join(parts)} | {unknown if spec.is_complete else 'open'}".strip()
