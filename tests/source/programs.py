"""Random hierarchies of classes as source text, and what Python itself says of them."""

import inspect
import itertools
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from hypothesis import strategies as st

KEYS = ("alpha", "beta", "gamma", "delta")
STRANGER = "nobody"
CLASSES = ("Base", "Middle", "Mixin", "Other", "Leaf", "Last")
FUNCTIONS = {
    "swallowing": "def swallowing(**kwargs):\n    pass\n",
    "reading": (
        "def reading(*, beta=None, **kwargs):\n    SEEN.add('beta')\n"
        "    if 'gamma' in kwargs:\n        SEEN.add('gamma')\n"
    ),
    "strict": "def strict(alpha=1, delta=None):\n    SEEN.update(('alpha', 'delta'))\n",
    "deep": "def deep(**options):\n    reading(**options)\n",
}
HEADER = "SEEN = set()\n\n" + "\n".join(FUNCTIONS.values()) + "\n"


class Written(NamedTuple):
    """A class as text; ``bases`` are names of classes that stand before it."""

    name: str
    bases: tuple[str, ...]
    text: str


def _parameters(names: list[str], required: list[bool]) -> str:
    return ", ".join(
        name if is_required else f"{name}=None"
        for name, is_required in zip(names, required, strict=False)
    )


@st.composite
def bodies(draw: st.DrawFn, names: list[str]) -> list[str]:
    """Draw what a constructor does with its keywords, besides handing them up."""
    lines = [f"SEEN.add({name!r})" for name in names]
    for key in draw(st.lists(st.sampled_from(KEYS), max_size=2, unique=True)):
        lines += draw(
            st.sampled_from(
                (
                    [f"if kwargs.get({key!r}):", f"    SEEN.add({key!r})"],
                    [f"if kwargs.pop({key!r}, None) is not None:", f"    SEEN.add({key!r})"],
                    [f"kwargs.pop({key!r})", f"SEEN.add({key!r})"],
                    [f"kwargs[{key!r}]", f"SEEN.add({key!r})"],
                    [
                        f"if {key!r} in kwargs:",
                        f"    SEEN.add({key!r})",
                        f"    del kwargs[{key!r}]",
                    ],
                    [
                        f"for key in ({key!r}, 'beta'):",
                        "    if kwargs.pop(key, None):",
                        "        SEEN.add(key)",
                    ],
                    [f"kwargs.setdefault({key!r}, 5)", f"SEEN.add({key!r})"],
                )
            )
        )
    return lines


@st.composite
def constructors(draw: st.DrawFn) -> list[str]:
    """Draw a constructor, or none."""
    kind = draw(st.sampled_from(("none", "closed", "open", "open", "open", "open")))
    if kind == "none":
        return ["    pass"]
    names = draw(st.lists(st.sampled_from(KEYS), max_size=2, unique=True))
    required = draw(st.lists(st.booleans(), min_size=2, max_size=2))
    written = _parameters(names, required)
    if kind == "closed":
        base = draw(st.sampled_from(("pass", "super().__init__()")))
        lines = [f"SEEN.add({name!r})" for name in names] + [base]
        star = f"*, {written}" if written else ""
        return [f"    def __init__(self, {star}):", *(f"        {line}" for line in lines)]
    lines = draw(bodies(names))
    given = draw(st.sampled_from(("", "", f"{draw(st.sampled_from(KEYS))}=3, ")))
    up = draw(
        st.sampled_from(
            (
                [f"super().__init__(*args, {given}**kwargs)"],
                [f"super().__init__({given}**kwargs)"],
                [f"self.helper({given}**kwargs)"],
                [f"{draw(st.sampled_from(tuple(FUNCTIONS)))}({given}**kwargs)"],
                ["options = dict(kwargs)", "super().__init__(**options)"],
                [f"super().__init__(**{{**kwargs, {draw(st.sampled_from(KEYS))!r}: 1}})"],
                ["if kwargs:", "    raise TypeError(str(kwargs))"],
                ["assert not kwargs"],
                ["pass"],
            )
        )
    )
    star = ", ".join(filter(None, ("self", "*args", written, "**kwargs")))
    return [f"    def __init__({star}):", *(f"        {line}" for line in [*lines, *up])]


