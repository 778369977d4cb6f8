"""What stands in a project: its code, its configs, and the repository around it."""

import os
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from trellis_cfg.document.document import Document
from trellis_cfg.errors import ConfigError
from trellis_cfg.files.discovery import Exclude, discover
from trellis_cfg.files.reading import read_at_most
from trellis_cfg.sections import is_config
from trellis_cfg.signatures.signature import Source

_SECTIONS = ("trainer", "dataset", "models")
_MOST = 5000
_LARGEST = 1 << 20
"""JSON files that are looked at, and bytes of one."""


class Survey(NamedTuple):
    """A project at ``root``, in a repository at ``top``; ``configs`` counts those of a folder."""

    root: str
    top: str
    source: Source | None
    configs: dict[str, int]

    @property
    def paths(self) -> list[str]:
        """The folders of the configs, from the root of the project."""
        return list(self.configs) or ["configs"]

    @property
    def limits_epochs(self) -> bool:
        """Whether some trainer may know ``max_epoch``: nobody reads it elsewhere."""
        trainers = self.source.sections.get("trainer") if self.source else None
        if trainers is None or (self.source and self.source.runtime):
            return True
        return any(one is None or one.takes("max_epoch") for one in trainers.named.values())

    def told(self) -> Iterator[str]:
        """Yield what was found, a line each."""
        if self.source is None:
            yield "no code: no package with trainers/ stands here"
        else:
            sections = (self.source.sections.get(name) for name in _SECTIONS)
            counts = [f"{len(one.named)} in {one.place}" for one in sections if one]
            by = f"; run by {', '.join(self.source.entries)}" if self.source.entries else ""
            yield f"classes: {', '.join(counts)}{by}"
        for folder, count in self.configs.items():
            yield f"{count:,} config{'' if count == 1 else 's'} in {folder}"
        if not self.configs:
            yield "no configs yet"


def survey(folder: str, source: Source | None) -> Survey:
    """Return what stands around a folder: in the checkout that it is in, else in itself."""
    root = source.root if source else folder
    if os.path.basename(root) == "src" and source:
        root = os.path.dirname(root)
    return Survey(root, _repository(root), source, _configs(root))


def _repository(root: str) -> str:
    """Return the folder above that is a repository; without one, the root itself."""
    folder = root
    while not os.path.exists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return root
        folder = above
    return folder


def _configs(root: str) -> dict[str, int]:
    """Count the configs by the first folder that they are in."""
    counts: Counter[str] = Counter()
    for path, _ in islice(discover([root], Exclude()), _MOST):
        first, *below = os.path.relpath(path, root).split(os.sep)
        if below and _is_config(path):
            counts[first] += 1
    return dict(sorted(counts.items()))


def _is_config(path: str) -> bool:
    try:
        return is_config(Document(read_at_most(path, _LARGEST)).value)
    except ConfigError:
        return False
