"""Tables of situations: a metadata.csv, and the samples that SparseStructure keeps of it."""

from pathlib import Path

import pytest

from trellis_cfg.errors import MetadataError
from trellis_cfg.metadata import count
from trellis_cfg.metadata.results import Count

HEADER = "sha256,voxelized,aesthetic_score,captions\n"


def table(folder: Path, text: str | bytes) -> str:
    """Return the root of a table with this text."""
    folder.mkdir(exist_ok=True)
    (folder / "metadata.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(folder)


def kept(root: str, dataset: str = "SparseStructure", **args: object) -> Count:
    """Return what a dataset keeps."""
    return count(dataset, args, root)


def refusal(root: str, dataset: str = "SparseStructure", **args: object) -> str:
    """Return why the samples of a dataset are not told, the temporary folder left out."""
    with pytest.raises(MetadataError) as caught:
        count(dataset, args, root)
    return caught.value.message.replace(root, "ROOT")
