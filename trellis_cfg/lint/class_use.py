"""The classes that a config names, with their class specs, and readers of their arguments."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

from trellis_cfg.document.paths import Key, Path
from trellis_cfg.models import CLASSES, COMPONENTS
from trellis_cfg.models.catalog import load_spec
from trellis_cfg.models.class_spec import ClassSpec, Parameter
from trellis_cfg.schedule import Run, TrainerBehavior
from trellis_cfg.sections import (
    LIMITS,
    OPTIONS,
    SECTIONS,
    TRAINER_ARGS,
    class_name,
    trainer_args,
)

if TYPE_CHECKING:
    from trellis_cfg.source.facts import SourceFacts
    from trellis_cfg.source.section import SourceSection


MAX = 2**63 - 1
_PAIRS = (("batch_size_per_gpu", "batch_size"), ("max_steps", "max_epoch"))


def is_integer(value: object) -> TypeGuard[int]:
    """Return whether a value is an integer, and not a boolean."""
    return isinstance(value, int) and not isinstance(value, bool)


def get_positive(args: Mapping[str, object] | None, key: str) -> int | None:
    """Return a positive integer of at most 64 bits; None for anything else."""
    value = args.get(key) if args else None
    return value if is_integer(value) and 0 < value <= MAX else None


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


_TENSORS = ".safetensors"
# The defaults of the trainers in the catalog.
_DEFAULT_INTERVALS: dict[str, int | None] = {"i_save": 10_000, "i_sample": 10_000}


class ClassUse(NamedTuple):
    """A class as a config names it; ``path`` leads to the object of its ``name`` and ``args``.

    ``catalog`` is its spec in the catalog, None for a class that is not in it. ``listed`` are the
    classes of its section in the checkout. ``spec`` is its spec there, else that of the catalog.
    ``facts`` are those of the checkout where this has the class.
    """

    section: str
    path: Path
    name: str
    args: dict[str, object]
    catalog: ClassSpec | None = None
    spec: ClassSpec | None = None
    listed: "SourceSection | None" = None
    facts: "SourceFacts | None" = None

    def locate(self, *keys: Key) -> Path:
        """Return the path of an argument, or of a value in it."""
        return (*self.path, "args", *keys)

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """The arguments that the class is known to accept; none, for an unknown class."""
        if self.spec is None:
            return {}
        if self.catalog is None or self.spec.is_complete:
            return self.spec.parameters
        return {**self.catalog.parameters, **self.spec.parameters}

    @property
    def is_known(self) -> bool:
        """Whether the class, or one that it extends, is in the catalog."""
        names = self.spec.mro if self.spec else ()
        return self.catalog is not None or any(
            name in CLASSES.get(self.section, ()) for name in names
        )

    @property
    def source(self) -> ClassSpec | None:
        """The spec, if it was read from the checkout."""
        return self.spec if self.spec and self.spec.place else None

    @property
    def is_unread(self) -> bool:
        """Whether the checkout was read, but not this class."""
        return self.listed is not None and self.source is None

    @property
    def is_of_fork(self) -> bool:
        """Whether its code was read, and the catalog lacks the class, or arguments of it."""
        spec, catalog = self.source, self.catalog
        return spec is not None and (
            catalog is None or not catalog.parameters.keys() >= spec.parameters.keys()
        )

    def get_argument(self, key: str) -> object:
        """Return an argument, or its default if the config does not set it; None if unknown."""
        if key in self.args:
            return self.args[key]
        parameter = self.parameters.get(key)
        return parameter.default.value if parameter and parameter.default else None

    def get_arguments(self) -> dict[str, object]:
        """Return the arguments, and the known defaults of those that the config does not set."""
        defaults = {
            key: parameter.default.value
            for key, parameter in self.parameters.items()
            if parameter.default
            and (parameter.default.is_none or parameter.default.value is not None)
        }
        return defaults | self.args


def build_run(
    args: Mapping[str, object], run: Run, trainer: ClassUse | None, behavior: TrainerBehavior
) -> Run:
    """Return ``run`` with what a trainer's valid arguments say, or its defaults.

    If one of a pair of limits or batch sizes is invalid, neither is used.
    """
    defaults: dict[str, int | None] = dict(_DEFAULT_INTERVALS)
    if not (trainer and trainer.is_known):
        defaults = {}
    elif trainer.source:
        keys = defaults.keys() & trainer.parameters.keys()
        defaults = {key: get_positive({key: trainer.get_argument(key)}, key) for key in keys}
    numbers: dict[str, Any] = {key: read(args, key) for key, read in _READERS if key in args}
    for key in [key for key, number in numbers.items() if number is None is not args[key]]:
        numbers |= {name: None for pair in _PAIRS if key in pair for name in pair}
    never = {key: 0 for key in _DEFAULT_INTERVALS if is_never(args, key, behavior)}
    keep = trainer.get_argument(behavior.keep_argument) if trainer else None
    keep = behavior.keep_if_null if keep is None else keep
    return run._replace(
        **{**defaults, **numbers, **never},
        is_end_saved=behavior.is_end_saved and numbers.get("max_epoch") is not None,
        reads_max_epoch=behavior.reads_max_epoch is not False,
        kept=keep if is_integer(keep) and keep > 0 else None,
    )


def hide_unclear(run: Run, unclear: frozenset[str]) -> Run:
    """Return a run without the intervals and limits that the trainer may use in another way."""
    unknown: dict[str, Any] = dict.fromkeys(unclear & _DEFAULT_INTERVALS.keys())
    if "max_steps" in unclear:
        unknown |= {**dict.fromkeys(LIMITS), "is_end_saved": False}
    return run._replace(**unknown) if unknown else run


def is_never(args: Mapping[str, object], interval: str, behavior: TrainerBehavior) -> bool:
    """Return whether an interval that is 0 or null means never to the trainer."""
    if interval not in args:
        return False
    value = args[interval]
    if value is None:
        return interval in behavior.null_is_never
    return value == 0 and not isinstance(value, bool) and interval in behavior.zero_is_never


def find_class_uses(value: object, source: "SourceFacts | None" = None) -> list[ClassUse]:
    """Return each class that a config names and passes arguments to, section by section."""
    trainer, args = class_name(value, "trainer"), trainer_args(value) or {}
    components = ((key, (*TRAINER_ARGS, key), args[key]) for key in COMPONENTS if key in args)
    uses = []
    for section, path, entry in (*_iterate_entries(value, source), *components):
        if not isinstance(entry, dict):
            continue
        name, arguments = entry.get("name"), entry.get("args")
        if isinstance(name, str) and isinstance(arguments, dict):
            used = ClassUse(section, path, name, arguments)
            uses.append(look_up_class(used, source, trainer))
    return uses


def look_up_class(used: ClassUse, source: "SourceFacts | None", trainer: str) -> ClassUse:
    """Add what the catalog and the checkout know of a class, under a trainer of this name."""
    catalog = load_spec(used.section, used.name)
    listed = source.find_section(used.section, trainer) if source else None
    spec = (listed and listed.classes.get(used.name)) or catalog
    facts = source if spec and spec.place else None
    return ClassUse(*used[:4], catalog, spec, listed, facts)


def _iterate_entries(
    value: object, source: "SourceFacts | None" = None
) -> Iterator[tuple[str, Path, object]]:
    """Yield section, path and value of each place in the sections where a class may be named."""
    sections = value if isinstance(value, dict) else {}
    models = sections.get("models")
    for role, network in models.items() if isinstance(models, dict) else ():
        yield "models", ("models", role), network
    for section in ("dataset", "trainer", *(source.extra_sections if source else ())):
        yield section, (section,), sections.get(section)


def list_own_keys(value: object, source: "SourceFacts | None" = None) -> Iterator[tuple[str, Path]]:
    """Yield section and path of each key beside the sections, and beside ``name`` and ``args``."""
    known = {*SECTIONS, *OPTIONS, *(source.extra_sections if source else ())}
    for key in value if isinstance(value, dict) else ():
        if key not in known:
            yield "", (key,)
    for section, path, entry in _iterate_entries(value, source):
        for key in list_extra_keys(entry):
            yield section, (*path, key)


def list_extra_keys(entry: object) -> list[str]:
    """Return the keys of a class's object beside ``name`` and ``args``."""
    keys = entry if isinstance(entry, dict) and "name" in entry else ()
    return [key for key in keys if key not in ("name", "args")]


