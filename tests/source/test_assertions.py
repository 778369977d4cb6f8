"""The assertions of a checkout's classes, evaluated on the values of a config."""

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.source.checkouts import write
from tests.source.constructors import VALUES, draw_class, run_class
from trellis_cfg.source.assertions import ClassAssertions
from trellis_cfg.source.assertions.frame import FailedAssertion
from trellis_cfg.source.facts import SourceFacts
from trellis_cfg.source.frames import CallArguments
from trellis_cfg.source.modules import Module, SourceFiles
from trellis_cfg.source.mro import Mro
from trellis_cfg.source.names import Definition, Resolver
from trellis_cfg.source.train_script import ClassCall

TRAIN = """
import json
from pkg import models, datasets, trainers

def main(cfg):
    data = getattr(datasets, cfg.dataset.name)(cfg.data_dir, **cfg.dataset.args)
    nets = {role: getattr(models, net.name)(**net.args) for role, net in cfg.models.items()}
    trainer = getattr(trainers, cfg.trainer.name)(nets, data, **cfg.trainer.args, step=1)
"""
IMPORTS = "import math\nimport numpy as np\nimport torch\nimport torch.nn as nn\n"


def fail(
    root: Path, code: str, arguments: dict[str, Any], train: str = TRAIN
) -> FailedAssertion | None:
    files = {"train.py": train, "pkg/trainers/__init__.py": "", "pkg/datasets/__init__.py": ""}
    write(root, {**files, "pkg/models/__init__.py": IMPORTS + code})
    return SourceFacts(str(root), ["pkg"]).find_failed_assertion("models", "Net", arguments)


def indent(body: str, by: int) -> str:
    return "".join(f"{' ' * by}{line}\n" for line in body.splitlines())


def net(body: str, more: str = "", bases: str = "nn.Module") -> str:
    start = f"class Net({bases}):\n    def __init__(self, a, b=2, c=None, **kwargs):\n"
    return start + indent("super().__init__()\n" + body, 8) + indent(more, 4)


Table = dict[str, tuple[str, dict[str, Any]] | tuple[str, dict[str, Any], str]]
"""The body of a constructor, its arguments, and perhaps other methods."""
CHAIN = """
def forward(self, x):
    if self.mode == "l1":
        return x
    elif self.mode in ("l2", "mse"):
        return x * x
    else:
        raise ValueError(f"bad mode {self.mode}")
"""
FAILING: Table = {
    "empty": ("assert any(x > 0 for x in a)", {"a": []}),
    "empty_sum": ("assert sum(a) > 0", {"a": []}),
    "assertion": ("assert a % b == 0", {"a": 3}),
    "if_raise": ("if a > 4:\n    raise ValueError('large')", {"a": 5}),
    "else_raise": ("if a == 'x':\n    pass\nelse:\n    raise ValueError(a)", {"a": "y"}),
    "after_returns": (
        "self.set(a)",
        {"a": "y"},
        "def set(self, v):\n    if v == 'x':\n        return\n    raise ValueError(v)",
    ),
    "attribute": ("self.n = a * 2\nassert self.n < 5", {"a": 3}),
    "or_default": ("self.h = c or a // 64\nassert a % self.h == 0", {"a": 130, "c": 4}),
    "numpy": ("assert int(np.log2(a)) == np.log2(a)", {"a": 3}),
    "length": ("assert len(a) == math.log2(b)", {"a": [1, 2]}),
    "chained": ("assert 0 < a <= 1", {"a": 2}),
    "isinstance": ("assert isinstance(a, (int, float))", {"a": "2"}),
    "keywords": ("d = kwargs.get('d', 4)\nassert a % d == 0", {"a": 3, "d": 2}),
    "keywords_default": ("d = kwargs.pop('d', 4)\nassert a % d == 0", {"a": 3}),
    "loop": ("for x in a:\n    assert x > 0", {"a": [1, 0]}),
    "items_only_read": ("n = [len(x) for x in a]\nassert a[0]", {"a": [[]]}),
    "comprehension": ("assert all(x > 0 for x in a)", {"a": [1, 0]}),
    "filter": ("assert all(x > 1 for x in a if x > 0)", {"a": [0, 1]}),
    "method_of_a_text": ("assert a and a.startswith('x')", {"a": "y"}),
    "annotated": ("n: int = a\nassert n > 2", {"a": 1}),
    "range": ("assert a in range(3)", {"a": 3}),
    "constant_of_the_module": ("assert a in SIZES", {"a": 4}),
    "with_no_grad": ("with torch.no_grad():\n    assert a > 2", {"a": 1}),
    "another_class": ("self.i = Inner(a, heads=b)", {"a": 3}),
    "dictionary_as_keywords": ("self.i = Inner(**c)", {"c": {"channels": 3, "heads": 2}}),
    "function": ("self.n = norm(c, a)", {"c": "x"}),
    "chain_in_forward": ("self.mode = a", {"a": "dice"}, CHAIN),
    "forward_asserts": (
        "self.n, self.m = a, b",
        {"a": 3},
        "def forward(self, x):\n    assert self.n % self.m == 0",
    ),
    "nested_value": (
        "self.s = a",
        {"a": {"name": "v", "args": {}}},
        "def forward(self):\n    if self.s['name'] != 'u':\n        raise ValueError",
    ),
}
OTHERS = """
SIZES = (8, 16)


class Inner(nn.Module):
    def __init__(self, channels, heads):
        assert channels % heads == 0, "heads"


def norm(name, *args):
    if name in (None, "layer"):
        return nn.LayerNorm(*args)
    else:
        raise ValueError(f"no norm {name}")


def change(x):
    x.append(1)


def keep(x):
    return x


@torch.wrap
def wrapped(x):
    assert x


"""


