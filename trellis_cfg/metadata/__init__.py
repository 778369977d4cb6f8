"""How many samples a dataset keeps of a data directory, told as the trainer's own pandas would.

polars reads every ``metadata.csv``, only the columns that count, as they stream by. Before that it
is proven that polars sees the very records that pandas would. A file too oddly written for that
(blank or short lines, line ends within cells, stray quotes, CR line ends) is taken apart by the csv
module instead, some eight times slower.
Of a large file the first million rows are proven; beyond, a row that is too short or too long is
still seen, but not a stray quote in a cell, or a comma too many at the end of a line.

What the trainer would fail on is a MetadataError that says so; and so is what each version of
pandas reads in another way: NUL characters, numbers beyond 64 bits, a column of mixed kinds in a
long table, a first row that is longer than the header, a sha256 that repeats in a merged set.

It is not judged what the trainer does with the rows it has kept: captions that are no JSON, a
sha256 that repeats. Few differences are left. pandas rounds numbers of more than 15 digits its own
way, so that one may lie on the other side of a limit that it all but equals. Whole numbers and
limits beyond 2^53 are compared as floats. Where a column is missing, that is told at once, even if
an earlier filter would have failed before. pandas 2, not 3, loses its way in a line that starts
with a blank behind a lone CR, and takes a number too small for a float for text.
"""

from collections.abc import Mapping
from importlib.util import find_spec

from trellis_cfg.errors import MetadataError
from trellis_cfg.metadata.conditions import conditions
from trellis_cfg.metadata.results import Count, Step, Table
from trellis_cfg.metadata.roots import sources
from trellis_cfg.metadata.tables import package

__all__ = ["Count", "Step", "Table", "count"]


def count(dataset: str, args: Mapping[str, object], data_dir: str) -> Count:
    """Return how many samples a dataset with these arguments keeps of a data directory.

    ``data_dir`` is a root, several with commas between them, or a JSON object of named sets
    ``{set: {kind: root}}``. Raises MetadataError where that cannot be told, or the trainer fails.
    """
    where = package(dataset, args)
    if where is None:
        raise MetadataError(
            f"{dataset} is no dataset that is known to count its samples by metadata.csv: "
            "give their number with --dataset-size"
        )
    wanted = conditions(dataset, where.datasets[dataset], args)
    found = sources(dataset, data_dir, takes_sets=where.takes_sets)
    if find_spec("polars") is None:
        raise MetadataError('metadata.csv is read by polars: pip install "trellis-cfg[data]"')
    from trellis_cfg.metadata.counting import counted  # noqa: PLC0415  polars is heavy

    return Count(dataset, tuple(counted(dataset, wanted, source) for source in found))
