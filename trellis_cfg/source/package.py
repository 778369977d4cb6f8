"""A package of a checkout: its sections, by the scripts that train with it."""

import ast
from collections.abc import Iterable, Iterator, Sequence

from trellis_cfg.source.accepted_arguments import CallArguments, RestOfKeywords
from trellis_cfg.source.call_arguments import KwargsTracer
from trellis_cfg.source.class_spec import (
    ClassSpec,
    Parameter,
    SourceFacts,
    SourceSection,
    combine_sources,
    merge_sections,
)
from trellis_cfg.source.modules import Module, Sources
from trellis_cfg.source.names import ABSENT, Defined, External, Resolution, names_of
from trellis_cfg.source.train_script import FOLDERS, ClassForm, TrainScript, read_train_script


def read_class(
    following: KwargsTracer, found: Defined, name: str, forms: Sequence[ClassForm]
) -> ClassSpec:
    """Return what holds for a class in all the ways that it is called."""
    return merge_sections(_way(following, found, name, form) for form in forms)


def _way(following: KwargsTracer, found: Defined, name: str, form: ClassForm) -> ClassSpec:
    order = following.lineages.of(found) or []
    given = CallArguments(form.positional, form.keywords, form.place, form.is_certain)
    taken = following.called(found, given)
    twice = {key: at for key, at in taken.refused.items() if key not in taken.named}
    return ClassSpec(
        form.section,
        name,
        found.module.at(found.node),
        dict(taken.named),
        {**twice, **dict.fromkeys(sorted(form.keywords), form.place)},
        is_complete=not (taken.is_open or form.hides),
        swallows={RestOfKeywords.SWALLOWED: True, RestOfKeywords.REFUSED: False}.get(taken.rest),
        ends_at=taken.place or found.module.at(found.node),
        lineage=tuple(entry.name for entry in order),
        is_lineage_complete=bool(order)
        and all(entry.defined or entry.is_plain or entry.is_module for entry in order),
    )


# What upstream's train.py does; for where a checkout has none. Another may give more.
_ASSUMED = {
    "trainer": ClassForm(
        "trainer", 2, frozenset(("output_dir", "load_dir", "step")), "", is_certain=False
    ),
    "dataset": ClassForm("dataset", 1, frozenset(), "", is_certain=False),
    "models": ClassForm("models", 0, frozenset(), "", is_certain=False),
}


class Package:
    """One package of a checkout."""

    def __init__(self, following: KwargsTracer, package: str) -> None:
        """Read its scripts, and the classes of its sections."""
        self.package = package
        self._following = following
        self._resolution = following.resolution
        self.entry: TrainScript = read_train_script(self._resolution, package)
        self.trainers: list[Defined] = []
        self.sections: dict[str, SourceSection] = {}
        for folder, section in FOLDERS.items():
            found = [self._section(one, section) for one in self._modules(folder, section)]
            if found:
                self.sections[section] = combine_sources(found)

    def _modules(self, folder: str, section: str) -> list[Module]:
        """Return the modules that a section's classes are looked up in: as a rule, one folder."""
        named = {form.module for form in self._forms(section)}
        usual = (self.package, folder) if self.package else (folder,)
        meaning = self._resolution.imported_member(usual[:-1], folder)
        found = [meaning] if isinstance(meaning, Module) and named <= {(), meaning.parts} else []
        if not found and named - {()}:
            found = [one for parts in sorted(named) if (one := self._resolution.module(parts))]
        return found

    def _forms(self, section: str) -> list[ClassForm]:
        """Return how classes of a section are called, in this package or in one not known."""
        forms = [form for form in self.entry.forms if form.section == section]
        if not self.package:
            return forms
        return [form for form in forms if form.module[:1] in ((), (self.package,))]

    def _section(self, module: Module, section: str) -> SourceSection:
        classes: dict[str, ClassSpec | None] = dict.fromkeys(self.entry.tables)
        missing: dict[str, str] = {}
        forms = [form for form in self._forms(section) if form.module in ((), module.parts)]
        found = names_of(self._resolution, module)
        for name in found.names:
            meaning = self._resolution.member(module, name)
            if name in self.entry.tables or isinstance(meaning, Module):
                continue
            if isinstance(meaning, Defined) and isinstance(meaning.node, ast.ClassDef):
                classes[name] = self._signature(meaning, section, name, forms)
                self.trainers += [meaning] if section == "trainer" else []
            elif meaning is not ABSENT and not name.startswith("_"):
                classes[name] = None
            elif name in found.listed:
                missing[name] = f"{module.path}:{found.listed[name]}"
        is_looked_up = self._is_seen(forms) and all(one.is_only for one in forms)
        is_package = module.path.endswith("__init__.py")
        is_complete = found.is_complete and is_looked_up and is_package
        return SourceSection(module.path, classes, missing, is_complete)

    def _is_seen(self, forms: list[ClassForm]) -> bool:
        """Tell whether it is known how classes are called: as upstream does, without a script."""
        return bool(forms) or not self.entry.exists

    def _signature(
        self, found: Defined, section: str, name: str, forms: list[ClassForm]
    ) -> ClassSpec:
        """Return what a class takes, and what the scripts read or give beside."""
        signature = read_class(self._following, found, name, forms or [_ASSUMED[section]])
        reads = self.entry.reads.get(section, {})
        parameters = {
            key: one._replace(is_required=one.is_required and key not in reads)
            for key, one in signature.parameters.items()
        }
        for key, place in reads.items():
            parameters.setdefault(key, Parameter(key, None, "", place, by_hand=True))
        return signature._replace(
            parameters=parameters,
            given={key: at for key, at in signature.given.items() if key not in parameters},
            is_complete=signature.is_complete
            and section not in self.entry.hidden
            and self._is_seen(forms),
        )


