"""What a function holds beside the open keys of its dictionary, and which it has dealt with."""

from trellis_cfg.signatures.modules import Module
from trellis_cfg.signatures.parameters import written
from trellis_cfg.signatures.signature import Parameter
from trellis_cfg.signatures.taken import Taken
from trellis_cfg.signatures.uses import Read


class Keys:
    """What a function holds beside the open keys, and the keys that it has dealt with."""

    def __init__(self, held: set[str], exempted: dict[str, Parameter], *, is_certain: bool) -> None:
        """Start with what the call gives."""
        self.held = frozenset(held)
        self.exempted = exempted
        self.is_certain = is_certain

    def read(self, module: Module, use: Read, key: str) -> Parameter:
        """Return a key that is read as an argument; one that is taken out is dealt with."""
        default = None if use.default is None else written(use.default)
        is_required = use.is_required and self.is_certain and key not in self.held
        found = by_hand(key, module.at(use.node), default)._replace(is_required=is_required)
        if use.removes:
            self.exempted[key] = found
            self.is_certain = self.is_certain and not (use.is_conditional and key in self.held)
            self.held -= {key}
        return found

    def hold(self, keys: tuple[str, ...]) -> None:
        """Note keys that the function gives by itself; none, that it may give any."""
        self.held |= frozenset(keys)
        self.is_certain = self.is_certain and bool(keys)
        self.exempted |= {key: by_hand(key, "") for key in keys if key not in self.exempted}

    def exempt(self, taken: Taken) -> Taken:
        """Return an answer in which the keys that were dealt with pass."""
        named = {**{key: one._replace(is_required=False) for key, one in self.exempted.items()}}
        refused = {key: at for key, at in taken.refused.items() if key not in self.exempted}
        return taken._replace(named={**taken.named, **named}, refused=refused)


def by_hand(key: str, place: str, default: str | None = None) -> Parameter:
    """Return an argument that is read out of a dictionary."""
    return Parameter(key, default, "", place, by_hand=True)
