"""Rules about the batch, and how it is shared and split."""

from collections.abc import Iterator

from trellis_cfg.diagnostics import WARNING
from trellis_cfg.document.paths import Path
from trellis_cfg.lint.class_use import positive
from trellis_cfg.lint.config import Config, Finding, RelatedPlace
from trellis_cfg.sections import TRAINER_ARGS

_ALL: Path = (*TRAINER_ARGS, "batch_size")
_OWN: Path = (*TRAINER_ARGS, "batch_size_per_gpu")
_ARGS: Path = TRAINER_ARGS
_SIZES = ("batch_size_per_gpu", "batch_size")
_SPLIT = (*TRAINER_ARGS, "batch_split")


def no_batch_size(ctx: Config) -> Iterator[Finding]:
    """Neither ``batch_size_per_gpu`` nor ``batch_size`` is set, and the trainer needs one.

    It asserts so at its start. Prefer ``batch_size_per_gpu``: it stays right whatever the number
    of GPUs. For a trainer that is not known this is a warning: it may bring a size of its own.
    """
    args = ctx.trainer_args
    if args is None or any(args.get(key) is not None for key in _SIZES):
        return
    if any(map(ctx.is_misspelt, _SIZES)):
        return
    first, *second = [path for path in (_OWN, _ALL) if path[-1] in args] or [_ARGS]
    yield Finding(
        first,
        "there is no batch size: set batch_size_per_gpu, or batch_size for all GPUs together",
        on_key=first == _ARGS,
        also=tuple(RelatedPlace(path, "or here") for path in second),
        severity=None if ctx.is_known else WARNING,
    )


def batch_split(ctx: Config) -> Iterator[Finding]:
    """``batch_split`` must divide the batch of a GPU.

    The trainer splits that batch into as many micro-batches, and asserts at its start that they
    come out equal. A batch of 1 cannot be split at all. To train on larger batches in the memory
    of small ones, raise ``batch_size_per_gpu`` and ``batch_split`` together.
    """
    planned = ctx.run
    size, path, noun = planned.batch, _OWN, "batch_size_per_gpu"
    if planned.batch_size_per_gpu is None:
        path, noun = _ALL, "the batch of a GPU" if size else "batch_size"
        size = size if planned.world else planned.batch_size
    split = positive(ctx.trainer_args, "batch_split")
    if split and size and size % split:
        yield Finding(
            _SPLIT,
            f"a batch of {size} cannot be split by {split}: batch_split must divide {noun}",
            also=(RelatedPlace(path, "the batch"),),
            why="the trainer asserts so at its start",
        )


def batch_size_ignored(ctx: Config) -> Iterator[Finding]:
    """``batch_size`` is ignored where ``batch_size_per_gpu`` is set.

    The batch is then ``batch_size_per_gpu`` times the number of GPUs, whatever
    ``batch_size`` says. Remove one of the two, or set it to null.
    """
    args = ctx.trainer_args or {}
    if all(args.get(key) is not None for key in _SIZES):
        yield Finding(
            _ALL,
            "batch_size is ignored, because batch_size_per_gpu is set: remove one of them",
            on_key=True,
            also=(RelatedPlace(_OWN, "this one counts", on_key=True),),
        )


def batch_size_world(ctx: Config) -> Iterator[Finding]:
    """``batch_size`` must be divisible by the number of GPUs.

    The trainer asserts so at its start. Known only where the number of GPUs is: ``--gpus`` and
    ``--nodes``, or ``gpus`` and ``nodes`` in the settings.
    """
    planned = ctx.run
    size, world = planned.batch_size, planned.world
    if size and world and size % world and planned.batch_size_per_gpu is None:
        yield Finding(_ALL, f"a batch of {size} cannot be shared by {world} GPUs equally")


def empty_loader(ctx: Config) -> Iterator[Finding]:
    """A GPU has fewer samples than its batch, so that training would hang.

    The loader drops its last partial batch. Where a GPU's share of the samples is smaller than
    one batch, it yields nothing, and the trainer asks it for more, for ever and silently. Known
    only where the size of the dataset is: ``--dataset-size``, or the settings.
    """
    planned = ctx.run
    own = planned.batch_size_per_gpu
    if own and planned.gpus is None:  # on more GPUs, each gets even less
        planned = planned._replace(gpus=1, nodes=1)
    if planned.hangs:
        world = planned.world or 1
        whose = f"each of {world} GPUs gets" if world > 1 else "a GPU gets"
        less = f"{planned.share:,} samples, fewer than its batch of {planned.batch:,}"
        yield Finding(_OWN if own else _ALL, f"{whose} {less}: training would hang")
