"""A package of a checkout: its sections, by the scripts that train with it."""

import ast

from trellis_cfg.signatures.calling import signature_of
from trellis_cfg.signatures.entry import Entry, entry
from trellis_cfg.signatures.following import Following
from trellis_cfg.signatures.forms import FOLDERS, Form
from trellis_cfg.signatures.meanings import ABSENT, Defined
from trellis_cfg.signatures.modules import Module
from trellis_cfg.signatures.names import names_of
from trellis_cfg.signatures.signature import Parameter, Section, Signature, together

# What upstream's train.py does; for where a checkout has none. Another may give more.
_ASSUMED = {
    "trainer": Form(
        "trainer", 2, frozenset(("output_dir", "load_dir", "step")), "", is_certain=False
    ),
    "dataset": Form("dataset", 1, frozenset(), "", is_certain=False),
    "models": Form("models", 0, frozenset(), "", is_certain=False),
}


class Package:
    """One package of a checkout."""

    def __init__(self, following: Following, package: str) -> None:
        """Read its scripts, and the classes of its sections."""
        self.package = package
        self._following = following
        self._resolution = following.resolution
        self.entry: Entry = entry(self._resolution, package)
        self.trainers: list[Defined] = []
        self.sections: dict[str, Section] = {}
        for folder, section in FOLDERS.items():
            found = [self._section(one, section) for one in self._modules(folder, section)]
            if found:
                self.sections[section] = together(found)

    def _modules(self, folder: str, section: str) -> list[Module]:
        """Return the modules that a section's classes are looked up in: as a rule, one folder."""
        named = {form.module for form in self._forms(section)}
        usual = (self.package, folder) if self.package else (folder,)
        meaning = self._resolution.imported_member(usual[:-1], folder)
        found = [meaning] if isinstance(meaning, Module) and named <= {(), meaning.parts} else []
        if not found and named - {()}:
            found = [one for parts in sorted(named) if (one := self._resolution.module(parts))]
        return found

    def _forms(self, section: str) -> list[Form]:
        """Return how classes of a section are called, in this package or in one not known."""
        forms = [form for form in self.entry.forms if form.section == section]
        if not self.package:
            return forms
        return [form for form in forms if form.module[:1] in ((), (self.package,))]

    def _section(self, module: Module, section: str) -> Section:
        classes: dict[str, Signature | None] = dict.fromkeys(self.entry.tables)
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
        return Section(module.path, classes, missing, is_complete)

    def _is_seen(self, forms: list[Form]) -> bool:
        """Tell whether it is known how classes are called: as upstream does, without a script."""
        return bool(forms) or not self.entry.exists

    def _signature(self, found: Defined, section: str, name: str, forms: list[Form]) -> Signature:
        """Return what a class takes, and what the scripts read or give beside."""
        signature = signature_of(self._following, found, name, forms or [_ASSUMED[section]])
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
