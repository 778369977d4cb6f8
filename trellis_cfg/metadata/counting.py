"""Counting: the rows of a file, or of the merged files of a set, that meet all conditions."""

import os
from collections.abc import Collection, Sequence

from trellis_cfg.errors import MetadataError
from trellis_cfg.metadata.conditions import Condition
from trellis_cfg.metadata.frames import KEY, frame, opened
from trellis_cfg.metadata.measuring import hastily, measured, typed
from trellis_cfg.metadata.merging import merged
from trellis_cfg.metadata.results import Step, Table
from trellis_cfg.metadata.roots import Source
from trellis_cfg.metadata.steps import steps


def counted(dataset: str, conditions: Sequence[Condition], source: Source) -> Table:
    """Return what a dataset keeps of a source.

    Raises MetadataError for what cannot be read, and where the trainer itself would fail.
    """
    files = [opened(name, os.path.expanduser(name)) for name in source.paths]
    header = {column for file in files for column in file.header}
    applied = [one for one in conditions if one.column in header or not one.where_present]
    for file in files:
        _require(KEY, file.header, file.name, dataset)
    for condition in applied:
        _require(condition.column, header, source.told, dataset)
    if len(files) == 1:
        columns = typed(applied) or [KEY]
        found = hastily(files[0], columns, applied) or measured(
            files[0], frame(files[0], columns), applied
        )
    else:
        found = merged(files, applied)
    first = (Step(f"{KEY} merged", found.rows),) if source.is_set else ()
    return Table(source.name, found.rows, (*first, *steps(source.told, applied, found)))


def _require(column: str, header: Collection[str], where: str, dataset: str) -> None:
    if column not in header:
        raise MetadataError(
            f'{where}: there is no column "{column}", which {dataset} needs: the trainer would '
            "fail with a KeyError. The step of the data preparation that adds it is still to be run"
        )
