"""What a class takes when it is called in one way, or in several."""

from collections.abc import Sequence

from trellis_cfg.signatures.following import Following
from trellis_cfg.signatures.forms import Form
from trellis_cfg.signatures.meanings import Defined
from trellis_cfg.signatures.signature import Signature, merged
from trellis_cfg.signatures.taken import Given, Rest


def signature_of(
    following: Following, found: Defined, name: str, forms: Sequence[Form]
) -> Signature:
    """Return what holds for a class in all the ways that it is called."""
    return merged(_way(following, found, name, form) for form in forms)


def _way(following: Following, found: Defined, name: str, form: Form) -> Signature:
    order = following.lineages.of(found) or []
    given = Given(form.positional, form.keywords, form.place, form.is_certain)
    taken = following.called(found, given)
    twice = {key: at for key, at in taken.refused.items() if key not in taken.named}
    return Signature(
        form.section,
        name,
        found.module.at(found.node),
        dict(taken.named),
        {**twice, **dict.fromkeys(sorted(form.keywords), form.place)},
        is_complete=not (taken.is_open or form.hides),
        swallows={Rest.SWALLOWED: True, Rest.REFUSED: False}.get(taken.rest),
        ends_at=taken.place or found.module.at(found.node),
        lineage=tuple(entry.name for entry in order),
        is_lineage_complete=bool(order)
        and all(entry.defined or entry.is_plain or entry.is_module for entry in order),
    )
