"""The rule about the checkpoints that a training starts from."""

from collections.abc import Iterable, Iterator

from trellis_cfg.diagnostics import ERROR, NOTE, WARNING
from trellis_cfg.document.paths import Path
from trellis_cfg.lint.config import Config, Finding
from trellis_cfg.lint.wording import shorten
from trellis_cfg.models.class_spec import TRELLIS_FINETUNING, Finetuning
from trellis_cfg.sections import TRAINER_ARGS
from trellis_cfg.suggest import format_hint

_ARGUMENT = "finetune_ckpt"
_PATH: Path = (*TRAINER_ARGS, _ARGUMENT)
_SAFETENSORS = ".safetensors"
_IN_TRELLIS = "TRELLIS and TRELLIS.2 fail otherwise; your fork may not"
_PICKLED = (".pt", ".pth", ".ckpt", ".bin")


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
    facts, is_read = _read_facts(config)
    if facts is None:
        return
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


def _read_facts(config: Config) -> tuple[Finetuning | None, bool]:
    """Return what the trainer does with the argument, and whether its code says so."""
    trainer = config.trainer
    if trainer is None or trainer.is_unread:
        return None, False
    if trainer.facts:
        return trainer.facts.read_finetuning(trainer.name), True
    return (TRELLIS_FINETUNING if trainer.catalog else None), False


def _list_files(value: object) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield _PATH, value
    for key, file in value.items() if isinstance(value, dict) else ():
        if isinstance(file, str):
            yield (*_PATH, key), file


def _find_effect(file: str, loader: str) -> str:
    """Return why a loader cannot read a file of this name; empty if it can."""
    if loader == "buffer" and file.endswith(_SAFETENSORS):
        return "torch.load cannot read one from memory"
    if loader == "safetensors" and file.endswith(_PICKLED):
        return f"the trainer reads only {_SAFETENSORS}"
    return ""


def _find_unknown_roles(
    config: Config, value: dict[str, object], facts: Finetuning, *, is_read: bool
) -> Iterator[Finding]:
    models = config.value.get("models") if isinstance(config.value, dict) else None
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