@pytest.mark.parametrize("name", FAILING)
def test_a_failing_assertion_is_reported(name: str, tmp_path: Path) -> None:
    body, arguments, *more = FAILING[name]
    failure = fail(tmp_path, OTHERS + net(body, *more), arguments)
    assert failure
    assert failure.parameters >= arguments.keys()


SILENT: Table = {
    "items_changed": ("[change(x) for x in (a, a)]\nassert len(a)", {"a": []}),
    "items_of_the_object": (
        "self.n = a\n{change(x): 1 for x in [self.n]}\nassert self.n",
        {"a": []},
    ),
    "attribute_perhaps_changed": (
        "self.n = a\nif other():\n    change(self.n)\nassert self.n",
        {"a": []},
    ),
    "attribute_in_a_loop": (
        "self.n = a\nfor x, y in other(self.n):\n    x.append(1)\nassert self.n",
        {"a": []},
    ),
    "inner_list_changed": ("x = a[0]\nchange(a)\nassert x", {"a": [[]]}),
    "met": ("assert a % b == 0", {"a": 4}),
    "dictionary_of_self": ("self.n = a\nself.__dict__.update(n=1)\nassert self.n", {"a": 0}),
    "setter": ("self.n = a\nassert self.n", {"a": 0}, "def __setattr__(self, k, v):\n    pass"),
    "descriptor": ("self.n = a\nassert self.n", {"a": 0}, "n = Descriptor()"),
    "method_of_the_object": (
        "self.check = print\nself.check(a)",
        {"a": 0},
        "def check(self, n):\n    assert n",
    ),
    "list_is_filled": ("a.append(1)\nassert len(a) == 1", {"a": [1]}),
    "list_is_filled_by_name": ("x = a\nx.append(1)\nassert len(a) == 1", {"a": [1]}),
    "list_is_filled_elsewhere": ("change(a)\nassert len(a) == 1", {"a": [1]}),
    "list_is_filled_in_a_container": ("x = [a]\nx[0].append(1)\nassert len(a) == 1", {"a": [1]}),
    "list_is_filled_later": (
        "self.l = a",
        {"a": [1]},
        "def forward(self):\n    assert len(self.l) == 0\ndef fill(self):\n    self.l.append(1)",
    ),
    "item_is_set_later": (
        "self.l = a",
        {"a": [0]},
        "def forward(self):\n    assert self.l[0]\ndef fill(self):\n    self.l[0] = 1",
    ),
    "unknown_filter": ("assert all(x > 0 for x in a if torch.f(x))", {"a": [0]}),
    "returned_list": ("x = keep(a)\nx.append(1)\nassert len(a) == 1", {"a": [1]}),
    "attribute_is_assigned_later": (
        "self.n = a",
        {"a": 0},
        "def forward(self):\n    assert self.n\ndef start(self):\n    self.n = 1",
    ),
    "attribute_may_be_set": ("self.n = a\nsetattr(self, torch.x, 1)\nassert self.n", {"a": 0}),
    "self_is_passed": ("self.n = a\ntorch.setup(self)\nassert self.n", {"a": 0}),
    "property": ("self.n = a\nassert self.n", {"a": 0}, "@property\ndef n(self):\n    return 1"),
    "unknown_condition": ("if torch.cuda.is_available():\n    assert a", {"a": 0}),
    "perhaps_returned": ("if torch.x:\n    return\nassert a", {"a": 0}),
    "caught": ("try:\n    assert a\nexcept AssertionError:\n    pass", {"a": 0}),
    "suppressed": (
        "import contextlib\nwith contextlib.suppress(Exception):\n    assert a",
        {"a": 0},
    ),
    "assigned_in_an_unknown_branch": ("x = a\nif torch.x:\n    x = 1\nassert x", {"a": 0}),
    "assigned_in_a_loop": ("x = a\nwhile torch.x:\n    x = 1\nassert x", {"a": 0}),
    "unknown_function": ("x = torch.f(a)\nassert x", {"a": 0}),
    "keywords_are_not_all_known": ("assert len(kwargs) > 3", {"a": 0}),
    "two_loops_in_a_list": ("assert [x for y in a for x in y]", {"a": [[]]}),
    "too_many_arguments": ("keep(a, 1)\nassert a", {"a": 0}),
    "unknown_operand": ("assert torch.x and a", {"a": 0}),
    "constants_only": ("assert 1 == 2", {"a": 0}),
    "not_a_config_value": ("raise NotImplementedError", {"a": 0}),
    "generator": ("self.f(a)", {"a": 0}, "def f(self, x):\n    assert x\n    yield x"),
    "decorated": ("self.f(a)", {"a": 0}, "@torch.wrap\ndef f(self, x):\n    assert x"),
    "decorated_function": ("wrapped(a)", {"a": 0}),
    "long_loop": ("for x in a:\n  for y in a: pass\nassert not a", {"a": [1] * 99}),
    "inner_function": ("def f():\n    assert a", {"a": 0}),
    "captured": ("x = a\ndef f():\n    nonlocal x\n    x = 1\nf()\nassert x", {"a": 0}),
    "huge_power": ("assert a ** a ** a < 3", {"a": 10**6}),
    "huge_text": ("assert 'a' * a == ''", {"a": 10**12}),
    "huge_shift": ("assert 1 << a == 0", {"a": 10**9}),
    "huge_range": ("assert sum(range(a)) == 0", {"a": 10**12}),
    "recursion": ("self.f(a)", {"a": 0}, "def f(self, x):\n    self.f(x)"),
    "known_in_other_code": (
        "self.mode = a",
        {"a": "off"},
        "def draw(self):\n    if self.mode != 'l1':\n        raise ValueError\ndef use(self):\n    return self.mode == 'off'",
    ),
    "method_that_is_perhaps_not_called": (
        "self.n = a",
        {"a": 0},
        "def upsample(self):\n    assert self.n",
    ),
    "other_class_attribute": (
        "self.n = a",
        {"a": 0},
        "def forward(self, o):\n    o.n = 1\n    assert self.n",
    ),
    "numpy_integer": ("assert isinstance(np.prod(a), int) and False", {"a": [2]}),
    "identity": ("assert a is 1000", {"a": 1000}),
    "opaque_method_assigns": (
        "self.n = a\nself.start()\nassert self.n",
        {"a": 0},
        "@torch.wrap\ndef start(self):\n    self.n = 1",
    ),
    "passed_method_assigns": (
        "self.n = a\ntorch.on(self.start)\nassert self.n",
        {"a": 0},
        "def start(self):\n    self.n = 1",
    ),
    "missing_argument": ("assert b == 3", {}),
    "unknown_pattern": (
        "match a:\n    case {'x': 1}:\n        return\n    case _:\n        raise ValueError",
        {"a": {}},
    ),
}


