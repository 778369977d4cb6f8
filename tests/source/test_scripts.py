"""What train scripts pass to classes, read from configs, and register."""

from pathlib import Path

import pytest

from tests.source.checkouts import (
    BASE,
    FROM_BASE,
    OWN,
    TRAIN,
    format_spec,
    lazy,
    mine,
    read,
    read_mine,
    read_trainers,
    trainers,
    write,
)

PLAIN = "class Mine(Trainer):\n    pass\n"
IMPORT = "from trellis import trainers\n"
OPTIONAL = OWN.replace("!", "=None")
USUAL = {"models", "dataset", "output_dir", "load_dir", "step"}
BASE_WITH_SEED = {"trellis/trainers/base.py": BASE.replace("step,", "step=None, seed=None,")}
SEED = TRAIN.replace("step=cfg.load_ckpt", "seed=cfg.seed")
CALLS = {
    "with_a_seed_and_no_step": (SEED, USUAL - {"step"} | {"seed"}),
    "by_a_name_of_its_own": (
        IMPORT + "cls = getattr(trainers, cfg['trainer']['name'])\n"
        "cls(models, data, **cfg['trainer']['args'], output_dir=1, load_dir=2, step=3)\n",
        USUAL,
    ),
    "by_the_dictionary_of_the_module": (
        IMPORT + "args = dict(cfg.trainer.args)\n"
        "trainers.__dict__[name](models, data, output_dir=1, load_dir=2, step=3, **args)\n",
        USUAL,
    ),
}


def test_a_script_that_registers_classes(tmp_path: Path) -> None:
    lora = (
        "from trellis import trainers\nfrom lora import Lora, Two\n"
        "TABLE = {'Mine': Two, 'LoraTrainer': Lora, 'net': net}\ntrainers.Third = Lora\n"
        "setattr(trainers, 'Fourth', Lora)\n"
    )
    section = read_trainers(tmp_path, mine(PLAIN) | {"train_lora.py": lora})
    assert section.classes == {"Mine": None, "LoraTrainer": None, "Third": None, "Fourth": None}


@pytest.mark.parametrize(
    ("text", "is_complete"),
    [
        ("print(trainers)\nsetattr(trainers, 'Fourth', Lora)\n", True),
        ("import plugins\nplugins.install(trainers)\n", False),
        ("for name in names():\n    setattr(trainers, name, Lora)\n", False),
    ],
)
def test_a_script_that_may_add_classes(text: str, *, is_complete: bool, tmp_path: Path) -> None:
    calls = next(iter(CALLS.values()))[0]
    section = read_trainers(tmp_path, mine(PLAIN) | {"train.py": calls + text})
    assert section.is_complete == is_complete


PATCHES = {
    "in_a_script": {
        "train.py": TRAIN + "from trellis.trainers.mine import Mine as M\nM.__init__ = new\n"
    },
    "beside_the_package": {
        "trellis/trainers/patch.py": "from .mine import Mine as M\nM.__init__ = new\n",
        "trellis/trainers/__init__.py": "from .mine import Mine\nfrom . import patch\n",
    },
    "in_a_loop": {
        "trellis/trainers/mine.py": FROM_BASE
        + PLAIN
        + "for c in (Mine, Two):\n    c.__init__ = new\n"
    },
    "not_at_all": {
        "train.py": TRAIN + "from trellis.trainers.mine import Mine as M\nM.__name__ == 'M'\n"
    },
}


@pytest.mark.parametrize("case", PATCHES)
def test_a_constructor_that_is_replaced_is_unknown(case: str, tmp_path: Path) -> None:
    spec = read_mine(tmp_path, mine(PLAIN) | BASE_WITH_SEED | PATCHES[case])
    assert spec
    assert spec.is_complete == (case == "not_at_all")


@pytest.mark.parametrize(("train", "expected"), CALLS.values(), ids=CALLS)
def test_arguments_that_a_script_passes(train: str, expected: set[str], tmp_path: Path) -> None:
    spec = read_mine(tmp_path, mine(PLAIN) | BASE_WITH_SEED | {"train.py": train})
    assert spec
    assert set(spec.script_arguments) == expected
    assert spec.required == ["max_steps"]
    assert spec.is_complete


