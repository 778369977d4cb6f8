"""Rules about the names of classes and of their arguments."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from trellis_cfg.diagnostics import ERROR, WARNING
from trellis_cfg.lint.class_use import ClassUse
from trellis_cfg.lint.config import Config, Finding
from trellis_cfg.lint.wording import ending, find_near_miss, format_suggestion, shorten
from trellis_cfg.models import CLASSES

if TYPE_CHECKING:
    from trellis_cfg.source.class_spec import ClassSpec, SourceSection


_NOUNS = {
    "models": "model",
    "dataset": "dataset",
    "trainer": "trainer",
    "grad_clip": "gradient clipper",
    "elastic": "memory controller",
    "image_cond_model": "image encoder",
}
# Forks bring their own of these as a matter of course.
_OPEN = ("grad_clip", "elastic", "image_cond_model")
_WEIGHTS = "regularizations"
_REGULARIZATIONS = ("lambda_vol", "lambda_opacity")
# By how many of the two packages swallow what a class does not know.
_EFFECTS = (
    "it would be a TypeError at the start, unless your fork takes it",
    "a TypeError at the start in TRELLIS; in TRELLIS.2 it has no effect",
    "trainers swallow what they do not know: it has no effect, unless your fork reads it",
)
_RESERVED = {
    "trainer": ("output_dir", "load_dir", "step", "models", "dataset"),
    "dataset": ("roots",),
}
_EVERYWHERE = {"trainer": ("max_epoch",)}


def unknown_name(ctx: Config) -> Iterator[Finding]:
    """No class of this name is known in the section.

    The code beside the config says which there are; then this is an error. Without it, those of
    TRELLIS, TRELLIS.2 and the SDF fork are known. Forks have classes of their own, so this is a
    warning; it is an error where the name is surely a misspelling.
    """
    for used in ctx.named:
        noun = _NOUNS.get(used.section)
        if used.listed is not None:
            if noun and not used.listed.knows(used.name):
                yield _unlisted(used, used.listed, noun)
            continue
        if noun is None or used.known is not None:
            continue
        meant = find_near_miss(used.name, CLASSES[used.section])
        if used.section in _OPEN and not (meant and meant.is_sure):
            continue
        yield Finding(
            (*used.path, "name"),
            f'no {noun} "{shorten(used.name)}" is known{format_suggestion(meant and meant.name)}',
            severity=ERROR if meant and meant.is_sure else WARNING,
        )


def _unlisted(used: "ClassUse", listed: "SourceSection", noun: str) -> Finding:
    """Find that the code beside the config has no class of a name."""
    path = (*used.path, "name")
    if used.name in listed.missing:
        return Finding(
            path,
            f'{noun} "{shorten(used.name)}" is listed, but no module defines it',
            severity=ERROR,
            why=f"{listed.missing[used.name]} lists it: looking it up fails at the start",
        )
    meant = find_near_miss(used.name, listed.named)
    return Finding(
        path,
        f'this checkout has no {noun} "{shorten(used.name)}"'
        f"{format_suggestion(meant and meant.name)}",
        severity=ERROR,
        why=f"{listed.place} does not have it: looking it up fails at the start",
    )


def unknown_argument(ctx: Config) -> Iterator[Finding]:
    """An argument that the class does not take.

    Trainers swallow it: nothing changes, and nothing says so. Datasets and models fail with a
    TypeError at the start. The code beside the config says which; then this is an error. Without
    it, a fork's class may well take the argument, so this is a warning; it is an error where the
    argument is surely a misspelling. ``max_epoch`` is known to every trainer.
    """
    for used in ctx.named:
        if used.is_unread or (used.known is None and used.signature is None):
            continue
        is_complete = used.signature is not None and used.signature.is_complete
        if _WEIGHTS in used.args and not is_complete:
            yield from _unknown_weights(used)
        if used.signature is not None:
            yield from _unread(ctx, used, used.signature)
            continue
        if used.args.keys() <= used.fields:
            continue
        elsewhere = (*_RESERVED.get(used.section, ()), *_EVERYWHERE.get(used.section, ()))
        for key in used.args:
            if key not in used.fields and key not in elsewhere:
                yield _unknown_argument(ctx, used, key)


def _unread(ctx: Config, used: ClassUse, signature: "ClassSpec") -> Iterator[Finding]:
    """Find the arguments that nobody reads, by the code beside the config."""
    everywhere = _EVERYWHERE.get(used.section, ())
    for key in used.args:
        if signature.takes(key) is not False or key in signature.given or key in everywhere:
            continue
        meant = find_near_miss(key, signature.parameters)
        other = "" if meant and meant.is_sure else _who_takes(ctx, used, key)
        hint = f"; {other} takes it" if other else format_suggestion(meant and meant.name)
        does = "takes no" if signature.swallows is False else "ignores"
        is_note = key.startswith("_") and signature.swallows is True
        yield Finding(
            (*used.path, "args", key),
            f'{used.name} {does} "{shorten(key)}"{hint}',
            on_key=True,
            severity=WARNING if is_note else ERROR,
            why=ending(signature),
        )


def _unknown_weights(used: ClassUse) -> Iterator[Finding]:
    """Find weights of ``regularizations`` that a trainer does not look for."""
    weights = used.args[_WEIGHTS] if _WEIGHTS in used.fields else None
    for key in weights if isinstance(weights, dict) else ():
        if key not in _REGULARIZATIONS:
            meant = find_near_miss(key, _REGULARIZATIONS)
            yield Finding(
                (*used.path, "args", _WEIGHTS, key),
                f'{_WEIGHTS} has no "{shorten(key)}"{format_suggestion(meant and meant.name)}',
                on_key=True,
                severity=ERROR if meant and meant.is_sure else WARNING,
                why=_EFFECTS[-1],
            )


def _unknown_argument(ctx: Config, used: ClassUse, key: str) -> Finding:
    meant = find_near_miss(key, sorted(used.fields))
    sure = meant is not None and meant.is_sure
    swallowed_by = len(used.known.swallowed_by) if used.known else 0
    does = "ignores" if swallowed_by > 1 else "takes no"
    other = "" if sure else _who_takes(ctx, used, key)
    hint = f"; {other} takes it" if other else format_suggestion(meant and meant.name)
    return Finding(
        (*used.path, "args", key),
        f'{used.name} {does} "{shorten(key)}"{hint}',
        on_key=True,
        severity=ERROR if sure else WARNING,
        why=_EFFECTS[swallowed_by],
    )


def _who_takes(ctx: Config, used: ClassUse, key: str) -> str:
    """Return where else in the config the argument belongs; empty for nowhere."""
    takers = (".".join(map(str, other.path)) for other in ctx.named if key in other.fields)
    own = ".".join(map(str, used.path))
    return shorten(next((taker for taker in takers if taker != own), ""))


def reserved_argument(ctx: Config) -> Iterator[Finding]:
    """An argument that train.py gives by itself: given twice, it is a TypeError at the start.

    The trainer gets ``output_dir``, ``load_dir``, ``step``, ``models`` and ``dataset``, a dataset
    its ``roots``: they come from the command line. The code beside the config says what its
    train.py, or a class itself, gives.
    """
    for used in ctx.named:
        if used.listed is not None:
            yield from _given(used, used.signature)
            continue
        for key in _RESERVED.get(used.section, ()):
            if key in used.args:
                message = f'"{key}" is given by train.py itself: remove it'
                yield Finding((*used.path, "args", key), message, on_key=True)


def _given(used: "ClassUse", signature: "ClassSpec | None") -> Iterator[Finding]:
    """Find what the run, or a class on the way to its base, gives by itself."""
    for key in used.args if signature else ():
        if signature and key in signature.given:
            place = signature.given[key] or "train.py"
            yield Finding(
                (*used.path, "args", key),
                f'"{shorten(key)}" is given twice: {place.partition(":")[0]} gives it by itself',
                on_key=True,
                why=f"{place} gives it, too: a TypeError at the start",
            )
