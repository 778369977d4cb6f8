"""What the rules report with a checkout."""

import itertools
import tempfile
from functools import partial
from pathlib import Path

import pytest

from tests.lint.rules.configs import GONE, STRUCTURE_VAE, Config
from tests.lint.rules.tables import case, codes, findings, parse_cases, reports
from tests.source.checkouts import BASE, TRAIN, lazy, read, write
from trellis_cfg.lint.options import Facts

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
import warnings
import torch.nn as nn
from .elastic import ElasticMixin
from elsewhere import Unknown


class Net(nn.Module):
    def __init__(self, channels: int, use_checkpoint: bool = False, legacy=None):
        super().__init__()
        if legacy is not None:
            warnings.warn("legacy is ignored")
        assert channels % 2 == 0


class Stretching(ElasticMixin, Net):
    pass


class Foreign(Unknown):
    def __init__(self, channels: int):
        super().__init__()
"""
HALF = """

class Half(nn.Module):
    def __init__(self, channels: int, use_fp16: bool = False):
        super().__init__()

    def convert_to_fp16(self):
        self.half()


class Calm(Half):
    def convert_to_fp16(self):
        pass
"""
LOADING = """

class Mine(Mine):
    def __init__(self, *args, fp16_mode="inflat_all", **kwargs):
        super().__init__(*args, **kwargs)
        self.fp16_mode = fp16_mode

    def load(self, load_dir, step):
        for net in self.models.values():
            if self.fp16_mode == "inflat_all":
                net.convert_to_fp16()

    def init_models_and_more(self, **kwargs):
        args = dict(self.optimizer_config["args"])
        args.pop("weight_decay_bias", None)
        getattr(torch.optim, self.optimizer_config["name"])(1, **args)
"""
SCHEDULED = """

class Scheduled(Mine):
    def __init__(self, *args, max_steps, t_schedule=None, rate_schedule=None, **kwargs):
        super().__init__(*args, max_steps=max_steps, **kwargs)
        self.max_steps = max_steps
        self.schedules = t_schedule, rate_schedule
"""
STORING = """self.models, self.optimizer_config = models, optimizer
        print(self.models["net"])
"""
TRAINERS = dict.fromkeys(("Mine", "Epochs", "Strict", "Hidden", "Own", "Other", "Gone"), "mine")
FILES = {
    "train.py": TRAIN.replace("trellis", "fork"),
    "fork/trainers/__init__.py": lazy(**TRAINERS),
    "fork/trainers/base.py": BASE.replace("self.init", f"{STORING}        self.init", 1),
    "fork/trainers/mine.py": OPTIMIZING,
    "fork/datasets/__init__.py": "from .data import Voxels\n",
    "fork/datasets/data.py": DATA,
    "fork/models/__init__.py": "from .nets import Net, Stretching, Foreign\n",
    "fork/models/nets.py": NETS,
    "fork/models/elastic.py": "class ElasticMixin:\n    pass\n",
}


def read_checkout(changes: dict[str, str]) -> Facts:
    """Return the facts of the checkout with some of its files changed."""
    folder = Path(_FOLDER.name, str(next(_NUMBERS)))
    return Facts(source=read(write(folder, {**FILES, **changes})))


def read_script(lines: str) -> Facts:
    """Return the facts of the checkout with lines in the main function of its train.py."""
    train = FILES["train.py"].replace("def main(rank, cfg):\n", f"def main(rank, cfg):\n{lines}")
    return read_checkout({"train.py": train + STARTING})


STARTING = """
from easydict import EasyDict

parser = ArgumentParser()
parser.add_argument("--data_dir")
parser.add_argument("--output_dir")
parser.add_argument("--load_dir")
cfg = EasyDict(vars(parser.parse_args()))
cfg.update(json.load(open("config.json")))
cfg.load_ckpt = None
main(0, cfg)
"""
LOGGING = "    print(cfg.dataset.get('split'))\n    elsewhere.register(cfg)\n"
CONVERTING = """
    cfg.trainer.args.max_steps = int(cfg.trainer.args.max_steps)
    cfg.trainer.args.i_save = 10 * cfg.trainer.args.get("i_log", 1)
