"""Random constructors as source text, and how Python runs them."""

import traceback
from typing import Any, NamedTuple

from hypothesis import strategies as st

PARAMETERS = ("alpha", "beta", "gamma")
NAMES = (*PARAMETERS, "first", "second", "self.one", "self.two")
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 12),
    st.sampled_from([0.5, 2.0, -1.5]),
    st.sampled_from(["", "l1", "l2", "bce"]),
    st.lists(st.integers(0, 4), max_size=3),
    st.dictionaries(st.sampled_from(["name", "size"]), st.integers(0, 3), max_size=2),
)
_LITERALS = st.sampled_from(
    ["None", "True", "0", "1", "2", "4", "0.5", "'l1'", "'bce'", "[1, 2]", "('l1', 'l2')", "{}"]
)
_COMPARISONS = st.sampled_from(["==", "==", "==", "!=", "!=", "<", "in"])
_OPERATORS = st.sampled_from(["+", "-", "*", "//", "%", "/", "**", "|", "&", "<<"])
_CALLS = st.sampled_from(
    [
        *("len({})", "int({})", "float({})", "abs({})", "max({}, 2)", "sum({})", "bool({})"),
        *(
            "sorted({})",
            "list({})",
            "str({})",
            "isinstance({}, int)",
            "isinstance({}, (str, list))",
        ),
        *(
            "math.log2({})",
            "math.floor({})",
            "(not {})",
            "(-{})",
            "({} is None)",
            "({} is not True)",
            "({})[0]",
            "({})[-1:]",
            "{}['name']",
        ),
        *("[x + 1 for x in {}]", "any(x > 1 for x in {})", "all(x for x in {})", "{}.lower()"),
        *("{}.get('name', 3)", "[*{}, 1]", "range({})", "tuple({})", "math.sqrt({})"),
        *("{}.startswith('l')", "max(x for x in {})", "[a * b for a, b in zip({0}, {0})]"),
    ]
)


@st.composite
def draw_expression(draw: st.DrawFn, depth: int = 1) -> str:
    """Draw an expression that depends on a parameter."""
    name = draw(st.sampled_from(NAMES))
    if depth == 0:
        return name
    inner = draw_expression(depth - 1)
    operand = draw(st.one_of(_LITERALS, inner))
    match draw(st.integers(0, 8)):
        case 0:
            return f"({draw(inner)} {draw(_OPERATORS)} {operand})"
        case 1:
            return draw(_CALLS).format(draw(inner))
        case 3:
            return f"({draw(inner)} {draw(st.sampled_from(['and', 'or']))} {operand})"
        case 4:
            return f"({draw(inner)} if {draw(draw_condition(depth - 1))} else {operand})"
    return name


@st.composite
def draw_condition(draw: st.DrawFn, depth: int = 1) -> str:
    """Draw a condition that depends on a parameter."""
    left = draw(draw_expression(depth))
    match draw(st.integers(0, 6)):
        case 0 | 6:
            return left
        case 1:
            return f"(0 < {left} <= {draw(_LITERALS)})"
        case 2:
            return f"isinstance({left}, {draw(st.sampled_from(['int', 'float', 'str', 'dict']))})"
    operand = draw(st.one_of(_LITERALS, draw_expression(depth)))
    return f"({left} {draw(_COMPARISONS)} {operand})"


