"""How real checkouts spell their classes: each spelling is read right, each trap stays silent."""

from pathlib import Path

import pytest

from tests.source.checkouts import BASE, TRAIN, lazy, read, said, trainers, write

OWN = "max_steps! batch_size_per_gpu=None optimizer={}"
MINE = {"Mine": "mine"}
FROM_BASE = "from .base import Trainer\n\n"


def mine(text: str, start: str = FROM_BASE, **more: str) -> dict[str, str]:
    """Return a checkout whose only trainer is Mine."""
    return trainers(MINE, mine=start + text, **more)


PASSES = "super().__init__(*args, **kwargs)"
SPELLINGS = {
    "keywords_go_up_and_into_methods": (
        mine(
            f"class Mine(Trainer):\n    def __init__(self, *args, a=1, **kwargs):\n"
            f"        {PASSES}\n"
        ),
        f"a=1 {OWN} | swallowed",
    ),
    "no_constructor_of_its_own": (mine("class Mine(Trainer):\n    pass\n"), f"{OWN} | swallowed"),
    "a_method_takes_an_argument_of_its_own": (
        mine(
            "class Mine(Trainer):\n"
            "    def prepare_dataloader(self, num_workers=8, **kwargs):\n        pass\n"
        ),
        f"{OWN} num_workers=8 | swallowed",
    ),
    "a_method_calls_the_base_with_more": (
        mine(
            "class Middle(Trainer):\n"
            "    def prepare_dataloader(self, num_workers=8, pin=True, **kwargs):\n        pass\n\n"
            "class Mine(Middle):\n"
            "    def prepare_dataloader(self, **kwargs):\n"
            "        super().prepare_dataloader(num_workers=2, **kwargs)\n"
        ),
        f"{OWN} pin=True | swallowed",
    ),
    "read_out_of_keywords_by_hand": (
        mine(
            "class Mine(Trainer):\n    def init_models_and_more(self, **kwargs):\n"
            "        self.a = kwargs.get('a')\n        self.b = kwargs.pop('b', 3)\n"
            "        if 'c' in kwargs:\n            self.c = kwargs['c']\n"
        ),
        f"{OWN} a~ b~ c~ | swallowed",
    ),
    "read_without_a_default": (
        mine(
            "class Mine(Trainer):\n    def init_models_and_more(self, **kwargs):\n"
            "        self.a = kwargs['a']\n        self.b = kwargs.pop('b')\n"
        ),
        f"{OWN} a! b! | swallowed",
    ),
    "read_in_a_function_of_another_module": (
        mine(
            "from ..utils.reading import look\n\nclass Mine(Trainer):\n"
            "    def init_models_and_more(self, **kwargs):\n        look(self, **kwargs)\n"
        )
        | {
            "trellis/utils/reading.py": "def look(owner, *, depth=1, **options):\n"
            "    options.get('a')\n"
        },
        f"{OWN} depth=1 a~ | swallowed",
    ),
    "a_subclass_gives_what_the_base_requires": (
        mine(
            "class Mine(Trainer):\n    def __init__(self, *args, steps, **kwargs):\n"
            "        super().__init__(*args, max_steps=steps, **kwargs)\n"
        ),
        "steps! batch_size_per_gpu=None optimizer={} | swallowed",
    ),
    "two_files_have_a_class_of_the_name": (
        mine(
            "class Mine(Trainer):\n    pass\n",
            other="class Mine:\n    def __init__(self, x):\n        pass\n",
        ),
        f"{OWN} | swallowed",
    ),
    "two_classes_of_the_name_in_one_file": (
        mine(
            "class Mine(Trainer):\n    def __init__(self, *args, a=1, **kwargs):\n"
            f"        {PASSES}\n\nclass Mine(Mine):\n"
            f"    def __init__(self, *args, b=2, **kwargs):\n        {PASSES}\n"
        ),
        f"b=2 a=1 {OWN} | swallowed",
    ),
    "an_alias_of_a_class": (mine("Mine = Trainer\n"), f"{OWN} | swallowed"),
    "everything_imported_with_a_star": (
        mine("class Mine(Trainer):\n    pass\n", start="from .base import *\n\n"),
        f"{OWN} | swallowed",
    ),
    "a_star_over_a_star_and_typing": (
        mine(
            "class Mine(Trainer):\n    pass\n",
            start="from typing import *\nfrom .all import *\n\n",
            all="from .base import *\n",
        ),
        f"{OWN} | swallowed",
    ),
    "all_names_what_a_star_brings": (
        mine(
            "class Mine(Trainer):\n    pass\n",
            start=FROM_BASE + "from .all import *\n\n",
            all="__all__ = ['x']\nclass Trainer:\n    pass\nx = 1\n",
        ),
        f"{OWN} | swallowed",
    ),
    "modules_by_their_dotted_names": (
        mine("class Mine(base.Trainer):\n    pass\n", start="from . import base\n\n"),
        f"{OWN} | swallowed",
    ),
    "an_absolute_import_of_the_package": (
        mine("class Mine(tr.Trainer):\n    pass\n", start="import trellis.trainers.base as tr\n\n"),
        f"{OWN} | swallowed",
    ),
    "a_base_by_the_lazy_package": (
        trainers(
            {"Mine": "deep.mine", "Trainer": "base"},
            deep__mine="from trellis.trainers import Trainer\n\nclass Mine(Trainer):\n    pass\n",
        ),
        f"{OWN} | swallowed",
    ),
    "a_base_two_folders_up": (
        trainers(
            {"Mine": "deep.er.mine"},
            deep__er__mine="from ...base import Trainer\n\nclass Mine(Trainer):\n    pass\n",
        ),
        f"{OWN} | swallowed",
    ),
    "a_base_by_name_instead_of_super": (
        mine(
            "class Mine(Trainer):\n    def __init__(self, models, dataset, a=1, **kwargs):\n"
            "        Trainer.__init__(self, models, dataset, **kwargs)\n"
        ),
        f"a=1 {OWN} | swallowed",
    ),
    "super_with_its_arguments": (
        mine(
            "class Mine(Trainer):\n    def __init__(self, *args, a=1, **kwargs):\n"
            "        super(Mine, self).__init__(*args, **kwargs)\n"
        ),
        f"a=1 {OWN} | swallowed",
    ),
    "mixins_in_their_real_order": (
        mine(
            f"class One:\n    def __init__(self, *args, a=1, **kwargs):\n        {PASSES}\n\n"
            f"class Two:\n    def __init__(self, *args, a=2, b=2, **kwargs):\n        {PASSES}\n\n"
            "class Mine(One, Two, Trainer):\n    pass\n"
        ),
        f"a=1 b=2 {OWN} | swallowed",
    ),
    "what_is_left_is_an_error": (
        mine(
            "class Mine(Trainer):\n    def init_models_and_more(self, **kwargs):\n"
            "        kwargs.pop('a', None)\n        if kwargs:\n"
            "            raise TypeError(kwargs)\n"
        ),
        f"{OWN} a~ | refused",
    ),
    "a_closed_constructor": (
        mine(
            "class Mine(Trainer):\n"
            "    def __init__(self, models, dataset, output_dir, load_dir, step, max_steps,\n"
            "                 lr: float = 1e-4):\n"
            "        pass\n"
        ),
        "max_steps! lr=0.0001 | refused",
    ),
    "keys_from_a_loop_over_names": (
        mine(
            "class Mine(Trainer):\n    def init_models_and_more(self, **kwargs):\n"
            "        for key in ('a', 'b'):\n"
            "            setattr(self, key, kwargs.pop(key, None))\n"
        ),
        f"{OWN} a~ b~ | swallowed",
    ),
    "only_shown": (
        mine(
            "class Mine(Trainer):\n    def init_models_and_more(self, **kwargs):\n"
            "        print(f'more: {kwargs}', len(kwargs))\n"
        ),
        f"{OWN} | swallowed",
    ),
    "refused_under_a_condition_only": (
        mine(
            "def strict(a=1):\n    pass\n\nclass Mine(Trainer):\n"
            "    def init_models_and_more(self, **kwargs):\n"
            "        if self.debug:\n            strict(**kwargs)\n"
        ),
        f"{OWN} a=1 | unsure",
    ),
}
TRAPS = {
    "keywords_kept_for_later": "self.options = kwargs",
    "keywords_gone_through_one_by_one": "for key, value in kwargs.items():\n"
    "            setattr(self, key, value)",
    "keywords_given_to_another_package": "DataLoader(self, **kwargs)",
    "keywords_given_to_something_of_its_own": "self.network(**kwargs)",
    "a_key_that_is_computed": "kwargs.get(self.key)",
    "everything_local": "dict(locals())",
    "a_callable_that_is_a_local_name": "make = self.make\n        make(**kwargs)",
    "keywords_put_into_a_list": "stored = [kwargs]",
    "names_of_keywords_compared": "unknown = set(kwargs) - {'a'}",
    "a_key_among_the_names": "list(kwargs).index('a')",
    "keywords_used_later": "self.later = lambda: kwargs",
    "a_dictionary_made_of_them": "EasyDict(kwargs)",
}
HIDDEN = {
    "a_base_of_another_package": (
        "from lightning import Trainer\n\n",
        "class Mine(Trainer):\n    pass\n",
    ),
    "a_base_that_is_computed": (FROM_BASE, "class Mine(make(Trainer)):\n    pass\n"),
    "a_base_that_depends": (
        (
            "try:\n    from .fast import Trainer\nexcept ImportError:\n"
            "    from .base import Trainer\n\n"
        ),
        "class Mine(Trainer):\n    pass\n",
    ),
    "a_module_that_is_not_there": (
        "from .generated import Trainer\n\n",
        "class Mine(Trainer):\n    pass\n",
    ),
    "a_star_of_another_package": (
        FROM_BASE + "from wonders import *\n\n",
        "class Mine(Trainer):\n    pass\n",
    ),
    "a_decorator_of_its_own": (FROM_BASE, "@patched\nclass Mine(Trainer):\n    pass\n"),
    "a_metaclass": (FROM_BASE, "class Mine(Trainer, metaclass=Meta):\n    pass\n"),
    "a_constructor_that_is_wrapped": (
        FROM_BASE,
        (
            "class Mine(Trainer):\n    @configured\n"
            "    def __init__(self, *args, **kwargs):\n        pass\n"
        ),
    ),
    "new_decides": (
        FROM_BASE,
        "class Mine(Trainer):\n    def __new__(cls, *args, **kwargs):\n        pass\n",
    ),
    "bases_in_a_circle": (
        "",
        "class One(Mine):\n    pass\n\nclass Mine(One):\n    pass\n\nOne = Mine\n",
    ),
    "a_constructor_by_assignment": (
        FROM_BASE,
        "class Mine(Trainer):\n    __init__ = Trainer.setup\n",
    ),
    "bases_that_contradict_each_other": (
        FROM_BASE,
        "class One(Trainer):\n    pass\n\nclass Mine(Trainer, One):\n    pass\n",
    ),
}


