"""How many rows of a table are kept, step by step."""

from typing import NamedTuple


class Step(NamedTuple):
    """A filter and how many rows it left."""

    told: str
    rows: int


class Table(NamedTuple):
    """What the metadata of one root, or of one named set of roots, gives.

    ``path`` is what was read, as the user wrote it, or the name of the set; ``rows`` are those
    before the first filter.
    """

    path: str
    rows: int
    steps: tuple[Step, ...]

    @property
    def samples(self) -> int:
        """Return how many rows the last step left."""
        return self.steps[-1].rows if self.steps else self.rows


class Count(NamedTuple):
    """How many samples a dataset keeps of a data directory."""

    dataset: str
    tables: tuple[Table, ...]

    @property
    def samples(self) -> int:
        """Return the samples of all tables."""
        return sum(table.samples for table in self.tables)
