"""What the methods of trainers, datasets and models do with their arguments."""

from pathlib import Path
from textwrap import dedent, indent

import pytest

from tests.source.checkouts import mine, read, write
from trellis_cfg.source.facts import SourceFacts

IMPORTS = "import io\nimport torch\nimport warnings\nfrom transformers import CLIPTextModel\n"
Table = dict[str, tuple[str, object]]


def read_trainer(root: Path, body: str, before: str = "") -> SourceFacts:
    """Return the facts of a checkout whose trainer Mine has a body."""
    text = f"{IMPORTS}{dedent(before)}\nclass Mine(Trainer):\n{indent(dedent(body), '    ')}\n"
    return read(write(root, mine(text)))


def read_model(root: Path, body: str, bases: str = "nn.Module") -> SourceFacts:
    """Return the facts of a checkout whose model Net has a body."""
    text = f"import warnings\nfrom torch import nn\nclass Net({bases}):\n"
    files = {"trellis/models/__init__.py": text + indent(dedent(body), "    ") + "\n"}
    return read(write(root, mine("class Mine(Trainer):\n    pass\n") | files))


def each(table: Table) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("body", "expected"), table.values(), ids=table)


def each_of(tables: dict[str, Table]) -> pytest.MarkDecorator:
    rows = {f"{fact}-{name}": (fact, *row) for fact in tables for name, row in tables[fact].items()}
    return pytest.mark.parametrize(("fact", "body", "expected"), rows.values(), ids=rows)


INIT = "def __init__(self, *a, fp16_mode='inflat_all', **k):\n    self.fp16_mode = fp16_mode\n"
LOAD = INIT + "def load(self, path, step):\n    for name, model in self.models.items():\n"
IF = LOAD + "        if {}:\n            model.convert_to_fp16()"
VALUES = IF.replace("name, model in self.models.items()", "model in self.models.values()")
ALL, NONE = {""}, set[str]()
CONVERSIONS: Table = {
    "under the mode": (IF.format("self.fp16_mode == 'inflat_all'"), ALL),
    "of each value": (VALUES.format("self.fp16_mode in ('inflat_all', 'all')"), ALL),
    "unless the mode is null": (
        LOAD + "        if self.fp16_mode is None:\n            continue\n"
        "        model.convert_to_fp16()",
        ALL,
    ),
    "in a method that it calls": (
        INIT + "def load(self, path, step):\n    self._restore()\n"
        "def _restore(self):\n    for _, m in self.models.items():\n        m.convert_to_fp16()",
        ALL,
    ),
    "of one role": (
        INIT + "def load(self, path, step):\n    self.models['encoder'].convert_to_fp16()",
        {"encoder"},
    ),
    "both conditions hold": (IF.format("self.fp16_mode and self.fp16_mode != 'amp'"), ALL),
    "either mode": (IF.format("self.fp16_mode == 'all' or self.fp16_mode"), ALL),
    "an order of modes": (IF.format("self.fp16_mode > 'all'"), ALL),
    "what cannot be in a set": (IF.format("[] not in {'all': 1}"), NONE),
    "a condition that is too deep": (IF.format("not " * 980 + "self.fp16_mode"), NONE),
    "under another mode": (IF.format("self.fp16_mode == 'all'"), NONE),
    "after a function": (LOAD + "        def f(): return 1\n        model.convert_to_fp16()", ALL),
    "in a function of its own": (LOAD + "        def f(): model.convert_to_fp16()", NONE),
    "only a model that can": (IF.format("hasattr(model, 'convert_to_fp16')"), NONE),
    "only a model that is in half precision": (
        LOAD + "        if not getattr(model, 'use_fp16', False):\n            continue\n"
        "        model.convert_to_fp16()",
        NONE,
    ),
    "if it does not fail": (
        LOAD + "        try:\n            model.convert_to_fp16()\n"
        "        except AttributeError:\n            pass",
        NONE,
    ),
    "a mode that it changes": (
        IF.format("self.fp16_mode").replace("**k):\n", "**k):\n    fp16_mode = f(fp16_mode)\n"),
        NONE,
    ),
    "a mode that another method changes": (
        IF.format("self.fp16_mode") + "\ndef setup(self):\n    self.fp16_mode = None",
        NONE,
    ),
    "only while fine-tuning": (
        INIT + "def load(self, path, step):\n    pass\n"
        "def finetune_from(self, c):\n    for m in self.models.values():\n"
        "        m.convert_to_fp16()",
        NONE,
    ),
    "a mode that it passes on otherwise": (
        IF.format("self.fp16_mode").replace(
            "**k):\n", "**k):\n    super().__init__(fp16_mode=None)\n"
        ),
        NONE,
    ),
    "by their roles, and a part": (
        INIT + "def load(self, path, step):\n    self.inner.net.convert_to_fp16()\n"
        "    for role in self.models.keys():\n        self.models[role].convert_to_fp16()",
        NONE,
    ),
    "some models": (
        INIT + "def load(self, path, step):\n    for model in self.frozen.values():\n"
        "        model.convert_to_fp16()",
        NONE,
    ),
}


