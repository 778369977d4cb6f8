"""The input and output types of rules."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from trellis_cfg.diagnostics import WARNING, Severity
from trellis_cfg.document.document import Document
from trellis_cfg.document.locate import Place, Span
from trellis_cfg.document.paths import Path
from trellis_cfg.errors import ConfigError, InvalidDocument
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.lint.class_use import (
    ClassUse,
    build_run,
    find_class_uses,
    hide_unclear,
    shows_fork,
)
from trellis_cfg.lint.options import Facts, LintOptions
from trellis_cfg.models import SAVE_LIMITS
from trellis_cfg.schedule import Run, TrainerBehavior
from trellis_cfg.sections import is_config, trainer_args

if TYPE_CHECKING:
    from trellis_cfg.lint.fixes import Offer
    from trellis_cfg.models import ShapeError
    from trellis_cfg.source.facts import SourceFacts

_Answer = TypeVar("_Answer")


class Config:
    """A config as the rules see it: plain values first, places and models on demand.

    ``trainer_args`` are the trainer's arguments; None where the config has no such object.
    ``document`` is None where only a value is known, ``refusal`` why there is no value at all.
    """

    def __init__(
        self,
        value: object,
        document: Document | None = None,
        facts: Facts | None = None,
        refusal: ConfigError | None = None,
    ) -> None:
        """Hold the config's value and what most rules ask for."""
        self.value = value
        self.document = document
        self.facts = facts or Facts()
        self.refusal = refusal
        self.trainer_args = trainer_args(value)

    @cached_property
    def shape_errors(self) -> "list[ShapeError]":
        """What the models reject."""
        from trellis_cfg.models.errors import find_shape_errors  # noqa: PLC0415  the manual does without

        return find_shape_errors(self.value)

    @cached_property
    def class_uses(self) -> list[ClassUse]:
        """The classes that the config names, each with what is known of it."""
        return find_class_uses(self.value, self.facts.source)

    def of_section(self, section: str) -> Sequence[ClassUse]:
        """Return the classes that one section names: of "models", each role's."""
        return self._by_section.get(section, ())

    @cached_property
    def _by_section(self) -> dict[str, list[ClassUse]]:
        uses = self.class_uses
        sections = {used.section for used in uses}
        return {name: [used for used in uses if used.section == name] for name in sections}

    @cached_property
    def behavior(self) -> TrainerBehavior:
        """What the trainer does with its limits and intervals, by the checkout or the catalog."""
        trainer, source = self.trainer, self.facts.source
        if trainer and trainer.facts:
            behavior = trainer.facts.read_behavior(trainer.name) or TrainerBehavior()
        else:
            argument, if_null = SAVE_LIMITS.get(trainer.name if trainer else "", ("", None))
            reads = True if argument else None
            behavior = TrainerBehavior(reads, keep_argument=argument, keep_if_null=if_null)
        if self.facts.runtime and behavior.is_wrappable:
            is_end_saved = not (source and source.is_last_save_off)
            return behavior._replace(
                reads_max_epoch=True, is_wrapped=True, is_end_saved=is_end_saved
            )
        return behavior

    def ask_trainer(self, question: Callable[["SourceFacts", str], _Answer]) -> _Answer | None:
        """Return what the checkout says of its trainer by name; None if it was not read."""
        trainer = self.trainer
        return question(trainer.facts, trainer.name) if trainer and trainer.facts else None

    @cached_property
    def unclear(self) -> frozenset[str]:
        """The arguments from which nothing is computed: the trainer may use them in another way."""
        if self.behavior.is_wrapped:
            return frozenset()
        return self.ask_trainer(lambda facts, name: facts.find_unclear(name)) or frozenset()

    @cached_property
    def run(self) -> Run:
        """The training run that the config describes, as far as its arguments are sound."""
        return hide_unclear(self.likely_run, self.unclear)

    @cached_property
    def likely_run(self) -> Run:
        """The run, as if no argument were unclear."""
        run = Run(gpus=self.facts.gpus, nodes=self.facts.nodes, samples=self.facts.dataset_size)
        return build_run(self.trainer_args or {}, run, self.trainer, self.behavior)

    def find_run(self, has_fault: Callable[[Run], bool]) -> Run | None:
        """Return the run if it has a fault; to see what is unclear takes long, so that is last."""
        return self.run if has_fault(self.likely_run) and has_fault(self.run) else None

    def is_misspelled(self, argument: str) -> bool:
        """Return whether the trainer gets an unknown argument, or a known one by a wrong name.

        Another rule reports a wrong name.
        """
        from trellis_cfg.suggest import is_misspelled  # noqa: PLC0415  only where one is absent

        trainer = self.trainer
        if trainer is None:
            return False
        unknown = trainer.args.keys() - trainer.parameters.keys()
        is_catalog = trainer.spec is not None and trainer.source is None
        return is_misspelled(argument, unknown, by_meaning=not is_catalog)

    @cached_property
    def packages(self) -> set[str]:
        """The packages that alone have a class of the config, or an argument of one."""
        specs = ((used.catalog, used.args) for used in self.class_uses)
        return {each for spec, args in specs if spec for each in spec.find_packages(args)}

    @cached_property
    def is_of_fork(self) -> bool:
        """Whether the config is surely for a fork whose code is not known."""
        return self.facts.source is None and shows_fork(self.value, self.class_uses)

    @property
    def is_known(self) -> bool:
        """Whether the trainer is of a class that is known: another may behave differently."""
        return self.trainer is not None and self.trainer.is_known

    @cached_property
    def trainer(self) -> ClassUse | None:
        """The trainer's class, if the config names one."""
        return next(iter(self.of_section("trainer")), None)