HELPERS: tuple[list[str], ...] = (
    [],
    ["    def helper(self, **kwargs):", "        reading(**kwargs)"],
    ["    def helper(self, gamma=None):", "        SEEN.add('gamma')"],
    ["    def helper(self, **kwargs):", "        pass"],
)


@st.composite
def programs(draw: st.DrawFn) -> list[Written]:
    """Draw classes, each of which may extend those before it."""
    found: list[Written] = []
    for name in CLASSES[: draw(st.integers(1, len(CLASSES)))]:
        known = [one.name for one in found]
        bases = draw(st.lists(st.sampled_from(known), max_size=3, unique=True)) if known else []
        inner = draw(constructors()) + draw(st.sampled_from(HELPERS))
        header = f"class {name}({', '.join(bases)}):" if bases else f"class {name}:"
        found.append(Written(name, tuple(bases), "\n".join([header, *inner])))
    return found


def write(root: Path, classes: list[Written], cut: int) -> None:
    """Write classes into two modules of a folder without ``__init__.py``, and a registry."""
    folder = root / "pkg" / "trainers"
    deep = folder / "deep"
    deep.mkdir(parents=True)
    (root / "pkg" / "__init__.py").write_text("")
    (folder / "common.py").write_text(HEADER)
    first, second = classes[:cut], classes[cut:]
    start = "from .common import *\n\n"
    (folder / "first.py").write_text(start + "\n\n\n".join(one.text for one in first) + "\n")
    names = [one.name for one in first]
    brought = f"from ..first import {', '.join(names)}\n" if names else ""
    start = f"from ..common import *\n{brought}\n"
    (deep / "second.py").write_text(start + "\n\n\n".join(one.text for one in second) + "\n")
    table = {one.name: "first" for one in first} | {one.name: "deep.second" for one in second}
    (folder / "__init__.py").write_text(
        f"import importlib\n\n__attributes = {table!r}\n\n\ndef __getattr__(name):\n"
        "    if name in __attributes:\n"
        "        module = importlib.import_module('.' + __attributes[name], __name__)\n"
        "        return getattr(module, name)\n"
        "    raise AttributeError(name)\n"
    )


@contextmanager
def imported(root: Path) -> Iterator[ModuleType]:
    """Import the package below ``root``, and forget it again."""
    sys.path.insert(0, str(root))
    try:
        yield import_module("pkg.trainers")
    finally:
        sys.path.remove(str(root))
        for name in [name for name in sys.modules if name.partition(".")[0] == "pkg"]:
            del sys.modules[name]


class Truth(NamedTuple):
    """What calls of a class show: which keys some working call has, and which all have."""

    accepted: set[str]
    required: set[str]
    is_stranger_accepted: bool
    read: set[str]
    order: list[str]


def truth(cls: type[Any], seen: set[str]) -> Truth | None:
    """Call a class with every choice of keys; None for one that no call can make."""
    working = []
    read: set[str] = set()
    for size in range(len(KEYS) + 1):
        for keys in itertools.combinations(KEYS, size):
            seen.clear()
            if _works(cls, keys):
                working.append(set(keys))
                read |= seen & set(keys)
    if not working:
        return None
    return Truth(
        set.union(*working),
        set.intersection(*working),
        any(_works(cls, (*keys, STRANGER)) for keys in working),
        read,
        [one.__name__ for one in inspect.getmro(cls)][:-1],
    )


def _works(cls: type[Any], keys: tuple[str, ...]) -> bool:
    try:
        cls(**dict.fromkeys(keys, 7))
    except (TypeError, KeyError, AssertionError, AttributeError):
        return False
    return True