@each(CONVERSIONS)
def test_models_that_a_resume_converts(body: str, expected: object, tmp_path: Path) -> None:
    source = read_trainer(tmp_path, body)
    assert set(source.find_converted("Mine", {"fp16_mode": "inflat_all"})) == expected


def test_a_trainer_that_does_not_load(tmp_path: Path) -> None:
    assert not read_trainer(tmp_path, "pass").find_converted("Mine", {})


METHOD = "def convert_to_fp16(self):\n    "
CONVERTED: Table = {
    "its blocks": (METHOD + "self.blocks.apply(half)", True),
    "in a loop": (METHOD + "for block in self.blocks:\n        block.half()", True),
    "an attribute": (METHOD + "self.dtype = torch.float16", True),
    "what it returns": (METHOD + "return self.half()", True),
    "its parts": (
        METHOD + "if hasattr(self.encoder, 'half'):\n        self.encoder.half()",
        True,
    ),
    "no method": ("pass", False),
    "nothing": (METHOD + "pass", None),
    "a sentence": (METHOD + "'''Stay in full precision.'''", None),
    "to full precision": (METHOD + "self.dtype = torch.float32", None),
    "a warning": (METHOD + "print('not supported')", None),
    "only if it was built so": (METHOD + "if self.use_fp16:\n        self.half()", None),
    "unless it was built otherwise": (
        METHOD + "if not self.use_fp16:\n        return\n    self.half()",
        None,
    ),
    "whatever is asked for": ("def __getattr__(self, name):\n    return self.inner", None),
    "what it is bound to": ("convert_to_fp16 = nn.Module.half", None),
}


def test_a_trainer_without_losses_may_need_sparse_tensors(tmp_path: Path) -> None:
    assert read_trainer(tmp_path, "pass").lacks_sparse("Mine", "models", "Net") is None


def test_a_model_of_another_package_may_convert_itself(tmp_path: Path) -> None:
    assert read_model(tmp_path, "pass", bases="diffusers.ModelMixin").is_converted("Net") is None


def optimize(*lines: str) -> str:
    return "def init_models_and_more(self, **kwargs):\n" + indent("\n".join(lines), "    ")


def spread(*lines: str) -> str:
    """Return a method that calls a class with what some lines make of the arguments."""
    return optimize(CALL, *lines, "torch_class(1, **args)")


