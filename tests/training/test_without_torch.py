"""The runtime without torch: imports, wrapped classes and refused limits."""

import inspect
import io
import pickle
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.conftest import HAS_TORCH
from trellis_cfg.schedule import Run
from trellis_cfg.training.plan import describe_epoch
from trellis_cfg.training.reports import Clock, Lap, Reports
from trellis_cfg.training.wrap import install, with_max_epoch

ROOT = Path(__file__).parents[2]
BARE = """
import sys
sys.path.insert(0, {root!r})
before = set(sys.modules)
import trellis_cfg.schedule, trellis_cfg.messages, trellis_cfg.training
foreign = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(sorted(foreign - set(sys.stdlib_module_names)))
"""


def test_torch_is_installed() -> None:
    if not HAS_TORCH:
        pytest.skip("torch is not installed: nothing was trained (make test-torch installs it)")


def test_nothing_but_the_standard_library_is_imported() -> None:
    command = [sys.executable, "-I", "-S", "-c", BARE.format(root=str(ROOT))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "['trellis_cfg']\n"


class Trainer:
    """A trainer that records its calls."""

    calls: list[str]
    built = 0

    def __init__(
        self,
        models: object,
        dataset: list[int],
        *,
        output_dir: str,
        max_steps: int,
        batch_size_per_gpu: int = 2,
        **kwargs: Any,
    ) -> None:
        Trainer.built += 1
        self.models, self.dataset, self.output_dir = models, dataset, output_dir
        self.max_steps, self.calls = max_steps, []
        self.world_size = kwargs.pop("world_size", 1)
        self.rank, self.is_master, self.step = 0, True, 0
        self.batch_size_per_gpu = batch_size_per_gpu
        self.batch_size = batch_size_per_gpu * self.world_size
        self.i_print, self.i_save = 1000, 1000
        self.max_steps_of_constructor = max_steps
        self.init_models_and_more(**kwargs)
        self.prepare_dataloader(**kwargs)

    def init_models_and_more(self, **kwargs: object) -> None:
        self.calls.append(f"models {self.max_steps} {sorted(kwargs)}")

    def prepare_dataloader(self, **kwargs: object) -> None:
        self.calls.append(f"loader {sorted(kwargs)}")

    def load(self) -> None: ...
    def save(self) -> None: ...
    def load_data(self) -> None: ...
    def snapshot(self, suffix: str | None = None) -> None: ...
    def run_step(self, data: object) -> None: ...
    def run(self) -> None: ...


class Finished(Trainer):
    """Has the limit itself."""

    def __init__(self, *args: Any, max_epoch: int | None = 2, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.max_epoch = max_epoch


class Inherits(Finished):
    """Inherits the limit."""


def make_trainer(samples: int = 150, **limits: Any) -> Any:
    cls = with_max_epoch(Trainer, language="en")
    return cls({}, list(range(samples)), output_dir="x", batch_size_per_gpu=2, **limits)


def test_the_first_limit_applies() -> None:
    assert make_trainer(max_steps=100_000, max_epoch=100, world_size=2).max_steps == 3_800
    assert make_trainer(max_steps=1_000, max_epoch=100, world_size=2).max_steps == 1_000
    assert make_trainer(max_steps=None, max_epoch=3).max_steps == 225
    assert make_trainer(max_epoch=3).max_steps == 225
    assert make_trainer(max_steps=7).max_steps == 7
    assert make_trainer(max_steps=1e6, max_epoch=None).max_steps == 1_000_000


def test_the_limit_is_known_before_anything_is_built() -> None:
    trainer = make_trainer(max_steps=None, max_epoch=3, color="red")
    assert trainer.max_steps_of_constructor == 225
    assert trainer.calls == ["models 225 ['color']", "loader ['color']"]
    assert (trainer.dataset_size, trainer.steps_per_epoch, trainer.epoch) == (150, 75, 0)


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({}, "max_steps and max_epoch are both null: set one of the two (trainer.args.max_steps"),
        ({"max_steps": None, "max_epoch": None}, "trainer.args.max_epoch"),
        ({"max_epoch": 0}, "max_epoch must be a positive integer or null, not 0"),
        ({"max_epoch": 1.5}, "not 1.5"),
        ({"max_steps": "1000"}, "max_steps must be a positive integer or null, not '1000'"),
        ({"max_steps": True}, "not True"),
        ({"max_steps": float("inf")}, "not inf"),
        ({"max_epoch": float("nan")}, "not nan"),
    ],
)
def test_invalid_limits(limits: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=r"must be|both null") as caught:
        make_trainer(**limits)
    assert message in str(caught.value)


