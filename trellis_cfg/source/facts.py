"""What the code of a checkout says of its trainers, datasets, models and their components."""

import re
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING

from trellis_cfg.files.reading import Stamps
from trellis_cfg.models.class_spec import Finetuning
from trellis_cfg.schedule import TrainerBehavior
from trellis_cfg.source.assertions import ClassAssertions
from trellis_cfg.source.assertions.frame import FailedAssertion
from trellis_cfg.source.call_arguments import KwargsTracer
from trellis_cfg.source.frames import read_call
from trellis_cfg.source.modules import Module, SourceFiles
from trellis_cfg.source.mro import Order
from trellis_cfg.source.names import Definition, Resolver, list_names
from trellis_cfg.source.package import Package, read_origin
from trellis_cfg.source.script.lookups import FOLDERS
from trellis_cfg.source.script.reads import ConfigReads, find_config_reads
from trellis_cfg.source.script.replacements import ReplacedValues
from trellis_cfg.source.script.required import Keys, find_required_keys
from trellis_cfg.source.section import SourceSection, merge_sections
from trellis_cfg.source.train_script import FOLDERS_OF_SCRIPTS, ClassCall
from trellis_cfg.source.trainer_reads import TrainerReads
from trellis_cfg.source.uses import conditioning, deprecation, half_precision
from trellis_cfg.source.uses.behavior import read_behavior
from trellis_cfg.source.uses.class_code import ClassCode
from trellis_cfg.source.uses.components import find_lookups, find_origins
from trellis_cfg.source.uses.conditioning import Loader