def test_a_script_that_cannot_be_read(tmp_path: Path) -> None:
    spec = read_mine(tmp_path, mine(PLAIN) | {"train.py": IMPORT + "build(trainers)\n"})
    assert spec
    assert set(spec.script_arguments) == USUAL
    assert not spec.required
    assert not spec.is_complete


def test_arguments_that_two_scripts_pass(tmp_path: Path) -> None:
    facts = read(write(tmp_path, mine(PLAIN) | BASE_WITH_SEED | {"train_two.py": SEED}))
    spec = facts.sections["trainer"].classes["Mine"]
    assert facts.train_scripts == ("train.py", "train_two.py")
    assert spec
    assert set(spec.script_arguments) == USUAL - {"step"}
    assert {"step", "seed"} <= spec.parameters.keys()


@pytest.mark.parametrize(
    "line",
    [
        "from trellis_cfg.training import limited",
        "import trellis_cfg.training",
        "from trellis_cfg import training",
    ],
)
def test_a_script_that_trains_through_the_runtime(line: str, tmp_path: Path) -> None:
    assert read(write(tmp_path, mine(PLAIN) | {"train.py": f"{line}\n{TRAIN}"})).has_runtime
    assert not read(write(tmp_path / "other", mine(PLAIN))).has_runtime


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

class Ignoring(Standard):
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

class PassingUp(nn.Module):
    def __init__(self, channels, **kwargs):
        super().__init__(**kwargs)

class ElasticBlock(Elastic, Block):
    pass
"""
SPECS = {
    ("dataset", "Closed"): "size! mode='slow' kind=None | rejected",
    ("dataset", "Conditioned"): "image_size=518 size! mode='slow' kind=None | rejected",
    ("dataset", "Ignoring"): "| ignored",
    ("dataset", "Standard"): "| rejected",
    ("models", "Block"): "channels! depth=2 | rejected",
    ("models", "ElasticBlock"): "channels! depth=2 | rejected",
    ("models", "Open"): "channels! | ignored",
    ("models", "PassingUp"): "channels! | rejected",
}


@pytest.mark.parametrize("package", ["trellis", "trellis2", "cupid"])
def test_datasets_and_models_of_any_package(package: str, tmp_path: Path) -> None:
    files = {
        "train.py": TRAIN.replace("trellis", package),
        f"{package}/trainers/__init__.py": "",
        f"{package}/datasets/__init__.py": "from .all import *\n",
        f"{package}/datasets/all.py": DATASETS,
        f"{package}/models/__init__.py": "from .nets.all import *\n",
        f"{package}/models/nets/all.py": MODELS,
    }
    sections = read(write(tmp_path, files)).sections
    assert {key: format_spec(sections[key[0]].classes[key[1]]) for key in SPECS} == SPECS
    closed = sections["dataset"].classes["Closed"]
    assert closed is not None
    assert closed.parameters["mode"].choices == ("slow", "fast")
    assert closed.parameters["kind"].choices == ("a", "b")
    assert closed.parameters["size"].place == f"{package}/datasets/all.py:14"
    assert closed.script_arguments == {"roots": "train.py:6"}
    block = sections["models"].classes["ElasticBlock"]
    assert block is not None
    assert block.mro == ("ElasticBlock", "Elastic", "Block", "torch.nn.Module")


OPTIMIZING = """
from .utils import *
import torch
import bitsandbytes as bnb
from bitsandbytes.optim import Adam8bit
from .base import Trainer

class Mine(Trainer):
    def init_models_and_more(self, **kwargs):
        if hasattr(torch.optim, self.optimizer_config['name']):
            self.optimizer = getattr(torch.optim, self.optimizer_config['name'])(self.params)
        else:
            self.optimizer = {otherwise}(self.params)
