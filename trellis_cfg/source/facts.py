"""What the code of a checkout says of its trainers, datasets, models and their components."""

import ast
from collections.abc import Iterable, Iterator
from functools import cached_property

from trellis_cfg.models.class_spec import ClassSpec
from trellis_cfg.schedule import TrainerBehavior
from trellis_cfg.source.behavior import read_behavior
from trellis_cfg.source.call_arguments import KwargsTracer
from trellis_cfg.source.frames import read_call
from trellis_cfg.source.modules import Module, SourceFiles, find_last_name
from trellis_cfg.source.names import Definition, External, Resolver, list_names
from trellis_cfg.source.package import Package, read_class
from trellis_cfg.source.section import ClassTable, SourceSection, merge_sections
from trellis_cfg.source.train_script import FOLDERS, ClassCall
from trellis_cfg.source.uses.scheduler import SchedulerCode

_TORCH = {
    "optimizer": ("optimizer", "torch.optim"),
    "lr_scheduler": ("scheduler", "torch.optim.lr_scheduler"),
}
"""What the names of their configs have in common, and where trainers look first."""
_COMPONENTS = {"elastic": "elastic", "grad_clip": "grad_clip", "image_cond_model": "image_cond"}
"""The sections of components, and what the names of their configs have in common."""


class SourceFacts:
    """What the code of a checkout says; its classes are read when they are asked for.

    ``sections`` are those of trainers, datasets and models; classes that several packages have are
    merged. ``has_runtime`` means that it trains through ``trellis_cfg.training``.
    """

    def __init__(self, root: str, packages: Iterable[str]) -> None:
        """Read the train scripts."""
        self._tracer = KwargsTracer(Resolver(SourceFiles(root)))
        self._packages = [Package(self._tracer, name) for name in packages]
        self._components: dict[tuple[str, tuple[str, ...]], SourceSection | None] = {}
        self._scheduler_codes: dict[str, SchedulerCode | None] = {}
        scripts = [package.scripts for package in self._packages]
        self.root = root
        self.packages = tuple(package.name for package in self._packages)
        self.train_scripts = tuple(dict.fromkeys(path for each in scripts for path in each.paths))
        self.has_runtime = any(each.has_runtime for each in scripts)
        self.sections: dict[str, SourceSection] = {}
        for section in FOLDERS.values():
            parts = [package.sections.get(section) for package in self._packages]
            if any(parts):
                self.sections[section] = merge_sections(filter(None, parts))

    @cached_property
    def all_sections(self) -> dict[str, SourceSection]:
        """The sections, and those of the components that any trainer looks up."""
        trainers = tuple(self.sections["trainer"].classes) if "trainer" in self.sections else ()
        components = {name: self._read_component(name, trainers) for name in _COMPONENTS}
        return self.sections | {name: section for name, section in components.items() if section}

    def find_section(self, section: str, trainer: str) -> SourceSection | None:
        """Return the classes of a section; of a component, those that a trainer looks up."""
        if section in _COMPONENTS:
            return self._read_component(section, (trainer,))
        return self.sections.get(section)

    def read_behavior(self, trainer: str) -> TrainerBehavior | None:
        """Return what a trainer does with its limits and intervals; None if it was not read."""
        spec = self.sections["trainer"].classes.get(trainer) if "trainer" in self.sections else None
        definition = self._find_trainer(trainer)
        if spec is None or definition is None:
            return None
        return read_behavior(spec, self._tracer.mro.compute(definition) or ())

    def read_scheduler_code(self, trainer: str) -> SchedulerCode | None:
        """Return what a trainer does with its scheduler's arguments; None if it was not read."""
        if trainer not in self._scheduler_codes:
            definition = self._find_trainer(trainer)
            order = self._tracer.mro.compute(definition) if definition else None
            self._scheduler_codes[trainer] = SchedulerCode(order) if order else None
        return self._scheduler_codes[trainer]

    def find_extra_names(self, section: str, trainer: str) -> frozenset[str] | None:
        """Return the optimizers or schedulers that a trainer finds besides torch's; or None.

        A trainer looks into torch, and then among the names of its module.
        """
        component, origin = _TORCH[section]
        resolver = self._tracer.resolver
        lookups = [
            (module, origins)
            for module in self._find_trainer_modules((trainer,))
            if (origins := set(_find_origins(resolver, module, component)))
        ]
        if not lookups or any(origins != {origin} for _, origins in lookups):
            return None
        exported = [list_names(resolver, module) for module, _ in lookups]
        if not all(names.is_complete for names in exported):
            return None
        return frozenset(name for names in exported for name in names.names)

    def _read_component(self, section: str, trainers: tuple[str, ...]) -> SourceSection | None:
        """Return the classes that some trainers look up in one module or another."""
        if (section, trainers) not in self._components:
            sections = [
                self._read_origin(origin, ClassCall(section, read_call(module, node)))
                for module in self._find_trainer_modules(trainers)
                for origin, node in self._find_lookups(module, _COMPONENTS[section])
            ]
            self._components[section, trainers] = merge_sections(sections) if sections else None
        return self._components[section, trainers]

    def _find_trainer(self, name: str) -> Definition | None:
        definitions = (package.find_trainer(name) for package in self._packages)
        return next(filter(None, definitions), None)

    def _find_trainer_modules(self, trainers: Iterable[str]) -> list[Module]:
        """Return the modules that define trainers and their bases."""
        modules = {
            entry.definition.module.path: entry.definition.module
            for definition in map(self._find_trainer, trainers)
            for entry in (definition and self._tracer.mro.compute(definition)) or ()
            if entry.definition
        }
        return list(modules.values())

    def _find_lookups(self, module: Module, component: str) -> Iterator[tuple[Module, ast.Call]]:
        """Yield the modules where a component's class is looked up by name, with the call."""
        for node in module.nodes if component.encode() in module.data.lower() else ():
            match node:
                case ast.Call(func=ast.Call(func=ast.Name(id="getattr"), args=[place, name])):
                    origin = self._tracer.resolver.resolve(module, place)
                case ast.Call(
                    func=ast.Subscript(value=ast.Call(func=ast.Name(id="globals")), slice=name)
                ):
                    origin = module
                case _:
                    continue
            if isinstance(origin, Module) and _is_config_name(name, component):
                yield origin, node

    def _read_origin(self, module: Module, call: ClassCall) -> SourceSection:
        """Return the classes of a module that a trainer looks up and calls."""
        names = list_names(self._tracer.resolver, module)

        def read(name: str) -> ClassSpec | None:
            symbol = self._tracer.resolver.resolve_member(module, name)
            if isinstance(symbol, Module):
                raise KeyError(name)
            if isinstance(symbol, Definition) and isinstance(symbol.node, ast.ClassDef):
                return read_class(self._tracer, symbol, name, call)
            return None

        return SourceSection(module.path, ClassTable(names.names, read), {}, names.is_complete)


def _find_origins(resolver: Resolver, module: Module, component: str) -> Iterator[str]:
    """Yield the modules where a name from the config is looked up; "" for unknown ones."""
    for node in module.nodes if component.encode() in module.data.lower() else ():
        match node:
            case ast.Call(func=ast.Name(id="getattr"), args=[origin, name, *_]) if _is_config_name(
                name, component
            ):
                symbol = resolver.resolve(module, origin)
                yield symbol.name if isinstance(symbol, External) else ""
            case ast.Subscript(value=ast.Name(), slice=name) if _is_config_name(name, component):
                yield ""


def _is_config_name(node: ast.expr, component: str) -> bool:
    """Tell whether an expression is the name in the config of a component."""
    match node:
        case (
            ast.Subscript(value=value, slice=ast.Constant(value="name"))
            | ast.Attribute(value=value, attr="name")
        ):
            return component in find_last_name(value).lower()
    return False