if TYPE_CHECKING:
    from trellis_cfg.source.uses.scheduler import SchedulerCode
    from trellis_cfg.source.uses.torch_arguments import TorchCall

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
    merged. ``extra_sections`` are others that a train script looks up classes for, such as
    ``val_dataset``. ``has_runtime`` means that it trains through ``trellis_cfg.training``,
    ``is_last_save_off`` that this does not save the last state.
    """

    def __init__(self, root: str, packages: Iterable[str], stamps: Stamps | None = None) -> None:
        """Read the train scripts; ``stamps`` note what is read."""
        self.tracer = KwargsTracer(Resolver(SourceFiles(root, stamps)))
        self._packages = [Package(self.tracer, name) for name in packages]
        self.read_behavior = cache(self._read_behavior)
        self.find_unclear = cache(self._find_unclear)
        self.read_trainer = cache(self._read_trainer)
        self.read_scheduler_code = cache(self._read_scheduler_code)
        self._read_component = cache(self._find_component)
        self._list_assertions = cache(self._read_assertions)
        self.read_code = cache(self._find_code)
        self._callers = [each for package in self._packages for each in package.scripts.callers]
        self._script_modules = [
            module
            for caller in self._callers
            for module in (caller.module, *self.tracer.resolver.list_imported(caller.module))
        ]
        self.tracer.mro.note_patching(self._script_modules)
        self.tracer.resolver.changing = self._script_modules
        self.root = root
        self.packages = tuple(package.name for package in self._packages)
        self.train_scripts = tuple(dict.fromkeys(each.module.path for each in self._callers))
        self.has_runtime = any(each.has_runtime for each in self._callers)
        self.is_last_save_off = any(each.is_last_save_off for each in self._callers)
        parts: dict[str, list[SourceSection]] = {section: [] for section in FOLDERS.values()}
        for package in self._packages:
            for key, section in package.list_sections():
                parts.setdefault(key, []).append(section)
        merged = {key: merge_sections(each) for key, each in parts.items() if each}
        self.sections = {key: merged.pop(key) for key in FOLDERS.values() if key in merged}
        self.extra_sections = merged

    def is_mentioned(self, key: str) -> bool:
        """Return whether the text of another script has a key: it may read configs, too."""
        files = self.tracer.resolver.files
        read = {each.module.path for package in self._packages for each in package.scripts.scripts}
        paths = {
            f"{folder}/{name}".lstrip("/")
            for folder in FOLDERS_OF_SCRIPTS
            for name in files.list_scripts(folder)
        }
        word = re.compile(rb"\b" + re.escape(key.encode("utf-8", "replace")) + rb"\b")
        return any(word.search(files.read(path) or b"") for path in sorted(paths - read))

    def is_hidden(self, section: str) -> bool:
        """Return whether train scripts may change what a config says of a section."""
        return any(package.is_hidden(section) for package in self._packages)

    @cached_property
    def replaced(self) -> ReplacedValues:
        """The values of a config that train scripts may replace, or never use."""
        others = [each.module for package in self._packages for each in package.scripts.scripts]
        is_training = any("train" in path.rpartition("/")[2] for path in self.train_scripts)
        return ReplacedValues(self._script_modules or others, is_training=is_training)

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
        return self.sections.get(section) or self.extra_sections.get(section)

    def _read_behavior(self, trainer: str) -> TrainerBehavior | None:
        """Return what a trainer does with its limits and intervals; None if it was not read."""
        spec = self.sections["trainer"].classes.get(trainer) if "trainer" in self.sections else None
        definition = self._find_trainer(trainer)
        if spec is None or definition is None:
            return None
        order = self.tracer.mro.compute(definition) or ()
        behavior = read_behavior(spec, ClassCode(self.tracer.resolver, order))
        others = [each for each in self._script_modules if {*each.parts}.isdisjoint(FOLDERS)]
        is_named = any(b"max_epoch" in module.data for module in others)
        if behavior.reads_max_epoch is False and (is_named or not self._is_ordinary(definition)):
            behavior = behavior._replace(reads_max_epoch=None)
        return behavior

    def _find_unclear(self, trainer: str) -> frozenset[str]:
        """Return the arguments of a trainer from which it cannot be computed what it does."""
        from trellis_cfg.source.uses.unclear import find_unclear  # noqa: PLC0415  few ask

        behavior = self.read_behavior(trainer)
        if behavior is None:
            return frozenset()
        scripts = [package.scripts for package in self._packages]
        code = self.read_code("trainer", trainer)
        return find_unclear(code, scripts, behavior.zero_is_never)

    def _is_ordinary(self, definition: Definition) -> bool:
        """Return whether nothing but its code and that of its bases makes a class what it is."""
        order = self.tracer.mro.compute(definition)
        return order is not None and self.tracer.mro.is_ordinary(order)

    def find_failed_assertion(
        self, section: str, name: str, arguments: Mapping[str, object]
    ) -> FailedAssertion | None:
        """Return an assertion of a class that arguments do not meet, whatever script creates it."""
        failures = []
        for package in self._packages if section in FOLDERS.values() else ():
            changed = package.scripts.reads.get(section, {})
            known = {key: value for key, value in arguments.items() if key not in changed}
            each = self._list_assertions(package, section, name)
            failures += [assertions.find_failed(known) for assertions in each]
        return failures[0] if failures and all(failures) else None

    def _read_assertions(
        self, package: Package, section: str, name: str
    ) -> tuple[ClassAssertions, ...]:
        """Return the assertions of a class, as each train script of a package creates it."""
        definition = package.find_class(section, name)
        return tuple(
            ClassAssertions(self.tracer.resolver, self.tracer.mro, definition, call)
            for call in package.find_calls_of(section)
            if definition
        )

    def _read_scheduler_code(self, trainer: str) -> "SchedulerCode | None":
        """Return what a trainer does with its scheduler's arguments; None if it was not read."""
        from trellis_cfg.source.uses.scheduler import SchedulerCode  # noqa: PLC0415  few have one

        order = self._find_order(trainer)
        return SchedulerCode(self.tracer.resolver, order) if order else None

    def find_converted(self, trainer: str, arguments: Mapping[str, object]) -> dict[str, str]:
        """Return the roles that a resume surely converts to half precision, "" for all."""
        code = self.read_code("trainer", trainer)
        return half_precision.find_converted(code, arguments) if code else {}

    def is_converted(self, model: str) -> bool | None:
        """Return whether a model converts itself: False if it has no method for that."""
        code = self.read_code("models", model)
        return half_precision.is_converted(code) if code else None

    def read_torch_call(self, section: str, trainer: str) -> "TorchCall | None":
        """Return how a trainer calls its optimizer or scheduler; None if it was not read."""
        from trellis_cfg.source.uses.torch_arguments import read_torch_call  # noqa: PLC0415  few ask

        code = self.read_code("trainer", trainer)
        return read_torch_call(code, section) if code else None

    def read_finetuning(self, trainer: str) -> Finetuning | None:
        """Return what a trainer does with its ``finetune_ckpt``; None if it was not read."""
        from trellis_cfg.source.uses.finetuning import read_finetuning  # noqa: PLC0415  few have one

        code = self.read_code("trainer", trainer)
        return read_finetuning(code) if code else None

    def find_loader(self, section: str, name: str, argument: str, trainer: str) -> Loader | None:
        """Return what a trainer, or a component of it, loads the encoder of an argument with."""
        code = self.read_code(section, name, trainer)
        return conditioning.find_loader(code, argument) if code else None

    def passes_condition(self, trainer: str) -> bool:
        """Return whether a trainer surely hands the condition of a sample to the model as it is."""
        code = self.read_code("trainer", trainer)
        return code is not None and conditioning.passes_condition(code)

    def needs_condition(self, model: str) -> bool:
        """Return whether a model surely fails without a condition."""
        code = self.read_code("models", model)
        return code is not None and conditioning.needs_condition(code)

    def yields_no_condition(self, dataset: str) -> bool:
        """Return whether a dataset surely yields no condition."""
        code = self.read_code("dataset", dataset)
        return code is not None and conditioning.yields_no_condition(code)

    def lacks_sparse(self, trainer: str, section: str, name: str) -> bool | None:
        """Return whether a trainer needs sparse tensors and a class has none; None if unknown."""
        losses, code = self.read_code("trainer", trainer), self.read_code(section, name)
        is_needed = conditioning.needs_sparse(losses) if losses else None
        return is_needed and ((code is not None and conditioning.is_dense(code)) or None)

    def find_surplus(self, trainer: str, model: str, role: str) -> str:
        """Return the place where a trainer passes a model more than it takes; empty if none."""
        losses, code = self.read_code("trainer", trainer), self.read_code("models", model)
        return conditioning.find_surplus(losses, code, role) if losses and code else ""

    def find_deprecated(
        self, section: str, name: str, args: Mapping[str, object]
    ) -> dict[str, str]:
        """Return the arguments that a class only warns of, each with the place of the warning."""
        code = self.read_code(section, name)
        places = deprecation.find_deprecated(code, args) if code else {}
        scripts = [package.scripts.reads.get(section, {}) for package in self._packages]
        return {key: at for key, at in places.items() if not any(key in each for each in scripts)}

    @cached_property
    def config_reads(self) -> ConfigReads | None:
        """What train scripts read of a config besides arguments; None if unknown."""
        resolver = self.tracer.resolver
        reads = [find_config_reads(resolver, package.scripts) for package in self._packages]
        known = [each for each in reads if each]
        if not known or len(known) < len(reads):
            return None
        names = frozenset().union(*(each.names for each in known))
        return ConfigReads(names, frozenset().union(*(each.escaped for each in known)))

    @cached_property
    def required_keys(self) -> Mapping[Keys, str]:
        """The keys that train scripts read on every path, each with a place."""
        return find_required_keys(self._callers)

    def _read_trainer(self, name: str) -> TrainerReads | None:
        """Return what a trainer reads of its models and arguments; None if it was not read."""
        order = self._find_order(name)
        is_whole = order and all(entry.definition or entry.is_plain for entry in order)
        is_known = order and is_whole and self.tracer.mro.is_ordinary(order)
        return TrainerReads(ClassCode(self.tracer.resolver, order)) if order and is_known else None

    @cached_property
    def has_other_models(self) -> bool:
        """Whether a train script may pass a trainer other models than those of the config."""
        return any(caller.has_other_models for caller in self._callers)

    def find_extra_names(self, section: str, trainer: str) -> frozenset[str] | None:
        """Return the optimizers or schedulers that a trainer finds besides torch's; or None.

        A trainer looks into torch, and then among the names of its module.
        """
        component, origin = _TORCH[section]
        resolver = self.tracer.resolver
        lookups = [
            (module, origins)
            for module in self._find_trainer_modules((trainer,))
            if (origins := set(find_origins(resolver, module, component)))
        ]
        if not lookups or any(origins != {origin} for _, origins in lookups):
            return None
        exported = [list_names(resolver, module) for module, _ in lookups]
        if not all(names.is_complete for names in exported):
            return None
        others = [
            each for module, _ in lookups for each in (module, *resolver.list_imported(module))
        ]
        changed = (each.changed for each in (*others, *resolver.changing))
        return frozenset().union(*changed, *(names.names for names in exported))

    def _find_component(self, section: str, trainers: tuple[str, ...]) -> SourceSection | None:
        """Return the classes that some trainers look up in one module or another."""
        resolver = self.tracer.resolver
        sections = [
            read_origin(self.tracer, origin, ClassCall(section, read_call(module, node)))
            for module in self._find_trainer_modules(trainers)
            for origin, node in find_lookups(resolver, module, _COMPONENTS[section])
        ]
        return merge_sections(sections) if sections else None

    def _find_code(self, section: str, name: str, trainer: str = "") -> ClassCode | None:
        """Return the methods of a class; None if it was not read, or several packages have it."""
        definitions = self._find_definitions(section, name, trainer)
        is_known = len(definitions) == 1 and self._is_ordinary(definitions[0])
        order = self.tracer.mro.compute(definitions[0]) if is_known else None
        return ClassCode(self.tracer.resolver, order) if order else None

    def _find_definitions(self, section: str, name: str, trainer: str) -> list[Definition]:
        """Return the definitions of a class; of a component, those that a trainer looks up."""
        if section not in _COMPONENTS:
            return [*filter(None, (each.find_class(section, name) for each in self._packages))]
        symbols = {
            origin.path: self.tracer.resolver.resolve_member(origin, name)
            for module in self._find_trainer_modules((trainer,))
            for origin, _ in find_lookups(self.tracer.resolver, module, _COMPONENTS[section])
        }
        return [symbol for symbol in symbols.values() if isinstance(symbol, Definition)]

    def _find_trainer(self, name: str) -> Definition | None:
        definitions = (package.find_class("trainer", name) for package in self._packages)
        return next(filter(None, definitions), None)

    def _find_order(self, trainer: str) -> Order | None:
        definition = self._find_trainer(trainer)
        return self.tracer.mro.compute(definition) if definition else None

    def _find_trainer_modules(self, trainers: Iterable[str]) -> list[Module]:
        """Return the modules that define trainers and their bases."""
        definitions = (
            entry.definition for order in map(self._find_order, trainers) for entry in order or ()
        )
        return list({each.module.path: each.module for each in definitions if each}.values())