"""
LATER = "def later():\n    global Later\n    Later = make()\n"


OPTIMIZER = "self.optimizer_config['name']"
OWN_NAMES = f"Adam8bit if {OPTIMIZER} == 'Adam8bit' else globals()[{OPTIMIZER}]"


def test_the_optimizers_that_a_trainer_finds(tmp_path: Path) -> None:
    text = OPTIMIZING.format(otherwise=OWN_NAMES) + LATER
    facts = read(write(tmp_path, mine(text, utils="class Lion:\n    pass\n")))
    assert {"Adam8bit", "Lion", "Later"} <= (facts.find_extra_names("optimizer", "Mine") or set())
    assert facts.find_extra_names("lr_scheduler", "Mine") is None


ELSEWHERE = {
    "another_package": (f"getattr(bnb.optim, {OPTIMIZER})", ""),
    "a_table": (f"OPTIMIZERS[{OPTIMIZER}]", ""),
    "a_name_in_lower_case": (f"getattr(bnb, {OPTIMIZER}.lower())", ""),
    "a_comparison": (f"bnb.Lion if {OPTIMIZER} == 'lion' else None", ""),
    "two_attempts": (
        f"f\n        try: f({OPTIMIZER})\n        except A: f()\n        except B: f",
        "",
    ),
    "names_that_cannot_be_read": ("None", "from wonders import *\n"),
}


@pytest.mark.parametrize(("otherwise", "utils"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_optimizers_from_elsewhere_are_unknown(otherwise: str, utils: str, tmp_path: Path) -> None:
    facts = read(write(tmp_path, mine(OPTIMIZING.format(otherwise=otherwise), utils=utils)))
    assert facts.find_extra_names("optimizer", "Mine") is None


def test_two_packages_with_classes_of_the_same_name(tmp_path: Path) -> None:
    constructor = "    def __init__(self, *args, a=1, **kwargs):\n"
    text = f"class Mine(Trainer):\n{constructor}        super().__init__(*args, **kwargs)\n"
    second = {
        "other/trainers/__init__.py": lazy(Mine="mine", Second="mine", Gone="mine"),
        "other/trainers/mine.py": f"{BASE}\n{PLAIN}\nSecond = Mine\n",
        "other/models/__init__.py": "",
    }
    facts = read(write(tmp_path, mine(text) | second))
    assert facts.packages == ("other", "trellis")
    section = facts.sections["trainer"]
    spec = section.classes["Mine"]
    assert spec
    assert set(spec.parameters) == {"max_steps", "batch_size_per_gpu", "optimizer", "a"}
    assert format_spec(section.classes["Second"]) == f"{OPTIONAL} | open"
    assert section.find_missing("Gone") == "other/trainers/__init__.py:4"
    assert section.has_class("Whatever")
    assert not section.has_class("Gone")


FALLBACKS = {
    "a_default": "cls = getattr(trainers, name, None) or getattr(others, name)\n",
    "a_check_before": "print(hasattr(trainers, name))\n",
    "a_name_that_is_set": "cfg.trainer.name = 'Mine'\n",
    "an_attempt": "try:\n    getattr(trainers, name)\nexcept AttributeError:\n    pass\n",
}


@pytest.mark.parametrize("more", FALLBACKS.values(), ids=FALLBACKS)
def test_a_missing_name_may_be_looked_up_in_another_place(more: str, tmp_path: Path) -> None:
    section = read_trainers(tmp_path, mine(PLAIN) | {"train.py": TRAIN + more})
    assert section.has_class("Whatever")
    assert format_spec(section.classes["Mine"]) == f"{OWN} | ignored"


def test_names_without_any_script(tmp_path: Path) -> None:
    files = mine(PLAIN)
    del files["train.py"]
    section = read_trainers(tmp_path, files)
    assert not section.has_class("Whatever")
    assert format_spec(section.classes["Mine"]) == f"{OPTIONAL} | ignored"


CREATE = "getattr(trainers, name)(m, d, output_dir=1, load_dir=2, step=3, **{})\n"
CREATE_PLAIN = CREATE.format("cfg.trainer.args")
READS = "    print(cfg.trainer.args.wandb.name)\n    cfg['dataset']['args'].pop('extra')\n"
# What follows the import of the package, and what is known of the class then.
ARGUMENTS = {
    "read": (TRAIN + READS, f"{OWN} wandb~ | ignored"),
    "beside_the_whole_config": (
        TRAIN.replace("networks, dataset,", "networks, dataset, config=cfg,"),
        f"{OWN} | open",
    ),
    "copied_and_extended": (
        "args = dict(cfg.trainer.args)\nargs['max_steps'] = 5\nargs.pop('extra', None)\n"
        + CREATE.format("args"),
        f"{OPTIONAL} extra~ | ignored",
    ),
    "copied_by_a_method": (
        f"own = cfg.trainer.args.copy()\n{CREATE.format('own')}",
        f"{OWN} | ignored",
    ),
    "replaced": (f"cfg.trainer.args = make()\n{CREATE_PLAIN}", f"{OPTIONAL} | open"),
    "replaced_by_key": (f"cfg['trainer']['args'] = make()\n{CREATE_PLAIN}", f"{OPTIONAL} | open"),
    "merged": (f"cfg = merge(base, more)\n{CREATE_PLAIN}", f"{OPTIONAL} | open"),
    "changed_in_an_imported_module": (
        f"from trellis.utils import change\nchange.change(cfg)\n{CREATE_PLAIN}",
        f"{OPTIONAL} | open",
    ),
    "replaced_by_a_function": (
        (
            "def strip(o):\n    return {k: v for k, v in o.items() if k != '#'}\n"
            f"cfg = strip(json.load(f))\n{CREATE_PLAIN}"
        ),
        f"{OPTIONAL} | open",
    ),
    "completed_by_a_function": (
        (
            "def load(p):\n    own = json.load(p)\n    return join(load(own['base']), own)\n"
            f"cfg = load(path)\n{CREATE_PLAIN}"
        ),
        f"{OPTIONAL} | open",
    ),
    "returned_as_it_is": (
        (
            "def load(p):\n    own = json.load(p)\n    return edict(own)\n"
            f"cfg = load(path)\n{CREATE_PLAIN}"
        ),
        f"{OWN} | ignored",
    ),
    "set_by_computed_keys": (
        f"own = cfg\nfor key in keys:\n    own = own[key]\nown[last] = 1\n{CREATE_PLAIN}",
        f"{OPTIONAL} | open",
    ),
    "over_a_base": (
        f"base = json.load(f)\ncfg = json.load(g)\nbase.update(cfg)\n{CREATE_PLAIN}",
        f"{OPTIONAL} | open",
    ),
    "spread_over_a_base": (
        f"base = json.load(f)\ncfg = json.load(g)\ncfg = {{**base, **cfg}}\n{CREATE_PLAIN}",
        f"{OPTIONAL} | open",
    ),
    "passed_to_a_function": (f"prepare(cfg.trainer.args)\n{CREATE_PLAIN}", f"{OPTIONAL} | open"),
    "updated": (f"cfg.trainer.args.update(more)\n{CREATE_PLAIN}", f"{OPTIONAL} | open"),
    "from_anywhere": (CREATE.format("anything"), f"{OPTIONAL} | open"),
    "beside_a_dictionary_of_the_script": (
        "more = {'depth': 1}\nif rank:\n    more['more'] = cfg.more\n"
        + CREATE.format("cfg.trainer.args, **more"),
        f"{OWN} | ignored",
    ),
    "beside_a_dictionary_that_is_filled_elsewhere": (
        "more = {}\nfill(more)\n" + CREATE.format("cfg.trainer.args, **more"),
        f"{OPTIONAL} | open",
    ),
    "beside_a_dictionary_of_any_keys": (
        "more = {}\nmore[key] = 1\n" + CREATE.format("cfg.trainer.args, **more"),
        f"{OPTIONAL} | open",
    ),
    "read_in_an_imported_module": (
        f"from trellis.utils import setup\nsetup.setup(cfg)\n{CREATE_PLAIN}",
        f"{OWN} tested~ read~ | ignored",
    ),
}
SETUP = """
def setup(cfg):
    print(cfg.trainer.args.read)
    if "tested" in cfg["trainer"]["args"]:
        pass
