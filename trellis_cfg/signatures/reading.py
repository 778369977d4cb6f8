"""A checkout as a whole: the classes of its sections, and what each takes."""

from collections.abc import Iterable

from trellis_cfg.signatures.components import components
from trellis_cfg.signatures.following import Following
from trellis_cfg.signatures.forms import FOLDERS
from trellis_cfg.signatures.lookups import lookups
from trellis_cfg.signatures.modules import Module
from trellis_cfg.signatures.packages import Package
from trellis_cfg.signatures.resolution import Resolution
from trellis_cfg.signatures.signature import Section, Source, together
from trellis_cfg.signatures.sources import Sources


def read_source(sources: Sources, packages: Iterable[str]) -> Source:
    """Read the packages of a checkout; what several of them have is what holds in each."""
    following = Following(Resolution(sources))
    found = [Package(following, package) for package in packages]
    modules = _modules(following, found)
    optimizers, schedulers = lookups(following, modules)
    return Source(
        sources.root,
        tuple(one.package for one in found),
        tuple(dict.fromkeys(path for one in found for path in one.entry.paths)),
        {**_sections(found), **dict(components(following, modules))},
        optimizers,
        schedulers,
        any(one.entry.runtime for one in found),
    )


def _sections(packages: list[Package]) -> dict[str, Section]:
    found = {}
    for section in FOLDERS.values():
        parts = [one.sections[section] for one in packages if section in one.sections]
        if parts:
            found[section] = together(parts)
    return found


def _modules(following: Following, packages: list[Package]) -> list[Module]:
    """Return the modules that trainers, and what they extend, are written in."""
    trainers = [trainer for package in packages for trainer in package.trainers]
    modules = {
        entry.defined.module.path: entry.defined.module
        for trainer in trainers
        for entry in following.lineages.of(trainer) or ()
        if entry.defined
    }
    return list(modules.values())