CALL = 'torch_class = getattr(torch.optim, self.optimizer_config["name"])'
ARGS = 'self.optimizer_config["args"]'
COPIED = f"args = dict({ARGS})"
LESS = f"args = {{k: v for k, v in {ARGS}.items() if k "
TORCH_CALLS: Table = {
    "as the config has them": (
        optimize(f'getattr(torch.optim, self.optimizer_config["name"])(1, **{ARGS})'),
        (set(), True),
    ),
    "a class with a name of its own": (optimize(CALL, f"torch_class(1, **{ARGS})"), (set(), True)),
    "attributes": (spread("args = dict(self.optimizer_config.args)"), (set(), True)),
    "less one": (spread(f"args = {ARGS}.copy()", "x = args.pop('decay', 0)"), ({"decay"}, True)),
    "less one that is deleted": (
        spread(f"args = {{**{ARGS}}}", "del args['decay']"),
        ({"decay"}, True),
    ),
    "less some in a loop": (
        spread(COPIED, "for key in ('decay', 'layers'):\n    args.pop(key, None)"),
        ({"decay", "layers"}, True),
    ),
    "less those of a constant": (spread(LESS + "not in OWN}"), ({"decay"}, True)),
    "less one, and with another": (
        optimize(CALL, LESS + "!= 'decay'}", "torch_class(1, eps=1e-6, **args)"),
        ({"decay"}, True),
    ),
    "less those that a function removes": (
        spread(COPIED, "split(self.optimizer_config, args)"),
        ({"layers"}, False),
    ),
    "only those that it knows": (
        spread("names = inspect.signature(torch_class).parameters", LESS + "in names}"),
        (set(), False),
    ),
    "what a function returns": (spread(f"args = clean({ARGS})"), (set(), False)),
    "less a key by a name": (spread(COPIED, "args.pop(self.key)"), (set(), False)),
    "by a function of the checkout": (
        optimize("self.optimizer = build(self.optimizer_config)"),
        ({"decay"}, True),
    ),
    "by an unknown function": (
        optimize("self.optimizer = timm.create_optimizer(self.optimizer_config)"),
        (set(), None),
    ),
}
BUILD = """
OWN = ("decay",)

def split(optimizer, args):
    return args.pop("layers")

def build(optimizer):
    args = dict(optimizer["args"])
    args.pop("decay", None)
    return getattr(torch.optim, optimizer["name"])(1, **args)
"""


@each(TORCH_CALLS)
def test_arguments_that_reach_torch(body: str, expected: object, tmp_path: Path) -> None:
    call = read_trainer(tmp_path, body, BUILD).read_torch_call("optimizer", "Mine")
    assert call is not None
    assert (set(call.removed), call.is_direct) == expected


STARTED = "def __init__(self, *a, finetune_ckpt=None, **k):\n    "
FINETUNED = STARTED + "if finetune_ckpt is not None:\n        self.finetune_from(finetune_ckpt)\n"
FROM = FINETUNED + "def finetune_from(self, ckpt):\n"
SHAPES: Table = {
    "its items": (FROM + "    for k, v in ckpt.items():\n        print(k, v)", "object"),
    "an entry": (FROM + "    for k, m in self.models.items():\n        m.load(ckpt[k])", "object"),
    "an attribute": (
        STARTED + "self.start = finetune_ckpt\ndef run(self):\n    list(self.start.items())",
        "object",
    ),
    "in a method that gets it by name, twice": (
        STARTED + "self.start(path=finetune_ckpt)\n    self.start(path=finetune_ckpt)\n"
        "def start(self, path):\n    torch.load(path)",
        "path",
    ),
    "a file": (FROM + "    torch.load(ckpt)", "path"),
    "a file that is opened": (
        FROM + "    with open(ckpt, 'rb') as file:\n        file.read()",
        "path",
    ),
    "the end of a path": (FROM + "    if ckpt.endswith('.pt'):\n        torch.load(ckpt)", "path"),
    "either": (
        FROM + "    if isinstance(ckpt, str):\n        ckpt = {'net': ckpt}\n    ckpt.items()",
        "",
    ),
    "either, by a test in the constructor": (
        STARTED
        + "finetune_ckpt = normalize(finetune_ckpt)\n    self.finetune_from(finetune_ckpt)\n"
        "def finetune_from(self, ckpt):\n    ckpt.items()",
        "",
    ),
    "either, by trial": (
        FROM
        + "    try:\n        ckpt.items()\n    except AttributeError:\n        torch.load(ckpt)",
        "",
    ),
    "what an unknown function takes": (FROM + "    ckpt.items()\n    wonders(ckpt)", ""),
    "what another class takes from the keywords": (
        FROM + "    ckpt.items()\ndef setup(self, **k):\n    return k.pop('finetune_ckpt', None)",
        "",
    ),
    "nothing": (STARTED + "pass", ""),
}


