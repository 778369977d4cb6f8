"""The packages of a checkout: their sections, as its train scripts use them."""

import ast
from collections.abc import Iterable, Iterator

from trellis_cfg.source.call_arguments import KwargsTracer
from trellis_cfg.source.class_spec import (
    ClassSpec,
    Parameter,
    SourceFacts,
    SourceSection,
    merge_sections,
    merge_specs,
)
from trellis_cfg.source.frames import CallArguments, read_call
from trellis_cfg.source.modules import Module, SourceFiles, find_last_name
from trellis_cfg.source.names import (
    ABSENT,
    Definition,
    External,
    ModuleNames,
    Resolver,
    Symbol,
    list_names,
)
from trellis_cfg.source.train_script import (
    FOLDERS,
    ClassCall,
    read_train_scripts,
)

# What upstream's train.py passes; for a checkout without one, whose own may pass more.
_ASSUMED_CALLS = {
    section: ClassCall(section, CallArguments(positional, frozenset(keywords), is_certain=False))
    for section, positional, keywords in (
        ("trainer", 2, ("output_dir", "load_dir", "step")),
        ("dataset", 1, ()),
        ("models", 0, ()),
    )
}
_TORCH = {"optimizer": "torch.optim", "scheduler": "torch.optim.lr_scheduler"}
_COMPONENTS = {"elastic": "elastic", "grad_clip": "grad_clip", "image_cond_model": "image_cond"}
"""The sections of components, and what the names of their configs have in common."""


def _read_class(
    tracer: KwargsTracer, definition: Definition, name: str, call: ClassCall
) -> ClassSpec:
    """Return the spec of a class for a call that creates it."""
    order = tracer.mro.compute(definition) or []
    place = definition.module.locate(definition.node)
    accepted = tracer.trace_class(definition, call.arguments)
    duplicates = {
        key: at for key, at in accepted.duplicates.items() if key not in accepted.parameters
    }
    return ClassSpec(
        call.section,
        name,
        place,
        dict(accepted.parameters),
        {**duplicates, **dict.fromkeys(sorted(call.arguments.keywords), call.arguments.place)},
        is_complete=not (accepted.is_open or call.is_open),
        is_unknown_ignored=accepted.is_unknown_ignored,
        unknown_place=accepted.place or place,
        mro=tuple(entry.name for entry in order),
        is_mro_complete=bool(order)
        and all(entry.definition or entry.is_plain or entry.is_module for entry in order),
    )


class Package:
    """One package of a checkout: its sections, and the definitions of its trainers."""

    def __init__(self, tracer: KwargsTracer, name: str) -> None:
        """Read its scripts, and the classes of its sections."""
        self.name = name
        self._tracer = tracer
        self._resolver = tracer.resolver
        self.scripts = read_train_scripts(self._resolver, name)
        self.trainers: list[Definition] = []
        self.sections: dict[str, SourceSection] = {}
        for folder, section in FOLDERS.items():
            modules = self._find_modules(folder, section)
            if modules:
                self.sections[section] = merge_sections(
                    self._read_section(module, section) for module in modules
                )

    def _find_modules(self, folder: str, section: str) -> list[Module]:
        """Return the modules where a section's classes are looked up: usually one folder."""
        named = {call.module for call in self._find_calls(section)}
        parts = (self.name,) if self.name else ()
        symbol = self._resolver.resolve_import(parts, folder)
        if isinstance(symbol, Module) and named <= {(), symbol.parts}:
            return [symbol]
        modules = (self._resolver.files.find_module(parts) for parts in sorted(named - {()}))
        return [module for module in modules if module]

    def _find_calls(self, section: str) -> list[ClassCall]:
        """Return the calls for a section's classes in this package or an unknown one."""
        packages = ((), (self.name,))
        return [
            call
            for call in self.scripts.calls
            if call.section == section and (not self.name or call.module[:1] in packages)
        ]

    def _read_section(self, module: Module, section: str) -> SourceSection:
        tables = self.scripts.tables
        classes: dict[str, ClassSpec | None] = dict.fromkeys(sorted(tables))
        missing: dict[str, str] = {}
        calls = [call for call in self._find_calls(section) if call.module in ((), module.parts)]
        names = list_names(self._resolver, module)
        for name, symbol in _resolve_names(self._resolver, module, names):
            if name in tables:
                continue
            if isinstance(symbol, Definition) and isinstance(symbol.node, ast.ClassDef):
                classes[name] = self._read_with_scripts(symbol, section, name, calls)
                self.trainers += [symbol] if section == "trainer" else []
            elif symbol is not ABSENT and not name.startswith("_"):
                classes[name] = None
            elif name in names.listed:
                missing[name] = f"{module.path}:{names.listed[name]}"
        is_called = bool(calls) or not self.scripts.is_present  # without a script, as upstream does
        is_lookup = is_called and all(call.is_only for call in calls)
        is_complete = names.is_complete and is_lookup and module.path.endswith("__init__.py")
        return SourceSection(module.path, classes, missing, is_complete)

    def _read_with_scripts(
        self, definition: Definition, section: str, name: str, calls: list[ClassCall]
    ) -> ClassSpec:
        """Return the spec of a class, with what the scripts read and pass."""
        spec = merge_specs(
            _read_class(self._tracer, definition, name, call)
            for call in calls or [_ASSUMED_CALLS[section]]
        )
        reads = self.scripts.reads.get(section, {})
        parameters = {
            key: parameter._replace(is_required=parameter.is_required and key not in reads)
            for key, parameter in spec.parameters.items()
        }
        for key, place in reads.items():
            parameters.setdefault(key, Parameter(key, None, "", place, is_from_kwargs=True))
        passed = spec.script_arguments.items()
        is_hidden = section in self.scripts.hidden or (self.scripts.is_present and not calls)
        return spec._replace(
            parameters=parameters,
            script_arguments={key: at for key, at in passed if key not in parameters},
            is_complete=spec.is_complete and not is_hidden,
        )