@pytest.mark.parametrize("name", SILENT)
def test_what_is_not_known_reports_nothing(name: str, tmp_path: Path) -> None:
    body, arguments, *more = SILENT[name]
    assert fail(tmp_path, OTHERS + net(body, *more), arguments) is None


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("    data =", "    cfg.models.args.a = 4\n    data ="),
        ("(**net.args)", "(*map(int, sys.argv), **net.args)"),
    ],
    ids=["changed", "any number of arguments"],
)
def test_an_argument_that_the_script_may_change(line: str, changed: str, tmp_path: Path) -> None:
    assert fail(tmp_path, net("assert a > 2"), {"a": 0}, TRAIN.replace(line, changed)) is None


def test_a_base_gets_what_is_passed_on(tmp_path: Path) -> None:
    code = """
class Base(nn.Module):
    def __init__(self, a, size=3, **kwargs):
        super().__init__()
        assert a % size == 0

class Net(Base):
    def __init__(self, *args, b=1, **kwargs):
        super().__init__(*args, **kwargs)
"""
    failure = fail(tmp_path, code, {"a": 4})
    assert failure == FailedAssertion(frozenset("a"), "a % size == 0", "pkg/models/__init__.py:9")
    assert fail(tmp_path, code, {"a": 4, "size": 2}) is None