"""
OWN_TRAINER = """
from fork import models
from elsewhere import Trainer

net = getattr(models, cfg["models"]["net"]["name"])(**cfg["models"]["net"]["args"])
Trainer(**cfg["trainer"]["args"]).fit(net)
"""
READING = """
    seed_all(cfg.seed)
    print(cfg.dataset.split, cfg["dataset"]["type"], cfg.get("note", ""))
    print(cfg.trainer.args.wandb.name, cfg.trainer.args.get("tags", []))
"""
_FOLDER, _NUMBERS = tempfile.TemporaryDirectory(), itertools.count()
IN_MODULE = 'globals()[self.optimizer_config["name"]]'
IN_PACKAGE = 'getattr(bnb.optim, self.optimizer_config["name"])'
SOURCE = read_checkout({})
STORED = """
class Mine:
    def __init__(self, nets, data, output_dir, load_dir, step, max_steps, max_epoch, batch_size):
        self.max_steps, self.max_epoch = max_steps, max_epoch
"""
BROKEN = {"fork/models/__init__.py": "from .broken import Net\n", "fork/models/broken.py": "("}
ALWAYS = NETS.replace("legacy is not None", "legacy != 0")
OTHER_PACKAGE = read_checkout({"fork/trainers/mine.py": OPTIMIZING.replace(IN_MODULE, IN_PACKAGE)})
CALLING = read_checkout(
    {
        "fork/trainers/mine.py": OPTIMIZING + LOADING,
        "fork/models/__init__.py": "from .nets import Net, Half, Calm\n",
        "fork/models/nets.py": NETS + HALF,
    }
)
UNREAD = read_checkout({"fork/trainers/__init__.py": "from wonders import *\n"})
TWO_TRAINERS = read_checkout({"fork/trainers/__init__.py": lazy(Mine="mine", Strict="mine")})

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
SCHEDULING = read_checkout(
    {
        "fork/trainers/__init__.py": lazy(Scheduled="mine"),
        "fork/trainers/mine.py": OPTIMIZING + SCHEDULED,
    }
)
parse = partial(parse_cases, facts=SOURCE, bases={"fork": FORK})
parse_stored = partial(parse, facts=read_checkout({"fork/trainers/mine.py": STORED}))
parse_always = partial(parse, facts=read_checkout({"fork/models/nets.py": ALWAYS}))
parse_broken = partial(parse, facts=read_checkout(BROKEN))
parse_calling = partial(parse, facts=CALLING)
parse_unread = partial(parse, facts=UNREAD)
parse_other_package = partial(parse, facts=OTHER_PACKAGE)
parse_logging = partial(parse, facts=read_script(LOGGING))
parse_reading = partial(parse, facts=read_script(READING))
parse_showing = partial(parse, facts=read_script("    print(cfg.trainer.args.max_steps)\n"))
parse_scheduling = partial(parse, facts=SCHEDULING)
parse_resolving = partial(parse, facts=read_script("    text = os.path.expandvars(text)\n"))
parse_converting = partial(parse, facts=read_script(CONVERTING))
parse_defaults = partial(parse, facts=read_script("    print(cfg.dataset.get('name', 'Voxels'))\n"))
parse_own_trainer = partial(parse, facts=read_checkout({"train.py": OWN_TRAINER}))
parse_two_trainers = partial(parse, facts=TWO_TRAINERS)

CASES = {
    "TC005": parse("""
        the code accepts another type: fork dataset.args.cut={"a": 1}
        a reference that nothing resolves: fork batch_size_per_gpu="${size}" max_steps="$STEPS"
            19:26 warning TC104 max_steps is "$STEPS", but must be a positive integer, or null
            20:35 warning TC005 batch_size_per_gpu is "${size}", but must be an integer
        a name without a default: fork -dataset.name
            10:5 error TC005 dataset has no "name": it needs both "name" and "args"
    """)
    | parse_resolving("""
        a reference that the script resolves: fork batch_size_per_gpu="${size}" max_steps="$STEPS"
                models.net.name="$NAME"
        another text: fork batch_size_per_gpu="4$"
            20:35 warning TC005 batch_size_per_gpu is "4$", but must be an integer
    """)
    | parse_converting("""
        a text that the script converts: fork max_steps="1e3"
        a text that it replaces: fork i_save="often"
        a text that it only reads: fork i_log="often"
            27:22 warning TC005 i_log is "often", but must be an integer
    """)
    | parse_defaults("""
        a name with a default: fork -dataset.name
        a name of another section: fork -models.net.name
            3:9 error TC005 net has no "name": it needs both "name" and "args"
    """)
    | parse_own_trainer("""
        sections that the script does not look up: fork trainer.name="pl" -dataset.name
                trainer.args={"devices": 8}
        one that it looks up: fork models.net.name="Nett"
            4:21 error TC501 this checkout has no model "Nett"; did you mean "Net"?
    """),
    "TC007": parse("""
        a choice that the code does not list: fork dataset.args.mode="quick"
            14:21 warning TC007 mode is "quick"; known values: "slow", "fast"
    """),
    "TC101": parse("""
        a trainer with a limit of its own: fork trainer.name="Other" trainer.args={"hours": 3}
        the limit has a default: fork trainer.name="Strict" trainer.args={"size": 3}
    """),
    "TC102": parse("""
        the trainer supports the limit: fork trainer.name="Epochs"
            19:13 warning TC102 migration max-epoch is not applied: it inserts …
        the runtime supports the limit: fork --runtime=true
            19:13 warning TC102 migration max-epoch is not applied: it inserts …
        the trainer would ignore the limit: fork
    """),
    "TC103": parse("""
        the trainer requires the key: fork trainer.name="Epochs" -max_steps max_epoch=5
            18:9 error TC103 max_steps is missing: Epochs requires it (null is allowed)
    """),
    "TC105": parse("""
        the trainer ignores it: fork max_epoch=20
            27:13 error TC105 Mine in this checkout does not support max_epoch
        the trainer refuses it: fork trainer.name="Strict" trainer.args={"max_epoch": 20,
                "max_steps": 5}
            19:13 error TC105 Strict in this checkout does not support max_epoch
        it is null: fork max_epoch=null
        the trainer supports it: fork trainer.name="Epochs" max_epoch=20
        the runtime supports it: fork max_epoch=20 --runtime=true
        the trainer may read it: fork trainer.name="Hidden" max_epoch=20
    """)
    | parse_unread("""
        the trainer is not read: fork trainer.name="Whatever" max_epoch=20 x=1
    """)
    | parse_stored("""
        the trainer stores it: fork trainer.args={"batch_size": 4, "max_steps": 5, "max_epoch": 20}
            21:13 error TC105 Mine in this checkout does not support max_epoch
    """),
    "TC401": parse("""
        neither torch nor the module has it: fork trainer.args.optimizer.name="Lion"
            22:25 error TC401 torch.optim has no "Lion"
        the module of the trainer has it: fork trainer.args.optimizer.name="Adam8bit"
    """)
    | parse_other_package("""
        a clear misspelling: fork trainer.args.optimizer.name="AdmaW"
            22:25 warning TC401 torch.optim has no "AdmaW"; did you mean "AdamW"?
        perhaps in another package: fork trainer.args.optimizer.name="Lion"
    """),
    "TC403": parse_calling("""
        the code passes an argument to torch: fork fp16_mode=null
                trainer.args.optimizer.args.layer_decay=0.9
            25:21 error TC403 AdamW has no argument "layer_decay"
        the code removes an argument: fork fp16_mode=null
                trainer.args.optimizer.args.weight_decay_bias=0
    """),
    "TC405": parse_calling("""
        the code converts a model without a method for it: fork fp16_mode="inflat_all"
            27:26 warning TC405 a resumed run fails: fp16_mode "inflat_all" calls …
            +4:21 lacks the method
        the code converts a model of full precision: fork fp16_mode="inflat_all"
                models.net=Half{"channels": 8}
            27:26 warning TC405 a resumed run fails or switches to half precision: fp16_mode …
        the code converts no model: fork fp16_mode=null
        the code converts a model of half precision: fork fp16_mode="inflat_all"
                models.net=Half{"channels": 8, "use_fp16": true}
        the code converts a model that stays as it is: fork fp16_mode="inflat_all"
                models.net=Calm{"channels": 8}
    """),
    "TC501": parse("""
        a class of TRELLIS only: fork models.net.name="SLatEncoder"
            4:21 error TC501 this checkout has no model "SLatEncoder"
        listed and not defined: fork trainer.name="Gone"
            17:17 error TC501 trainer "Gone" is listed, but fork/trainers/mine.py does not define it
            19:13 note TC102 migration max-epoch is not applied: it inserts …
    """)
    | parse_two_trainers("""
        no such trainer: fork trainer.name="Minne"
            17:17 error TC501 this checkout has no trainer "Minne"; did you mean "Mine"?
    """)
    | parse_broken("""
        in a module that cannot be parsed: fork
            4:21 error TC501 model "Net" cannot be imported: fork/models/broken.py has a syntax …
    """)
    | parse_unread("""
        names that cannot be read: fork trainer.name="Whatever" max_epoch=null
    """),
    "TC502": parse("""
        ignored: fork num_workers=8
            27:13 error TC502 Mine ignores "num_workers"
        misspelled: fork batch_size_per_gpus=8
            27:13 error TC502 Mine ignores "batch_size_per_gpus"; did you mean "batch_size_per_gpu"?
        a limit by another name: fork -max_steps max_iters=1000
            26:13 error TC502 Mine ignores "max_iters"; did you mean "max_steps"?
        an argument of an absent optimizer: fork -optimizer learning_rate=1e-4
            21:13 error TC502 Mine ignores "learning_rate"; did you mean …
        a target that the class does not have: fork epochs=3
            27:13 error TC502 Mine ignores "epochs"
        perhaps read by another name: fork trainer.name="Hidden" save_every=8 max_epoch=null
        of a model: fork use_checkpoint=true
            27:13 error TC502 Mine ignores "use_checkpoint"; did you mean …
        a type error: fork dataset.args.image_size=8
            14:13 error TC502 Voxels has no argument "image_size"
        a comment that is ignored: fork _comment="halved"
            27:13 warning TC502 Mine ignores "_comment"
        a comment that is refused: fork dataset.args._comment="halved"
            14:13 error TC502 Voxels has no argument "_comment"
        read from kwargs: fork depth=8
        perhaps read: fork trainer.name="Hidden" anything=8 max_epoch=null
    """)
    | parse_unread("""
        a class that cannot be read: fork trainer.name="BasicTrainer" max_epoch=null i_save=500
                anything=8
    """),
    "TC503": parse("""
        the dataset requires it: fork dataset.args={"mode": "fast"}
            12:9 error TC503 Voxels requires "size"
        the trainer requires one of its own: fork trainer.name="Own" -max_steps
            18:9 error TC503 Own requires "samples"
        what train.py or a class passes: fork trainer.name="Own" -max_steps samples=4 max_epoch=3
            27:13 error TC105 Own in this checkout does not support max_epoch
    """)
    | parse_unread("""
        a class that cannot be read: fork trainer.name="SLatVaeGaussianTrainer" -optimizer
                max_epoch=null i_save=500
    """),
    "TC504": parse("""
        a class passes it to its base: fork trainer.name="Own" samples=3
            19:13 error TC504 "max_steps" is passed twice: fork/trainers/mine.py already passes it
        train.py passes it: fork output_dir="x"
            27:13 error TC504 "output_dir" is passed twice: train.py already passes it
        train.py passes it by its place: fork dataset.args.roots="x"
            14:13 error TC504 "roots" is passed twice: train.py already passes it
    """),
    "TC507": parse("""
        beside its arguments: fork dataset.size=64
            15:9 warning TC507 "size" in dataset is never read; dataset.args accepts it
        in an entry of models: fork models.net.use_checkpoint=true
            8:13 warning TC507 "use_checkpoint" in models.net is never read; models.net.args acce…
        a level too low: fork trainer.args.optimizer={"name": "AdamW", "args": {"lr": 1e-4},
                "max_steps": 3}
            26:17 warning TC507 "max_steps" in trainer.args.optimizer is never read; trainer.args…
        a misspelled key: fork dataset.arg={}
            15:9 warning TC507 "arg" in dataset is never read; did you mean "args"?
        a section: fork .max_steps=1000
            29:5 warning TC507 "max_steps" is never read; trainer.args accepts it
        comments: fork ._note="x" .$schema="y" dataset._size=64
        an option of train.py: fork .load_dir="x"
            29:5 warning TC505 load_dir overrides the train.py option --load_dir
    """)
    | parse_logging("""
        all of it goes elsewhere: fork dataset.size=64
            20:13 note TC102 migration max-epoch is not applied: it …
        a key that train.py reads: fork dataset.split="train"
            20:13 note TC102 migration max-epoch is not applied: it …
    """),
    "TC404": parse_scheduling("""
        a schedule of the rate by another name: fork trainer.name="Scheduled"
                rate_schedule={"name": "CosineAnnealingLR", "args": {"T_max": 10}}
            30:30 warning TC404 T_max is 10, but training ends after 1,000 steps: the rate rises …
        a schedule of something else: fork trainer.name="Scheduled"
                t_schedule={"name": "CosineAnnealingLR", "args": {"T_max": 10}}
    """),
    "TC508": parse("""
        a role that the trainer reads: fork .models={"nett": {"name": "Net", "args":
                {"channels": 8}}}
            2:5 error TC508 models has no "net", but Mine reads it
        another role beside it: fork models.more={"name": "Net", "args": {"channels": 8}}
    """)
    | parse_reading("""
        keys that train.py reads: fork .seed=3
            10:5 error TC508 dataset.split, dataset.type are missing: train.py reads them
            18:9 error TC508 trainer.args.wandb is missing: train.py reads it
        a key of the config itself: fork dataset.split="a" dataset.type="b" wandb={"name": "c"}
            1:1 error TC508 seed is missing: train.py reads it
        none is missing: fork .seed=3 dataset.split="a" dataset.type="b" wandb={"name": "c"}
        only a part of one: fork .seed=3 dataset.split="a" dataset.type="b" wandb={"project": "c"}
            29:13 error TC508 trainer.args.wandb.name is missing: train.py reads it
    """)
    | parse_showing("""
        one limit of two, that train.py reads: fork trainer.name="Epochs" -max_steps max_epoch=5
            18:9 error TC508 trainer.args.max_steps is missing: train.py reads it
    """),
    "TC509": parse("""
        the constructor asserts it: fork models.net.args.channels=9
            6:29 error TC509 Net asserts channels % 2 == 0, which is false for channels 9
        it holds: fork models.net.args.channels=10
    """),
    "TC511": parse("""
        the code only warns of it: fork models.net.args.legacy=1
            7:17 warning TC511 Net only warns that "legacy" is ignored
        what the code warns of is null: fork models.net.args.legacy=null
    """)
    | parse_always("""
        the code warns of null: fork models.net.args.legacy=null
    """),
    "TC601": parse("""
        no model extends an elastic one: fork trainer.name="Epochs" max_epoch=null
                elastic=LinearMemoryController{}
            28:13 error TC601 elastic is set, but no model is elastic
            +4:21 not elastic
        a model extends an elastic one: fork trainer.name="Epochs" max_epoch=null
                models.net.name="Stretching" elastic=LinearMemoryController{}
        what a model extends is unknown: fork trainer.name="Epochs" max_epoch=null
                models.net.name="Foreign" elastic=LinearMemoryController{}
    """),
}

test_findings = reports(CASES)

OVERRIDES = """
from typing import Any, Literal, Optional
from .base import Trainer