def load_config(file: ConfigFile, data: bytes, options: LintOptions) -> Config | None:
    """Return the config that the content of a file holds, with what is known of its run.

    Return None for a file that stands below a named folder and is not a config. ``options`` are
    those for this file. Raises ConfigError, with a code, for a content that cannot be parsed. As
    for Python's json module, NaN is a value.
    """
    try:
        document = Document(data)
    except InvalidDocument as error:
        if error.code != "TC004":
            raise
        document = Document(data, non_finite=True)
    if not (file.named or is_config(document.value)):
        return None
    return Config(document.value, document, options.facts_for(document.value))


class RelatedPlace(NamedTuple):
    """Another place that a finding is about, and what to say there."""

    path: Path
    label: str
    on_key: bool = False
    span: Span | None = None


class Finding(NamedTuple):
    """A message about the value at ``path``, or about its key.

    ``span`` and ``place`` say where it is if a path cannot. ``label`` stands below the place,
    ``why`` is one more sentence. Without ``severity`` it is that of the rule. ``fix`` is offered.
    """

    path: Path
    message: str
    on_key: bool = False
    label: str = ""
    also: tuple[RelatedPlace, ...] = ()
    why: str = ""
    severity: Severity | None = None
    span: Span | None = None
    place: Place | None = None
    fix: "Offer | None" = None


RuleCheck = Callable[[Config], Iterable[Finding]]
"""A function that does not know its code."""


def fork_severity(*used: ClassUse) -> Severity | None:
    """Return the severity of a fault between classes: a warning where code makes one its own."""
    return WARNING if any(use.is_of_fork for use in used) else None


class Rule(NamedTuple):
    """A row of the table of codes; ``check`` has its name, and its manual page as a docstring.

    ``fixed_by`` is the command that fixes all that it finds, ``fixes`` the one that fixes what has
    a clear fix. ``cost`` is what happens to a run, ``needs`` the facts without which it is silent.
    """

    severity: Severity
    check: RuleCheck
    fixed_by: str = ""
    fixes: str = ""
    cost: str = ""
    needs: str = ""

    @property
    def name(self) -> str:
        """The name in messages and settings."""
        return self.check.__name__.replace("_", "-")