@pytest.mark.parametrize(("files", "expected"), SPELLINGS.values(), ids=SPELLINGS)
def test_a_spelling_is_read(files: dict[str, str], expected: str, tmp_path: Path) -> None:
    found = read(write(tmp_path, files)).sections["trainer"].classes["Mine"]
    assert said(found) == expected


@pytest.mark.parametrize("line", TRAPS.values(), ids=TRAPS)
def test_what_goes_out_of_sight_is_not_judged(line: str, tmp_path: Path) -> None:
    body = f"class Mine(Trainer):\n    def init_models_and_more(self, **kwargs):\n        {line}\n"
    found = read(
        write(tmp_path, mine(body, start="from torch.utils.data import DataLoader\n" + FROM_BASE))
    )
    assert said(found.sections["trainer"].classes["Mine"]) == f"{OWN} | open"


@pytest.mark.parametrize(("start", "text"), HIDDEN.values(), ids=HIDDEN)
def test_a_class_that_cannot_be_followed_is_not_judged(
    start: str, text: str, tmp_path: Path
) -> None:
    source = read(write(tmp_path, mine(text, start=start)))
    found = source.sections["trainer"].classes["Mine"]
    assert found is None or (not found.is_complete and not found.required)
    assert source.sections["trainer"].has_class("Mine")


