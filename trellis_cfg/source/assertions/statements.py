"""Follows the statements of a checkout's code on known values; nothing of the code is run."""

import ast
from collections.abc import Iterable
from copy import copy

from trellis_cfg.source.assertions.changes import (
    Comprehension,
    find_active,
    find_changed,
    find_effects,
    gets_object,
    is_plain,
    leaves,
)
from trellis_cfg.source.assertions.evaluate import Known, Names
from trellis_cfg.source.assertions.frame import (
    Arguments,
    Failed,
    FailedAssertion,
    Frame,
    Left,
    Run,
    Unfollowable,
)
from trellis_cfg.source.frames import find_local_names
from trellis_cfg.source.methods import find_methods, list_methods
from trellis_cfg.source.modules import FunctionNode, Module
from trellis_cfg.source.mro import Order, hides_attributes, list_class_names
from trellis_cfg.source.names import Definition
from trellis_cfg.source.trees import find_last_name, walk

_PLAIN_CONTEXTS = ("no_grad", "inference_mode", "enable_grad")
_READERS = ("get", "keys", "values", "items", "copy", "index", "count", "startswith", "endswith")


def construct(
    run: Run, definition: Definition, keywords: Names, positional: list[Known | None]
) -> Names:
    """Follow the constructor of a class; return the attributes of the object."""
    order = run.mro.compute(definition)
    if order is None or hides_attributes(order) or not run.mro.is_ordinary(order):
        raise Unfollowable
    attributes: Names = {}
    Method(run, order, attributes).call_next("__init__", positional, keywords)
    return attributes


def call_later(run: Run, definition: Definition, attributes: Names, methods: Iterable[str]) -> None:
    """Follow methods that run later, on the attributes that only the constructor sets."""
    order = run.mro.compute(definition) or ()
    methods_by_name = find_methods(order)
    names = [name for name, each in attributes.items() if each or name in methods_by_name]
    parts = [b"setattr", *(name.encode() for name in names if name.isascii())]
    changed = {
        name
        for node, text in list_methods(order)
        if node.name != "__init__"
        and (any(part in text for part in parts) or len(parts) <= len(names))
        for name in find_changed(node)
    }
    kept = {name: known for name, known in attributes.items() if name not in changed}
    kept = {} if "*" in changed else kept
    for name in methods:
        if name in methods_by_name:
            Method(run, order, dict(kept)).call_next(name, None, {})


