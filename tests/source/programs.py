"""Random hierarchies of classes as source text, and how Python runs them."""

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

from tests.source.checkouts import lazy

KEYS = ("alpha", "beta", "gamma", "delta")
UNKNOWN = "unknown"
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


class ClassText(NamedTuple):
    """A class as source text."""

    name: str
    text: str


def _format_parameters(names: list[str], required: list[bool]) -> str:
    return ", ".join(
        name if is_required else f"{name}=None"
        for name, is_required in zip(names, required, strict=False)
    )


@st.composite
def draw_body(draw: st.DrawFn, names: list[str]) -> list[str]:
    """Draw what a constructor does with its keywords, besides passing them on."""
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
def draw_constructor(draw: st.DrawFn) -> list[str]:
    """Draw a constructor, or none."""
    form = draw(st.sampled_from(("none", "closed", "open", "open", "open", "open")))
    if form == "none":
        return ["    pass"]
    names = draw(st.lists(st.sampled_from(KEYS), max_size=2, unique=True))
    required = draw(st.lists(st.booleans(), min_size=2, max_size=2))
    parameters = _format_parameters(names, required)
    if form == "closed":
        base = draw(st.sampled_from(("pass", "super().__init__()")))
        lines = [f"SEEN.add({name!r})" for name in names] + [base]
        star = f"*, {parameters}" if parameters else ""
        return [f"    def __init__(self, {star}):", *(f"        {line}" for line in lines)]
    lines = draw(draw_body(names))
    extra = draw(st.sampled_from(("", "", f"{draw(st.sampled_from(KEYS))}=3, ")))
    up = draw(
        st.sampled_from(
            (
                [f"super().__init__(*args, {extra}**kwargs)"],
                [f"super().__init__({extra}**kwargs)"],
                [f"self.helper({extra}**kwargs)"],
                [f"{draw(st.sampled_from(tuple(FUNCTIONS)))}({extra}**kwargs)"],
                ["options = dict(kwargs)", "super().__init__(**options)"],
                [f"super().__init__(**{{**kwargs, {draw(st.sampled_from(KEYS))!r}: 1}})"],
                ["if kwargs:", "    raise TypeError(str(kwargs))"],
                ["assert not kwargs"],
                ["pass"],
            )
        )
    )
    star = ", ".join(filter(None, ("self", "*args", parameters, "**kwargs")))
    return [f"    def __init__({star}):", *(f"        {line}" for line in [*lines, *up])]


HELPERS: tuple[list[str], ...] = (
    [],
    ["    def helper(self, **kwargs):", "        reading(**kwargs)"],
    ["    def helper(self, gamma=None):", "        SEEN.add('gamma')"],
    ["    def helper(self, **kwargs):", "        pass"],
)


@st.composite
def draw_classes(draw: st.DrawFn) -> list[ClassText]:
    """Draw classes, each of which may extend those before it."""
    classes: list[ClassText] = []
    for name in CLASSES[: draw(st.integers(1, len(CLASSES)))]:
        known = [each.name for each in classes]
        bases = draw(st.lists(st.sampled_from(known), max_size=3, unique=True)) if known else []
        inner = draw(draw_constructor()) + draw(st.sampled_from(HELPERS))
        header = f"class {name}({', '.join(bases)}):" if bases else f"class {name}:"
        classes.append(ClassText(name, "\n".join([header, *inner])))
    return classes


def write_classes(root: Path, classes: list[ClassText], cut: int) -> None:
    """Write classes into two modules of a folder without ``__init__.py``, and a registry."""
    folder = root / "pkg" / "trainers"
    deep = folder / "deep"
    deep.mkdir(parents=True)
    (root / "pkg" / "__init__.py").write_text("")
    (folder / "common.py").write_text(HEADER)
    names = ", ".join(each.name for each in classes[:cut])
    first = ["from .common import *", *(each.text for each in classes[:cut])]
    start = "from ..common import *\n" + (f"from ..first import {names}" if names else "")
    second = [start, *(each.text for each in classes[cut:])]
    (folder / "first.py").write_text("\n\n\n".join(first) + "\n")
    (deep / "second.py").write_text("\n\n\n".join(second) + "\n")
    table = {each.name: "first" for each in classes[:cut]}
    table |= {each.name: "deep.second" for each in classes[cut:]}
    (folder / "__init__.py").write_text(lazy(**table))


@contextmanager
def import_package(root: Path) -> Iterator[ModuleType]:
    """Import the package below ``root`` for a while."""
    sys.path.insert(0, str(root))
    try:
        yield import_module("pkg.trainers")
    finally:
        sys.path.remove(str(root))
        for name in [name for name in sys.modules if name.partition(".")[0] == "pkg"]:
            del sys.modules[name]


class Behavior(NamedTuple):
    """What calls of a class show: the keys that some working call has, and that all have."""

    accepted: set[str]
    required: set[str]
    is_unknown_accepted: bool
    read: set[str]
    order: list[str]


def observe(cls: type[Any], seen: set[str]) -> Behavior | None:
    """Call a class with every combination of keys; None for one that no call can create."""
    working = []
    read: set[str] = set()
    for size in range(len(KEYS) + 1):
        for keys in itertools.combinations(KEYS, size):
            seen.clear()
            if _is_callable(cls, keys):
                working.append(set(keys))
                read |= seen & set(keys)
    if not working:
        return None
    return Behavior(
        set.union(*working),
        set.intersection(*working),
        any(_is_callable(cls, (*keys, UNKNOWN)) for keys in working),
        read,
        [each.__name__ for each in inspect.getmro(cls)][:-1],
    )


def _is_callable(cls: type[Any], keys: tuple[str, ...]) -> bool:
    try:
        cls(**dict.fromkeys(keys, 7))
    except (TypeError, KeyError, AssertionError, AttributeError):
        return False
    return True