"""


@pytest.mark.parametrize(("more", "expected"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_what_scripts_do_with_arguments(more: str, expected: str, tmp_path: Path) -> None:
    files = mine(PLAIN) | {
        "train.py": IMPORT + more,
        "trellis/utils/__init__.py": "",
        "trellis/utils/setup.py": SETUP,
        "trellis/utils/change.py": "def change(cfg):\n    cfg.trainer[key()] = 1\n",
    }
    assert format_spec(read_mine(tmp_path, files)) == expected


def test_a_script_that_does_not_train_does_not_count(tmp_path: Path) -> None:
    evaluate = IMPORT + "getattr(trainers, name)(**anything, **more)\n"
    files = mine(PLAIN) | {"evaluate.py": evaluate, "train_two.py": f"{IMPORT}def (:\n"}
    facts = read(write(tmp_path, files))
    assert facts.train_scripts == ("train.py",)
    assert format_spec(facts.sections["trainer"].classes["Mine"]) == f"{OWN} | ignored"


NETWORKS = {
    "only_filled": ("print(networks, networks.keys())\n", False),
    "updated": ("networks.update(more)\n", True),
    "passed_on": ("extend(networks)\n", True),
    "made_anew": ("networks = make()\n", True),
    "only_some": ("for m in cfg.models.values():\n        if m.off:\n            continue\n", True),
    "only_some_by_a_condition": ("[m for m in cfg.models.values() if m.on]\n", True),
}


@pytest.mark.parametrize(("line", "expected"), NETWORKS.values(), ids=NETWORKS)
def test_whether_a_trainer_may_get_other_models(line: str, expected: bool, tmp_path: Path) -> None:  # noqa: FBT001
    train = TRAIN.replace("    trainer =", f"    {line}    trainer =")
    facts = read(write(tmp_path, mine(PLAIN) | {"train.py": train}))
    assert facts.has_other_models is expected


OTHER_MODULES = {
    "the_script": {"train.py": TRAIN.replace("datasets, trainers", "datasets, own as trainers")},
    "the_package": {"trellis/__init__.py": "from . import own as trainers, models, datasets\n"},
}


@pytest.mark.parametrize("more", OTHER_MODULES.values(), ids=OTHER_MODULES)
def test_trainers_from_another_module_by_import_in(more: dict[str, str], tmp_path: Path) -> None:
    own = {"trellis/own/__init__.py": "from ..trainers.base import Trainer as Own\n"}
    section = read_trainers(tmp_path, mine(PLAIN) | own | more)
    assert (section.place, list(section.classes)) == ("trellis/own/__init__.py", ["Own"])


CONTROLLER = "class Controller:\n    def __init__(self, ratio=1):\n        pass\n"
ELASTIC = "from . import elastic_utils\n"
CLIP = "class Clip:\n    def __init__(self, owner, norm):\n        pass\n"
COMPONENTS = """
import torch
from transformers import CLIPTextModel
from .base import Trainer
from ..utils import elastic_utils, clip_utils

