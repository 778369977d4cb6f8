"""What a rewrite may not leave behind: a training that nothing ends."""

from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import matches
from trellis_cfg.errors import LeftAlone
from trellis_cfg.rewriting import Rewrite
from trellis_cfg.sections import ENDLESS, LIMITS, TRAINER_ARGS, is_endless, trainer_args


def guarded(rewrite: Rewrite) -> Rewrite:
    """Return ``rewrite``, but raising LeftAlone for a config that would have no stop condition.

    Also for one that has no arguments of a trainer at all.
    """

    def rewrite_or_leave(document: Document) -> Document:
        new = rewrite(document)
        args = trainer_args(new.value)
        if args is None:
            raise LeftAlone("there is no object trainer.args: nothing to change in it")
        if is_endless(args):
            raise _left_alone(document)
        return new

    return rewrite_or_leave


def _left_alone(document: Document) -> LeftAlone:
    """Return the error for a document that is left alone, placed where its limit should stand."""
    limit = (*TRAINER_ARGS, LIMITS[0])
    path = limit if matches(document.value, limit) else TRAINER_ARGS
    place = document.place_of_value(path)
    return LeftAlone(f"{ENDLESS}: set one of the two; left alone", **place._asdict(), code="TC101")
