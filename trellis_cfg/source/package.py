"""The packages of a checkout: their sections, as its train scripts use them."""

import ast
from collections.abc import Iterator

from trellis_cfg.models.class_spec import ClassSpec, Parameter, merge_specs
from trellis_cfg.source.call_arguments import KwargsTracer
from trellis_cfg.source.frames import CallArguments
from trellis_cfg.source.modules import Module
from trellis_cfg.source.names import ABSENT, UNKNOWN, Definition, Symbol, list_names
from trellis_cfg.source.script.lookups import FOLDERS
from trellis_cfg.source.section import ClassTable, SourceSection
from trellis_cfg.source.train_script import ClassCall, read_train_scripts

# What upstream's train.py passes; for a checkout without one, whose own may pass more.
_ASSUMED_CALLS = {
    section: ClassCall(section, CallArguments(positional, frozenset(keywords), is_certain=False))
    for section, positional, keywords in (
        ("trainer", 2, ("output_dir", "load_dir", "step")),
        ("dataset", 1, ()),
        ("models", 0, ()),
    )
}


def read_class(
    tracer: KwargsTracer, definition: Definition, name: str, call: ClassCall
) -> ClassSpec:
    """Return the spec of a class for a call that creates it."""
    order = tracer.mro.compute(definition) or ()
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
        misfit=accepted.misfit,
    )


