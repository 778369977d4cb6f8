"""The rule about half precision in a resumed run."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from trellis_cfg.lint.class_use import ClassUse
from trellis_cfg.lint.config import Config, Finding, RelatedPlace
from trellis_cfg.sections import TRAINER_ARGS

if TYPE_CHECKING:
    from trellis_cfg.source.facts import SourceFacts

# The model without a method to convert it to half precision.
_ALWAYS_FULL = "SparseSDFVQVAE"


def precision_on_resume(config: Config) -> Iterable[Finding]:
    """A resumed run fails or switches to half precision that a model was not built for.

    With ``fp16_mode`` ``"inflat_all"``, also the default, TRELLIS and its forks call
    ``convert_to_fp16()`` when they load a checkpoint, whatever the model's ``use_fp16`` says. If
    that is false, a flow model then fails with mixed types, a SparseStructure… encoder or decoder
    silently continues in half precision, and SparseSDFVQVAE has no such method. Set ``fp16_mode``
    to null, or ``use_fp16`` to true, which does not help SparseSDFVQVAE. TRELLIS.2 does not do
    this: without a checkout, only configs that are clearly for TRELLIS are reported. With one, its
    code says whether a checkpoint is converted, and whether a model has the method.

    Bad: {"models": {"denoiser": {"name": "SparseStructureFlowModel", "args": {"use_fp16": false}}},
        "trainer": {"args": {"fp16_mode": "inflat_all"}}}
    Good: {"models": {"denoiser": {"name": "SparseStructureFlowModel", "args": {"use_fp16": true}}},
        "trainer": {"args": {"fp16_mode": "inflat_all"}}}
    Chinese: 恢复训练时精度改变。把 fp16_mode 设为 null，或把 use_fp16 设为 true。
    """
    trainer = config.trainer
    if trainer is None or trainer.is_unread or trainer.get_argument("fp16_mode") != "inflat_all":
        return
    if trainer.facts:
        yield from _find_converted(config, trainer, trainer.facts)
        return
    full = [used for used in config.of_section("models") if _is_full(used)]
    if full and config.packages == {"TRELLIS"}:
        can_be_half = all(used.name != _ALWAYS_FULL for used in full)
        yield _report_full(trainer, full, "set fp16_mode to null", can_be_half=can_be_half)


def _find_converted(config: Config, trainer: ClassUse, source: "SourceFacts") -> Iterator[Finding]:
    """Find the models that the trainer in the checkout converts, and that cannot stand it."""
    models = [used for used in config.of_section("models") if used.source]
    missing = [used for used in models if source.is_converted(used.name) is False]
    full = [used for used in models if _is_full(used) and source.is_converted(used.name)]
    if not (missing or full):
        return
    arguments = trainer.get_arguments()
    roles = source.find_conversions(trainer.name, arguments)
    if not roles or source.find_conversions(trainer.name, arguments | {"fp16_mode": None}):
        return
    why = f"{next(iter(roles.values()))} calls convert_to_fp16(): set fp16_mode to null"
    missing = [used for used in missing if "" in roles or used.path[-1] in roles]
    full = [used for used in full if "" in roles or used.path[-1] in roles]
    if missing:
        also = [RelatedPlace((*used.path, "name"), "lacks the method") for used in missing]
        effect = f"calls convert_to_fp16(), but {missing[0].name} has no such method"
        yield _report(trainer, "fails", effect, also, why)
    elif full:
        yield _report_full(trainer, full, why)


def _is_full(used: ClassUse) -> bool:
    return "use_fp16" in used.parameters and used.get_argument("use_fp16") is False


def _report_full(
    trainer: ClassUse, models: list[ClassUse], why: str, *, can_be_half: bool = True
) -> Finding:
    flags = [used.locate("use_fp16") for used in models if "use_fp16" in used.args]
    also = [RelatedPlace(flag, "full precision") for flag in flags]
    name = ".".join(map(str, models[0].path))
    effect = f"converts the models, but {name}.args.use_fp16 is false"
    why += ", or use_fp16 to true" if can_be_half else ""
    return _report(trainer, "fails or switches to half precision", effect, also, why)


def _report(
    trainer: ClassUse, problem: str, effect: str, also: list[RelatedPlace], why: str
) -> Finding:
    is_set = "fp16_mode" in trainer.args
    default = "" if is_set else ", the default,"
    message = f'a resumed run {problem}: fp16_mode "inflat_all"{default} {effect}'
    path = (*TRAINER_ARGS, "fp16_mode") if is_set else TRAINER_ARGS
    return Finding(path, message, on_key=not is_set, also=tuple(also), why=why)