def read_assertions(text: str, root: Path) -> ClassAssertions:
    module = Module("net.py", ("net",), text.encode(), is_package=False)
    resolver = Resolver(SourceFiles(str(root)))
    definition = resolver.resolve_name(module, "Net")
    assert isinstance(definition, Definition)
    call = ClassCall("models", CallArguments())
    return ClassAssertions(resolver, Mro(resolver), definition, call)


def evaluate(text: str, arguments: dict[str, Any], root: Path) -> FailedAssertion | None:
    return read_assertions(text, root).find_failed(arguments)


ARGUMENTS = st.fixed_dictionaries({"alpha": VALUES, "beta": VALUES}, optional={"gamma": VALUES})
of_programs = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@of_programs
@given(draw_class(has_unknown=True), st.lists(ARGUMENTS, max_size=8))
def test_what_was_found_before_changes_nothing(
    tmp_path: Path, text: str, configs: list[dict[str, Any]]
) -> None:
    kept = read_assertions(text, tmp_path)
    for arguments in configs:
        assert kept.find_failed(arguments) == evaluate(text, arguments, tmp_path)


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@of_programs
@given(draw_class(has_unknown=False), ARGUMENTS)
def test_known_code_fails_where_python_fails(
    tmp_path: Path, text: str, arguments: dict[str, Any]
) -> None:
    outcome = run_class(text, copy.deepcopy(arguments), [])
    failure = evaluate(text, arguments, tmp_path)
    if failure and not outcome.is_other:
        assert failure.place == f"net.py:{outcome.line}"


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@of_programs
@given(draw_class(has_unknown=True), ARGUMENTS, st.lists(st.booleans(), max_size=12))
def test_what_is_reported_fails_in_python(
    tmp_path: Path, text: str, arguments: dict[str, Any], answers: list[bool]
) -> None:
    outcome = run_class(text, copy.deepcopy(arguments), answers)
    failure = evaluate(text, arguments, tmp_path)
    assert not failure or outcome.line is not None or outcome.is_other


ELSEWHERE = {
    "base_out_of_sight": net("self.n = a\nassert self.n", bases="torch.Lost"),
    "deep_code": net(f"assert {'-' * 900}a"),
    "function_that_gets_the_object": "def fix(net):\n    net.n = 1\n\n\n"
    + net("self.n = a\nfix(self)\nassert self.n"),
    "list_of_the_module_that_is_filled": "SIZES = [8]\nSIZES.append(0)\n\n\n"
    + net("assert a in SIZES"),
    "dictionary_of_the_module_that_is_set": "IS = {'strict': True}\nIS['strict'] = False\n\n\n"
    + net("assert a or not IS['strict']"),
}


@pytest.mark.parametrize("code", ELSEWHERE.values(), ids=ELSEWHERE)
def test_values_that_other_code_may_change(tmp_path: Path, code: str) -> None:
    assert fail(tmp_path, code, {"a": 0}) is None


def test_a_script_that_catches_the_error(tmp_path: Path) -> None:
    start = "    nets = "
    line = next(line for line in TRAIN.splitlines() if line.startswith(start))
    caught = f"    try:\n    {line}\n    except AssertionError:\n        nets = {{}}"
    code = net("assert a")
    assert fail(tmp_path / "plain", code, {"a": 0})
    assert not fail(tmp_path / "caught", code, {"a": 0}, TRAIN.replace(line, caught))
