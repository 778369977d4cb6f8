"""Rules about the names of classes and of their arguments."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from trellis_cfg.diagnostics import ERROR, NOTE, WARNING
from trellis_cfg.document.paths import Path, format_path
from trellis_cfg.lint.class_use import ClassUse
from trellis_cfg.lint.config import Config, Finding, RelatedPlace
from trellis_cfg.lint.fixes import Offer, offer_move, offer_name, offer_removal, offer_rename
from trellis_cfg.lint.rules.optimizer import get_torch_arguments
from trellis_cfg.lint.wording import format_effect, shorten
from trellis_cfg.models import CLASSES
from trellis_cfg.sections import SECTIONS
from trellis_cfg.suggest import SAME_MEANING, NearMiss, find_near_miss, find_synonyms
from trellis_cfg.terminal import format_count

if TYPE_CHECKING:
    from trellis_cfg.models.class_spec import ClassSpec
    from trellis_cfg.source.section import SourceSection


_NOUNS = {
    "models": "model",
    "dataset": "dataset",
    "trainer": "trainer",
    "grad_clip": "gradient clipper",
    "elastic": "memory controller",
    "image_cond_model": "image encoder",
}
# The sections that forks usually add their own classes to.
_OPEN = ("grad_clip", "elastic", "image_cond_model")
_OPTIMIZER_ARGUMENTS = ("lr", "weight_decay", "betas")
_MAX_RELATED, _MAX_NAMED, _MAX_SUGGESTED = 3, 5, 100
_WEIGHTS = "regularizations"
_REGULARIZATIONS = ("lambda_vol", "lambda_opacity")
# By the number of packages, of two, in which the class ignores unknown arguments.
_EFFECTS = (
    "TypeError at startup, unless your fork accepts it",
    "TypeError at startup in TRELLIS; ignored in TRELLIS.2",
    "trainers ignore unknown arguments: it has no effect unless your fork reads it",
)
_RESERVED = {
    "trainer": ("output_dir", "load_dir", "step", "models", "dataset"),
    "dataset": ("roots",),
}


def unknown_name(config: Config) -> Iterable[Finding]:
    """The class name is unknown in this section.

    With a checkout, its code lists the classes; a class whose module does not exist, has a syntax
    error, or does not define it is reported, too. Without one, the classes of TRELLIS, TRELLIS.2
    and the SDF fork are known: a clear misspelling of one is an error. Forks have their own, so of
    all other names, there is one note a file, and their arguments are not checked.

    Bad: {"dataset": {"name": "SparseStructur", "args": {}}}
    Good: {"dataset": {"name": "SparseStructure", "args": {}}}
    Chinese: 未知的类名。改正类名；不在已知包中的类用 --source 指定代码仓库。
    """
    unknown: list[tuple[ClassUse, NearMiss]] = []
    for used in config.class_uses:
        noun = _NOUNS.get(used.section)
        if used.listed is not None:
            if not used.listed.has_class(used.name):
                yield _report_unlisted(used, used.listed, noun or used.section)
            continue
        if noun is None or used.catalog is not None:
            continue
        similar = find_near_miss(used.name, CLASSES[used.section])
        if similar.is_sure:
            path = (*used.path, "name")
            message = f'unknown {noun} "{shorten(used.name)}"{similar.suggestion}'
            yield Finding(path, message, fix=offer_name(path, similar.name))
        elif used.section not in _OPEN:
            unknown.append((used, similar))
    if unknown:
        yield _report_unknown(config, unknown)


def _report_unknown(config: Config, unknown: list[tuple[ClassUse, NearMiss]]) -> Finding:
    (first, similar), *others = unknown
    names = list(dict.fromkeys(shorten(used.name) for used, _ in unknown))
    verb, rest = "is", "; its arguments were not checked"
    if len(names) > 1:
        names[1:] = names[1:2] if len(names) == 2 else [f"{len(names) - 1} other classes"]  # noqa: PLR2004
        verb, rest = "are", "; their arguments were not checked"
    rest += " (--source DIR)" if config.facts.source is None else ""
    rest = similar.suggestion if verb == "is" and similar.name else rest
    message = f"{' and '.join(names)} {verb} not in TRELLIS, TRELLIS.2 or the SDF fork{rest}"
    places = [(*used.path, "name") for used, _ in others[:_MAX_RELATED]]
    also = tuple(RelatedPlace(place, "also unknown") for place in places)
    return Finding((*first.path, "name"), message, severity=NOTE, also=also)


def _report_unlisted(used: ClassUse, listed: "SourceSection", noun: str) -> Finding:
    name, path, fix = f'{noun} "{shorten(used.name)}"', (*used.path, "name"), None
    place, defect = listed.find_missing(used.name), listed.explain(used.name)
    if place:
        message = f"{name} is listed, but {defect or 'no module defines it'}"
        why = f"listed at {place}: the lookup fails at startup"
    elif defect:
        message = f"{name} cannot be imported: {defect}"
        why = "the import fails at startup"
    else:
        similar = find_near_miss(used.name, listed.likely_classes)
        message = f"this checkout has no {name}{similar.suggestion}"
        why = f"not listed at {listed.place}: the lookup fails at startup"
        fix = offer_name(path, similar.name) if similar.is_sure else None
    return Finding(path, message, why=why, fix=fix)


def unknown_argument(config: Config) -> Iterable[Finding]:
    """The class does not accept this argument.

    Trainers silently ignore it. Datasets and models fail with a TypeError at startup. With a
    checkout, its code decides and this is an error. Without one, a fork's class may accept the
    argument, so this is a warning, or an error if it is a clear misspelling; in a config that has
    other names of a fork, there is one note a class. Every trainer is assumed to know
    ``max_epoch``. A known name for the same thing is suggested (``learning_rate``:
    ``trainer.args.optimizer.args.lr``). What train.py itself passes and the class does not accept,
    such as a third positional argument, is reported at the name of the class.

    Bad: {"trainer": {"args": {"i_sav": 1000}}}
    Good: {"trainer": {"args": {"i_save": 1000}}}
    Chinese: 类不接受该参数。改正参数名，或删除它：训练器会忽略它，模型和数据集会出现 TypeError。
    """
    for used in config.class_uses:
        if used.is_unread or used.spec is None:
            continue
        if used.spec.misfit:
            problem, why = used.spec.misfit
            yield Finding((*used.path, "name"), f"{used.name} {problem}", severity=ERROR, why=why)
        if _WEIGHTS in used.args and not used.spec.is_complete:
            yield from _find_unknown_weights(used)
        if used.source or not used.args.keys() <= used.parameters.keys():
            yield from _find_unknown(config, used, used.spec)


def _find_unknown(config: Config, used: ClassUse, spec: "ClassSpec") -> Iterator[Finding]:
    """Find the arguments that a class does not take, by the checkout or the catalog."""
    passed = spec.script_arguments if used.source else _RESERVED.get(used.section, ())
    is_ignored = spec.is_unknown_ignored if used.source else len(spec.ignoring_packages) > 1
    why = format_effect(spec) if used.source else _EFFECTS[len(spec.ignoring_packages)]
    known = [*spec.parameters] if used.source else sorted(used.parameters)
    own: list[str] = []
    for key in used.args:
        is_taken = spec.takes(key) is not False if used.source else key in used.parameters
        if is_taken or key in passed or (key == "max_epoch" and used.section == "trainer"):
            continue
        hint = _suggest(config, used, key, known) if len(own) < _MAX_SUGGESTED else _Hint()
        if not hint.text and config.is_of_fork:
            own.append(key)
            continue
        is_error = not (key.startswith("_") and is_ignored) if used.source else hint.is_sure
        problem = "has no argument" if is_ignored is False else "ignores"
        message = f'{used.name} {problem} "{shorten(key)}"{hint.text}'
        severity = ERROR if is_error else WARNING
        is_removable = is_ignored is True and not hint.text and not key.startswith("_")
        fix = offer_removal(used.locate(key)) if is_removable else hint.fix
        yield Finding(used.locate(key), message, on_key=True, severity=severity, why=why, fix=fix)
    if own:
        yield _report_own(used, own)


def _report_own(used: ClassUse, own: list[str]) -> Finding:
    """Return the note about the arguments that only a fork can have."""
    names, rest = ", ".join(f'"{shorten(key)}"' for key in own[:_MAX_NAMED]), len(own) - _MAX_NAMED
    names += f" and {format_count(rest, 'other')}" if rest > 0 else ""
    noun = "argument" if len(own) == 1 else "arguments"
    message = f"{used.name} has no {noun} {names} in TRELLIS, TRELLIS.2 or the SDF fork"
    message += "; not checked (--source DIR)"
    return Finding(used.locate(own[0]), message, on_key=True, severity=NOTE)


class _Hint(NamedTuple):
    """The end of a message about an unknown argument, and the fix if it is clear what is meant.

    ``is_sure`` if the argument is misspelled.
    """

    text: str = ""
    is_sure: bool = False
    fix: Offer | None = None


def _suggest(config: Config, used: ClassUse, key: str, known: Iterable[str]) -> _Hint:
    similar, path = find_near_miss(key, known), used.locate(key)
    if similar.is_sure or similar.is_synonym:
        is_clear = similar.is_sure or similar.name in SAME_MEANING
        fix = offer_rename(path, similar.name) if is_clear else None
        return _Hint(similar.suggestion, similar.is_sure, fix)
    owners = list(dict.fromkeys(_find_owners(config, used, key)))
    if not owners:
        return _Hint(similar.suggestion)
    is_clear = len(owners) == 1 and (owners[0][-1] == key or owners[0][-1] in SAME_MEANING)
    text, fix = f"; did you mean {format_path(owners[0])}?", offer_move(path, owners[0])
    return _Hint(text, fix=fix if is_clear else None)


def _find_owners(config: Config, used: ClassUse, key: str) -> Iterator[Path]:
    """Yield the places where the config accepts an argument of another class, or what it means."""
    for name in (key, *find_synonyms(key)):
        for use in config.class_uses:
            is_same_section = use.path[0] == used.path[0]
            if use.path != used.path and (name == key or is_same_section) and _lacks(use, name):
                yield use.locate(name)
        if name in _OPTIMIZER_ARGUMENTS and "optimizer" in used.parameters:
            yield used.locate("optimizer", "args", name)


def _lacks(used: ClassUse, key: str) -> bool:
    """Return whether a class takes an argument that the config does not set."""
    if key in used.args:
        return False
    torch = get_torch_arguments(used.section, used.name)
    return key in used.parameters or (torch is not None and key in torch.required + torch.optional)


def _find_unknown_weights(used: ClassUse) -> Iterator[Finding]:
    """Find keys of ``regularizations`` that no trainer reads."""
    weights = used.args.get(_WEIGHTS) if _WEIGHTS in used.parameters else None
    for key in weights if isinstance(weights, dict) else ():
        if key not in _REGULARIZATIONS:
            similar = find_near_miss(key, _REGULARIZATIONS)
            path = used.locate(_WEIGHTS, key)
            message = f'unknown key "{shorten(key)}" in {_WEIGHTS}{similar.suggestion}'
            severity = ERROR if similar.is_sure else WARNING
            fix, why = offer_rename(path, similar.name) if similar.is_sure else None, _EFFECTS[-1]
            yield Finding(path, message, on_key=True, severity=severity, why=why, fix=fix)


def reserved_argument(config: Config) -> Iterable[Finding]:
    """An argument that train.py already passes: passing it twice is a TypeError at startup.

    Trainers get ``output_dir``, ``load_dir``, ``step``, ``models`` and ``dataset``, datasets their
    ``roots``, from the command line. With a checkout, its code says what train.py, or a class
    itself, passes.

    Bad: {"trainer": {"args": {"output_dir": "results"}}}
    Good: {"trainer": {"args": {}}}
    Chinese: 参数已由 train.py 传入。从配置中删除它。
    """
    scripts = config.facts.source.train_scripts if config.facts.source else ()
    for used in config.class_uses:
        passed = used.source.script_arguments if used.source else {}
        if used.listed is None:
            passed = dict.fromkeys(_RESERVED.get(used.section, ()), "")
        for key in filter(passed.__contains__, used.args):
            place, path = passed[key] or "train.py", used.locate(key)
            file, why = place.partition(":")[0], ""
            message = f'"{key}" is already passed by train.py: remove it'
            is_safe = used.catalog is not None
            if used.listed is not None:
                message = f'"{shorten(key)}" is passed twice: {file} already passes it'
                why = f"also passed at {place}: TypeError at startup"
                is_safe = not passed[key] or file in scripts
            fix = offer_removal(path, is_safe=is_safe)
            yield Finding(path, message, on_key=True, why=why, fix=fix)


def deprecated_argument(config: Config) -> Iterable[Finding]:
    """The class reads this argument only to warn that it is ignored.

    The warning is easily missed in the log, and the argument has no effect. Remove it, or set the
    argument that replaced it.

    Bad (--source DIR): {"models": {"net": {"name": "Net", "args": {"channels": 8, "legacy": 1}}}}
    Good (--source DIR): {"models": {"net": {"name": "Net", "args": {"channels": 8}}}}
    Chinese: 参数已弃用。删除它，或改用替代它的参数。
    """
    for used in config.class_uses:
        if used.facts is None or used.section not in SECTIONS:
            continue
        places = used.facts.find_deprecated(used.section, used.name, used.args)
        for key, place in places.items():
            if used.spec and key in used.spec.parameters and used.args[key] is not None:
                message = f'{used.name} only warns that "{shorten(key)}" is ignored'
                why, fix = f"the warning is at {place}", offer_removal(used.locate(key))
                yield Finding(used.locate(key), message, on_key=True, why=why, fix=fix)
