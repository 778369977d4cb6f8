"""Where trainers look up the classes of their components by the names in a config."""

import ast
from collections.abc import Iterator
from functools import cache

from trellis_cfg.source.modules import Module
from trellis_cfg.source.names import External, Resolver
from trellis_cfg.source.trees import find_last_name


@cache
def find_lookups(
    resolver: Resolver, module: Module, component: str
) -> list[tuple[Module, ast.Call]]:
    """Return the modules where a component's class is looked up by name, with the call."""

    def may_hold(text: bytes) -> bool:
        return (b"getattr" in text or b"globals" in text) and component.encode() in text.lower()

    lookups = []
    for node in module.walk_functions(may_hold):
        match node:
            case ast.Call(func=ast.Call(func=ast.Name(id="getattr"), args=[place, name])):
                origin = resolver.resolve(module, place)
            case ast.Call(
                func=ast.Subscript(value=ast.Call(func=ast.Name(id="globals")), slice=name)
            ):
                origin = module
            case _:
                continue
        if isinstance(origin, Module) and _is_config_name(name, component):
            lookups.append((origin, node))
    return lookups


def find_origins(resolver: Resolver, module: Module, component: str) -> Iterator[str]:
    """Yield the modules where a name from the config is looked up; "" for unknown ones."""
    for node in module.nodes if component.encode() in module.data.lower() else ():
        match node:
            case ast.Call(func=ast.Name(id="getattr"), args=[origin, name, *_]) if _is_config_name(
                name, component
            ):
                symbol = resolver.resolve(module, origin)
                yield symbol.name if isinstance(symbol, External) else ""
            case ast.Subscript(value=ast.Name(), slice=name) | ast.Attribute(value=name) if (
                _is_config_name(name, component)
            ):
                yield ""
            case ast.Compare(left=name, comparators=[other]) if _is_config_name(name, component):
                is_own = isinstance(other, ast.Constant) and other.value in module.bindings
                yield from [] if is_own else [""]
            case ast.Try(body=body, handlers=[_, *_]):
                is_named = component in ast.unparse(ast.Module(body, [])).lower()
                yield from [""] if is_named else []


def _is_config_name(node: ast.expr, component: str) -> bool:
    """Return whether an expression is the name in the config of a component."""
    match node:
        case (
            ast.Subscript(value=value, slice=ast.Constant(value="name"))
            | ast.Attribute(value=value, attr="name")
        ):
            return component in find_last_name(value).lower()
    return False
