"""The limits and intervals that a trainer may use in another way than those of TRELLIS do."""

import ast
from collections.abc import Collection, Iterable, Iterator

from trellis_cfg.sections import LIMITS
from trellis_cfg.source.behavior import INTERVALS, MAGIC, hides_attributes
from trellis_cfg.source.modules import find_last_name
from trellis_cfg.source.mro import find_decorator_name, list_class_names
from trellis_cfg.source.train_script import TrainScript, TrainScripts
from trellis_cfg.source.trees import list_children, walk
from trellis_cfg.source.uses.class_code import (
    ClassCode,
    Guards,
    Method,
    find_stored,
    is_attribute,
    iterate_guarded,
    list_nodes,
)

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
    changed = {name for each in scripts for name in _list_changed(each)}
    if code is None or not code.is_complete or "*" in changed:
        return frozenset(names)
    is_dynamic = any(hides_attributes(method.node) for method in code.all_methods)
    if is_dynamic or not MAGIC.isdisjoint(code.methods):
        return frozenset(names)
    running = _find_running(code)
    written = {*_list_written(scripts)}
    unclear = {name for name in ASSERTED if not _asserts(code, name) or _is_replaced(code, name)}
    unclear |= {*ASSERTED} if written & {*ASSERTED, *_SIZES} else set()
    unclear |= written & {*_SIZES}
    unclear |= {_RATE} if {*_list_stored(code, _RATE)} - {_RATE, _RATES} else set()
    unclear |= {
        name for name in {*INTERVALS, *LIMITS} if name in changed or not _is_plain(code, name)
    }
    unclear |= {name for name in INTERVALS if name not in never and not _divides(running, name)}
    if any(
        _may_end_elsewhere(method) for name in _TRAINING for method in code.methods.get(name, ())
    ):
        unclear.add("max_steps")
    return frozenset(unclear if _saves_by_interval(code, running) else {*unclear, "i_save"})


def _list_changed(scripts: TrainScripts) -> Iterator[str]:
    """Yield the arguments and attributes of a trainer that scripts may set; "*" for any.

    ``i_save`` is one of them where a script saves itself.
    """
    yield from scripts.reads.get("trainer", ())
    yield from ["*"] if "trainer" in scripts.hidden else []
    yield from ["max_steps"] if any(map(_has_own_loop, scripts.callers)) else []
    for node in (node for caller in scripts.callers for node in caller.module.nodes):
        match node:
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr="save")):
                yield from ["i_save"] if owner != "torch" else []


def _list_written(scripts: Iterable[TrainScripts]) -> Iterator[str]:
    """Yield the keys and attributes that scripts set."""
    for node in (node for each in scripts for call in each.callers for node in call.module.nodes):
        match node:
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
            case ast.Subscript(slice=ast.Constant(value=str(name)), ctx=ast.Store()):
                yield name


def _has_own_loop(script: TrainScript) -> bool:
    """Return whether a script uses a trainer, but does not call the method that trains."""
    trainers = {id(node) for node, call in script.calls if call.section == "trainer"}
    nodes = script.module.nodes
    names = {
        each.id
        for node in nodes
        if isinstance(node, ast.Assign) and id(node.value) in trainers
        for each in node.targets
        if isinstance(each, ast.Name)
    }
    used = [node for node in nodes if isinstance(node, ast.Attribute)]
    is_used = any(getattr(node.value, "id", "") in names for node in used)
    return is_used and not any(node.attr in _TRAINING for node in used)


def _asserts(code: ClassCode, name: str) -> bool:
    """Return whether a trainer has an assertion, or an error, about an argument."""
    return any(
        isinstance(node, ast.Assert | ast.Raise) and name in ast.unparse(node).lower()
        for method in code.all_methods
        for node in list_nodes(method.node)
    )


def _list_stored(code: ClassCode, name: str) -> list[str]:
    """Return what an attribute is set to."""
    return [
        ast.unparse(value)
        for method in code.all_methods
        for node in list_nodes(method.node)
        for attribute, value in find_stored(node)
        if attribute == name
    ]


def _is_replaced(code: ClassCode, name: str) -> bool:
    """Return whether an attribute is set at more than one place, or to something else."""
    values = _list_stored(code, name)
    return len(values) > 1 or not all(name in value for value in values)


