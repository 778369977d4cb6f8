"""The names of a module, those among them that it imports with a star or gives lazily."""

from typing import NamedTuple

from trellis_cfg.signatures.lazy import is_dynamic, lazily
from trellis_cfg.signatures.modules import Imported, Module
from trellis_cfg.signatures.resolution import Resolution

_MOST = 2000


class Names(NamedTuple):
    """The names of a module, and the lines of those that a table lists.

    ``is_complete`` says that the module has no others.
    """

    names: list[str]
    listed: dict[str, int]
    is_complete: bool


def names_of(resolution: Resolution, module: Module) -> Names:
    """Return the names that an attribute of a module may have."""
    lazy = lazily(module)
    listed = dict(lazy.lines) if lazy else {}
    is_complete = lazy is None or lazy.is_complete
    found = dict.fromkeys(listed)
    pending, seen = [module], {module.path}
    while pending:
        one = pending.pop()
        is_complete = is_complete and one.is_readable and not is_dynamic(one)
        found |= {name: None for name in one.bindings if not _is_module(one, name)}
        for star in one.stars:
            if isinstance(star.value, Imported) and _is_typing(star.value):
                continue
            origin = (
                resolution.starred(one, star.value) if isinstance(star.value, Imported) else None
            )
            if origin is None:
                is_complete = False
            elif origin.path not in seen:
                seen.add(origin.path)
                pending.append(origin)
    return Names(list(found)[:_MOST], listed, is_complete and len(found) <= _MOST)


def _is_module(module: Module, name: str) -> bool:
    """Tell whether a name can only be a module: ``import numpy as np``."""
    values = [binding.value for binding in module.bindings[name]]
    return all(isinstance(value, Imported) and value.name is None for value in values)


def _is_typing(star: Imported) -> bool:
    return star.module == "typing" and not star.level
