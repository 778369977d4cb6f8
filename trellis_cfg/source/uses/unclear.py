"""The limits and intervals that a trainer may use in another way than those of TRELLIS do."""

import ast
from collections.abc import Collection, Iterable, Iterator
from itertools import chain

from trellis_cfg.sections import INTERVALS, LIMITS
from trellis_cfg.source.methods import MAGIC, hides_attributes
from trellis_cfg.source.mro import find_decorator_name, list_class_names
from trellis_cfg.source.train_script import TrainScript, TrainScripts
from trellis_cfg.source.trees import find_last_name, list_children, walk
from trellis_cfg.source.uses.class_code import ClassCode, Guards, Method, is_attribute

_TRAINING = ("run", "train", "fit")
"""The methods of a trainer that hold its loop."""
_STATE = ("is_master", "step", "max_steps", "rank", "local_rank")
"""The attributes that do not depend on an interval."""
ASSERTED = ("batch_split",)
"""The arguments that the trainers of TRELLIS assert something of."""
_SIZES = ("batch_size", "batch_size_per_gpu")
_RATE, _RATES = "ema_rate", "[ema_rate] if isinstance(ema_rate, float) else ema_rate"
_LIMIT = "self.step < self.max_steps"
_RANGES = ("range(self.max_steps)", "range(1, self.max_steps + 1)")
_DUE = ("self.step % self.i_save == 0", "not self.step % self.i_save")
_HARMLESS = ("no_grad", "inference_mode", "override", "abstractmethod")
_OPERATIONS = (ast.BoolOp, ast.UnaryOp, ast.Compare, ast.BinOp)


def find_unclear(
    code: ClassCode | None, scripts: Collection[TrainScripts], never: Collection[str]
) -> frozenset[str]:
    """Return the arguments from which it cannot be computed what a trainer does.

    Those that scripts set or that it does not only store, and intervals that it may not divide the
    step by; ``i_save`` also where it may save at other steps. ``never`` are the intervals that it
    tests for 0 first.
    """
    names = {*INTERVALS, *LIMITS, *ASSERTED, *_SIZES, _RATE}
    written = {*_list_written(scripts)}
    changed = written.union(*map(_list_changed, scripts))
    if code is None or not code.is_complete or "*" in changed:
        return frozenset(names)
    is_dynamic = any(hides_attributes(method.node) for method in code.all_methods)
    if is_dynamic or not MAGIC.isdisjoint(code.methods):
        return frozenset(names)
    running = _find_running(code)
    divided = {*never, *_find_divided(running)}
    checks = (node for _, node in code.nodes if isinstance(node, ast.Assert | ast.Raise))
    checked = " ".join(map(ast.unparse, checks)).lower()
    unclear = {name for name in ASSERTED if name not in checked or _is_replaced(code, name)}
    unclear |= {*ASSERTED} if written & {*ASSERTED, *_SIZES} else set()
    unclear |= written & {*_SIZES}
    unclear |= {_RATE} if {*_list_stored(code, _RATE)} - {_RATE, _RATES} else set()
    unclear |= {
        name for name in {*INTERVALS, *LIMITS} if name in changed or not _is_plain(code, name)
    }
    unclear |= {name for name in INTERVALS if name not in divided}
    loops = (node for method, node in code.nodes if method.node.name in _TRAINING)
    if any(map(_may_end_elsewhere, loops)):
        unclear.add("max_steps")
    return frozenset(unclear if _saves_by_interval(code, running) else {*unclear, "i_save"})


def _list_changed(scripts: TrainScripts) -> Iterator[str]:
    """Yield the arguments of a trainer that scripts may set by other means; "*" for any.

    ``i_save`` is one of them where a script saves itself.
    """
    yield from scripts.reads.get("trainer", ())
    yield from ["*"] if "trainer" in scripts.hidden else []
    yield from ["max_steps"] if any(map(_has_own_loop, scripts.callers)) else []
    for node in (node for caller in scripts.callers for node in caller.module.nodes):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr="save")):
                yield from ["i_save"] if owner != "torch" else []


def _list_written(scripts: Iterable[TrainScripts]) -> Iterator[str]:
    """Yield the keys and attributes that scripts set."""
    for node in (node for each in scripts for call in each.callers for node in call.module.nodes):
        match node:
            case (
                ast.Attribute(attr=name, ctx=ast.Store())
                | ast.Subscript(slice=ast.Constant(value=str(name)), ctx=ast.Store())
            ):
                yield name


def _has_own_loop(script: TrainScript) -> bool:
    """Return whether a script uses a trainer, but does not call the method that trains."""
    trainers = {id(node) for node, call in script.calls if call.section == "trainer"}
    names = {name for name, value in script.chains.assigned if id(value) in trainers}
    used = [node for node in script.module.nodes if isinstance(node, ast.Attribute)]
    is_used = any(getattr(node.value, "id", "") in names for node in used)
    return is_used and not any(node.attr in _TRAINING for node in used)


def _list_stored(code: ClassCode, name: str) -> list[str]:
    """Return what an attribute is set to."""
    return [ast.unparse(value) for _, value in code.attributes.get(name, ())]