class SparseStructureVaeTrainer(Trainer):
    def __init__(
        self, *args, i_save: str = "auto", i_log: Optional[int] = None, i_print: Any = 3,
        i_sample=7, ema_rate: "float | list" = 0.9, grad_clip=None,
        loss_type: Literal["own"] = "own", lambda_kl=1e-6, fp16_mode: dict = {},
        log_param_stats: bool = False, **kwargs
    ):
        super().__init__(*args, **kwargs)
"""
SAVING = """
class SparseStructureVaeTrainer:
    def __init__(self, models, dataset, *, max_steps, {default}, **kwargs):
        self.step, self.max_steps, self.i_save = 0, max_steps, i_save

    def run(self):
        while self.step < self.max_steps:
            self.step += 1
            if self.step % self.i_save == 0:
                self.save()

    def save(self):
        pass
"""
ARGS = "trainer.args"


def read_trainer(text: str) -> Facts:
    """Return the facts of a checkout whose only trainer has the code."""
    table = lazy(SparseStructureVaeTrainer="mine")
    return read_checkout({"fork/trainers/mine.py": text, "fork/trainers/__init__.py": table})


OVERRIDDEN = read_trainer(OVERRIDES)


def report_codes(change: dict[str, object], facts: Facts) -> list[str]:
    reported = codes(findings(case(STRUCTURE_VAE, change, facts=facts)))
    return [code for code in reported if code != "TC501"]


@pytest.mark.parametrize(
    "change",
    [
        {f"{ARGS}.i_save": "weekly"},
        {f"{ARGS}.i_log": None},
        {f"{ARGS}.i_print": [1]},
        {f"{ARGS}.fp16_mode": {}},
        {f"{ARGS}.i_ddpcheck": "none of its parameters"},
        {f"{ARGS}.loss_type": "own"},
    ],
    ids=str,
)
def test_the_checkout_overrides_the_models(change: dict[str, object]) -> None:
    assert {"TC005", "TC007"} & {*report_codes(change, Facts())}
    assert not {"TC005", "TC007"} & {*report_codes(change, OVERRIDDEN)}


@pytest.mark.parametrize("key", ["i_sample", "log_param_stats", "ema_rate"])
def test_the_models_reject_what_the_checkout_does_not_accept(key: str) -> None:
    assert "TC005" in report_codes({f"{ARGS}.{key}": "yes"}, OVERRIDDEN)


@pytest.mark.parametrize(
    ("default", "steps", "expected"),
    [
        ("i_save: int = 300", 200, ["TC302"]),
        ("i_save: int = 300", 700, ["TC301"]),
        ("i_save: int = 300", 600, []),
        ("i_save=int(3)", 7, []),
    ],
)
def test_defaults_are_those_of_the_checkout(default: str, steps: int, expected: list[str]) -> None:
    facts = read_trainer(SAVING.format(default=default))
    reported = report_codes({f"{ARGS}.i_save": GONE, f"{ARGS}.max_steps": steps}, facts)
    assert [code for code in reported if code.startswith("TC3")] == expected


NETWORKS = """
import os


class SparseStructureEncoder:
    def __init__(self, latent_channels, num_res_blocks, channels, in_channels=1, own=os.sep):
        pass


class SparseStructureDecoder:
    def __init__(self, latent_channels, num_res_blocks, channels, out_channels=1):
        pass
"""


@pytest.mark.parametrize(("own", "severity"), [("own=os.sep", "warning"), ("*args", "error")])
def test_classes_with_their_own_arguments_get_warnings(own: str, severity: str) -> None:
    files = {
        "fork/models/__init__.py": "from .nets import *\n",
        "fork/models/nets.py": NETWORKS.replace("own=os.sep", own),
    }
    change = {"models.decoder.args.latent_channels": 4, "models.encoder.args.latent_channels": 8}
    reported = findings(case(STRUCTURE_VAE, change, facts=read_checkout(files)))
    assert [line.split()[1] for line in reported if " TC603 " in line] == [severity]