REGISTRIES = {
    "upstream": lazy(Mine="mine", Gone="mine"),
    "tables_added_up": (
        "_A = {'Mine': '.mine'}\n_B = dict(Gone='mine')\n_ALL = {**_A}\n_ALL.update(_B)\n"
        "def __getattr__(name):\n    return load(_ALL[name], name)\n"
    ),
    "a_module_and_a_name_each": (
        "_T = {'Mine': ('mine', 'Mine'), 'Gone': ('mine', 'Missing')}\n"
        "def __getattr__(name):\n    return load(*_T[name])\n"
    ),
    "names_by_module": (
        "_T = {'mine': ['Mine', 'Gone']}\ndef __getattr__(name):\n    return load(_T, name)\n"
    ),
    "names_by_their_whole_path": (
        "_T = {'Mine': 'trellis.trainers.mine', 'Gone': 'trellis.trainers.mine'}\n"
        "def __getattr__(name):\n    return load(_T, name)\n"
    ),
    "one_entry_by_assignment": (
        "_T = {'Gone': 'mine'}\n_T['Mine'] = 'mine'\n"
        "def __getattr__(name):\n    return load(_T, name)\n"
    ),
}


@pytest.mark.parametrize("text", REGISTRIES.values(), ids=REGISTRIES)
def test_a_registry_is_read(text: str, tmp_path: Path) -> None:
    files = mine("class Mine(Trainer):\n    pass\n") | {"trellis/trainers/__init__.py": text}
    section = read(write(tmp_path, files)).sections["trainer"]
    assert said(section.classes["Mine"]) == f"{OWN} | swallowed"
    assert list(section.missing) == ["Gone"]
    assert section.is_complete
    assert not section.has_class("Gone")
    assert not section.has_class("Other")


