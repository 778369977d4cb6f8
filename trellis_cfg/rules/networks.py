"""Rules about classes that do not work together."""

from collections.abc import Iterator

from trellis_cfg.rules.base import Also, Context, Finding
from trellis_cfg.sections import TRAINER_ARGS

_ELASTIC = (*TRAINER_ARGS, "elastic")


def elastic_without_model(ctx: Context) -> Iterator[Finding]:
    """``elastic`` is set, and no model is elastic: the trainer asserts that one is.

    Elastic are the classes whose name starts with "Elastic". Use such a model, or set
    ``elastic`` to null.
    """
    models = ctx.of_section("models")
    if not ctx.of_section("elastic") or not models or not _all_known(ctx):
        return
    if not any(used.known and used.known.is_elastic for used in models):
        also = tuple(Also((*used.path, "name"), "not elastic") for used in models[:2])
        yield Finding(_ELASTIC, "elastic is set, but no model is elastic", on_key=True, also=also)


def _all_known(ctx: Context) -> bool:
    """Tell whether each network of the config is of a known class."""
    roles = ctx.value["models"] if isinstance(ctx.value, dict) else ()
    models = ctx.of_section("models")
    return len(models) == len(roles) and all(used.known for used in models)


def kind_mismatch(ctx: Context) -> Iterator[Finding]:
    """A trainer of sparse tensors with a model or a dataset of dense ones, or the reverse.

    Dense are the FlowMatching… trainers, SparseStructureVaeTrainer and every ``SparseStructure…``
    model and dataset, whatever the name says; sparse are the SparseFlowMatching…, SLat…, Shape…,
    Pbr… and SparseSDF… ones.
    """
    trainer = ctx.trainer
    kind = trainer.known.kind if trainer and trainer.known else None
    for used in [*ctx.of_section("models"), *ctx.of_section("dataset")]:
        other = used.known.kind if used.known else None
        if trainer and kind and other and kind != other:
            noun = "model" if used.section == "models" else "dataset"
            yield Finding(
                (*used.path, "name"),
                f"{used.name} is a {other} {noun}, but {trainer.name} is a {kind} trainer",
                also=(Also((*trainer.path, "name"), f"a {kind} trainer"),),
            )
