"""Run the train script of a TRELLIS repository on the CPU, and record what its trainer does.

The train script, the trainer and the models are the repository's own. Made up are the voxels, what
CUDA is asked, the packages that need CUDA, the pictures, and a small elastic model. Each run is a
forked process, so that a repository is imported once, and a run that fails ends alone.
"""

import hashlib
import importlib
import json
import os
import re
import runpy
import shutil
import signal
import sys
import threading
import types
import warnings
from collections.abc import Callable
from contextlib import nullcontext, redirect_stderr, redirect_stdout
from functools import partial, wraps
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import MagicMock

import numpy as np
import torch

Trace = dict[str, Any]
ABSENT = (
    *("cumesh", "cv2", "flash_attn", "flex_gemm", "igraph", "kaolin", "nvdiffrast", "o_voxel"),
    *("open3d", "plyfile", "pyvista", "pymeshfix", "rembg", "spconv", "torchsparse"),
    *("torchvision", "transformers", "trimesh", "utils3d", "xatlas", "xformers"),
)
"""Packages that the trainers import, but that these runs never call."""
RENDERING = ("renderers", "representations")
"""Packages of a clone that need CUDA."""
SECONDS = 60
_BOARD = MagicMock()
"""TensorBoard, which keeps what is logged to it."""
_SAMPLES = {"SparseStructure": ("ss",), "SparseStructureLatent": ("x_0", "cond")}


class Job(NamedTuple):
    """A run of the train script; its output is copied when it has trained ``copy_at`` steps."""

    config: Path
    output: Path
    data: Path
    copy_at: int = -1
    copy_to: Path = Path()


class Repository:
    """A clone, imported with what it lacks on this machine."""

    def __init__(self, clone: Path) -> None:
        """Import the trainers of a clone, and have them record."""
        self.clone = clone.resolve()
        self.package = next(each for each in ("trellis2", "trellis") if (clone / each).is_dir())
        warnings.simplefilter("ignore")
        _replace_packages(self.package)
        _replace_cuda()
        for part in ("", "pipelines"):  # without their __init__, which imports what needs CUDA
            name = f"{self.package}.{part}".strip(".")
            sys.modules[name] = package = types.ModuleType(name)
            package.__path__ = [str(self.clone / self.package / part)]
        sys.path.insert(0, str(self.clone))
        self.recorder = _Recorder(self._import("trainers.basic").BasicTrainer)
        trainers = self._import("trainers")
        for trainer in (trainers.SparseStructureVaeTrainer, trainers.FlowMatchingTrainer):
            trainer.run_snapshot = lambda *_, **__: {}
        self._make_voxels()
        self._make_elastic_model()

    @property
    def name(self) -> str:
        """TRELLIS, TRELLIS.2, or SDF for the fork of TRELLIS that trains on SDFs."""
        if self.package == "trellis2":
            return "TRELLIS.2"
        return "SDF" if (self.clone / "trellis/datasets/sparse_sdf.py").exists() else "TRELLIS"

    def _import(self, name: str) -> Any:
        return importlib.import_module(f"{self.package}.{name}")

    def _make_voxels(self) -> None:
        """Have the datasets read their table, but make up the voxels, and draw nothing."""
        datasets = self._import("datasets")
        for name, keys in _SAMPLES.items():
            if name in datasets.__all__:
                dataset = getattr(datasets, name)
                dataset.get_instance = partial(_make_instance, keys)
                dataset.visualize_sample = lambda _, sample: sample

    def _make_elastic_model(self) -> None:
        """Put a small model, and an elastic one, in the places of two that need CUDA."""
        models = self._import("models")
        mixin = self._import("utils.elastic_utils").ElasticModuleMixin
        methods: dict[str, Any] = {
            "_get_input_size": lambda _, voxels, *__: voxels.numel(),
            "with_mem_ratio": lambda _, ratio=1.0: nullcontext(ratio),
        }
        models.SLatFlowModel = models.SparseStructureFlowModel
        models.ElasticSLatFlowModel = type("", (mixin, models.SLatFlowModel), methods)

    def train(self, job: Job) -> Trace:
        """Run the train script in a process of its own; return what it did."""
        job.output.mkdir(parents=True, exist_ok=True)
        result = job.output / "trace.json"
        result.unlink(missing_ok=True)
        process = os.fork()
        if process == 0:
            signal.alarm(SECONDS)  # ends it
            try:
                result.write_text(json.dumps(self._train_here(job)))
            finally:
                os._exit(0)
        os.waitpid(process, 0)
        assert result.exists(), f"no trace: see {job.output / 'output.txt'}"
        trace: Trace = json.loads(result.read_text())
        return trace

    def _train_here(self, job: Job) -> Trace:
        self.recorder.start(job)
        error = None
        log = job.output / "output.txt"
        with log.open("w") as stream, redirect_stdout(stream), redirect_stderr(stream):
            options = {"config": job.config, "output_dir": job.output, "data_dir": job.data}
            words = [f"--{key}={value}" for key, value in options.items()]
            sys.argv = ["train.py", *words, "--num_gpus=1", "--auto_retry=0"]
            os.chdir(self.clone)
            try:
                runpy.run_path("train.py", run_name="__main__")
            except BaseException as raised:  # noqa: BLE001 - what was raised is what is observed
                error = [self.recorder.stage, type(raised).__name__, str(raised)[:200]]
        _join_threads()
        trace = self.recorder.finish(error)
        trace["printed"] = [int(each) for each in re.findall(r"Step: (\d+)/", log.read_text())]
        return trace