LOOP = "    for role, net in self.models.items():\n        "
KEYS: Table = {
    "a role that is not there": (
        FROM + LOOP + "if role in ckpt:\n            load(net)",
        "ignored",
    ),
    "a role or nothing": (FROM + LOOP + "load(net, ckpt.get(role))", "ignored"),
    "an entry that was copied": (
        FROM + "    paths = dict(ckpt)\n" + LOOP + "load(net, paths[role])",
        "ignored",
    ),
    "a model of the key": (
        FROM + "    for key, path in ckpt.items():\n        self.models[key].load(path)",
        "fails",
    ),
    "a model of the key, if there is one": (
        FROM + "    for key, path in ckpt.items():\n        if key in self.models:\n"
        "            self.models[key].load(path)",
        "ignored",
    ),
    "an entry of the key": (
        FROM + "    for _ in range(3):\n        for key in ckpt:\n"
        "            self.models[key].load(ckpt[key])",
        "fails",
    ),
    "a key that is made": (FROM + LOOP + "load(net, ckpt[role], ckpt.get(f'{role}_ema'))", ""),
    "one file for all": (FROM + "    load(ckpt['path'])", ""),
}


def test_keys_that_the_code_names(tmp_path: Path) -> None:
    body = FROM + LOOP + "load(net, ckpt.get(role), strict=ckpt.get('strict', True))"
    finetuning = read_trainer(tmp_path, body).read_finetuning("Mine")
    assert finetuning
    assert (finetuning.keys, set(finetuning.named)) == ("ignored", {"strict"})


READ = """
from safetensors.torch import load_file

def read_whole(path):
    with open(path, "rb") as file:
        data = file.read()
    data = io.BytesIO(data)
    return data

def read_at_once(path):
    return io.BytesIO(open(path, "rb").read())

def read_lazily(path):
    if path.startswith("s3:"):
        return io.BytesIO(download(path))
    return path
"""
LOADERS: Table = {
    "bytes": (FROM + LOOP + "torch.load(io.BytesIO(open(ckpt[role], 'rb').read()))", "buffer"),
    "bytes by a function": (FROM + LOOP + "torch.load(read_whole(ckpt[role]))", "buffer"),
    "bytes at once": (FROM + LOOP + "torch.load(read_at_once(ckpt[role]))", "buffer"),
    "bytes by an unknown function": (FROM + LOOP + "torch.load(fetch(ckpt[role]))", "path"),
    "bytes by a name": (
        FROM + LOOP + "data = io.BytesIO(open(ckpt[role], 'rb').read())\n        torch.load(data)",
        "buffer",
    ),
    "in a method, twice": (
        FROM + LOOP + "self.read(ckpt[role])\n        self.read(ckpt[f'{role}_ema'])\n"
        "def read(self, path):\n    return torch.load(read_whole(path))",
        "buffer",
    ),
    "safetensors": (FROM + LOOP + "net.load_state_dict(load_file(ckpt[role]))", "safetensors"),
    "a path": (FROM + LOOP + "torch.load(ckpt[role], map_location='cpu')", "path"),
    "bytes or a path": (FROM + LOOP + "torch.load(read_lazily(ckpt[role]))", "path"),
    "either": (
        FROM + LOOP + "torch.load(read_whole(ckpt[role])) if ckpt[role].endswith('.pt') else "
        "load_file(ckpt[role])",
        "",
    ),
    "either by the end of the name": (
        FROM + LOOP + "if ckpt[role].endswith('.safetensors'):\n            wonders(ckpt[role])\n"
        "        torch.load(read_whole(ckpt[role]))",
        "",
    ),
}