def test_a_rank_without_a_batch_is_refused() -> None:
    text = r"the dataset has 2 \(1 for each of 2 processes\), but a batch has 2: .* to at"
    with pytest.raises(ValueError, match=text):
        make_trainer(samples=2, max_steps=5, world_size=2)


@pytest.mark.parametrize("limits", [{"max_steps": 5}, {"max_epoch": 5}])
def test_too_few_samples_are_refused_before_the_trainer_exists(limits: dict[str, int]) -> None:
    Trainer.built = 0
    with pytest.raises(
        ValueError, match=r"the dataset has no samples: .* Check the data directory"
    ):
        make_trainer(samples=0, **limits)
    with pytest.raises(ValueError, match="Set batch_size_per_gpu to at most 1, or add samples"):
        make_trainer(samples=1, **limits)
    assert Trainer.built == 0


def test_a_dataset_without_a_length_has_no_epochs() -> None:
    cls: Any = with_max_epoch(Trainer)
    with pytest.raises(ValueError, match="set max_epoch to null, and set max_steps"):
        cls({}, iter(()), output_dir="x", max_epoch=1)
    assert cls({}, iter(()), output_dir="x", max_steps=5).max_steps == 5


def test_a_checkpoint_describes_the_epoch_in_which_it_is_written() -> None:
    run = Run(max_epoch=3, batch_size_per_gpu=2, gpus=2, samples=20)
    described = {"progress": [7, 5], "step_of_epoch": 2, "steps_per_epoch": 5, "batch_size": 4}
    assert describe_epoch(run, 7) == described | {"world_size": 2, "dataset_size": 20}
    assert describe_epoch(run._replace(samples=None), 7) == {}


@pytest.mark.parametrize("cls", [Finished, Inherits])
def test_a_trainer_that_takes_max_epoch_gets_the_first_limit(cls: Any) -> None:
    args: dict[str, Any] = {"output_dir": "x", "max_steps": 900, "batch_size_per_gpu": 2}
    trainer = with_max_epoch(cls)({}, [0] * 150, **args, max_epoch=3)
    assert (trainer.max_epoch, trainer.max_steps_of_constructor) == (3, 225)
    assert not hasattr(trainer, "epoch"), "what it counts is its own"
    assert with_max_epoch(cls)({}, [0] * 150, **args).max_steps == 150, "its own default is 2"
    assert with_max_epoch(cls)({}, [0] * 150, **args, max_epoch=None).max_steps == 900


def test_invalid_arguments_are_refused() -> None:
    with pytest.raises(TypeError, match="is not a trainer"):
        with_max_epoch(dict)
    with pytest.raises(ValueError, match="en, zh"):
        with_max_epoch(Trainer, language="fr")  # type: ignore[call-overload]


def test_the_subclass_looks_like_its_base() -> None:
    cls = with_max_epoch(Trainer)
    assert cls is not Trainer
    assert issubclass(cls, Trainer)
    assert (cls.__name__, cls.__qualname__, cls.__module__, cls.__doc__) == (
        *(Trainer.__name__, Trainer.__qualname__, Trainer.__module__, Trainer.__doc__),
    )
    assert inspect.signature(cls) == inspect.signature(Trainer)
    assert isinstance(make_trainer(max_steps=1), Trainer)
    assert with_max_epoch(cls) is cls
    assert with_max_epoch(Trainer) is cls
    assert with_max_epoch(Trainer, step_every=7) is not cls


