"""What a run of the lint looks for, and what it knows of each config's run."""

from typing import NamedTuple

from trellis_cfg.files.discovery import Exclude
from trellis_cfg.rules.base import Facts
from trellis_cfg.sections import dataset_name


class Size(NamedTuple):
    """How many samples a dataset has: one of this name, or that of the files of a pattern."""

    dataset: str
    files: Exclude
    samples: int


class Profile(NamedTuple):
    """What to look for: the codes of the rules, less those ignored in some files, and the facts.

    ``sizes`` go before the size of a dataset among the facts. A report may also ask for the
    ``fingerprints`` of the lines where something is found, and for the paths of ``clean_files``.
    """

    codes: frozenset[str]
    facts: Facts = Facts()
    ignored: tuple[tuple[Exclude, frozenset[str]], ...] = ()
    sizes: tuple[Size, ...] = ()
    fingerprints: bool = False
    clean_files: bool = False

    @property
    def is_same_everywhere(self) -> bool:
        """Whether a content is judged alike wherever its file stands."""
        return not (self.ignored or self.sizes)

    def for_file(self, path: str) -> frozenset[str]:
        """Return the codes to look for in a file."""
        if not self.ignored:
            return self.codes
        here = [codes for files, codes in self.ignored if files.leaves_out_below(path)]
        return self.codes.difference(*here)

    def facts_of(self, path: str, value: object) -> Facts:
        """Return what is known of a config's run: a size by its path goes before one by name."""
        if not self.sizes:
            return self.facts
        by_path = (size.samples for size in self.sizes if size.files.leaves_out_below(path))
        name = dataset_name(value)
        by_name = (size.samples for size in self.sizes if size.dataset == name)
        samples = next(by_path, next(by_name, self.facts.dataset_size))
        return self.facts._replace(dataset_size=samples)