OPEN_REGISTRIES = {
    "a_table_that_is_computed": (
        "_T = {n: 'mine' for n in names()}\ndef __getattr__(name):\n    return load(_T, name)\n"
    ),
    "a_table_from_elsewhere": (
        "from .table import TABLE\ndef __getattr__(name):\n    return load(TABLE, name)\n"
    ),
    "a_loop_that_imports": (
        "import pkgutil\nfor one in pkgutil.iter_modules(__path__):\n    globals()[one.name] = 1\n"
    ),
    "names_put_in": "globals().update(everything())\n",
    "a_star_of_another_package": "from wonders.trainers import *\n",
    "no_python": "def broken(:\n",
}


@pytest.mark.parametrize("text", OPEN_REGISTRIES.values(), ids=OPEN_REGISTRIES)
def test_a_registry_that_cannot_be_read_knows_every_name(text: str, tmp_path: Path) -> None:
    files = mine("class Mine(Trainer):\n    pass\n") | {"trellis/trainers/__init__.py": text}
    section = read(write(tmp_path, files)).sections["trainer"]
    assert section.has_class("Whatever")


def test_a_package_that_imports_its_classes(tmp_path: Path) -> None:
    files = mine("class Mine(Trainer):\n    pass\n")
    files["trellis/trainers/__init__.py"] = "from .mine import Mine\nfrom .base import *\n"
    section = read(write(tmp_path, files)).sections["trainer"]
    assert list(section.classes) == ["Mine", "Trainer"]
    assert section.is_complete


def test_a_script_that_brings_tables_of_its_own(tmp_path: Path) -> None:
    files = mine("class Mine(Trainer):\n    pass\n") | {
        "train_lora.py": "from trellis import trainers\nfrom lora import Lora, Two\n"
        "TABLE = {'Mine': Two, 'LoraTrainer': Lora}\ntrainers.Third = Lora\n"
    }
    section = read(write(tmp_path, files)).sections["trainer"]
    assert section.classes == {"Mine": None, "LoraTrainer": None, "Third": None}