def test_it_is_a_decorator_too() -> None:
    @with_max_epoch
    class Plain(Trainer):
        """Without options."""

    @with_max_epoch(language="zh", keep_last=2)
    class Chinese(Trainer):
        """With options."""

    trainer: Plain = Plain({}, [0] * 150, output_dir="x", max_steps=900, max_epoch=3)
    assert (trainer.max_steps, Plain.__doc__) == (225, "Without options.")
    options: Any = Chinese
    assert options.training_options[:1] == ("zh",)
    assert options.training_options.keep_last == 2
    invalid: Any
    for invalid in (0, True, "3"):
        with pytest.raises(ValueError, match="keep_every must be a positive integer or None"):
            with_max_epoch(Trainer, keep_every=invalid)


def test_the_class_and_its_objects_can_be_pickled() -> None:
    cls = with_max_epoch(Trainer, language="zh", step_every=3)
    assert pickle.loads(pickle.dumps(cls)) is cls  # noqa: S301
    trainer = pickle.loads(pickle.dumps(make_trainer(max_epoch=3)))  # noqa: S301
    assert type(trainer) is with_max_epoch(Trainer, language="en")
    assert trainer.max_steps == 225


def registry(*, lazy: bool) -> ModuleType:
    module = ModuleType("trainers")
    names: dict[str, Any] = {"Trainer": Trainer, "Finished": Finished, "helper": len, "A": dict}
    if not lazy:
        vars(module).update(names)
        return module

    def find(name: str) -> object:
        if name not in names:
            raise AttributeError(name)
        vars(module)[name] = names[name]
        return names[name]

    vars(module)["__getattr__"] = find
    return module


@pytest.mark.parametrize("lazy", [False, True])
def test_install_wraps_all_trainers_of_a_module(lazy: bool) -> None:  # noqa: FBT001
    module: Any = registry(lazy=lazy)
    install(module, language="en")
    for _ in range(2):
        assert module.Trainer is with_max_epoch(Trainer, language="en")
        assert module.Trainer is module.Trainer
        assert (module.helper, module.A) == (len, dict)
    with pytest.raises(AttributeError):
        _ = module.Missing
    install(module, language="zh")
    assert module.Trainer is with_max_epoch(Trainer, language="zh")


def test_a_pickled_class_of_a_wrapped_module_is_found_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The name of a class that the module defines leads to the wrapped one."""
    module: Any = ModuleType("own_trainers")
    own = type("Own", (Trainer,), {"__module__": "own_trainers", "__qualname__": "Own"})
    module.Own = own
    monkeypatch.setitem(sys.modules, "own_trainers", module)
    install(module)
    assert pickle.loads(pickle.dumps(module.Own)) is module.Own  # noqa: S301


def test_a_report_is_escaped_for_a_limited_output(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    output = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(output, encoding="ascii"))
    Reports(Run(batch_size_per_gpu=2, gpus=1, samples=3, max_steps=5), "zh").write_banner()
    assert output.getvalue().startswith(b"\n\\u8bad\\u7ec3")
    assert b": 5 steps" in output.getvalue()


def report_with_a_bar(reports: Reports) -> None:
    reports.open_bar(7)
    reports.report_step(8, Lap(0.1, 0.2), None, Clock(4, None, 7))
    reports.write("a summary\n")
    reports.close_bar()


def test_a_bar_of_tqdm_stands_for_the_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, object]] = []

    class Bar:
        def __init__(self, **options: object) -> None:
            calls.append(("open", options))

        def update(self, number: int) -> None:
            calls.append(("update", number))

        def close(self) -> None:
            calls.append(("close", None))

        @staticmethod
        def write(text: str, end: str) -> None:
            calls.append(("write", text + end))

    module = ModuleType("tqdm")
    vars(module)["tqdm"] = Bar
    monkeypatch.setitem(sys.modules, "tqdm", module)
    report_with_a_bar(Reports(Run(max_steps=20), summary_every=0))
    expected = {"total": 20, "initial": 7, "unit": "step"}
    assert calls == [
        *(("open", expected), ("update", 1), ("write", "a summary\n"), ("close", None)),
    ]
    monkeypatch.setitem(sys.modules, "tqdm", None)
    lines: list[str] = []
    report_with_a_bar(Reports(Run(max_steps=20), summary_every=0, write=lines.append))
    assert (len(lines), lines[1:]) == (2, ["a summary\n"])
    with pytest.raises(ValueError, match='progress must be "tqdm" or None'):
        with_max_epoch(progress="bar")  # type: ignore[call-overload]