def _is_replaced(code: ClassCode, name: str) -> bool:
    """Return whether an attribute is set at more than one place, or to something else."""
    values = _list_stored(code, name)
    return len(values) > 1 or not all(name in value for value in values)


def _may_end_elsewhere(loop: ast.AST) -> bool:
    """Return whether a loop may end before or after the step is ``max_steps``."""
    match loop:
        case ast.For(iter=head):
            is_plain = ast.unparse(head) in _RANGES
        case ast.While(test=head):
            parts = head.values if isinstance(head, ast.BoolOp) else [head]
            if any(isinstance(part, ast.Break) for part in walk(loop)):
                return True
            is_plain = any(ast.unparse(part) == _LIMIT for part in parts)
        case _:
            return False
    return not is_plain and any(is_attribute(part, "max_steps") for part in walk(head))


def _is_plain(code: ClassCode, name: str) -> bool:
    """Return whether an attribute only ever holds the argument of its name.

    ``max_steps`` may become less by ``max_epoch``.
    """
    if name in code.methods or name in list_class_names(code.order):
        return False
    if code.stored.get(name) == name:
        return True
    values = _list_stored(code, name)
    others = [text for text in values if text != name]
    is_stored = len(others) < len(values) and name not in code.rewritten
    return name == "max_steps" and is_stored and all("epoch" in text for text in others)


def _find_running(code: ClassCode) -> dict[str, list[tuple[ast.AST, Guards]]]:
    """Return the parts of the methods that surely run in each step, whatever the intervals are."""
    parts: dict[str, list[tuple[ast.AST, Guards]]] = {}
    pending = list(_TRAINING)
    while pending:
        name = pending.pop()
        if name in parts:
            continue
        parts[name] = [
            part for method in code.methods.get(name, ()) for part in method.conditional_parts
        ]
        for node, guards in parts[name]:
            if isinstance(node, ast.Call) and is_attribute(node.func):
                is_sure = all(map(_is_independent, _list_tests(guards)))
                pending += [find_last_name(node.func)] if is_sure else []
    return parts


def _list_tests(guards: Guards) -> Iterator[ast.expr | None]:
    """Yield the conditions that must all hold; None for unknown ones."""
    for guard in guards:
        match guard.test:
            case ast.BoolOp(op=ast.And(), values=values) if guard.is_true:
                yield from values
            case test if guard.is_true or _is_independent(test):
                yield test
            case _:
                yield None


def _is_independent(test: ast.expr | None) -> bool:
    """Return whether a condition depends on nothing but the state of the training."""
    match test:
        case ast.Constant():
            return True
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return name in _STATE
    parts = [] if test is None else list_children(test)
    return isinstance(test, _OPERATIONS) and all(
        _is_independent(part) for part in parts if isinstance(part, ast.expr)
    )


def _find_divided(running: dict[str, list[tuple[ast.AST, Guards]]]) -> Iterator[str]:
    """Yield the intervals by which a trainer surely divides the step if they are not null."""
    for node, guards in chain.from_iterable(running.values()):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            name = find_last_name(node.right)
            tests, test = _list_tests(guards), f"self.{name} is not None"
            if ast.unparse(node) == f"self.step % self.{name}" and all(
                _is_independent(each) or (each and ast.unparse(each) == test) for each in tests
            ):
                yield name


def _is_about_saving(test: ast.expr) -> bool:
    """Return whether a condition is about ``i_save`` alone: that it is set."""
    nodes = [node for node in walk(test) if isinstance(node, ast.Attribute | ast.Call)]
    return all(is_attribute(each, "i_save") for each in nodes)


def _saves_by_interval(code: ClassCode, running: dict[str, list[tuple[ast.AST, Guards]]]) -> bool:
    """Return whether a trainer saves at the multiples of ``i_save``, and at no other steps."""
    saves = [
        (method, list(_list_tests(guards)))
        for method in code.all_methods
        if any(is_attribute(node, "save") for node in method.nodes)
        for node, guards in method.conditional_parts
        if is_attribute(node, "save") and id(node) not in _find_aborting(method)
    ]
    is_due = all(
        method.node.name in running
        and any(test and ast.unparse(test) in _DUE for test in tests)
        and all(
            test and (ast.unparse(test) in _DUE or _is_independent(test) or _is_about_saving(test))
            for test in tests
        )
        for method, tests in saves
    )
    is_changed = any(
        find_decorator_name(each) not in _HARMLESS
        for method in code.methods.get("save", ())
        for each in method.node.decorator_list
    )
    writers = code.find_reached(["save"])
    return bool(saves and is_due and not is_changed) and not any(
        code.name_external(method, call.func) == "torch.save"
        for method, call in code.calls
        if method not in writers
    )


def _find_aborting(method: Method) -> set[int]:
    """Return the parts of a method that end the training with an error."""
    return {
        id(part)
        for node in method.nodes
        if isinstance(node, ast.If) and isinstance(node.body[-1], ast.Raise)
        for part in walk(node)
    }