SECOND = TRAIN.format(package="trellis").replace("step=cfg.load_ckpt", "seed=cfg.seed")
NO_RUN = "from trellis import trainers\nbuild(trainers)\n"
RUNS = {
    "a_seed_and_no_step": (
        TRAIN.replace("step=cfg.load_ckpt", "seed=cfg.seed"),
        {"models", "dataset", "output_dir", "load_dir", "seed"},
    ),
    "a_class_by_its_own_name": (
        (
            "from trellis import trainers\nfound = getattr(trainers, cfg['trainer']['name'])\n"
            "found(models, data, **cfg['trainer']['args'], output_dir=1, load_dir=2, step=3)\n"
        ),
        {"models", "dataset", "output_dir", "load_dir", "step"},
    ),
    "by_the_dictionary_of_the_module": (
        (
            "from trellis import trainers\n"
            "args = dict(cfg.trainer.args)\n"
            "trainers.__dict__[name](models, data, output_dir=1, load_dir=2, step=3, **args)\n"
        ),
        {"models", "dataset", "output_dir", "load_dir", "step"},
    ),
    "nothing_that_can_be_read": (
        NO_RUN,
        {"models", "dataset", "output_dir", "load_dir", "step"},
    ),
}


@pytest.mark.parametrize(("train", "expected"), RUNS.values(), ids=RUNS)
def test_what_the_run_gives(train: str, expected: set[str], tmp_path: Path) -> None:
    base = BASE.replace("step,", "step=None, seed=None,")
    files = mine("class Mine(Trainer):\n    pass\n") | {
        "train.py": train.format(package="trellis") if "{package}" in train else train,
        "trellis/trainers/base.py": base,
    }
    found = read(write(tmp_path, files)).sections["trainer"].classes["Mine"]
    assert found is not None
    assert set(found.script_arguments) == expected
    assert found.required == ([] if train == NO_RUN else ["max_steps"])
    assert found.is_complete == (train != NO_RUN)


def test_what_two_scripts_give_holds_for_both(tmp_path: Path) -> None:
    base = BASE.replace("step,", "step=None, seed=None,")
    files = mine("class Mine(Trainer):\n    pass\n") | {
        "train_two.py": SECOND,
        "trellis/trainers/base.py": base,
    }
    found = read(write(tmp_path, files))
    mine_ = found.sections["trainer"].classes["Mine"]
    assert found.train_scripts == ("train.py", "train_two.py")
    assert mine_ is not None
    assert set(mine_.script_arguments) == {"models", "dataset", "output_dir", "load_dir"}
    assert {"step", "seed"} <= mine_.parameters.keys()


def test_a_script_that_reads_arguments_itself(tmp_path: Path) -> None:
    train = TRAIN.format(package="trellis") + (
        "    print(cfg.trainer.args.wandb.name)\n    cfg['dataset']['args'].pop('extra')\n"
    )
    files = mine("class Mine(Trainer):\n    pass\n") | {"train.py": train}
    found = read(write(tmp_path, files)).sections["trainer"].classes["Mine"]
    assert said(found) == f"{OWN} wandb~ | swallowed"


def test_a_trainer_that_gets_the_whole_config_may_read_anything(tmp_path: Path) -> None:
    train = TRAIN.format(package="trellis").replace(
        "found, dataset,", "found, dataset, config=cfg,"
    )
    files = mine("class Mine(Trainer):\n    pass\n") | {"train.py": train}
    assert said(read(write(tmp_path, files)).sections["trainer"].classes["Mine"]).endswith("| open")