def _make_instance(keys: tuple[str, ...], _: str, instance: str) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(int(instance, 16))
    voxels = (torch.rand(1, 4, 4, 4, generator=generator) > 0.5).float()  # noqa: PLR2004
    return {key: torch.ones(1, 8) if key == "cond" else voxels for key in keys}


def _join_threads() -> None:
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()


class _Anything(type):
    """A class that has every attribute; it is made with any arguments."""

    def __getattr__(cls, name: str) -> "_Anything":
        return _make_anything(name)


def _make_anything(name: str) -> _Anything:
    if name.startswith("__"):
        raise AttributeError(name)
    return _Anything(name, (), {"__init__": lambda *_, **__: None})


class _Absent(MetaPathFinder, Loader):
    """What imports packages that these runs never call: modules that have every class."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        if not f"{name}.".startswith(self.names):
            return None
        return ModuleSpec(name, self, is_package=True)

    def exec_module(self, module: types.ModuleType) -> None:
        module.__dict__["__getattr__"] = _make_anything


def _replace_packages(package: str) -> None:
    names = (*ABSENT, *(f"{package}.{each}" for each in RENDERING))
    sys.meta_path.insert(0, _Absent(tuple(f"{each}." for each in names)))
    sys.modules["torch.utils.tensorboard"] = _BOARD


def _replace_cuda() -> None:
    os.environ.update(ATTN_BACKEND="sdpa", SPARSE_ATTN_BACKEND="xformers")
    torch.set_num_threads(1)
    torch.optim.AdamW([torch.zeros(1, requires_grad=True)])  # imports for seconds, at the first
    cuda, memory = torch.cuda, types.SimpleNamespace(total_memory=2**33)
    os.cpu_count = cuda.device_count = lambda: 1
    torch.nn.Module.cuda = torch.Tensor.cuda = lambda self, *_, **__: self
    cuda.manual_seed_all = cuda.reset_peak_memory_stats = lambda *_: None
    cuda.current_device = lambda: 0
    cuda.get_device_properties = lambda _: memory
    cuda.max_memory_allocated = lambda _: 2**30
    torch.backends.cuda.preferred_linalg_library = lambda *_: None
    torch.GradScaler = partial(torch.amp.GradScaler, "cpu")

    class Autocast(torch.autocast):  # type: ignore[misc]
        def __init__(self, device_type: str, dtype: torch.dtype | None = None) -> None:
            super().__init__("cpu" if device_type == "cuda" else device_type, dtype)

    torch.autocast = Autocast


class _Recorder:
    """What a trainer does, step by step."""

    def __init__(self, trainer: type) -> None:
        for name in ("load", "run", "run_step", "save", "snapshot"):
            method = getattr(trainer, name)
            setattr(trainer, name, self._wrap(method, getattr(self, f"_{name}")))

    def start(self, job: Job) -> None:
        self.job = job
        self.stage = "start"
        self.trainer: Any = None
        self.trace: Trace = {"steps": [], "saves": {}, "snapshots": []}

    def _wrap(self, method: Callable[..., Any], around: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def wrapped(trainer: object, *args: object, **kwargs: object) -> object:
            self.trainer = trainer
            return around(partial(method, trainer, *args, **kwargs), *args, **kwargs)

        return wrapped

    def _load(self, load: Callable[[], object], *_: object, **__: object) -> None:
        self.stage = "load"
        load()
        self.stage = "start"

    def _run(self, run: Callable[[], object]) -> None:
        self.stage = "step"
        run()

    def _save(self, save: Callable[[], object], *_: object, **__: object) -> None:
        self.trace["saves"][self.trainer.step] = self.trainer.data_sampler.state_dict()
        save()

    def _snapshot(self, snapshot: Callable[[], object], *_: object, **kwargs: object) -> None:
        values = [kwargs.get(key) for key in ("suffix", "batch_size")]
        self.trace["snapshots"].append([self.trainer.step, *values])
        snapshot()

    def _run_step(self, run_step: Callable[[], Trace], batches: list[dict[str, Any]]) -> Trace:
        trainer = self.trainer
        if trainer.step == self.job.copy_at:
            _join_threads()
            shutil.copytree(self.job.output, self.job.copy_to)
        torch.manual_seed(trainer.step)  # so that one run's noise is another's in the same step
        np.random.seed(trainer.step)  # noqa: NPY002 - what the trainers use
        row: Trace = {"step": trainer.step + 1, **_describe_before(trainer)}
        voxels = [next(iter(batch.values())) for batch in batches]
        row["batch"] = [len(batch) for batch in voxels]
        row["samples"] = [_hash(each) for batch in voxels for each in batch]
        log = run_step()
        row.update(_describe_after(trainer), loss=log["loss"], logged=sorted(log))
        self.trace["steps"].append(row)
        return log

    def finish(self, error: list[str] | None) -> Trace:
        files = sorted(each.name for each in (self.job.output / "ckpts").glob("*"))
        calls = _BOARD.SummaryWriter.return_value.add_scalar.call_args_list
        logged = sorted({call.args[2] for call in calls})
        self.trace.update(error=error, files=files, logged=logged, settings={})
        if self.trainer is not None:
            self.trace["settings"] = _describe_settings(self.trainer)
        return self.trace


_NO_SETTINGS = (
    *("step", "epoch", "log_scale", "output_dir", "log", "models", "model_params", "master_params"),
    *("ema_params", "roots", "instances", "dataset_size", "steps_per_epoch"),
)
"""Attributes that are no settings, or follow from others."""


def _describe_settings(trainer: Any) -> dict[str, str]:
    """Return the plain attributes of the trainer, the dataset and the models."""
    elastic = getattr(trainer, "elastic_controller", None) or types.SimpleNamespace()
    owners = {"": trainer, "dataset": trainer.dataset, "elastic": elastic, **trainer.models}
    settings = {"optimizer": type(trainer.optimizer).__name__}
    for name, owner in owners.items():
        for key, value in vars(owner).items():
            is_plain = isinstance(value, int | float | str | list | torch.dtype | None)
            if is_plain and not key.startswith("_") and key not in _NO_SETTINGS:
                settings[f"{name}.{key}"] = repr(value)
    return settings


def _describe_before(trainer: Any) -> Trace:
    """Return what is in force in a step: of the optimizer, the precision, the memory."""
    groups = [
        {key: value for key, value in group.items() if key not in ("params", "initial_lr")}
        for group in trainer.optimizer.param_groups
    ]
    precision = {
        role: [repr(getattr(model, "dtype", None)), *{str(p.dtype): 0 for p in model.parameters()}]
        for role, model in trainer.models.items()
    }
    elastic = getattr(trainer, "elastic_controller", None)
    memory = [*elastic._params, elastic._max_mem_ratio] if elastic else None
    return {"hyper": groups, "precision": precision, "elastic": memory}


def _describe_after(trainer: Any) -> Trace:
    """Return what a step made of the weights and of what trains them."""
    clip = trainer.grad_clip
    elastic = getattr(trainer, "elastic_controller", None)
    return {
        "weights": _hash_roles(trainer, trainer.master_params),
        "ema": {
            str(rate): _hash_roles(trainer, params)
            for rate, params in zip(trainer.ema_rate, trainer.ema_params, strict=True)
        },
        "clip": clip if isinstance(clip, float | None) else _describe_clipper(clip),
        "scale": getattr(trainer, "log_scale", None),
        "ratio": elastic.log()["mem_ratio"] if elastic else None,
    }


def _describe_clipper(clipper: Any) -> list[float]:
    """Return the arguments that a clipper's limit follows; its limit if it follows none."""
    limit, follows = clipper.max_norm, [clipper.max_norm]
    if clipper._buffer_length == clipper.buffer_size:
        norms = clipper._grad_norm[: clipper.buffer_size]
        share = np.percentile(norms, clipper.clip_percentile)
        limit, follows = min(share, limit), [*follows, clipper.clip_percentile]
    used = float(clipper.log()["max_norm"])
    return follows if used == limit else [0.0, used]


def _hash_roles(trainer: Any, params: list[torch.Tensor]) -> dict[str, str]:
    states = trainer._master_params_to_state_dicts(params)
    return {
        role: _hash(torch.cat([state[key].float().flatten() for key in sorted(state)]))
        for role, state in states.items()
    }


def _hash(tensor: torch.Tensor) -> str:
    return hashlib.sha256(tensor.detach().cpu().numpy().tobytes()).hexdigest()[:12]