def _indent(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


# Lines of statements: {t} is a target, {e} and {f} are expressions, {c} and {d} conditions, and
# a line {b} stands for a block.
_KNOWN = [
    "assert {c}, 'no'",
    "assert {c}, 'no'",
    "if {c}:\n    raise NotImplementedError('never')",
    "{t} = {e}",
    "{t} = {e}",
    "{t} += {e}",
    "{t} *= {e}",
    "first = {t}",
    "first, self.two = {e}, {f}",
    "if {c}:\n    {b}\nelse:\n    {b}",
    "if {c}:\n    {b}\nelif {d}:\n    {b}",
    "if {c}:\n    return",
    "for second in {e}:\n    {b}",
    "self.check({e}, second={t})",
    "match {t}:\n    case 'l1' | None:\n        {b}\n    case _:\n        {b}",
]
_UNKNOWN = [
    *_KNOWN,
    "{t}.append(1)",
    "if unknown({c}):\n    {b}",
    "{t} = unknown({e})",
    "change({t})",
    "try:\n    {b}\nexcept Exception:\n    {b}",
    "while unknown({c}):\n    {b}\n    break",
    "def inner(x={t}):\n    {b}\ninner()",
    "set_one(self, {e})",
    "[change(x) for x in ({t}, {t})]",
    "second = lambda: {t}.append(3)\nsecond()",
    "for first in unknown({e}):\n    {b}",
    "for first in {e}:\n    if unknown({c}):\n        continue\n    {b}",
    "self.change_two()",
    "setattr(self, unknown('one') or 'two', {e})",
    "first = {{'list': {t}}}\nchange(first)",
    "with open({t!r}) as file:\n    {b}",
    "if unknown({c}):\n    return",
    "first = [{t}, unknown({e})]\nchange(first[0])",
]


@st.composite
def draw_statement(draw: st.DrawFn, depth: int, *, has_unknown: bool) -> list[str]:
    """Draw a statement of a constructor, as lines."""
    form = draw(st.sampled_from(_UNKNOWN if has_unknown else _KNOWN))
    texts = {
        "t": draw(st.sampled_from(NAMES)),
        **{key: draw(draw_expression()) for key in "ef" if f"{{{key}}}" in form},
        **{key: draw(draw_condition()) for key in "cd" if f"{{{key}}}" in form},
    }
    lines: list[str] = []
    for line in form.split("\n"):
        if line.strip() == "{b}":
            indent = line.removesuffix("{b}")
            block = draw(draw_block(depth - 1, has_unknown=has_unknown)) if depth else ["pass"]
            lines += [indent + inner for inner in block]
        else:
            lines.append(line.format(**texts))
    return lines


@st.composite
def draw_block(draw: st.DrawFn, depth: int, *, has_unknown: bool) -> list[str]:
    """Draw statements."""
    count = draw(st.integers(1, 3))
    lines: list[str] = []
    for _ in range(count):
        lines += draw(draw_statement(depth, has_unknown=has_unknown))
    return lines


_HEADER = """import math
from lost import change, set_one, unknown


class Base:
    def __init__(self, alpha, beta=2):
        self.one = alpha
        self.two = beta

    def check(self, first, second=1):
        self.two = second
        if first == "bce":
            raise NotImplementedError("never")
        assert second is not None, "no"

    @unknown
    def change_two(self):
        self.two = 3


class Net(Base):
    def __init__(self, alpha, beta, gamma="l1", **kwargs):
        super().__init__(alpha, beta=gamma, **kwargs)
        first, second = beta, gamma
"""


@st.composite
def draw_class(draw: st.DrawFn, *, has_unknown: bool) -> str:
    """Draw the module of a class."""
    body = draw(draw_block(2, has_unknown=has_unknown))
    return _HEADER + "\n".join(_indent(_indent(body))) + "\n"


class Outcome(NamedTuple):
    """What Python does: the line of an assertion or a raise, None if the constructor returns."""

    line: int | None
    is_other: bool


MAX_LENGTH = 100


class _Lost:
    """What the module imports from where nothing can be read."""

    def __init__(self, answers: list[bool]) -> None:
        self.answers = answers

    def unknown(self, value: Any) -> Any:
        return value if self.answers and self.answers.pop() else None

    def change(self, value: Any) -> None:
        if isinstance(value, list):
            if len(value) > MAX_LENGTH:  # a loop over the list itself would not end
                raise OverflowError
            value.insert(0, 7)
        elif isinstance(value, dict):
            for each in list(value.values()):
                self.change(each)
            value["name"] = 9

    def set_one(self, owner: Any, value: Any) -> None:
        owner.one = value


def run_class(text: str, arguments: dict[str, Any], answers: list[bool]) -> Outcome:
    """Create an instance with Python itself."""
    lost = _Lost(answers)
    names: dict[str, Any] = {
        "unknown": lambda value: value,
        "change": lost.change,
        "set_one": lost.set_one,
        "open": lambda _: __import__("contextlib").nullcontext(),
    }
    code = compile(text.replace("from lost import change, set_one, unknown", ""), "net.py", "exec")
    exec(code, names)  # noqa: S102  the text is this module's own
    names["unknown"] = lost.unknown
    try:
        names["Net"](**arguments)
    except (AssertionError, NotImplementedError) as error:
        return Outcome(traceback.extract_tb(error.__traceback__)[-1].lineno, is_other=False)
    except Exception:  # noqa: BLE001  any other error of a random program
        return Outcome(None, is_other=True)
    return Outcome(None, is_other=False)
