"""What a rewrite may not leave behind: a training that nothing ends."""

from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import matches
from trellis_cfg.errors import LeftAlone
from trellis_cfg.rewriting import Rewrite
from trellis_cfg.rules import RULES
from trellis_cfg.rules.base import Context
from trellis_cfg.sections import TRAINER_ARGS


def guarded(rewrite: Rewrite) -> Rewrite:
    """Return ``rewrite``, but raising LeftAlone for a config that would have no stop condition.

    Also for one that has no arguments of a trainer at all.
    """

    def rewrite_or_leave(document: Document) -> Document:
        new = rewrite(document)
        ctx = Context(new.value)
        if ctx.trainer_args is None:
            raise LeftAlone("there is no object trainer.args: nothing to change in it")
        for finding in RULES["TC101"].check(ctx):
            _leave_alone(document, finding.message)
        return new

    return rewrite_or_leave


def _leave_alone(document: Document, message: str) -> None:
    """Raise for a document that is left alone, placed where its limit should stand."""
    limit = (*TRAINER_ARGS, "max_steps")
    path = limit if matches(document.value, limit) else TRAINER_ARGS
    place = document.place(document.start(path))
    raise LeftAlone(f"{message}: set one of the two; left alone", **place._asdict(), code="TC101")