@pytest.mark.parametrize(
    "line",
    [
        "from trellis_cfg.training import limited",
        "import trellis_cfg.training",
        "from trellis_cfg import training",
    ],
)
def test_a_script_that_trains_through_the_runtime(line: str, tmp_path: Path) -> None:
    train = f"{line}\n" + TRAIN.format(package="trellis")
    assert read(write(tmp_path, mine("Mine = Trainer\n") | {"train.py": train})).has_runtime
    assert not read(write(tmp_path / "other", mine("Mine = Trainer\n"))).has_runtime


DATASETS = """
from typing import Literal, Optional
from torch.utils.data import Dataset

Mode = Literal["slow", "fast"]

class Standard(Dataset):
    def __init__(self, roots: str):
        super().__init__()

Kind = Optional[Literal["a", "b"]]

class Closed(Standard):
    def __init__(self, roots, *, size: int, mode: Mode = "slow", kind: Kind = None):
        super().__init__(roots)

class ImageMixin:
    def __init__(self, roots, *, image_size=518, **kwargs):
        super().__init__(roots, **kwargs)

class Conditioned(ImageMixin, Closed):
    pass

class Swallowing(Standard):
    def __init__(self, roots, **kwargs):
        super().__init__(roots)

class Unfit(Standard):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
"""
MODELS = """
import torch.nn as nn

class Block(nn.Module):
    def __init__(self, channels: int, depth: int = 2):
        super().__init__()

class Elastic(nn.Module):
    pass

class Open(nn.Module):
    def __init__(self, channels, **kwargs):
        super().__init__()

class HandsUp(nn.Module):
    def __init__(self, channels, **kwargs):
        super().__init__(**kwargs)

class ElasticBlock(Elastic, Block):
    pass
"""
MORE = {
    ("dataset", "Closed"): "size! mode='slow' kind=None | refused",
    ("dataset", "Conditioned"): "image_size=518 size! mode='slow' kind=None | refused",
    ("dataset", "Swallowing"): "| swallowed",
    ("dataset", "Standard"): "| refused",
    ("models", "Block"): "channels! depth=2 | refused",
    ("models", "ElasticBlock"): "channels! depth=2 | refused",
    ("models", "Open"): "channels! | swallowed",
    ("models", "HandsUp"): "channels! | refused",
}


@pytest.mark.parametrize("package", ["trellis", "trellis2", "cupid"])
def test_datasets_and_models_of_any_package(package: str, tmp_path: Path) -> None:
    files = {
        "train.py": TRAIN.format(package=package),
        f"{package}/trainers/__init__.py": "",
        f"{package}/datasets/__init__.py": "from .all import *\n",
        f"{package}/datasets/all.py": DATASETS,
        f"{package}/models/__init__.py": "from .nets.all import *\n",
        f"{package}/models/nets/all.py": MODELS,
    }
    source = read(write(tmp_path, files))
    assert {key: said(source.sections[key[0]].classes[key[1]]) for key in MORE} == MORE
    closed = source.sections["dataset"].classes["Closed"]
    assert closed is not None
    assert closed.parameters["mode"].choices == ("slow", "fast")
    assert closed.parameters["kind"].choices == ("a", "b")
    assert closed.parameters["size"].place == f"{package}/datasets/all.py:14"
    assert closed.script_arguments == {"roots": "train.py:6"}
    block = source.sections["models"].classes["ElasticBlock"]
    assert block is not None
    assert block.mro == ("ElasticBlock", "Elastic", "Block", "torch.nn.Module")


OPTIMIZING = """
import torch
import bitsandbytes as bnb
from bitsandbytes.optim import Adam8bit
from .utils import *
from .base import Trainer

class Mine(Trainer):
    def init_models_and_more(self, **kwargs):
        if hasattr(torch.optim, self.optimizer_config['name']):
            self.optimizer = getattr(torch.optim, self.optimizer_config['name'])(self.params)
        else:
            self.optimizer = {otherwise}(self.params)
"""


def test_the_optimizers_that_a_trainer_finds(tmp_path: Path) -> None:
    text = OPTIMIZING.format(otherwise="globals()[self.optimizer_config['name']]")
    files = trainers(MINE, mine=text, utils="class Lion:\n    pass\n")
    source = read(write(tmp_path, files))
    assert source.optimizers is not None
    assert {"Adam8bit", "Lion"} <= source.optimizers
    assert source.schedulers is None


