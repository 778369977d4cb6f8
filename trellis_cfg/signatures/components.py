"""The classes that trainers make of what their own arguments name: a clipper, a controller."""

import ast
from collections.abc import Iterator

from trellis_cfg.signatures.calling import signature_of
from trellis_cfg.signatures.following import Following
from trellis_cfg.signatures.forms import Form
from trellis_cfg.signatures.lookups import speaks_of
from trellis_cfg.signatures.meanings import Defined
from trellis_cfg.signatures.modules import Module
from trellis_cfg.signatures.names import names_of
from trellis_cfg.signatures.signature import Section, Signature, together

_KINDS = {"elastic": "elastic", "grad_clip": "grad_clip", "image_cond_model": "image_cond"}
"""The sections, and what the names of their configs in the code have in common."""


def components(following: Following, modules: list[Module]) -> Iterator[tuple[str, Section]]:
    """Yield the sections of components that the modules of trainers look up, in one way each."""
    for section, kind in _KINDS.items():
        found = [
            _section(following, where, form)
            for module in modules
            for where, form in _lookups(following, module, (section, kind))
        ]
        if found:
            yield section, together(found)


def _lookups(
    following: Following, module: Module, sought: tuple[str, str]
) -> Iterator[tuple[Module, Form]]:
    """Yield the modules that a class is looked up in by its name, and how it is called."""
    section, kind = sought
    for node in ast.walk(module.file.tree) if module.file.tree else ():
        match node:
            case ast.Call(func=ast.Call(func=ast.Name(id="getattr"), args=[place, name])):
                where = following.resolution.expression(module, place)
            case ast.Call(
                func=ast.Subscript(value=ast.Call(func=ast.Name(id="globals")), slice=name)
            ):
                where = module
            case _:
                continue
        if isinstance(where, Module) and speaks_of(name, kind):
            yield where, _form(module, section, node)


def _form(module: Module, section: str, call: ast.Call) -> Form:
    spread = [keyword for keyword in call.keywords if keyword.arg is None]
    is_starred = any(isinstance(one, ast.Starred) for one in call.args)
    return Form(
        section,
        None if is_starred else len(call.args),
        frozenset(keyword.arg for keyword in call.keywords if keyword.arg),
        module.at(call),
        is_certain=len(spread) == 1,
    )


def _section(following: Following, module: Module, form: Form) -> Section:
    found = names_of(following.resolution, module)
    classes: dict[str, Signature | None] = {}
    for name in found.names:
        meaning = following.resolution.member(module, name)
        if isinstance(meaning, Defined) and isinstance(meaning.node, ast.ClassDef):
            classes[name] = signature_of(following, meaning, name, [form])
        elif not isinstance(meaning, Module):
            classes[name] = None
    return Section(module.path, classes, {}, found.is_complete)