@each_of({"shape": SHAPES, "keys": KEYS, "loader": LOADERS})
def test_how_a_run_starts_from_a_checkpoint(
    fact: str, body: str, expected: object, tmp_path: Path
) -> None:
    finetuning = read_trainer(tmp_path, body, READ).read_finetuning("Mine")
    assert getattr(finetuning, fact) == expected


WARN = "warnings.warn('old is ignored')"
OLD = "def __init__(self, size, old=None, **kwargs):\n    "
WARNED: Table = {
    "if it is set": (
        OLD + "if old is not None:\n        warnings.warn('old is deprecated')",
        {"old"},
    ),
    "if it is true": (OLD + "if old:\n        print(f'old={old} is ignored')", {"old"}),
    "with a category": (OLD + "if old:\n        warnings.warn('old', DeprecationWarning)", {"old"}),
    "by a logger": (OLD + "if old:\n        logger.warning('old has no effect')", {"old"}),
    "among the others": (
        (
            "def __init__(self, size, **kwargs):\n    if 'old' in kwargs:\n"
            "        warnings.warn('old is ignored')\n        kwargs.pop('old')"
        ),
        {"old"},
    ),
    "taken from the others": (
        (
            "def __init__(self, size, **kwargs):\n    former = kwargs.pop('old', None)\n"
            "    if former is not None:\n        warnings.warn('old is no longer used')"
        ),
        {"old"},
    ),
    "and set to null": (OLD + f"if old:\n        {WARN}\n        old = None", {"old"}),
    "and nothing else": (OLD + f"if old:\n        {WARN}\n        pass", {"old"}),
    "and deleted": (
        OLD.replace(", old=None", "")
        + f"if 'old' in kwargs:\n        {WARN}\n        del kwargs['old']",
        {"old"},
    ),
    "with another value": (OLD + "if old == 3:\n        warnings.warn('old=3 is ignored')", set()),
    "and used": (OLD + "if old:\n        warnings.warn('deprecated')\n    self.size = old", set()),
    "and mapped": (
        OLD + "if old:\n        warnings.warn('old is deprecated')\n        size = old",
        set(),
    ),
    "and read in a method": (
        OLD + "if old:\n        warnings.warn('old is deprecated')\n    self.old = old",
        set(),
    ),
    "of something else": (OLD + "if old:\n        warnings.warn('this takes long')", set()),
    "and used otherwise": (
        OLD + "if old:\n        warnings.warn('old is ignored')\n    else:\n        self.f()",
        set(),
    ),
    "and read by its name": (
        OLD + "if old:\n        warnings.warn('old is ignored')\n    f(locals())",
        set(),
    ),
    "never": (OLD + "pass", set()),
}


@each(WARNED)
def test_arguments_that_are_only_warned_of(body: str, expected: object, tmp_path: Path) -> None:
    args = {"size": 1, "old": 1}
    assert set(read_model(tmp_path, body).find_deprecated("models", "Net", args)) == expected