def test_optimizers_that_are_sought_elsewhere_are_not_known(tmp_path: Path) -> None:
    text = OPTIMIZING.format(otherwise="getattr(bnb.optim, self.optimizer_config['name'])")
    files = trainers(MINE, mine=text, utils="")
    assert read(write(tmp_path, files)).optimizers is None


def test_several_spellings_at_once_and_two_packages(tmp_path: Path) -> None:
    first = mine(
        "class Mine(Trainer):\n    def __init__(self, *args, a=1, **kwargs):\n"
        "        super().__init__(*args, **kwargs)\n"
    )
    second = {
        "other/trainers/__init__.py": "from .mine import Mine, Second\n",
        "other/trainers/mine.py": BASE + "\nclass Mine(Trainer):\n    pass\n\nSecond = Mine\n",
        "other/models/__init__.py": "",
    }
    source = read(write(tmp_path, first | second))
    assert source.packages == ("other", "trellis")
    mine_ = source.sections["trainer"].classes["Mine"]
    assert mine_ is not None
    assert set(mine_.parameters) == {"max_steps", "batch_size_per_gpu", "optimizer", "a"}
    assert (
        said(source.sections["trainer"].classes["Second"]) == f"{OWN.replace('!', '=None')} | open"
    )


LOOKED_UP = {
    "a_default": "found = getattr(trainers, name, None) or getattr(others, name)\n",
    "a_question_before": "print(hasattr(trainers, name))\n",
    "an_attempt": "try:\n    getattr(trainers, name)\nexcept AttributeError:\n    pass\n",
}


@pytest.mark.parametrize("more", LOOKED_UP.values(), ids=LOOKED_UP)
def test_a_name_that_may_be_sought_elsewhere_too(more: str, tmp_path: Path) -> None:
    train = TRAIN.format(package="trellis") + more
    section = read(write(tmp_path, mine("Mine = Trainer\n") | {"train.py": train})).sections[
        "trainer"
    ]
    assert section.has_class("Whatever")
    assert said(section.classes["Mine"]) == f"{OWN} | swallowed"


def test_names_without_any_script(tmp_path: Path) -> None:
    files = mine("Mine = Trainer\n")
    del files["train.py"]
    section = read(write(tmp_path, files)).sections["trainer"]
    found = section.classes["Mine"]
    assert not section.has_class("Whatever")
    assert found is not None
    assert (found.is_complete, found.required) == (True, [])


MAKES = "getattr(trainers, name)(m, d, output_dir=1, load_dir=2, step=3, **{})\n"
PLAIN = MAKES.format("cfg.trainer.args")
GIVEN = {
    "a_copy_with_more": (
        "args = dict(cfg.trainer.args)\nargs['max_steps'] = 5\nargs.pop('extra', None)\n"
        + MAKES.format("args"),
        f"{OWN.replace('!', '=None')} extra~ | swallowed",
    ),
    "a_function_that_gets_the_arguments": (
        f"prepare(cfg.trainer.args)\n{PLAIN}",
        f"{OWN} | open",
    ),
    "arguments_that_are_updated": (
        f"cfg.trainer.args.update(more)\n{PLAIN}",
        f"{OWN} | open",
    ),
    "arguments_from_anywhere": (
        MAKES.format("anything"),
        f"{OWN.replace('!', '=None')} | open",
    ),
    "a_module_that_the_script_imports": (
        f"from trellis.utils import setup\nsetup.setup(cfg)\n{PLAIN}",
        f"{OWN} asked~ seen~ | swallowed",
    ),
}
SETUP = """
def setup(cfg):
    print(cfg.trainer.args.seen)
    if "asked" in cfg["trainer"]["args"]:
        pass
"""