class Package:
    """One package of a checkout: its train scripts, and where they look up the classes of keys."""

    def __init__(self, tracer: KwargsTracer, name: str) -> None:
        """Read its scripts; classes are read when they are asked for."""
        self.name = name
        self._tracer = tracer
        self._resolver = tracer.resolver
        self.scripts = read_train_scripts(self._resolver, name)
        self._modules = {
            section: self._find_modules(folder, section) for folder, section in FOLDERS.items()
        }

    def list_sections(self) -> Iterator[tuple[str, SourceSection]]:
        """Yield the classes of each module with the key that names them, such as ``dataset``."""
        others = {call.place: self._find_called(call.place) for call in self.scripts.calls}
        for place, modules in (others | self._modules).items():
            for module in modules:
                yield place, self._read_section(module, place)

    def find_class(self, section: str, name: str) -> Definition | None:
        """Return the definition of a class; None if there is none, or it cannot be read."""
        modules = self._modules.get(section, ())
        symbols = [self._resolver.resolve_member(module, name) for module in modules]
        for symbol in (*symbols, *self._resolve_replaced(name)):
            if isinstance(symbol, Definition) and isinstance(symbol.node, ast.ClassDef):
                return symbol
        return None

    def find_calls_of(self, section: str) -> list[ClassCall]:
        """Return how scripts create a class; without a script, as upstream does."""
        modules = {module.parts for module in self._modules.get(section, ())} | {()}
        calls = [call for call in self._find_calls(section) if call.module in modules]
        is_hidden = section in self.scripts.hidden or (self.scripts.is_present and not calls)
        return [] if is_hidden else calls or [_ASSUMED_CALLS[section]]

    def is_hidden(self, section: str) -> bool:
        """Return whether scripts may change what a config says of a section before they use it."""
        calls = self._find_calls(section)
        is_plain = bool(calls) and not any(call.is_open for call in calls)
        return section in self.scripts.hidden or (self.scripts.is_present and not is_plain)

    def _resolve_replaced(self, name: str) -> list[Symbol]:
        """Return the classes that scripts define under a name."""
        return [self._resolver.resolve(*each) for each in self.scripts.find_classes(name)]

    def _find_modules(self, folder: str, section: str) -> list[Module]:
        """Return the modules where a section's classes are looked up: usually one folder."""
        named = {call.module for call in self._find_calls(section)}
        parts = (self.name,) if self.name else ()
        symbol = self._resolver.resolve_import(parts, folder)
        if isinstance(symbol, Module) and named <= {(), symbol.parts}:
            return [symbol]
        return self._find_called(section)

    def _find_called(self, section: str) -> list[Module]:
        """Return the modules where the scripts look up a section's classes."""
        named = {call.module for call in self._find_calls(section)} - {()}
        modules = (self._resolver.files.find_module(parts) for parts in sorted(named))
        return [module for module in modules if module]

    def _find_calls(self, section: str) -> list[ClassCall]:
        """Return the calls for a section's classes in this package or an unknown one."""
        packages = ((), (self.name,))
        return [
            call
            for call in self.scripts.calls
            if call.place == section and (not self.name or call.module[:1] in packages)
        ]

    def _read_section(self, module: Module, section: str) -> SourceSection:
        calls = [call for call in self._find_calls(section) if call.module in ((), module.parts)]
        names = list_names(self._resolver, module)
        tables = (table for script in self.scripts.scripts for table in script.tables)
        replaced = {name for table in tables for name in table.classes}

        def read(name: str) -> ClassSpec | None:
            symbol = self._resolver.resolve_member(module, name)
            symbols = self._resolve_replaced(name)
            if not (symbols and symbol is ABSENT):
                symbols.insert(0, symbol)
            specs = [self._read_with_scripts(each, section, name, calls) for each in symbols]
            if all(specs):
                return merge_specs(filter(None, specs))
            if name in replaced:
                return None
            if symbol is ABSENT or isinstance(symbol, Module) or name.startswith("_"):
                raise KeyError(name)
            if symbol is UNKNOWN and explain(name):
                raise KeyError(name)
            return None

        def explain(name: str) -> str:
            from trellis_cfg.source.defects import find_defect  # noqa: PLC0415  few have one

            return find_defect(self._resolver, module, name)

        is_called = bool(calls) or not self.scripts.is_present  # without a script, as upstream does
        is_lookup = is_called and all(call.is_only for call in calls)
        return SourceSection(
            module.path,
            ClassTable([*sorted(replaced), *names.names], read),
            {name: f"{module.path}:{line}" for name, line in names.listed.items()},
            names.is_complete and is_lookup and module.path.endswith(".py"),
            explain,
        )

    def _read_with_scripts(
        self, definition: Symbol, section: str, name: str, calls: list[ClassCall]
    ) -> ClassSpec | None:
        """Return the spec of a class, with what the scripts read and pass; None for no class."""
        if not (isinstance(definition, Definition) and isinstance(definition.node, ast.ClassDef)):
            return None
        spec = merge_specs(
            read_class(self._tracer, definition, name, call)
            for call in calls or [_ASSUMED_CALLS[section]]
        )
        origin = calls[0].section if calls else section
        reads = self.scripts.reads.get(origin, {})
        is_hidden = origin in self.scripts.hidden or (self.scripts.is_present and not calls)
        parameters = {
            key: parameter._replace(
                is_required=parameter.is_required and key not in reads and not is_hidden
            )
            for key, parameter in spec.parameters.items()
        }
        for key, place in reads.items():
            parameters.setdefault(key, Parameter(key, place=place, is_from_kwargs=True))
        passed = spec.script_arguments.items()
        return spec._replace(
            parameters=parameters,
            script_arguments={key: at for key, at in passed if key not in parameters},
            is_complete=spec.is_complete and not is_hidden,
        )


def read_origin(tracer: KwargsTracer, module: Module, call: ClassCall) -> SourceSection:
    """Return the classes of a module that a trainer looks up and calls."""
    names = list_names(tracer.resolver, module)

    def read(name: str) -> ClassSpec | None:
        symbol = tracer.resolver.resolve_member(module, name)
        if isinstance(symbol, Module):
            raise KeyError(name)
        if isinstance(symbol, Definition) and isinstance(symbol.node, ast.ClassDef):
            return read_class(tracer, symbol, name, call)
        return None

    return SourceSection(module.path, ClassTable(names.names, read), {}, names.is_complete)