ENCODER = "def __init__(self, *a, encoder='x', **k):\n    "
NAMED = ENCODER + "self.name = encoder\ndef training_losses(self):\n    "
CLIP, HUB = ("CLIPTextModel", ""), ("torch.hub.load", "facebookresearch/dinov2")
ENCODERS: Table = {
    "at once": (ENCODER + "self.model = CLIPTextModel.from_pretrained(encoder)", CLIP),
    "later, with a tokenizer": (
        NAMED
        + "CLIPTextModel.from_pretrained(self.name)\n    AutoTokenizer.from_pretrained(self.name)",
        CLIP,
    ),
    "from the hub": (NAMED + "torch.hub.load('facebookresearch/dinov2', self.name)", HUB),
    "only once": (
        NAMED
        + "if self.model is None:\n        self.model = CLIPTextModel.from_pretrained(self.name)",
        CLIP,
    ),
    "by its name": (
        NAMED + "if 'clip' in self.name:\n        CLIPTextModel.from_pretrained(self.name)",
        None,
    ),
    "unless it fails": (
        NAMED + "try:\n        CLIPTextModel.from_pretrained(self.name)\n    except OSError:\n"
        "        pass",
        None,
    ),
    "by a name that it changes": (
        ENCODER + "encoder = f'openai/{encoder}'\n    CLIPTextModel.from_pretrained(encoder)",
        None,
    ),
    "by a name that it passes on otherwise": (
        ENCODER + "super().__init__(*a, encoder='b')\n    CLIPTextModel.from_pretrained(encoder)",
        None,
    ),
    "by two": (
        NAMED + "CLIPTextModel.from_pretrained(self.name)\n    T5.from_pretrained(self.name)",
        None,
    ),
    "by an unknown function": (NAMED + "build(self.name)", None),
    "where nothing calls it": (
        "@staticmethod\ndef prepare(encoder):\n    CLIPTextModel.from_pretrained(encoder)",
        None,
    ),
    "from a hub that is not named": (NAMED + "torch.hub.load(self.hub, self.name)", None),
}


@each(ENCODERS)
def test_what_loads_an_encoder(body: str, expected: object, tmp_path: Path) -> None:
    loader = read_trainer(tmp_path, body).find_loader("trainer", "Mine", "encoder", "Mine")
    assert (loader and (loader.name, loader.repository)) == expected


FORWARD = "def forward(self, x, t, cond):\n    "
NEEDS: Table = {
    "always": (FORWARD + "return self.attention(x, cond)", True),
    "never": ("def forward(self, x, t):\n    return x", False),
    "by default none": ("def forward(self, x, t, cond=None):\n    return x", False),
    "if there is one": (FORWARD + "return x if cond is None else x + cond", False),
    "if there is one, by a name": (
        FORWARD + "empty = cond is None\n    return x if empty else x + cond",
        False,
    ),
    "if it is true": (FORWARD + "if cond:\n        x = x + cond\n    return x", False),
    "of a width": (FORWARD + "assert cond.shape[-1] == self.width\n    return x + cond", True),
}


@each_of({"is_converted": CONVERTED, "needs_condition": NEEDS})
def test_what_a_model_does(fact: str, body: str, expected: object, tmp_path: Path) -> None:
    assert getattr(read_model(tmp_path, body), fact)("Net") is expected


LOSSES = (
    "def training_losses(self, x, cond=None):\n    self.models['net'](x, self.get_cond(cond))\n"
)
PASSED: Table = {
    "as it is": (
        LOSSES + "def get_cond(self, cond, **kwargs):\n    '''It.'''\n    return cond",
        True,
    ),
    "encoded": (LOSSES + "def get_cond(self, cond):\n    return self.encode(cond)", False),
    "not by that method": ("def get_cond(self, cond):\n    return cond", False),
}


@each(PASSED)
def test_a_condition_that_is_passed_on(body: str, expected: object, tmp_path: Path) -> None:
    assert read_trainer(tmp_path, body).passes_condition("Mine") is expected


BLOCKS = "".join(" " * (4 + depth) + "if a:\n" for depth in range(90)) + " " * 99 + "pass"
HOSTILE = {
    "a chain": "    x = " + " and ".join(["a"] * 3000),
    "returns": "    if a: return\n" * 3000,
    "a sum": "    x = " + "+".join(["a"] * 900),
    "blocks": BLOCKS,
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_code_that_is_long_or_deep(body: str, tmp_path: Path) -> None:
    source = read_trainer(tmp_path, f"def load(self):\n{body}")
    assert source.find_converted("Mine", {}) == {}
    assert source.find_deprecated("trainer", "Mine", {"a": 1}) == {}
    assert source.read_finetuning("Mine") is not None
