"""What a trainer reads of its models, and of the objects among its arguments."""

from pathlib import Path
from textwrap import indent

import pytest

from tests.source.checkouts import mine, read, write
from trellis_cfg.source.trainer_reads import TrainerReads

START = "class Mine:\n"
INIT = "def __init__(self, models, dataset, *, optimizer, **kwargs):\n    self.models = models\n"
RUN = "def run(self):\n    while self.step < 9:\n        self.run_step([1])\n"
STEP = "def run_step(self, data):\n    for each in data:\n        self.training_losses(each)\n"


def read_methods(folder: Path, *methods: str) -> TrainerReads:
    """Return what a trainer of these methods reads."""
    text = START + indent("\n".join(methods), "    ")
    reads = read(write(folder, mine(text, start=""))).read_trainer("Mine")
    assert reads is not None
    return reads


LOSS = "def training_losses(self, x):\n    return self.models['net'](x)\n"
USES = f"{LOSS[:-1]} + self.models['more'](x)\n"
# The methods, the roles that the trainer needs, and all that it uses, if that is known.
ROLES = {
    "in_the_losses": ((LOSS,), {"net"}, {"net"}),
    "two": ((USES,), {"net", "more"}, {"net", "more"}),
    "in_init": ((f"{INIT}    self.net = models['net']\n",), {"net"}, None),
    "wrapped_models": (
        (
            f"{INIT}    self.training_models = {{k: wrap(v) for k, v in models.items()}}\n",
            LOSS.replace("models", "training_models"),
        ),
        {"net"},
        {"net"},
    ),
    "models_of_another_name": (
        (f"{INIT}    self.own_models = load()\n", LOSS.replace("models", "own_models")),
        set(),
        None,
    ),
    "assigned_together": (
        (INIT.replace("self.models = models", "self.models, self.data = models, dataset"), LOSS),
        {"net"},
        {"net"},
    ),
    "assigned_from_an_attribute": (
        (f"{INIT}    self.training_models = self.models\n", LOSS.replace("models", "training_models")),
        {"net"},
        {"net"},
    ),
    "assigned_with_a_type": ((INIT.replace("models =", "models: dict ="), LOSS), {"net"}, {"net"}),
    "in_a_with_block": ((LOSS.replace("return", "with torch.autocast('cuda'):\n        return"),), {"net"}, {"net"}),
    "tried": ((LOSS.replace("return", "try:\n        return") + "    finally:\n        pass\n",), set(), {"net"}),
    "in_a_lambda": ((LOSS.replace("return ", "return lambda: "),), set(), {"net"}),
    "through_super": (("def training_losses(self, x):\n    return super().other(x)\n",), set(), None),
    "in_both_branches": (
        ("def training_losses(self, x):\n    if x:\n        self.models['net'](x)\n    else:\n        self.models['net'](2)\n",),
        {"net"},
        {"net"},
    ),
    "in_one_branch": (
        ("def training_losses(self, x):\n    if x:\n        self.models['net'](x)\n",),
        set(),
        {"net"},
    ),
    "after_a_return": (
        ("def training_losses(self, x):\n    if x:\n        return 0\n    self.models['net'](x)\n",),
        set(),
        {"net"},
    ),
    "after_a_check": (
        (LOSS.replace("    return", "    if not x:\n        raise ValueError\n    return"),),
        {"net"},
        {"net"},
    ),
    "tested": ((LOSS, "def has(self):\n    return 'net' in self.models\n"), set(), {"net"}),
    "with_a_default": (("def training_losses(self, x):\n    self.models.get('net')\n",), set(), None),
    "set": ((f"{INIT}    self.models['net'] = make()\n", LOSS), set(), {"net"}),
    "set_in_the_argument": ((f"{INIT}    models['net'] = make()\n", LOSS), set(), {"net"}),
    "changed_elsewhere": ((f"{INIT}    extend(self.models)\n", LOSS), set(), None),
    "updated": ((f"{INIT}    self.models.update(make())\n", LOSS), set(), None),
    "made_anew": ((INIT.replace("= models", "= make(models)"), LOSS), set(), None),
    "merged": ((f"{INIT}    self.all = {{**models, 'x': 1}}\n", LOSS), set(), None),
    "under_another_name": ((f"{INIT}    nets = self.models\n", LOSS), set(), None),
    "all_in_the_losses": (
        (LOSS.replace("return", "print([m(x) for m in self.models.values()])\n    return"),),
        {"net"},
        None,
    ),
    "all_in_a_method_of_the_losses": (
        (
            LOSS.replace("return", "self.show()\n    return"),
            "def show(self):\n    print(self.models.keys())\n",
        ),
        {"net"},
        None,
    ),
    "all_to_save_them": (
        (LOSS, "def save(self):\n    store({k: m.state() for k, m in self.models.items()})\n"),
        {"net"},
        {"net"},
    ),
    "the_trainer_elsewhere": (
        (LOSS.replace("return", "log(self)\n    return"),),
        set(),
        None,
    ),
    "in_a_method_that_is_never_called": (
        ("def draw(self):\n    self.models['net'](1)\n",),
        set(),
        None,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("methods", "required", "used"), ROLES.values(), ids=ROLES)
def test_the_roles_that_a_trainer_reads(
    methods: tuple[str, ...], required: set[str], used: set[str] | None, tmp_path: Path
) -> None:
    start = () if methods[0].startswith("def __init__") else (INIT,)
    roles = read_methods(tmp_path, *start, *methods, RUN, STEP).roles
    assert set(roles.required) == required
    assert roles.used == used


def test_roles_are_compared_as_text_first(tmp_path: Path) -> None:
    reads = read_methods(tmp_path, INIT, LOSS, RUN, STEP)
    assert not reads.may_differ(["net"])
    assert reads.may_differ(["net", "more"])
    assert reads.roles.required["net"].startswith("trellis/trainers/mine.py:")


KEEP = f"{INIT}    self.optimizer_config = optimizer\n"
USE = "def make(self):\n    maker({use})\n"
# What the trainer does with the object of its optimizer, and the keys that it reads.
KEYS = {
    "two_keys": (
        "self.optimizer_config['name'], **self.optimizer_config['args']",
        {"name", "args"},
    ),
    "attributes": ("self.optimizer_config.name", {"name"}),
    "with_a_default": ("self.optimizer_config.get('args', {})", {"args"}),
    "of_another_name": ("1)\n    own = self.optimizer_config or {}\n    print(own['extra']", None),
    "tested_first": (
        "1)\n    if self.optimizer_config and self.optimizer_config['name']:\n        print(1",
        {"name"},
    ),
    "a_test": ("'extra' in self.optimizer_config", {"extra"}),
    "compared": ("self.optimizer_config is None or self.optimizer_config['name']", {"name"}),
    "negated": ("not self.optimizer_config, self.optimizer_config['name']", {"name"}),
    "a_choice": ("self.optimizer_config['name'] if self.optimizer_config else 1", {"name"}),
    "printed": ("print(self.optimizer_config), self.optimizer_config['name']", {"name"}),
    "elsewhere": ("self.optimizer_config", None),
    "as_keywords": ("**self.optimizer_config", None),
    "all_keys": ("self.optimizer_config.items()", None),
    "a_computed_key": ("self.optimizer_config[key]", None),
    "a_computed_key_with_a_default": ("self.optimizer_config.get(key)", None),
    "none": ("1", None),
}


@pytest.mark.parametrize(("use", "expected"), KEYS.values(), ids=KEYS)
def test_the_keys_of_an_argument(use: str, expected: set[str] | None, tmp_path: Path) -> None:
    reads = read_methods(tmp_path, KEEP, USE.format(use=use))
    keys: object = reads.find_argument_keys("optimizer")
    assert keys == expected


def test_only_a_class_is_a_trainer(tmp_path: Path) -> None:
    facts = read(write(tmp_path, mine("def Mine():\n    pass\n")))
    assert facts.read_trainer("Mine") is None
    assert facts.read_trainer("Trainer") is None
    assert facts.read_trainer("Nope") is None


def test_an_argument_is_followed_to_a_base(tmp_path: Path) -> None:
    text = (
        "class Base:\n    def __init__(self, models, optimizer):\n        make(optimizer['name'])\n\n"
        "class Mine(Base):\n    def __init__(self, models, dataset, *, optimizer, **kwargs):\n"
        "        super().__init__(models, optimizer=optimizer)\n"
    )
    reads = read(write(tmp_path, mine(text, start=""))).read_trainer("Mine")
    assert reads is not None
    assert reads.find_argument_keys("optimizer") == frozenset(["name"])