def _resolve_names(
    resolver: Resolver, module: Module, names: ModuleNames
) -> Iterator[tuple[str, Symbol]]:
    """Yield the names of a module that are not modules themselves, resolved."""
    for name in names.names:
        symbol = resolver.resolve_member(module, name)
        if not isinstance(symbol, Module):
            yield name, symbol


def _find_extra_names(
    resolver: Resolver, modules: Iterable[Module], component: str
) -> frozenset[str] | None:
    """Return the optimizers or schedulers that trainers find besides torch's; None if unknown.

    A trainer looks into torch, and then among the names of its module.
    """
    lookups = [(module, _find_origins(resolver, module, component)) for module in modules]
    lookups = [(module, origins) for module, origins in lookups if origins]
    if not lookups or any(origins != {_TORCH[component]} for _, origins in lookups):
        return None
    exported = [list_names(resolver, module) for module, _ in lookups]
    if not all(names.is_complete for names in exported):
        return None
    return frozenset(name for names in exported for name in names.names)


def _find_origins(resolver: Resolver, module: Module, component: str) -> set[str]:
    """Return the modules where a name from the config is looked up; "" for unknown ones."""
    origins = set()
    for node in module.walk():
        match node:
            case ast.Call(func=ast.Name(id="getattr"), args=[origin, name, *_]) if _is_config_name(
                name, component
            ):
                symbol = resolver.resolve(module, origin)
                origins.add(symbol.name if isinstance(symbol, External) else "")
            case ast.Subscript(value=ast.Name(), slice=name) if _is_config_name(name, component):
                origins.add("")
    return origins


def _is_config_name(node: ast.expr, component: str) -> bool:
    """Tell whether an expression is the name in the config of a component."""
    match node:
        case (
            ast.Subscript(value=value, slice=ast.Constant(value="name"))
            | ast.Attribute(value=value, attr="name")
        ):
            return component in find_last_name(value).lower()
    return False


def _read_components(
    tracer: KwargsTracer, modules: Iterable[Module]
) -> Iterator[tuple[str, SourceSection]]:
    """Yield the sections of the components that trainers look up."""
    for section, component in _COMPONENTS.items():
        sections = [
            _read_component(tracer, origin, ClassCall(section, read_call(module, node)))
            for module in modules
            for origin, node in _find_component_calls(tracer.resolver, module, component)
        ]
        if sections:
            yield section, merge_sections(sections)


def _find_component_calls(
    resolver: Resolver, module: Module, component: str
) -> Iterator[tuple[Module, ast.Call]]:
    """Yield the modules where a component's class is looked up by name, with the call."""
    for node in module.walk():
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
            yield origin, node


def _read_component(tracer: KwargsTracer, module: Module, call: ClassCall) -> SourceSection:
    names = list_names(tracer.resolver, module)
    classes = {
        name: _read_class(tracer, symbol, name, call)
        if isinstance(symbol, Definition) and isinstance(symbol.node, ast.ClassDef)
        else None
        for name, symbol in _resolve_names(tracer.resolver, module, names)
    }
    return SourceSection(module.path, classes, {}, names.is_complete)


def read_source(files: SourceFiles, packages: Iterable[str]) -> SourceFacts:
    """Read the packages of a checkout; classes that several have are merged."""
    tracer = KwargsTracer(Resolver(files))
    read = [Package(tracer, name) for name in packages]
    modules = {
        entry.definition.module.path: entry.definition.module
        for package in read
        for trainer in package.trainers
        for entry in tracer.mro.compute(trainer) or ()  # a trainer and its bases
        if entry.definition
    }.values()
    sections = {
        section: merge_sections(parts)
        for section in FOLDERS.values()
        if (parts := [each.sections[section] for each in read if section in each.sections])
    }
    return SourceFacts(
        files.root,
        tuple(package.name for package in read),
        tuple(dict.fromkeys(path for package in read for path in package.scripts.paths)),
        {**sections, **dict(_read_components(tracer, modules))},
        _find_extra_names(tracer.resolver, modules, "optimizer"),
        _find_extra_names(tracer.resolver, modules, "scheduler"),
        any(package.scripts.has_runtime for package in read),
    )