class Method:
    """Follows the methods of one object, in the order of its bases."""

    def __init__(self, run: Run, order: Order, attributes: Names) -> None:
        """Start with the attributes of the object."""
        self._run = run
        self._order = order
        self._attributes = attributes
        self._names = find_methods(order).keys()
        self._assigned = list_class_names(order)

    def call_next(
        self,
        name: str,
        positional: Arguments,
        keywords: Names,
        order: Order | None = None,
    ) -> Known | None:
        """Follow the first method of a name in an order; unknown positional arguments are None."""
        order = self._order if order is None else order
        for position, entry in enumerate(order, 1):
            if entry.definition is None:
                if name == "__init__" and not (entry.is_plain or entry.is_module):
                    raise Unfollowable  # the code of another package may do anything
                continue
            for node in entry.definition.node.body:
                if isinstance(node, FunctionNode) and node.name == name:
                    module = entry.definition.module
                    if is_plain(node, module.data):
                        return self.call(node, module, positional, keywords, order[position:])
                    self._lose_attributes()
                    return None
        return None

    def call(
        self,
        node: FunctionNode,
        module: Module,
        positional: Arguments,
        keywords: Names,
        order: Order = (),
    ) -> Known | None:
        """Follow a function; return what it surely returns."""
        frame = Frame(self._run, self._attributes, module, order)
        frame.bind(node, positional, keywords)
        self._run.enter(1)
        try:
            self._follow(node.body, frame)
        except Left as left:
            if not left.is_sure:
                self._forget(node.body, frame)
            return left.result
        finally:
            self._run.enter(-1)
        return Known(None)

    def _follow(  # noqa: C901, PLR0912  a case a type of statement
        self, body: Iterable[ast.stmt], frame: Frame
    ) -> None:
        for statement in body:
            self._run.count_step()
            match statement:
                case ast.Assign(targets=targets, value=value):
                    known = self._evaluate(value, frame)
                    for target in targets:
                        self._assign(target, value, known, frame)
                case ast.AnnAssign(target=target, value=ast.expr() as value):
                    self._assign(target, value, self._evaluate(value, frame), frame)
                case ast.Expr(value=value):
                    self._evaluate(value, frame)
                case ast.Assert(test=test):
                    known = self._evaluate(test, frame)
                    if known and not frame.look_at(known):
                        self._fail(statement, test, known, frame)
                case ast.If():
                    self._branch(statement, frame)
                case ast.For(target=ast.Name(id=name), iter=items, orelse=[]):
                    self._repeat(name, items, statement, frame)
                case ast.With(items=[ast.withitem(context_expr=manager)], body=inner) if (
                    find_last_name(getattr(manager, "func", manager)) in _PLAIN_CONTEXTS
                ):
                    self._follow(inner, frame)
                case ast.Return(value=value):
                    result = self._evaluate(value, frame) if value else Known(None)
                    raise Left(result, is_sure=True)
                case ast.Raise(exc=exc):
                    self._fail(statement, exc, Known(value=False), frame)
                case ast.Pass() | ast.Import() | ast.ImportFrom():
                    frame.names.update(dict.fromkeys(find_local_names(statement)))
                case ast.Match():
                    raise Unfollowable  # a case of it may fail first
                case _:
                    self._skip([statement], frame)

    def _branch(self, node: ast.If, frame: Frame) -> None:
        known = self._evaluate(node.test, frame)
        if known is None:
            self._skip([*node.body, *node.orelse], frame)
            return
        count, is_met = len(frame.tests), bool(frame.look_at(known))
        frame.tests.append(known)
        self._follow(node.body if is_met else node.orelse, frame)
        if is_met or not any(leaves(part) for part in [*node.body, *node.orelse]):
            del frame.tests[count:]  # what follows does not depend on them

    def _repeat(self, name: str, items: ast.expr, node: ast.For, frame: Frame) -> None:
        known = self._evaluate(items, frame)
        jumps = any(isinstance(each, ast.Break | ast.Continue) for each in walk(node))
        if known is None or jumps:
            self._skip([node], frame)
            return
        try:
            for item in frame.iterate(known):
                frame.names[name] = item
                self._follow(node.body, frame)
        except ValueError:
            self._skip([node], frame)

    def _skip(self, body: list[ast.stmt], frame: Frame) -> None:
        """Pass statements that may run or not: forget what they set; they may return."""
        self._forget(body, frame)
        if any(leaves(part, ast.Return) for part in body):
            raise Left(None, is_sure=False)

    def _forget(self, body: Iterable[ast.stmt], frame: Frame) -> None:
        for statement in body:
            effects = find_effects(statement)
            frame.names.update(dict.fromkeys(effects.bound))
            for name in effects.changed:
                self._run.taint(self._attributes.get(name))
                self._attributes[name] = None
            for name in effects.names & frame.names.keys():
                self._run.taint(frame.names[name])
            for name in effects.attributes:
                self._run.taint(self._attributes.get(name))
            if any(gets_object(call, self._names) for call in effects.calls):
                self._lose_attributes()

    def _lose_attributes(self) -> None:
        """Forget all attributes: code that is not followed got the object itself."""
        for name, known in self._attributes.items():
            self._run.taint(known)
            self._attributes[name] = None

    def _assign(self, target: ast.expr, value: ast.expr, known: Known | None, frame: Frame) -> None:
        match target, value:
            case ast.Name(id=name), _:
                frame.names[name] = known
            case ast.Attribute(value=ast.Name(id="self"), attr=name), _:
                is_special = name in self._names | self._assigned  # a property
                self._attributes[name] = None if is_special else known
            case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(values):
                results = [self._evaluate(each, frame) for each in values]
                for each, part, result in zip(targets, values, results, strict=True):
                    self._assign(each, part, result, frame)
            case _:
                self._forget([ast.Assign([target], ast.Constant(None), lineno=0)], frame)

    def _evaluate(self, node: ast.expr, frame: Frame) -> Known | None:
        """Return the value of an expression, after what its calls do."""
        if isinstance(node, ast.Call):
            is_followed, known = self._call(node, frame)
            if is_followed:
                return known
        if isinstance(node, ast.ListComp | ast.GeneratorExp):
            self._follow_items(node, frame)
        for part in find_active(node):
            if isinstance(part, ast.Call):
                self._note_call(part, frame)
            else:
                self._note_items(part, frame)
        return frame.evaluate(node)

    def _follow_items(self, node: ast.ListComp | ast.GeneratorExp, frame: Frame) -> None:
        """Follow what surely happens for the first item of a comprehension."""
        generator, *more = node.generators
        items = frame.evaluate(generator.iter)
        if items and frame.look_at(items) and not (more or generator.ifs):
            targets = [each.id for each in walk(generator.target) if isinstance(each, ast.Name)]
            inner = copy(frame)
            inner.names = frame.names | dict.fromkeys(targets)
            self._evaluate(node.elt, inner)

    def _note_items(self, node: Comprehension, frame: Frame) -> None:
        """Forget what the calls of a comprehension, if they are not followed, may change."""
        has_calls = any(isinstance(part, ast.Call) for part in find_active(node))
        if not has_calls or frame.evaluate(node) is not None:
            return
        for part in (part for generator in node.generators for part in walk(generator.iter)):
            if isinstance(part, ast.expr):
                self._run.taint(frame.evaluate(part))

    def _note_call(self, call: ast.Call, frame: Frame) -> None:
        """Forget what a call that is not followed may change."""
        if gets_object(call, self._names):
            self._lose_attributes()
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        is_reader = owner is None or getattr(call.func, "attr", "") in _READERS
        is_known: bool | None = None  # asked where it matters
        for value in (*call.args, *(each.value for each in call.keywords), owner):
            known = frame.evaluate(value) if value else None
            if known and isinstance(known.value, list | dict | tuple):
                is_known = frame.evaluate(call) is not None if is_known is None else is_known
                if is_known and (is_reader or value is owner):
                    return
                self._run.taint(known)

    def _call(  # noqa: PLR0911  a way to call each
        self, node: ast.Call, frame: Frame
    ) -> tuple[bool, Known | None]:
        """Follow a call of a method or a class of the checkout; return whether, and its result."""
        positional, keywords = frame.read_call(node, lambda each: self._evaluate(each, frame))
        match node.func:
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr=name):
                return True, self.call_next(name, positional, keywords, frame.order)
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if (
                name in self._names and name not in {*self._attributes, *self._assigned}
            ):
                return True, self.call_next(name, positional, keywords)
            case ast.Attribute(value=ast.Name(), attr="pop" | "get"):
                return frame.read_keyword(node, lambda each: self._evaluate(each, frame))
        symbol = self._run.resolver.resolve(frame.module, node.func)
        if not isinstance(symbol, Definition) or positional is None:
            return False, None
        if gets_object(node, self._names):
            self._lose_attributes()
        if isinstance(symbol.node, ast.ClassDef):
            construct(self._run, symbol, keywords, positional)
            return True, None
        if not is_plain(symbol.node, symbol.module.data):
            return False, None
        function = Method(self._run, (), {})
        return True, function.call(symbol.node, symbol.module, positional, keywords)

    def _fail(self, node: ast.stmt, test: ast.expr | None, known: Known, frame: Frame) -> None:
        """End the evaluation: the code raises here."""
        parameters = known.parameters.union(*(each.parameters for each in frame.tests))
        text = ast.unparse(test) if test and isinstance(node, ast.Assert) else ""
        failure = FailedAssertion(parameters, " ".join(text.split()), frame.module.locate(node))
        raise Failed(failure if parameters else None)