@pytest.mark.parametrize(("more", "expected"), GIVEN.values(), ids=GIVEN)
def test_what_scripts_do_with_arguments(more: str, expected: str, tmp_path: Path) -> None:
    files = mine("Mine = Trainer\n") | {
        "train.py": "from trellis import trainers\n" + more,
        "trellis/utils/__init__.py": "",
        "trellis/utils/setup.py": SETUP,
    }
    assert said(read(write(tmp_path, files)).sections["trainer"].classes["Mine"]) == expected


def test_other_scripts_than_those_that_train(tmp_path: Path) -> None:
    files = mine("Mine = Trainer\n") | {
        "evaluate.py": "from trellis import trainers\ngetattr(trainers, name)(**anything, **more)\n"
    }
    assert (
        said(read(write(tmp_path, files)).sections["trainer"].classes["Mine"])
        == f"{OWN} | swallowed"
    )


def test_trainers_by_another_name(tmp_path: Path) -> None:
    files = mine("Mine = Trainer\n") | {
        "train.py": TRAIN.format(package="trellis").replace(
            "import models, datasets, trainers", "import models, datasets, own as trainers"
        ),
        "trellis/own/__init__.py": "from ..trainers.base import Trainer as Own\n",
    }
    section = read(write(tmp_path, files)).sections["trainer"]
    assert (section.place, list(section.classes)) == ("trellis/own/__init__.py", ["Own"])


def test_a_package_that_puts_another_module_in_place(tmp_path: Path) -> None:
    files = mine("Mine = Trainer\n") | {
        "trellis/__init__.py": "from . import own as trainers, models, datasets\n",
        "trellis/own/__init__.py": "from ..trainers.base import Trainer as Own\n",
    }
    section = read(write(tmp_path, files)).sections["trainer"]
    assert (section.place, list(section.classes)) == ("trellis/own/__init__.py", ["Own"])


def test_functions_and_names_of_others_are_known(tmp_path: Path) -> None:
    files = mine("") | {
        "trellis/trainers/__init__.py": "from .all import *\nimport numpy as np\n",
        "trellis/trainers/all.py": (
            "from .most import *\nfrom other import Far, make\n"
            "def build(**kwargs):\n    pass\nclass lower:\n    pass\nhalf = partial(lower)\n"
        ),
        "trellis/trainers/most.py": "from .all import *\nfrom .base import Trainer as Deep\n",
    }
    section = read(write(tmp_path, files)).sections["trainer"]
    names = {"Far", "make", "build", "lower", "half", "Deep"}
    assert names == set(section.classes)
    assert set(section.likely_classes) == {"Far", "lower", "Deep"}
    assert section.is_complete


CONTROLLER = "class Controller:\n    def __init__(self, ratio=1):\n        pass\n"
CLIP = "class Clip:\n    def __init__(self, owner, norm):\n        pass\n"
COMPONENTS = """
import torch
from .base import Trainer
from ..utils import elastic_utils, clip_utils

class Encoder:
    def __init__(self, model_name, size=1):
        pass

class Mine(Trainer):
    def init_models_and_more(self, **kwargs):
        elastic, grad_clip, image_cond = self.configs
        self.elastic = getattr(elastic_utils, elastic['name'])(**elastic['args'])
        self.clip = getattr(clip_utils, grad_clip['name'])(self, **grad_clip['args'])
        self.cond = globals()[image_cond['name']](**image_cond.get('args', {}))
"""


def test_components_that_trainers_make(tmp_path: Path) -> None:
    files = trainers(MINE, mine=COMPONENTS) | {
        "trellis/utils/__init__.py": "",
        "trellis/utils/elastic_utils.py": CONTROLLER,
        "trellis/utils/clip_utils.py": "from x import *\n" + CLIP,
    }
    source = read(write(tmp_path, files))
    assert said(source.sections["elastic"].classes["Controller"]) == "ratio=1 | refused"
    assert said(source.sections["grad_clip"].classes["Clip"]) == "norm! | refused"
    assert (
        said(source.sections["image_cond_model"].classes["Encoder"])
        == "model_name! size=1 | refused"
    )
    assert not source.sections["elastic"].has_class("Other")
    assert source.sections["grad_clip"].has_class("Other")
