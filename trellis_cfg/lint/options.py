"""Lint options: the selected rules, and the facts about each config's run."""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from trellis_cfg.errors import MetadataError
from trellis_cfg.files.discovery import Exclude
from trellis_cfg.sections import class_name
from trellis_cfg.source import Checkout, CheckoutFinder, read_checkout

if TYPE_CHECKING:
    from trellis_cfg.migrations import Migration
    from trellis_cfg.restore import Plan
    from trellis_cfg.source.facts import SourceFacts


class UserSchema(NamedTuple):
    """The path and the text of a JSON Schema: all of it that travels to another process."""

    path: str
    data: bytes


class Facts(NamedTuple):
    """The known facts about a run; None if unknown.

    ``gpus`` counts those of a node, ``dataset_size`` samples. ``runtime`` says that the trainers
    run through ``trellis_cfg.training``. ``migrations`` are those that all configs go through,
    None the built-in ones, ``schema`` is the project's own, ``source`` the facts of the
    checkout, ``plan`` what changes do to a run that is resumed.
    """

    gpus: int | None = None
    nodes: int = 1
    dataset_size: int | None = None
    runtime: bool = False
    migrations: "tuple[Migration, ...] | None" = None
    schema: UserSchema | None = None
    source: "SourceFacts | None" = None
    plan: "Plan | None" = None

    @property
    def world(self) -> int | None:
        """How many processes train, one on each GPU of each node."""
        return self.gpus * self.nodes if self.gpus else None


class DatasetSize(NamedTuple):
    """How many samples a dataset has: one of this name, or that of the files of a pattern."""

    dataset: str
    files: Exclude
    samples: int


class LintOptions(NamedTuple):
    """Everything that the findings in a config depend on, besides its content; hashable.

    ``codes`` are those of the rules, None for all, less what ``ignored`` names for some files.
    ``silenced`` are codes that settings turn off: their findings are only counted. Of a rule,
    ``most_findings`` in a file are reported, before one more says that there are others.
    ``sizes`` override the dataset size among the facts, the samples in ``data_dir`` both.
    ``checkouts`` finds the code of a config; None reads none. Reporters ask for the
    ``fingerprints`` of lines with findings, and for ``clean_files``.
    """

    codes: frozenset[str] | None = None
    facts: Facts = Facts()
    ignored: tuple[tuple[Exclude, frozenset[str]], ...] = ()
    sizes: tuple[DatasetSize, ...] = ()
    checkouts: CheckoutFinder | None = None
    fingerprints: bool = False
    clean_files: bool = False
    data_dir: str | None = None
    silenced: frozenset[str] = frozenset()
    most_findings: int = 100

    @property
    def applied_codes(self) -> frozenset[str] | None:
        """The codes of the rules to apply, whether their findings are reported or counted."""
        return None if self.codes is None else self.codes | self.silenced

    @property
    def checkout(self) -> Checkout | None:
        """The checkout of a config, in options for one file."""
        return self.checkouts.checkout("") if self.checkouts else None

    def for_file(self, path: str) -> "LintOptions":
        """Return the options for one file, in which nothing depends on its path any more."""
        if not (self.ignored or self.sizes or self.checkouts):
            return self
        ignored = [codes for files, codes in self.ignored if files.leaves_out_below(path)]
        samples = [size.samples for size in self.sizes if size.files.leaves_out_below(path)]
        checkout = self.checkouts.checkout(path) if self.checkouts else None
        codes = self.codes
        if ignored:
            from trellis_cfg.lint.rules import RULES  # noqa: PLC0415  a clean file needs no rule

            codes = frozenset(RULES if codes is None else codes).difference(*ignored)
        return self._replace(
            codes=codes,
            silenced=self.silenced.union(*ignored) if ignored else self.silenced,
            facts=self.facts._replace(dataset_size=samples[0]) if samples else self.facts,
            ignored=(),
            sizes=() if samples else self.sizes,
            checkouts=CheckoutFinder((checkout,)) if checkout else None,
        )

    def facts_for(self, value: object) -> Facts:
        """Return what is known of the run of a config, given its value, in options for one file."""
        facts = self.facts
        if self.sizes:
            name = class_name(value, "dataset")
            samples = [size.samples for size in self.sizes if size.dataset == name]
            facts = facts._replace(dataset_size=samples[0]) if samples else facts
        if self.data_dir is not None:
            facts = facts._replace(dataset_size=_count_samples(value, self.data_dir))
        if self.checkout is None:
            return facts
        source = read_checkout(self.checkout)
        return facts._replace(source=source, runtime=facts.runtime or source.has_runtime)


def _count_samples(value: object, data_dir: str) -> int | None:
    """Return how many samples a config's dataset keeps; None if they cannot be counted."""
    from json import dumps  # noqa: PLC0415  only with a data directory

    match value:
        case {"dataset": {"name": str(name), "args": dict(args)}}:
            return _count_dataset(name, dumps(args, sort_keys=True), data_dir)
    return None


@cache
def _count_dataset(name: str, args: str, data_dir: str) -> int | None:
    from json import loads  # noqa: PLC0415  only with a data directory

    from trellis_cfg.metadata import count  # noqa: PLC0415  likewise

    try:
        return count(name, loads(args), data_dir).samples
    except MetadataError:  # preview says why
        return None
