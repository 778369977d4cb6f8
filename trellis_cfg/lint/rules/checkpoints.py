"""Rules about the checkpoint that a run starts from, or that it is resumed from."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from trellis_cfg.diagnostics import ERROR, NOTE, WARNING
from trellis_cfg.document.paths import Path
from trellis_cfg.lint.class_use import ClassUse
from trellis_cfg.lint.config import Config, Finding, RelatedPlace
from trellis_cfg.lint.wording import shorten
from trellis_cfg.models.class_spec import TRELLIS_FINETUNING, Finetuning
from trellis_cfg.sections import TRAINER_ARGS
from trellis_cfg.suggest import format_hint

if TYPE_CHECKING:
    from trellis_cfg.restore import Effect
    from trellis_cfg.source.facts import SourceFacts

CODES = ("TC701", "TC702", "TC703")
STAGES = {
    "start": "fails at the start",
    "load": "fails when the checkpoint is loaded",
    "step": "fails in the training loop",
}
"""When a resumed run fails."""
_IGNORED = "is ignored when the run is resumed"
_ARGUMENT = "finetune_ckpt"
_PATH: Path = (*TRAINER_ARGS, _ARGUMENT)
_IN_TRELLIS = "TRELLIS and TRELLIS.2 fail otherwise; your fork may not"
# The model without a method to convert it to half precision.
_ALWAYS_FULL = "SparseSDFVQVAE"


def ignored_on_resume(config: Config) -> Iterable[Finding]:
    """A changed value has no effect on a run that is resumed.

    A checkpoint restores the arguments of the optimizer and the scheduler, and the trainer uses
    those: a new ``lr`` or ``T_max`` changes nothing, and nothing says so. ``finetune_ckpt`` is
    skipped. Start a new run from the weights with ``finetune_ckpt``, or edit the misc file.
    ``trellis-cfg resume RUN_DIR CONFIG`` reports this; ``check``, which knows no checkpoint, never
    does.

    Chinese: 恢复训练时该修改被忽略。检查点会带回旧值；需要新值时开始新的训练并使用 finetune_ckpt。
    """
    return _report_decided(config, "ignored")


def breaks_on_resume(config: Config) -> Iterable[Finding]:
    """A run that is resumed with this config fails.

    It fails at the start; when the checkpoint is loaded, after the data and the models were; or in
    the training loop. A checkpoint does not fit other roles, shapes or a scheduler that it has no
    state of. After three attempts (``--auto_retry``), the train.py of TRELLIS exits with code 0.
    ``trellis-cfg resume RUN_DIR CONFIG`` reports this; ``check``, which knows no checkpoint, never
    does.

    Chinese: 该修改使恢复训练失败。恢复原值，或开始新的训练。
    """
    yield from _report_decided(config, "fails")
    for problem in config.facts.plan.problems if config.facts.plan else ():
        yield Finding((), f"the run cannot be resumed: {problem}")


def nothing_left_to_train(config: Config) -> Iterable[Finding]:
    """The limit of a run that is resumed is already reached.

    The trainer makes no step, saves nothing, prints "Training finished" and exits with code 0.
    Raise ``max_steps``. If ``max_epoch`` ends the run, a larger batch, or fewer samples, make its
    steps fewer. ``trellis-cfg resume RUN_DIR CONFIG`` reports this; ``check``, which knows no
    checkpoint, never does.

    Chinese: 已经没有要训练的步。提高 max_steps 或 max_epoch。
    """
    plan = config.facts.plan
    if plan is None:
        return
    run = config.run._replace(start=plan.step)
    end = run.end
    if end is not None and end <= plan.step and not run.hangs:
        message = f"nothing is left to train: the run ends after {end:,} steps, and step "
        message += f"{plan.step:,} is done; the trainer then exits with code 0"
        yield Finding((*TRAINER_ARGS, run.ended_by or "max_steps"), message)


def _report_decided(config: Config, effect: "Effect") -> Iterator[Finding]:
    """Report the changes that have an effect, and when."""
    for change, outcome in config.facts.plan.decided if config.facts.plan else ():
        if outcome.effect == effect:
            problem = STAGES[outcome.stage or "start"] if effect == "fails" else _IGNORED
            name = change.path[-1] if change.path else "the config"
            message = f"{name} {problem}: {outcome.reason}"
            yield Finding(change.path, message, on_key=change.is_added, why=outcome.advice)


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
    roles = source.find_converted(trainer.name, arguments)
    if not roles or source.find_converted(trainer.name, arguments | {"fp16_mode": None}):
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


def finetune_checkpoint(config: Config) -> Iterable[Finding]:
    """``finetune_ckpt`` cannot be loaded, or names a model that the config does not have.

    TRELLIS and TRELLIS.2 need an object that maps each role of ``models`` to the path of a ``.pt``
    file: a single path fails, a role that is not in ``models`` is ignored, and a ``.safetensors``
    file cannot be read, because they load it from memory. With a checkout, its code says what it
    takes, and what surely fails is an error; without one, a ``.safetensors`` file is only noted,
    because many forks load it. A key that names no model is an error where some model
    then starts from scratch.

    Bad: {"trainer": {"args": {"finetune_ckpt": {"encodr": "/data/encoder.pt"}}}}
    Good: {"trainer": {"args": {"finetune_ckpt": {"encoder": "/data/encoder.pt"}}}}
    Chinese: finetune_ckpt 无法加载。写成 {模型名: .pt 文件路径}，模型名与 models 一致。
    """
    value = (config.trainer_args or {}).get(_ARGUMENT)
    if not value or not isinstance(value, str | dict):
        return
    trainer = config.trainer
    facts = TRELLIS_FINETUNING if trainer and trainer.catalog else None
    if trainer and (trainer.facts or trainer.is_unread):
        facts = config.ask_trainer(lambda source, name: source.read_finetuning(name))
    if trainer is None or facts is None:
        return
    is_read = trainer.facts is not None
    if facts.shape == ("path" if isinstance(value, dict) else "object"):
        message = f"{_ARGUMENT} is an object, but must be the path of a checkpoint"
        if facts.shape == "object":
            message = (
                f"{_ARGUMENT} is a path, but must be an object: the path of each model by role"
            )
        why = f"read at {facts.shape_place}" if facts.shape_place else _IN_TRELLIS
        yield Finding(_PATH, message, why=why, severity=ERROR if is_read else WARNING)
        return
    for path, file in _list_files(value):
        effect = _find_effect(file.lower(), facts.loader)
        if effect:
            message = f"{_ARGUMENT} names a .{file.rpartition('.')[2]} file, but {effect}"
            why = f"loaded at {facts.loader_place}" if facts.loader_place else _IN_TRELLIS
            yield Finding(path, message, why=why, severity=ERROR if is_read else NOTE)
    if isinstance(value, dict) and facts.keys:
        yield from _find_unknown_roles(config, value, facts, is_read=is_read)


def _list_files(value: object) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield _PATH, value
    for key, file in value.items() if isinstance(value, dict) else ():
        if isinstance(file, str):
            yield (*_PATH, key), file


def _find_effect(file: str, loader: str) -> str:
    """Return why a loader cannot read a file of this name; empty if it can."""
    if loader == "buffer" and file.endswith(".safetensors"):
        return "torch.load cannot read one from memory"
    if loader == "safetensors" and file.endswith((".pt", ".pth", ".ckpt", ".bin")):
        return "the trainer reads only .safetensors"
    return ""


def _find_unknown_roles(
    config: Config, value: dict[str, object], facts: Finetuning, *, is_read: bool
) -> Iterator[Finding]:
    from trellis_cfg.restore import get_value  # noqa: PLC0415  few runs start from others

    models = get_value(config.value, "models")
    roles = list(models) if isinstance(models, dict) else []
    unloaded = [role for role in roles if role not in value]
    for key in value:
        if not roles or key in roles or key in facts.named:
            continue
        effect = f"{shorten(unloaded[0])} is not loaded" if unloaded else "it is ignored"
        effect = "KeyError at startup" if facts.keys == "fails" else effect
        hint = format_hint(key, unloaded)
        severity = ERROR if is_read and (unloaded or facts.keys == "fails") else WARNING
        message = f'"{shorten(key)}" in {_ARGUMENT} names no model: {effect}{hint}'
        yield Finding((*_PATH, key), message, on_key=True, severity=severity)
