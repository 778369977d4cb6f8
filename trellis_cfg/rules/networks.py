"""Rules about classes that do not work together."""

from collections.abc import Iterator

from trellis_cfg.rules.base import Also, Context, Finding, softened
from trellis_cfg.rules.classes import Named
from trellis_cfg.sections import TRAINER_ARGS

_ELASTIC = (*TRAINER_ARGS, "elastic")


def elastic_without_model(ctx: Context) -> Iterator[Finding]:
    """``elastic`` is set, and no model is elastic: the trainer asserts that one is.

    Elastic are the classes whose name starts with "Elastic"; by the code beside the config, those
    that extend such a class. Use one of them, or set ``elastic`` to null.
    """
    models = ctx.of_section("models")
    if not ctx.of_section("elastic") or not models or not _all_known(ctx):
        return
    if not any(_is_elastic(used) for used in models):
        also = tuple(Also((*used.path, "name"), "not elastic") for used in models[:2])
        yield Finding(_ELASTIC, "elastic is set, but no model is elastic", on_key=True, also=also)


def _all_known(ctx: Context) -> bool:
    """Tell whether each network of the config is of a known class."""
    roles = ctx.value["models"] if isinstance(ctx.value, dict) else ()
    models = ctx.of_section("models")
    return len(models) == len(roles) and all(map(_is_judged, models))


def _is_judged(used: Named) -> bool:
    """Tell whether it is known if a network is elastic: of the code beside it, all it extends."""
    if used.signature is not None:
        return used.signature.is_lineage_complete or _is_elastic(used)
    return used.known is not None and not used.is_unread


def _is_elastic(used: Named) -> bool:
    if used.signature is not None:
        names = (name.rpartition(".")[2] for name in used.signature.lineage)
        return any(name.startswith("Elastic") for name in names)
    return used.known is not None and used.known.is_elastic


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
                severity=softened(used, trainer),
            )