def _may_end_elsewhere(method: Method) -> bool:
    """Return whether a loop of a method may end before or after the step is ``max_steps``."""
    for node in list_nodes(method.node):
        match node:
            case ast.For(iter=head):
                is_limited = any(is_attribute(part, "max_steps") for part in walk(head))
                is_plain = not is_limited or ast.unparse(head) in _RANGES
            case ast.While(test=test):
                parts = test.values if isinstance(test, ast.BoolOp) else [test]
                is_limited = any(is_attribute(part, "max_steps") for part in walk(test))
                is_plain = not is_limited or any(ast.unparse(part) == _LIMIT for part in parts)
                is_plain = is_plain and not any(isinstance(part, ast.Break) for part in walk(node))
            case _:
                continue
        if not is_plain:
            return True
    return False


def _is_plain(code: ClassCode, name: str) -> bool:
    """Return whether an attribute only ever holds the argument of its name.

    ``max_steps`` may become less by ``max_epoch``.
    """
    if name in code.methods or name in list_class_names(code.order):
        return False
    if code.stored.get(name) == name:
        return True
    values = [
        value
        for method in code.all_methods
        for node in list_nodes(method.node)
        for attribute, value in find_stored(node)
        if attribute == name
    ]
    others = [value for value in values if getattr(value, "id", "") != name]
    return (
        name == "max_steps"
        and name not in code.rewritten
        and len(others) < len(values)
        and all("epoch" in ast.unparse(value) for value in others)
    )


def _find_running(code: ClassCode) -> dict[str, list[tuple[ast.AST, Guards]]]:
    """Return the parts of the methods that surely run in each step, whatever the intervals are."""
    parts: dict[str, list[tuple[ast.AST, Guards]]] = {}
    pending = list(_TRAINING)
    while pending:
        name = pending.pop()
        if name in parts:
            continue
        parts[name] = [
            part for method in code.methods.get(name, ()) for part in iterate_guarded(method.node)
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


def _divides(running: dict[str, list[tuple[ast.AST, Guards]]], interval: str) -> bool:
    """Return whether a trainer surely divides the step by an interval that is not null."""
    return any(
        _is_division(node, interval)
        and all(_is_independent(test) or _is_set(test, interval) for test in _list_tests(guards))
        for parts in running.values()
        for node, guards in parts
    )


def _is_set(test: ast.expr | None, interval: str) -> bool:
    """Return whether a condition is that an interval is not null."""
    match test:
        case ast.Compare(left=left, ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return is_attribute(left, interval)
    return False


def _is_division(node: ast.AST | None, interval: str) -> bool:
    match node:
        case ast.BinOp(left=left, op=ast.Mod(), right=right):
            return is_attribute(left, "step") and is_attribute(right, interval)
    return False


def _is_due(test: ast.expr | None) -> bool:
    """Return whether a condition is that the step is a multiple of ``i_save``."""
    match test:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[ast.Constant(value=0)]):
            return _is_division(left, "i_save")
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _is_division(operand, "i_save")
    return False


def _is_about_saving(test: ast.expr | None) -> bool:
    """Return whether a condition is about ``i_save`` alone: that it is set."""
    attributes = [node for node in walk(test or ast.Pass()) if isinstance(node, ast.Attribute)]
    is_call = any(isinstance(node, ast.Call) for node in walk(test or ast.Pass()))
    return not is_call and all(is_attribute(each, "i_save") for each in attributes) and bool(test)


def _saves_by_interval(code: ClassCode, running: dict[str, list[tuple[ast.AST, Guards]]]) -> bool:
    """Return whether a trainer saves at the multiples of ``i_save``, and at no other steps."""
    count = 0
    for method in code.all_methods:
        if not any(is_attribute(node, "save") for node in list_nodes(method.node)):
            continue
        aborting = _find_aborting(method)
        for node, guards in iterate_guarded(method.node):
            if not is_attribute(node, "save") or id(node) in aborting:
                continue
            tests = list(_list_tests(guards))
            count += 1
            if method.node.name not in running or not any(map(_is_due, tests)):
                return False
            if not all(
                _is_due(each) or _is_independent(each) or _is_about_saving(each) for each in tests
            ):
                return False
    writers = {id(method.node) for method in code.find_reached(["save"])}
    decorators = [
        find_decorator_name(each)
        for method in code.methods.get("save", ())
        for each in method.node.decorator_list
    ]
    return (
        count > 0
        and {*decorators} <= {*_HARMLESS}
        and not any(
            isinstance(node, ast.Call) and code.name_external(method, node.func) == "torch.save"
            for method in code.all_methods
            if id(method.node) not in writers
            for node in list_nodes(method.node)
        )
    )


def _find_aborting(method: Method) -> set[int]:
    """Return the parts of a method that end the training with an error."""
    return {
        id(part)
        for node in list_nodes(method.node)
        if isinstance(node, ast.If) and isinstance(node.body[-1], ast.Raise)
        for part in walk(node)
    }
