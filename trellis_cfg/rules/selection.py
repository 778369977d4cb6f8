"""Which rules a run applies: codes and prefixes that are selected, and that are ignored."""

from collections.abc import Iterable

from trellis_cfg.rules import RULES
from trellis_cfg.rules.words import similar, suggestion

# A file that cannot be judged is always told of, unless that is ignored by name.
_ALWAYS = ("TC001", "TC002", "TC006")


def selected(select: Iterable[str] = (), ignore: Iterable[str] = ()) -> frozenset[str]:
    """Return the codes that are left: all, or those selected, less those ignored.

    A prefix does not mean those that are always told. Raises ValueError for a code or prefix that
    no rule has.
    """
    ignored = list(ignore)
    chosen = matching(select) or frozenset(RULES)
    by_name = {code for one in ignored for code in _codes(one) if len(_codes(one)) == 1}
    return (chosen - matching(ignored)) | (set(_ALWAYS) - by_name)


def matching(given: Iterable[str]) -> frozenset[str]:
    """Return the codes that start with one of the prefixes, or whose rule is named so."""
    return frozenset(code for one in given for code in _codes(one))


def _codes(given: str) -> list[str]:
    prefix = given.strip()
    found = [
        code
        for code, rule in RULES.items()
        if (prefix and code.startswith(prefix.upper())) or rule.name == prefix.lower()
    ]
    if not found:
        near = similar(given, [rule.name for rule in RULES.values()])
        hint = suggestion(near) or "; trellis-cfg explain lists them"
        raise ValueError(f'no rule "{given}"{hint}')
    return found
