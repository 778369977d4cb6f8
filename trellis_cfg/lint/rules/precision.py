"""The rule about half precision in a resumed run."""

from collections.abc import Iterable

from trellis_cfg.lint.config import Config, Finding, RelatedPlace
from trellis_cfg.sections import TRAINER_ARGS

# The model without a method to convert it to half precision.
_ALWAYS_FULL = "SparseSDFVQVAE"


def precision_on_resume(config: Config) -> Iterable[Finding]:
    """A resumed run fails or switches to half precision that a model was not built for.

    With ``fp16_mode`` ``"inflat_all"``, also the default, TRELLIS and its forks call
    ``convert_to_fp16()`` when they load a checkpoint, whatever the model's ``use_fp16`` says. If
    that is false, a flow model then fails with mixed types, a SparseStructure… encoder or decoder
    silently continues in half precision, and SparseSDFVQVAE has no such method. Set ``fp16_mode``
    to null, or ``use_fp16`` to true, which does not help SparseSDFVQVAE. TRELLIS.2 does not do
    this: only configs that are clearly for TRELLIS are reported.

    Bad: {"models": {"denoiser": {"name": "SparseStructureFlowModel", "args": {"use_fp16": false}}},
        "trainer": {"args": {"fp16_mode": "inflat_all"}}}
    Good: {"models": {"denoiser": {"name": "SparseStructureFlowModel", "args": {"use_fp16": true}}},
        "trainer": {"args": {"fp16_mode": "inflat_all"}}}
    """
    trainer = config.trainer
    if trainer is None or trainer.get_argument("fp16_mode") != "inflat_all":
        return
    full = [
        used
        for used in config.of_section("models")
        if "use_fp16" in used.parameters and used.get_argument("use_fp16") is False
    ]
    packages = {
        package
        for used in config.class_uses
        if used.catalog
        for package in used.catalog.find_packages(used.args)
    }
    if not full or packages != {"TRELLIS"}:
        return
    is_set = "fp16_mode" in trainer.args
    model = ".".join(map(str, full[0].path))
    flags = [(*used.path, "args", "use_fp16") for used in full if "use_fp16" in used.args]
    can_be_half = all(used.name != _ALWAYS_FULL for used in full)
    yield Finding(
        (*TRAINER_ARGS, "fp16_mode") if is_set else TRAINER_ARGS,
        'a resumed run fails or switches to half precision: fp16_mode "inflat_all"'
        f"{'' if is_set else ', the default,'} converts the models, but {model}.args.use_fp16 "
        "is false",
        on_key=not is_set,
        also=tuple(RelatedPlace(flag, "full precision") for flag in flags),
        why=f"set fp16_mode to null{', or use_fp16 to true' if can_be_half else ''}",
    )
