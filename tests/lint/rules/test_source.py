"""What the rules say where the code of a config stands beside it."""

import tempfile
from pathlib import Path

from tests.lint.rules.configs import GONE, Config
from tests.lint.rules.tables import case, fires, is_silent
from tests.source.checkouts import BASE, TRAIN, lazy, read, write
from trellis_cfg.lint.config import Facts
from trellis_cfg.source.class_spec import SourceFacts

OPTIMIZING = """
import torch
from bitsandbytes.optim import Adam8bit
from .base import Trainer


class Mine(Trainer):
    def init_models_and_more(self, **kwargs):
        self.unseen = kwargs.get("depth", 3)
        name = self.optimizer_config["name"]
        if hasattr(torch.optim, self.optimizer_config["name"]):
            self.optimizer = getattr(torch.optim, self.optimizer_config["name"])(1)
        else:
            self.optimizer = globals()[self.optimizer_config["name"]](1)


class Epochs(Mine):
    def __init__(self, *args, max_epoch=None, elastic=None, **kwargs):
        super().__init__(*args, **kwargs)


class Strict(Mine):
    def __init__(self, models, dataset, output_dir, load_dir, step, max_steps=10, size=1):
        super().__init__(models, dataset, max_steps=max_steps)


class Hidden(Mine):
    def init_models_and_more(self, **kwargs):
        self.everything = kwargs


class Own(Mine):
    def __init__(self, *args, samples, **kwargs):
        super().__init__(*args, max_steps=samples, **kwargs)


class Other:
    def __init__(self, models, dataset, *, output_dir, load_dir, step, hours, **kwargs):
        self.hours = hours
"""
DATA = """
from typing import Literal


class Voxels:
    def __init__(self, roots, *, size: int, mode: Literal["slow", "fast"] = "slow", cut: dict = {}):
        pass
"""
NETS = """
import torch.nn as nn
from .elastic import ElasticMixin
from elsewhere import Unknown


class Net(nn.Module):
    def __init__(self, channels: int, use_checkpoint: bool = False):
        super().__init__()


class Stretching(ElasticMixin, Net):
    pass


class Foreign(Unknown):
    def __init__(self, channels: int):
        super().__init__()
"""
TRAINERS = dict.fromkeys(("Mine", "Epochs", "Strict", "Hidden", "Own", "Other", "Gone"), "mine")
FILES = {
    "train.py": TRAIN.format(package="fork"),
    "fork/trainers/__init__.py": lazy(**TRAINERS),
    "fork/trainers/base.py": BASE,
    "fork/trainers/mine.py": OPTIMIZING,
    "fork/datasets/__init__.py": "from .data import Voxels\n",
    "fork/datasets/data.py": DATA,
    "fork/models/__init__.py": "from .nets import Net, Stretching, Foreign\n",
    "fork/models/nets.py": NETS,
    "fork/models/elastic.py": "class ElasticMixin:\n    pass\n",
}


def written(changes: dict[str, str]) -> SourceFacts:
    with tempfile.TemporaryDirectory() as folder:
        return read(write(Path(folder), {**FILES, **changes}))


OTHERWISE = 'globals()[self.optimizer_config["name"]]'
IN_BNB = 'getattr(bnb.optim, self.optimizer_config["name"])'
SOURCE = Facts(source=written({}))
RUNTIME = SOURCE._replace(runtime=True)
ELSEWHERE = Facts(source=written({"fork/trainers/mine.py": OPTIMIZING.replace(OTHERWISE, IN_BNB)}))
UNREAD = Facts(source=written({"fork/trainers/__init__.py": "from wonders import *\n"}))
LIMITED = written({"fork/trainers/__init__.py": lazy(Mine="mine", Strict="mine")})
WITHOUT_EPOCHS = Facts(source=LIMITED)

FORK: Config = {
    "models": {"net": {"name": "Net", "args": {"channels": 8}}},
    "dataset": {"name": "Voxels", "args": {"size": 64}},
    "trainer": {
        "name": "Mine",
        "args": {
            "max_steps": 1000,
            "batch_size_per_gpu": 4,
            "optimizer": {"name": "AdamW", "args": {"lr": 1e-4}},
        },
    },
}
ARGS, NAME = "trainer.args", "trainer.name"
EPOCH = f"{ARGS}.max_epoch"
OPTIMIZER = f"{ARGS}.optimizer.name"
IGNORES = "18:13 error TC502 Mine ignores"

