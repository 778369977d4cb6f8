"""Rules about the batch size."""

from collections.abc import Iterable

from trellis_cfg.diagnostics import WARNING
from trellis_cfg.document.paths import Path
from trellis_cfg.lint.class_use import get_positive
from trellis_cfg.lint.config import Config, Finding, RelatedPlace
from trellis_cfg.lint.fixes import offer_value
from trellis_cfg.sections import TRAINER_ARGS
from trellis_cfg.terminal import format_count

_SIZES = ("batch_size_per_gpu", "batch_size")
_PER_GPU: Path = (*TRAINER_ARGS, "batch_size_per_gpu")
_TOTAL: Path = (*TRAINER_ARGS, "batch_size")


def no_batch_size(config: Config) -> Iterable[Finding]:
    """Neither ``batch_size_per_gpu`` nor ``batch_size`` is set, and the trainer needs one.

    It asserts this at startup. Prefer ``batch_size_per_gpu``: it works with any number of GPUs.
    For an unknown trainer this is a warning: it may have its own default.

    Bad: {"trainer": {"args": {"max_steps": 100000, "batch_split": 1}}}
    Good: {"trainer": {"args": {"max_steps": 100000, "batch_size_per_gpu": 4}}}
    Chinese: 没有批大小。设置 batch_size_per_gpu。
    """
    args = config.trainer_args
    if args is None or any(args.get(key) is not None for key in _SIZES):
        return
    if any(map(config.is_misspelled, _SIZES)) or _has_other_size(config):
        return
    paths: list[Path] = [(*TRAINER_ARGS, key) for key in _SIZES if key in args]
    first, *second = paths or [TRAINER_ARGS]
    message = "no batch size: set batch_size_per_gpu, or batch_size for all GPUs together"
    also = tuple(RelatedPlace(path, "or here") for path in second)
    severity = None if config.is_known else WARNING
    yield Finding(first, message, on_key=first == TRAINER_ARGS, also=also, severity=severity)


def _has_other_size(config: Config) -> bool:
    """Return whether the trainer in the checkout has its own size, or the script sets ours."""
    spec = config.trainer and config.trainer.source
    if spec is None:
        return False
    sizes = [spec.parameters[key] for key in _SIZES if key in spec.parameters]
    has_default = any(size.default and not size.default.is_none for size in sizes)
    return not sizes or has_default or not config.unclear.isdisjoint(_SIZES)


def batch_split(config: Config) -> Iterable[Finding]:
    """``batch_split`` must divide the per-GPU batch size.

    The trainer splits the batch into that many equal micro-batches and asserts this at startup. A
    batch of 1 cannot be split. To train on larger batches without more memory, raise
    ``batch_size_per_gpu`` and ``batch_split`` together.

    Bad: {"trainer": {"args": {"batch_size_per_gpu": 1, "batch_split": 4}}}
    Good: {"trainer": {"args": {"batch_size_per_gpu": 4, "batch_split": 4}}}
    Chinese: batch_split 不能整除批大小。让 batch_split 整除 batch_size_per_gpu。
    """
    run = config.likely_run
    size, path, noun = run.batch, _PER_GPU, "batch_size_per_gpu"
    if run.batch_size_per_gpu is None:
        path, noun = _TOTAL, "the per-GPU batch size" if size else "batch_size"
        size = size if run.world else run.batch_size
    split = get_positive(config.trainer_args, "batch_split")
    if split and size and size % split and "batch_split" not in config.unclear:
        yield Finding(
            (*TRAINER_ARGS, "batch_split"),
            f"batch_split {split} does not divide {noun} {size}",
            also=(RelatedPlace(path, "the batch"),),
            why="the trainer asserts this at startup",
        )


def batch_size_ignored(config: Config) -> Iterable[Finding]:
    """``batch_size`` is ignored if ``batch_size_per_gpu`` is set.

    The batch is then ``batch_size_per_gpu`` times the number of GPUs, whatever ``batch_size``
    says. Remove one of the two, or set it to null. A trainer that is not known may use both.

    Bad: {"trainer": {"args": {"batch_size_per_gpu": 4, "batch_size": 64}}}
    Good: {"trainer": {"args": {"batch_size_per_gpu": 4, "batch_size": null}}}
    Chinese: batch_size 被忽略。删除 batch_size，或设为 null。
    """
    args = config.trainer_args or {}
    is_read = config.trainer and config.trainer.source
    if is_read and _SIZES[0] not in is_read.parameters:
        return
    if config.is_known and all(args.get(key) is not None for key in _SIZES):
        message = "batch_size is ignored, because batch_size_per_gpu is set: remove one of them"
        also = (RelatedPlace(_PER_GPU, "this one is used", on_key=True),)
        fix = offer_value(_TOTAL, None)._replace(is_safe=True)
        yield Finding(_TOTAL, message, on_key=True, also=also, fix=fix)


def batch_size_world(config: Config) -> Iterable[Finding]:
    """``batch_size`` must be divisible by the number of GPUs.

    The trainer asserts this at startup.

    Bad (--gpus 8): {"trainer": {"args": {"batch_size": 12}}}
    Good (--gpus 8): {"trainer": {"args": {"batch_size": 16}}}
    Chinese: batch_size 不能被 GPU 数整除。改为 GPU 数的整数倍，或改用 batch_size_per_gpu。
    """
    run = config.likely_run
    size, world = run.batch_size, run.world
    if size and world and size % world and run.batch_size_per_gpu is None:
        yield Finding(_TOTAL, f"batch_size {size} is not divisible by {world} GPUs")


def empty_loader(config: Config) -> Iterable[Finding]:
    """A GPU has fewer samples than its batch; training would hang.

    The loader drops its last partial batch. If a GPU's share of the samples is smaller than one
    batch, it yields nothing and the trainer waits forever.

    Bad (--dataset-size 24 --gpus 8): {"trainer": {"args": {"batch_size_per_gpu": 4}}}
    Good (--dataset-size 32 --gpus 8): {"trainer": {"args": {"batch_size_per_gpu": 4}}}
    Chinese: 样本不足一批。减小批大小或 GPU 数，或增加样本。
    """
    run = config.likely_run
    if run.batch_size_per_gpu and run.gpus is None:  # on more GPUs, each gets even fewer
        run = run._replace(gpus=1, nodes=1)
    if run.hangs:
        world = run.world or 1
        subject = f"each of {world} GPUs gets" if world > 1 else "a GPU gets"
        samples = format_count(run.share or 0, "sample")
        yield Finding(
            _PER_GPU if run.batch_size_per_gpu else _TOTAL,
            f"{subject} {samples}, fewer than its batch of {run.batch:,}: training would hang",
        )