_TORCH = {"optimizer": "torch.optim", "scheduler": "torch.optim.lr_scheduler"}
Names = frozenset[str] | None


def lookups(following: KwargsTracer, modules: list[Module]) -> tuple[Names, Names]:
    """Return the names that trainers find for an optimizer and a scheduler; None if unknown.

    A trainer looks into torch, and then among the names of its module.
    """
    return _names(following, modules, "optimizer"), _names(following, modules, "scheduler")


def _names(following: KwargsTracer, modules: list[Module], kind: str) -> Names:
    looking = [(module, _looked_into(following, module, kind)) for module in modules]
    looking = [(module, where) for module, where in looking if where]
    if not looking or any(where != {_TORCH[kind]} for _, where in looking):
        return None
    names: set[str] = set()
    for module, _ in looking:
        exported = names_of(following.resolution, module)
        if not exported.is_complete:
            return None
        names.update(exported.names)
    return frozenset(names)


def _looked_into(following: KwargsTracer, module: Module, kind: str) -> set[str]:
    """Return what is looked into by a name that the config gives."""
    tree = module.file.tree
    found = set()
    for node in ast.walk(tree) if tree else ():
        match node:
            case ast.Call(func=ast.Name(id="getattr"), args=[where, name, *_]) if speaks_of(
                name, kind
            ):
                meaning = following.resolution.expression(module, where)
                found.add(meaning.name if isinstance(meaning, External) else "")
            case ast.Subscript(value=ast.Name(), slice=name) if speaks_of(name, kind):
                found.add("")
    return found


def speaks_of(node: ast.expr, kind: str) -> bool:
    """Tell whether an expression is the name that the config of some kind gives."""
    match node:
        case ast.Subscript(value=value, slice=ast.Constant(value="name")):
            pass
        case ast.Attribute(value=value, attr="name"):
            pass
        case _:
            return False
    text = getattr(value, "attr", getattr(value, "id", ""))
    return kind in text.lower()


_KINDS = {"elastic": "elastic", "grad_clip": "grad_clip", "image_cond_model": "image_cond"}
"""The sections, and what the names of their configs in the code have in common."""


def components(
    following: KwargsTracer, modules: list[Module]
) -> Iterator[tuple[str, SourceSection]]:
    """Yield the sections of components that the modules of trainers look up, in one way each."""
    for section, kind in _KINDS.items():
        found = [
            _section(following, where, form)
            for module in modules
            for where, form in _lookups(following, module, (section, kind))
        ]
        if found:
            yield section, combine_sources(found)


def _lookups(
    following: KwargsTracer, module: Module, sought: tuple[str, str]
) -> Iterator[tuple[Module, ClassForm]]:
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


def _form(module: Module, section: str, call: ast.Call) -> ClassForm:
    spread = [keyword for keyword in call.keywords if keyword.arg is None]
    is_starred = any(isinstance(one, ast.Starred) for one in call.args)
    return ClassForm(
        section,
        None if is_starred else len(call.args),
        frozenset(keyword.arg for keyword in call.keywords if keyword.arg),
        module.at(call),
        is_certain=len(spread) == 1,
    )


def _section(following: KwargsTracer, module: Module, form: ClassForm) -> SourceSection:
    found = names_of(following.resolution, module)
    classes: dict[str, ClassSpec | None] = {}
    for name in found.names:
        meaning = following.resolution.member(module, name)
        if isinstance(meaning, Defined) and isinstance(meaning.node, ast.ClassDef):
            classes[name] = read_class(following, meaning, name, [form])
        elif not isinstance(meaning, Module):
            classes[name] = None
    return SourceSection(module.path, classes, {}, found.is_complete)


def read_source(sources: Sources, packages: Iterable[str]) -> SourceFacts:
    """Read the packages of a checkout; what several of them have is what holds in each."""
    following = KwargsTracer(Resolution(sources))
    found = [Package(following, package) for package in packages]
    modules = _modules(following, found)
    optimizers, schedulers = lookups(following, modules)
    return SourceFacts(
        sources.root,
        tuple(one.package for one in found),
        tuple(dict.fromkeys(path for one in found for path in one.entry.paths)),
        {**_sections(found), **dict(components(following, modules))},
        optimizers,
        schedulers,
        any(one.entry.runtime for one in found),
    )


def _sections(packages: list[Package]) -> dict[str, SourceSection]:
    found = {}
    for section in FOLDERS.values():
        parts = [one.sections[section] for one in packages if section in one.sections]
        if parts:
            found[section] = combine_sources(parts)
    return found


def _modules(following: KwargsTracer, packages: list[Package]) -> list[Module]:
    """Return the modules that trainers, and what they extend, are written in."""
    trainers = [trainer for package in packages for trainer in package.trainers]
    modules = {
        entry.defined.module.path: entry.defined.module
        for trainer in trainers
        for entry in following.lineages.of(trainer) or ()
        if entry.defined
    }
    return list(modules.values())