FIRES = {
    "TC105": {
        "the_trainer_swallows_it": case(
            FORK,
            {EPOCH: 20},
            "27:13 error TC105 Mine of this checkout does not know max_epoch: it does not end …",
            facts=SOURCE,
        ),
        "the_trainer_refuses_it": case(
            FORK,
            {NAME: "Strict", ARGS: {"max_epoch": 20, "max_steps": 5}},
            "18:9 warning TC201 there is no batch size: …",
            "19:13 error TC105 Strict of this checkout does not know max_epoch: it does not end …",
            facts=SOURCE,
        ),
    },
}
SILENT = {
    "TC105": {
        "it_is_null": case(FORK, {EPOCH: None}, facts=SOURCE),
        "the_trainer_knows_it": case(FORK, {NAME: "Epochs", EPOCH: 20}, facts=SOURCE),
        "the_runtime_knows_it": case(FORK, {EPOCH: 20}, facts=RUNTIME),
        "the_trainer_may_read_it": case(FORK, {NAME: "Hidden", EPOCH: 20}, facts=SOURCE),
        "the_trainer_is_not_read": case(
            FORK, {NAME: "Whatever", EPOCH: 20, "trainer.args.x": 1}, facts=UNREAD
        ),
    },
}
TOLD = {
    "TC102": {
        "the_trainer_knows_the_limit": case(
            FORK,
            {NAME: "Epochs"},
            "19:13 warning TC102 not upgraded yet: max-epoch …",
            facts=SOURCE,
        ),
        "the_runtime_knows_the_limit": case(
            FORK, {}, "19:13 warning TC102 not upgraded yet: max-epoch …", facts=RUNTIME
        ),
    },
    "TC103": {
        "the_trainer_requires_the_key": case(
            FORK,
            {NAME: "Epochs", f"{ARGS}.max_steps": GONE, EPOCH: 5},
            "18:9 error TC103 max_steps is missing: Epochs requires the key, if only as null",
            facts=SOURCE,
        ),
    },
    "TC401": {
        "neither_torch_nor_the_module_has_it": case(
            FORK,
            {OPTIMIZER: "Lion"},
            '22:25 error TC401 torch.optim has no "Lion"',
            facts=SOURCE,
        ),
        "surely_a_misspelling_wherever_it_is_sought": case(
            FORK,
            {OPTIMIZER: "AdmaW"},
            '22:25 error TC401 torch.optim has no "AdmaW"; did you mean "AdamW"?',
            facts=ELSEWHERE,
        ),
    },
    "TC501": {
        "no_such_trainer": case(
            FORK,
            {NAME: "Minne"},
            '17:17 error TC501 this checkout has no trainer "Minne"; did you mean "Mine"?',
            facts=WITHOUT_EPOCHS,
        ),
        "one_that_only_others_have": case(
            FORK,
            {"models.net.name": "SLatEncoder"},
            '4:21 error TC501 this checkout has no model "SLatEncoder"',
            facts=SOURCE,
        ),
        "listed_and_not_defined": case(
            FORK,
            {NAME: "Gone"},
            '17:17 error TC501 trainer "Gone" is listed, but no module defines it',
            "19:13 warning TC102 …",
            facts=SOURCE,
        ),
    },
    "TC502": {
        "swallowed": case(
            FORK,
            {f"{ARGS}.num_workers": 8},
            '27:13 error TC502 Mine ignores "num_workers"',
            facts=SOURCE,
        ),
        "misspelt": case(
            FORK,
            {f"{ARGS}.batch_size_per_gpus": 8},
            '27:13 error TC502 Mine ignores "batch_size_per_gpus"; did you mean …',
            facts=SOURCE,
        ),
        "meant_for_a_model": case(
            FORK,
            {f"{ARGS}.use_checkpoint": True},
            '27:13 error TC502 Mine ignores "use_checkpoint"; models.net takes it',
            facts=SOURCE,
        ),
        "a_type_error": case(
            FORK,
            {"dataset.args.image_size": 8},
            '14:13 error TC502 Voxels takes no "image_size"',
            facts=SOURCE,
        ),
        "a_comment_that_is_swallowed": case(
            FORK,
            {f"{ARGS}._comment": "halved"},
            '27:13 warning TC502 Mine ignores "_comment"',
            facts=SOURCE,
        ),
        "a_comment_that_is_refused": case(
            FORK,
            {"dataset.args._comment": "halved"},
            '14:13 error TC502 Voxels takes no "_comment"',
            facts=SOURCE,
        ),
    },
    "TC503": {
        "the_dataset_requires_it": case(
            FORK,
            {"dataset.args": {"mode": "fast"}},
            '12:9 error TC503 Voxels requires "size"',
            facts=SOURCE,
        ),
        "the_trainer_requires_one_of_its_own": case(
            FORK,
            {NAME: "Own", f"{ARGS}.max_steps": GONE},
            '18:9 error TC503 Own requires "samples"',
            facts=SOURCE,
        ),
    },
    "TC504": {
        "a_class_gives_it_to_its_base": case(
            FORK,
            {NAME: "Own", f"{ARGS}.samples": 3},
            '19:13 error TC504 "max_steps" is given twice: fork/trainers/mine.py gives it by …',
            facts=SOURCE,
        ),
        "train_py_gives_it": case(
            FORK,
            {f"{ARGS}.output_dir": "x"},
            '27:13 error TC504 "output_dir" is given twice: train.py gives it by itself',
            facts=SOURCE,
        ),
        "train_py_gives_it_by_its_place": case(
            FORK,
            {"dataset.args.roots": "x"},
            '14:13 error TC504 "roots" is given twice: train.py gives it by itself',
            facts=SOURCE,
        ),
    },
    "TC601": {
        "no_model_extends_an_elastic_one": case(
            FORK,
            {
                NAME: "Epochs",
                EPOCH: None,
                f"{ARGS}.elastic": {"name": "LinearMemoryController", "args": {}},
            },
            "28:13 error TC601 elastic is set, but no model is elastic",
            "+4:21 not elastic",
            facts=SOURCE,
        ),
    },
    "TC007": {
        "a_choice_that_the_code_does_not_write": case(
            FORK,
            {"dataset.args.mode": "quick"},
            '14:21 warning TC007 mode is "quick"; known are "slow", "fast"',
            facts=SOURCE,
        ),
    },
}
QUIET = {
    "TC101": {
        "a_trainer_with_a_limit_of_its_own": case(
            FORK,
            {NAME: "Other", ARGS: {"hours": 3}},
            "18:9 warning TC201 there is no batch size: …",
            facts=SOURCE,
        ),
        "the_limit_has_a_default": case(
            FORK, {NAME: "Strict", ARGS: {"size": 3}}, "18:9 warning TC201 …", facts=SOURCE
        ),
    },
    "TC102": {"the_trainer_would_ignore_the_limit": case(FORK, {}, facts=SOURCE)},
    "TC401": {
        "the_module_of_the_trainer_has_it": case(FORK, {OPTIMIZER: "Adam8bit"}, facts=SOURCE),
        "it_is_sought_elsewhere_too": case(FORK, {OPTIMIZER: "Lion"}, facts=ELSEWHERE),
    },
    "TC501": {
        "names_that_cannot_be_read": case(FORK, {NAME: "Whatever", EPOCH: None}, facts=UNREAD)
    },
    "TC502": {
        "read_by_hand": case(FORK, {f"{ARGS}.depth": 8}, facts=SOURCE),
        "it_may_be_read_out_of_sight": case(
            FORK, {NAME: "Hidden", f"{ARGS}.anything": 8, EPOCH: None}, facts=SOURCE
        ),
        "a_class_that_cannot_be_read": case(
            FORK,
            {NAME: "BasicTrainer", EPOCH: None, f"{ARGS}.i_save": 500, f"{ARGS}.anything": 8},
            facts=UNREAD,
        ),
        "max_epoch_as_null": case(FORK, {EPOCH: None}, facts=SOURCE),
    },
    "TC503": {
        "what_the_run_or_a_class_gives": case(
            FORK,
            {NAME: "Own", f"{ARGS}.max_steps": GONE, f"{ARGS}.samples": 4, EPOCH: 3},
            "27:13 error TC105 …",
            facts=SOURCE,
        ),
    },
    "TC601": {
        "a_model_extends_an_elastic_one": case(
            FORK,
            {
                NAME: "Epochs",
                EPOCH: None,
                "models.net.name": "Stretching",
                f"{ARGS}.elastic": {"name": "LinearMemoryController", "args": {}},
            },
            facts=SOURCE,
        ),
        "what_a_model_extends_is_not_known": case(
            FORK,
            {
                NAME: "Epochs",
                EPOCH: None,
                "models.net.name": "Foreign",
                f"{ARGS}.elastic": {"name": "LinearMemoryController", "args": {}},
            },
            facts=SOURCE,
        ),
    },
    "TC005": {
        "the_code_takes_another_type": case(FORK, {"dataset.args.cut": {"a": 1}}, facts=SOURCE),
    },
}

test_fires = fires(FIRES)
test_is_silent = is_silent(SILENT)
test_is_told_by_the_code = fires(TOLD)
test_is_quiet_by_the_code = is_silent(QUIET)
