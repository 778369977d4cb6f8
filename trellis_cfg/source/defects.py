"""Why a class that a package lists cannot be imported: what its module has or lacks."""

import ast
import re
import warnings

from trellis_cfg.source.lazy import read_lazy_names
from trellis_cfg.source.modules import Imported, Module
from trellis_cfg.source.names import ABSENT, Resolver
from trellis_cfg.source.trees import walk

# Syntax of Python 3.11 and later, which an older Python that runs this cannot parse, and limits
# that differ between versions.
_NEWER = re.compile(
    r"""[ft]r?["']|rf["']|\btype \w+|(def|class) \w+\[|except\*|except \w+,|f-string|too many""",
    re.IGNORECASE,
)


def find_defect(resolver: Resolver, module: Module, name: str) -> str:
    """Return why a name cannot be imported from a module; empty where it can, or may be."""
    defect = _find_syntax_error(module)
    if defect:
        return defect
    lazy = read_lazy_names(module)
    if lazy and name in lazy.targets:
        return _find_target_defect(resolver, module, *lazy.targets[name][:2])
    values = [binding.value for binding in module.bindings.get(name, ())]
    for value in values if len(values) == 1 else ():
        parts = module.find_imported(value) if isinstance(value, Imported) else None
        origin = resolver.files.find_module(parts) if parts else None
        if origin and not origin.is_package:
            return _find_syntax_error(origin)
    return ""


def _find_target_defect(resolver: Resolver, module: Module, origin: str, attribute: str) -> str:
    """Return what is wrong with the module that a lazy table names."""
    target, last = resolver.find_lazy_module(module, origin)
    if target is None:
        return _describe_missing(resolver, module, origin)
    defect = _find_syntax_error(target)
    if defect or not (last == "" and target.is_readable and target.data):
        return defect
    is_absent = resolver.resolve_member(target, attribute) is ABSENT
    return f"{target.path} does not define it" if is_absent else ""


def _describe_missing(resolver: Resolver, module: Module, origin: str) -> str:
    """Say that a module does not exist, if its name is surely relative to the package."""
    getter = module.bindings["__getattr__"][-1].value
    nodes = walk(getter) if isinstance(getter, ast.AST) else ()
    texts = [str(node.value) for node in nodes if isinstance(node, ast.Constant)]
    is_relative = any(text.startswith(".") for text in (origin, *texts))
    parts = (*module.package, *filter(None, origin.lstrip(".").split(".")))
    if not is_relative or origin.startswith("..") or resolver.files.has_file(parts):
        return ""
    return f"{'/'.join(parts)}.py does not exist"


def _find_syntax_error(module: Module) -> str:
    """Return where a module has a syntax error; empty for one that any Python may accept."""
    if module.is_readable:
        return ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(module.data)
    except SyntaxError as error:
        if error.lineno and not _NEWER.search(f"{error.text or ''}{error.msg}"):
            return f"{module.path} has a syntax error at line {error.lineno}"
    except (ValueError, RecursionError, MemoryError):
        pass
    return ""
