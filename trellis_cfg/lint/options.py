"""What a run of the lint looks for, and what it knows of each config's run."""

from typing import NamedTuple

from trellis_cfg.files.discovery import Exclude
from trellis_cfg.lint.config import Facts
from trellis_cfg.sections import dataset_name
from trellis_cfg.source import CheckoutFinder, read_checkout


class DatasetSize(NamedTuple):
    """How many samples a dataset has: one of this name, or that of the files of a pattern."""

    dataset: str
    files: Exclude
    samples: int


class LintOptions(NamedTuple):
    """What to look for: the codes of the rules, less those ignored in some files, and the facts.

    ``sizes`` go before the size of a dataset among the facts. ``where`` says where the code of the
    configs is; None where it is not asked. A report may also ask for the ``fingerprints`` of the
    lines where something is found, and for the paths of ``clean_files``.
    """

    codes: frozenset[str]
    facts: Facts = Facts()
    ignored: tuple[tuple[Exclude, frozenset[str]], ...] = ()
    sizes: tuple[DatasetSize, ...] = ()
    where: CheckoutFinder | None = None
    fingerprints: bool = False
    clean_files: bool = False

    def kind(self, path: str) -> tuple[object, ...]:
        """Return what tells files apart that are judged by other codes or facts."""
        if not (self.ignored or self.sizes or self.where):
            return ()
        sizes = tuple(size.samples for size in self.sizes if size.files.leaves_out_below(path))
        return self.for_file(path), sizes, self.where.checkout(path) if self.where else None

    def for_file(self, path: str) -> frozenset[str]:
        """Return the codes to look for in a file."""
        if not self.ignored:
            return self.codes
        here = [codes for files, codes in self.ignored if files.leaves_out_below(path)]
        return self.codes.difference(*here)

    def facts_of(self, path: str, value: object) -> Facts:
        """Return what is known of a config's run, also by the code beside it."""
        facts = self.facts
        if self.sizes:
            facts = facts._replace(dataset_size=self._samples(path, value))
        checkout = self.where.checkout(path) if self.where else None
        if checkout is None:
            return facts
        code = read_checkout(checkout)
        return facts._replace(source=code, runtime=facts.runtime or code.runtime)

    def _samples(self, path: str, value: object) -> int | None:
        """Return the size of a dataset: one by the path goes before one by name."""
        by_path = (size.samples for size in self.sizes if size.files.leaves_out_below(path))
        name = dataset_name(value)
        by_name = (size.samples for size in self.sizes if size.dataset == name)
        return next(by_path, next(by_name, self.facts.dataset_size))