def shows_fork(value: object, uses: Sequence[ClassUse]) -> bool:
    """Return whether a config is surely for a fork, by what the catalog does not have.

    That is a class, an optimizer, a key next to the sections or to ``name`` and ``args``, two
    arguments, or a file that it cannot load. A clear misspelling, a comment and a key at the wrong
    place show nothing.
    """
    from trellis_cfg.models.torch_optim import OPTIMIZERS  # noqa: PLC0415  only if one is unknown
    from trellis_cfg.suggest import find_near_miss  # noqa: PLC0415  only then, too

    known = {key for used in uses for key in used.parameters}
    unknown: set[str] = set()
    for used in uses:
        names = OPTIMIZERS if used.section == "optimizer" else CLASSES.get(used.section, ())
        is_open = used.section not in (*SECTIONS, "optimizer")
        if used.catalog:
            keys = _drop_comments(used.args.keys() - known - {"max_epoch"})
            own = (key for key in keys if not find_near_miss(key, used.parameters).is_sure)
            unknown |= {*islice(own, 2)}
        elif not (is_open or used.name in names or find_near_miss(used.name, names).is_sure):
            return True
    args = trainer_args(value) or {}
    files = args.get("finetune_ckpt")
    beside = {str(path[-1]) for _, path in list_own_keys(value)} - known
    has_tensors = isinstance(files, dict) and _TENSORS in "".join(map(str, files.values()))
    return len(unknown) > 1 or has_tensors or any(_drop_comments(beside))


def _drop_comments(keys: Iterable[str]) -> list[str]:
    return [key for key in keys if not key.startswith(("_", "$"))]
