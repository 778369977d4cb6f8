"""The rule about half precision that a resumed run cannot take up again."""

from collections.abc import Iterator

from trellis_cfg.lint.class_use import ClassUse
from trellis_cfg.lint.config import Config, Finding, RelatedPlace
from trellis_cfg.sections import TRAINER_ARGS

# No half precision that could be resumed.
_ALWAYS_FULL = "SparseSDFVQVAE"
_MODE = (*TRAINER_ARGS, "fp16_mode")


def precision_on_resume(ctx: Config) -> Iterator[Finding]:
    """A resumed run fails, or turns to half precision, because a model was not built for it.

    With ``fp16_mode`` ``"inflat_all"``, also the default, TRELLIS and its forks call
    ``convert_to_fp16()`` when they load a checkpoint, whatever the model's ``use_fp16`` says. Where
    that is false, a flow model then fails with mixed types, a SparseStructure… encoder or decoder
    silently goes on in half precision, and SparseSDFVQVAE has no such method. Set ``fp16_mode`` to
    null; or ``use_fp16`` to true, which does not help SparseSDFVQVAE. TRELLIS.2 does not do so:
    the rule speaks only where the config is surely one of TRELLIS.
    """
    trainer = ctx.trainer
    if trainer is None or trainer.value("fp16_mode") != "inflat_all":
        return
    full = [
        used
        for used in ctx.of_section("models")
        if "use_fp16" in used.fields and used.value("use_fp16") is False
    ]
    if full and _is_trellis(ctx):
        yield _finding(trainer, full)


def _finding(trainer: ClassUse, full: list[ClassUse]) -> Finding:
    first = full[0]
    flags = [(*used.path, "args", "use_fp16") for used in full if "use_fp16" in used.args]
    given, names = "fp16_mode" in trainer.args, [used.name for used in full]
    which = f"{'.'.join(map(str, first.path))}.args.use_fp16 is false"
    return Finding(
        _MODE if given else TRAINER_ARGS,
        "a resumed run fails, or turns to half precision: fp16_mode "
        f'"inflat_all"{"" if given else ", the default,"} converts the models, but {which}',
        on_key=not given,
        also=tuple(RelatedPlace(flag, "full precision") for flag in flags),
        why=f"set fp16_mode to null{'' if _ALWAYS_FULL in names else ', or use_fp16 to true'}",
    )


def _is_trellis(ctx: Config) -> bool:
    """Tell whether a class or an argument exists in TRELLIS only, and none in TRELLIS.2 only."""
    return {package for used in ctx.named for package in used.packages()} == {"TRELLIS"}