class Encoder:
    def __init__(self, model_name, size=1):
        self.model = CLIPTextModel.from_pretrained(model_name)

class Mine(Trainer):
    def init_models_and_more(self, **kwargs):
        elastic, grad_clip, image_cond = self.configs
        self.elastic = getattr(elastic_utils, elastic['name'])(**elastic['args'])
        self.clip = getattr(clip_utils, grad_clip['name'])(self, **grad_clip['args'])
        self.cond = globals()[image_cond['name']](**image_cond.get('args', {}))
"""


def test_components_that_trainers_create(tmp_path: Path) -> None:
    files = trainers({"Mine": "mine"}, mine=COMPONENTS) | {
        "trellis/utils/__init__.py": "",
        "trellis/utils/elastic_utils.py": CONTROLLER,
        "trellis/utils/clip_utils.py": "from x import *\nUsual = make()\n" + ELASTIC + CLIP,
    }
    facts = read(write(tmp_path, files))
    sections = facts.all_sections
    specs = {
        ("elastic", "Controller"): "ratio=1 | rejected",
        ("grad_clip", "Clip"): "norm! | rejected",
        ("image_cond_model", "Encoder"): "model_name! size=1 | rejected",
    }
    assert {key: format_spec(sections[key[0]].classes[key[1]]) for key in specs} == specs
    assert dict(sections["grad_clip"].classes).keys() == {"Clip", "Usual"}
    assert sections["grad_clip"].classes["Usual"] is None
    assert not sections["elastic"].has_class("Other")
    assert sections["grad_clip"].has_class("Other")
    loader = facts.find_loader("image_cond_model", "Encoder", "model_name", "Mine")
    assert loader is not None
    assert loader.name == "CLIPTextModel"
