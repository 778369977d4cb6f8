"""The classes that a config names, and what is known of them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from trellis_cfg.document.paths import Path
from trellis_cfg.models import CLASSES, COMPONENTS
from trellis_cfg.models.catalog import Known, is_sound, known
from trellis_cfg.schedule import Run
from trellis_cfg.sections import SECTIONS, TRAINER_ARGS, trainer_args

if TYPE_CHECKING:
    from trellis_cfg.source.class_spec import ClassSpec, SourceFacts, SourceSection


MAX = 2**63 - 1
# Where one of two is unsound, neither can be judged.
_TOGETHER = {
    key: pair
    for pair in (("batch_size_per_gpu", "batch_size"), ("max_steps", "max_epoch"))
    for key in pair
}


def positive(args: Mapping[str, object] | None, key: str) -> int | None:
    """Return a positive integer of a usual size; None for anything else."""
    value = args.get(key) if args else None
    return value if type(value) is int and 0 < value <= MAX else None


def whole(args: Mapping[str, object] | None, key: str) -> int | None:
    """Return a positive integer, also one that is written as a float, such as 1e6."""
    value = args.get(key) if args else None
    if isinstance(value, float) and 0 < value <= MAX and value.is_integer():
        return int(value)
    return positive(args, key)


def real(value: object) -> float | None:
    """Return a finite number; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if abs(number) < float("inf") else None


# A size must be written as an integer; what is only compared with steps need not.
_READ = (
    *((key, positive) for key in ("batch_size_per_gpu", "batch_size", "batch_split")),
    *((key, whole) for key in ("max_steps", "max_epoch", "i_save", "i_sample")),
)


def build_run(args: Mapping[str, object], told: Run, defaults: Mapping[str, int | None]) -> Run:
    """Return the run that a trainer's arguments describe, as far as they are sound.

    ``told`` is what is known of it beside them, ``defaults`` are those of the trainer.
    """
    numbers: dict[str, Any] = {key: read(args, key) for key, read in _READ if key in args}
    for key in [key for key, number in numbers.items() if number is None is not args[key]]:
        numbers |= dict.fromkeys(_TOGETHER.get(key, ()))
    return told._replace(**{**defaults, **numbers})


_DATASET, _TRAINER = ("dataset",), ("trainer",)
_COMPONENTS: dict[str, Path] = {name: (*TRAINER_ARGS, name) for name in COMPONENTS}
_NONE: frozenset[str] = frozenset()
# Of the known trainers.
_INTERVALS: dict[str, int | None] = {"i_save": 10_000, "i_sample": 10_000}


class ClassUse(NamedTuple):
    """A class by its name; ``path`` leads to the object of its ``name`` and ``args``.

    ``known`` is None for a class that is not known. ``listed`` are the classes of the section by
    the code beside the config, and ``signature`` is what that says of this one.
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
        """The arguments that the class is known to take; none, of an unknown one."""
        known = self.known.fields if self.known else _NONE
        if self.signature is None:
            return known
        read = frozenset(self.signature.parameters)
        return read if self.signature.is_complete else read | known

    @property
    def is_known(self) -> bool:
        """Whether the class, or one that it extends, is known to the models."""
        lineage = self.signature.lineage if self.signature else ()
        known = CLASSES.get(self.section, ())
        return self.known is not None or any(one in known for one in lineage)

    @property
    def is_unread(self) -> bool:
        """Whether the code beside the config was read, but not this class."""
        return self.listed is not None and self.signature is None

    @property
    def differs(self) -> bool:
        """Whether the class is one of a fork: unknown, or with arguments of its own."""
        if self.signature is None or self.known is None:
            return self.known is None
        return not self.known.fields.issuperset(self.signature.parameters)

    def packages(self) -> set[str]:
        """Return the packages that alone have the class, or an argument that is given here."""
        if self.known is None:
            return set()
        only = self.known.packages
        found = {only[key] for key in only.keys() & self.args.keys()}
        return found | {self.known.package} if self.known.package else found

    def value(self, key: str) -> object:
        """Return an argument, or its default where the config leaves it out."""
        if key in self.args or key not in self.fields:
            return self.args.get(key)
        written = self.signature.parameters.get(key) if self.signature else None
        if written is not None:
            return _literal(written.default)
        return self.known.defaults.get(key) if self.known else None

    def intervals(self) -> dict[str, int | None]:
        """Return the defaults of a trainer's intervals: of its code, where that was read."""
        if self.signature is None:
            return _INTERVALS
        written = {key: {key: self.value(key)} for key in _INTERVALS if key in self.fields}
        return {key: positive(one, key) for key, one in written.items()}

    def is_sound(self) -> bool:
        """Tell whether the arguments are surely such that the models find no fault in them."""
        return is_sound(self.section, self.name, self.args)


def _literal(text: str | None) -> object:
    """Return the value of a default as it is written; None for one that is computed."""
    from ast import literal_eval  # noqa: PLC0415  only where code was read

    try:
        return literal_eval(text) if text else None
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


def class_uses(value: object, source: "SourceFacts | None" = None) -> list[ClassUse]:
    """Return each class that a config names and gives arguments, in the order of a config."""
    found = [
        ClassUse(section, path, place["name"], place["args"], known(section, place["name"]))
        for section, path, place in _places(value)
        if isinstance(place, dict)
        and isinstance(place.get("name"), str)
        and isinstance(place.get("args"), dict)
    ]
    return [_by_code(one, source) for one in found] if source else found


def _by_code(named: ClassUse, source: "SourceFacts") -> ClassUse:
    """Return a class with what the code beside the config says of it."""
    listed = source.sections.get(named.section)
    return named._replace(listed=listed, signature=listed and listed.classes.get(named.name))


def _places(value: object) -> Iterator[tuple[str, Path, object]]:
    sections = value if isinstance(value, dict) else {}
    models = sections.get("models")
    for role, network in models.items() if isinstance(models, dict) else ():
        yield "models", ("models", role), network
    yield "dataset", _DATASET, sections.get("dataset")
    yield "trainer", _TRAINER, sections.get("trainer")
    args = trainer_args(value) or {}
    for component, path in _COMPONENTS.items():
        if component in args:
            yield component, path, args[component]


def group_by_section(classes: Iterable[ClassUse]) -> dict[str, list[ClassUse]]:
    """Return classes by the section that they stand in."""
    found: dict[str, list[ClassUse]] = {}
    for used in classes:
        found.setdefault(used.section, []).append(used)
    return found


def are_sound(value: object, classes: list[ClassUse]) -> bool:
    """Tell whether the models surely find no fault in a config that names these classes."""
    models = value.get("models") if isinstance(value, dict) else None
    if not (isinstance(models, dict) and models):
        return False
    sections = sum(used.section in SECTIONS for used in classes)
    return sections == len(models) + 2 and all(used.is_sound() for used in classes)
