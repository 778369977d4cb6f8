"""The classes that a config names, with their class specs, and readers of their arguments."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from trellis_cfg.document.paths import Path
from trellis_cfg.models import CLASSES, COMPONENTS
from trellis_cfg.models.catalog import Known, known
from trellis_cfg.schedule import Run
from trellis_cfg.sections import TRAINER_ARGS, trainer_args

if TYPE_CHECKING:
    from trellis_cfg.source.class_spec import ClassSpec, SourceFacts, SourceSection


MAX = 2**63 - 1
_PAIRS = (("batch_size_per_gpu", "batch_size"), ("max_steps", "max_epoch"))


def get_positive(args: Mapping[str, object] | None, key: str) -> int | None:
    """Return a positive integer of at most 64 bits; None for anything else."""
    value = args.get(key) if args else None
    return value if type(value) is int and 0 < value <= MAX else None


def get_whole(args: Mapping[str, object] | None, key: str) -> int | None:
    """Return a positive integer, also one that is written as a float, such as 1e6."""
    value = args.get(key) if args else None
    if isinstance(value, float) and 0 < value <= MAX and value.is_integer():
        return int(value)
    return get_positive(args, key)


def to_finite(value: object) -> float | None:
    """Return a finite number; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if abs(number) < float("inf") else None


# A size must be written as an integer; a limit or an interval is only compared with steps.
_READERS = (
    *((key, get_positive) for key in ("batch_size_per_gpu", "batch_size", "batch_split")),
    *((key, get_whole) for key in ("max_steps", "max_epoch", "i_save", "i_sample")),
)


def build_run(args: Mapping[str, object], run: Run, defaults: Mapping[str, int | None]) -> Run:
    """Return ``run`` with what a trainer's valid arguments say, or the trainer's ``defaults``.

    If one of a pair of limits or batch sizes is invalid, neither is used.
    """
    numbers: dict[str, Any] = {key: read(args, key) for key, read in _READERS if key in args}
    for key in [key for key, number in numbers.items() if number is None is not args[key]]:
        numbers |= {name: None for pair in _PAIRS if key in pair for name in pair}
    return run._replace(**{**defaults, **numbers})


_COMPONENTS: dict[str, Path] = {name: (*TRAINER_ARGS, name) for name in COMPONENTS}
# The defaults of the trainers in the catalog.
_INTERVALS: dict[str, int | None] = {"i_save": 10_000, "i_sample": 10_000}


class ClassUse(NamedTuple):
    """A class as a config names it; ``path`` leads to the object of its ``name`` and ``args``.

    ``known`` is its entry in the catalog, None for a class that is not in it. ``listed`` are the
    classes of its section in the checkout, and ``signature`` is its class spec there.
    """

    section: str
    path: Path
    name: str
    args: dict[str, object]
    known: Known | None
    listed: "SourceSection | None" = None
    signature: "ClassSpec | None" = None

    @property
    def fields(self) -> frozenset[str]:
        """The arguments that the class is known to accept; none, for an unknown class."""
        fields = self.known.fields if self.known else frozenset()
        if self.signature is None:
            return fields
        parameters = frozenset(self.signature.parameters)
        return parameters if self.signature.is_complete else parameters | fields

    @property
    def is_known(self) -> bool:
        """Whether the class, or one that it extends, is in the catalog."""
        lineage = self.signature.mro if self.signature else ()
        return self.known is not None or any(
            name in CLASSES.get(self.section, ()) for name in lineage
        )

    @property
    def is_unread(self) -> bool:
        """Whether the checkout was read, but not this class."""
        return self.listed is not None and self.signature is None

    @property
    def is_of_fork(self) -> bool:
        """Whether the class is not in the catalog, or has arguments that the catalog lacks."""
        if self.signature is None or self.known is None:
            return self.known is None
        return not self.known.fields.issuperset(self.signature.parameters)

    def find_packages(self) -> set[str]:
        """Return the packages that alone have the class, or one of the arguments in the config."""
        if self.known is None:
            return set()
        only = self.known.packages
        packages = {only[key] for key in only.keys() & self.args.keys()}
        return packages | {self.known.package} if self.known.package else packages

    def get_argument(self, key: str) -> object:
        """Return an argument, or its default if the config does not set it."""
        if key in self.args or key not in self.fields:
            return self.args.get(key)
        parameter = self.signature.parameters.get(key) if self.signature else None
        if parameter is not None:
            return _parse_literal(parameter.default)
        return self.known.defaults.get(key) if self.known else None

    def get_default_intervals(self) -> dict[str, int | None]:
        """Return the defaults of a trainer's intervals, from the checkout if it was read."""
        if self.signature is None:
            return _INTERVALS
        keys = _INTERVALS.keys() & self.fields
        return {key: get_positive({key: self.get_argument(key)}, key) for key in keys}


def _parse_literal(text: str | None) -> object:
    """Return the value of a default's source text; None if it is computed."""
    from ast import literal_eval  # noqa: PLC0415  only where code was read

    try:
        return literal_eval(text) if text else None
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


def find_class_uses(value: object, source: "SourceFacts | None" = None) -> list[ClassUse]:
    """Return each class that a config names and passes arguments to, section by section."""
    uses = [
        ClassUse(section, path, entry["name"], entry["args"], known(section, entry["name"]))
        for section, path, entry in _iterate_entries(value)
        if isinstance(entry, dict)
        and isinstance(entry.get("name"), str)
        and isinstance(entry.get("args"), dict)
    ]
    return [_add_source(used, source) for used in uses] if source else uses


def _add_source(used: ClassUse, source: "SourceFacts") -> ClassUse:
    listed = source.sections.get(used.section)
    return used._replace(listed=listed, signature=listed and listed.classes.get(used.name))


def _iterate_entries(value: object) -> Iterator[tuple[str, Path, object]]:
    """Yield section, path and value of each place where a class may be named."""
    sections = value if isinstance(value, dict) else {}
    models = sections.get("models")
    for role, network in models.items() if isinstance(models, dict) else ():
        yield "models", ("models", role), network
    for section in ("dataset", "trainer"):
        yield section, (section,), sections.get(section)
    args = trainer_args(value) or {}
    for component, path in _COMPONENTS.items():
        if component in args:
            yield component, path, args[component]


def group_by_section(uses: Iterable[ClassUse]) -> dict[str, list[ClassUse]]:
    """Return class uses by their section."""
    groups: dict[str, list[ClassUse]] = {}
    for used in uses:
        groups.setdefault(used.section, []).append(used)
    return groups
