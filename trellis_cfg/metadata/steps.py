"""Steps: what conditions leave of a table, and where the trainer would fail on one."""

from collections.abc import Sequence

from trellis_cfg.errors import MetadataError
from trellis_cfg.metadata.cells import Tally
from trellis_cfg.metadata.conditions import Condition
from trellis_cfg.metadata.filters import Test
from trellis_cfg.metadata.measuring import Measured
from trellis_cfg.metadata.passages import Passage
from trellis_cfg.metadata.results import Step

_COMPARISONS = frozenset({Test.AT_LEAST, Test.AT_MOST, Test.ABOVE})


def steps(where: str, conditions: Sequence[Condition], found: Measured) -> tuple[Step, ...]:
    """Return what each condition leaves.

    Raises MetadataError, naming ``where``, at the first that the trainer would fail on.
    """
    before, left = found.rows, []
    for condition, passage in zip(conditions, found.passages, strict=True):
        tally = found.tallies.get(condition.column)
        fault = _fault(condition.test, tally, before, passage)
        if fault:
            raise MetadataError(f'{where}: column "{condition.column}" {fault}')
        before = passage.after
        left.append(Step(condition.told, before))
    return tuple(left)


def _fault(test: Test, tally: Tally | None, before: int, passage: Passage) -> str | None:
    if test is Test.MASK and tally:
        return _mask_fault(tally, before, passage)
    if test in _COMPARISONS and passage.texts:
        return f"holds text{_such(tally)}: the trainer would fail with a TypeError"
    return None


def _mask_fault(tally: Tally, before: int, passage: Passage) -> str | None:
    """Return why pandas does not index by a column, if it does not."""
    if not tally.rows:
        return "has no rows: the trainer would fail with a KeyError"
    if not tally.is_boolean:
        what = "holds something else than True and False"
        return f"{what}{_such(tally)}: the trainer would fail with a KeyError"
    if passage.blanks:
        what = f"is blank in {passage.blanks:,} of the rows that are left"
        return f"{what}: the trainer would fail with a ValueError. Write False there"
    if tally.blanks and not before:
        return "has blanks, and no row is left: the trainer would fail with a KeyError"
    return None


def _such(tally: Tally | None) -> str:
    """Return an example of text, or why there is none."""
    if tally and tally.example:
        return f', such as "{tally.example}"'
    return ", numbers beside True and False" if tally and tally.is_text and tally.words else ""
