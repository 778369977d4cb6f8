"""Changes of a run's config, and what real trainers did when the run was resumed with each.

``trials.tsv`` holds a trial a line: the trainer, the base that was trained, the change, what
``trellis-cfg resume`` says of it, with the trainer's checkout and by the catalog alone, what
``scripts/resume_trials.py`` saw, and with which torch.

A change is a list of operations, parted by spaces. A key without a section is an argument of the
trainer, ``/KEY`` one of the file. ``KEY=JSON`` sets, ``-KEY`` removes, ``KEY>NAME``
renames, ``~KEY`` turns the order of the keys; ``rm:NAME`` removes a file of the checkpoints,
``empty:NAME`` empties it.
"""

import copy
import csv
import io
import json
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any, NamedTuple

from trellis_cfg.cli.main import main

FILE = Path(__file__).with_name("trials.tsv")
STEP = 10
"""The step of the checkpoint; the runs end at 20."""

_BY_TORCH = 'optimizer.name="Adam"'
"""From AdamW: acts with torch 2.4 and 2.6, is ignored with 2.13."""


class Trial(NamedTuple):
    """A change of a run that is resumed."""

    trainer: str
    base: str
    change: str
    said: str = ""
    catalog: str = ""
    seen: str = ""
    torch: str = ""

    @property
    def is_right(self) -> bool:
        """Whether all that is said was seen; what depends on torch is said to act partly."""
        words = {self.seen, "unknown", *(["partly"] if self.change == _BY_TORCH else [])}
        return {self.said, self.catalog} <= words


def read_trials() -> list[Trial]:
    """Return the trials of the table."""
    with FILE.open(newline="") as stream:
        rows = csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Trial(*row) for row in rows][1:]


def write_trials(trials: list[Trial]) -> None:
    """Write trials into the table, each in the place of the same one."""
    new = {trial[:3]: trial for trial in trials}
    rows = (new.get(trial[:3], trial) for trial in read_trials())
    lines = ["\t".join(row) for row in (Trial._fields, *rows)]
    FILE.write_text("".join(f"{line}\n" for line in lines))


Config = dict[str, Any]
_VAE = {"latent_channels": 2, "num_res_blocks": 1, "num_res_blocks_middle": 1, "channels": [4]}
_FLOW = {
    **dict.fromkeys(("in_channels", "out_channels", "num_blocks", "num_heads", "patch_size"), 1),
    **dict.fromkeys(("model_channels", "cond_channels"), 8),
    "resolution": 4,
}
_ARGS = {
    "max_steps": 20,
    "batch_size_per_gpu": 4,
    "optimizer": {"name": "AdamW", "args": {"lr": 0.001, "weight_decay": 0.01}},
    "grad_clip": 1.0,
    "ema_rate": [0.9, 0.99],
    "fp16_mode": None,
    **dict.fromkeys(("i_print", "i_log", "i_sample", "i_save"), 10),
}
_AUTOENCODER: Config = {
    "models": {
        "encoder": {"name": "SparseStructureEncoder", "args": {"in_channels": 1, **_VAE}},
        "decoder": {"name": "SparseStructureDecoder", "args": {"out_channels": 1, **_VAE}},
    },
    "dataset": {"name": "SparseStructure", "args": {"resolution": 4, "min_aesthetic_score": 5.0}},
    "trainer": {"name": "SparseStructureVaeTrainer", "args": _ARGS},
}
_DENOISER: Config = {
    "models": {"denoiser": {"name": "SparseStructureFlowModel", "args": _FLOW}},
    "dataset": {"name": "SparseStructureLatent", "args": {"min_aesthetic_score": 5.0}},
    "trainer": {"name": "FlowMatchingTrainer", "args": _ARGS},
}
_OF_TRELLIS = 'dataset.args.latent_model="x"'
_OF_TRELLIS_2 = "mix_precision_mode=null -fp16_mode -models.denoiser.args.patch_size"
_CLIPPER = (
    'i_log=1000 grad_clip={"name":"AdaptiveGradClipper","args":{"max_norm":1.0,"buffer_size":%d}}'
)
_SCHEDULER = 'lr_scheduler={"name":"%s","args":{%s}}'
_HALF = " ".join(f"models.{role}.args.use_fp16=true" for role in ("encoder", "decoder"))
_THEN = '"warmup_steps":5,"main_scheduler_class":"%s","main_scheduler_kwargs":{%s}'
_ELASTIC = '{"name":"LinearMemoryController","args":{"params":[0.5,0.5],"target_ratio":0.5}}'
BASES = {
    **dict.fromkeys(("vae", "flow"), ""),
    **dict.fromkeys(("cosine", "flow-cosine"), _SCHEDULER % ("CosineAnnealingLR", '"T_max":20')),
    "steps": _SCHEDULER % ("StepLR", '"step_size":4,"gamma":0.5'),
    **dict.fromkeys(
        ("warm-up", "flow-warm-up"), _SCHEDULER % ("LinearWarmupLRScheduler", '"warmup_steps":15')
    ),
    "one-cycle": _SCHEDULER % ("OneCycleLR", '"max_lr":0.01,"total_steps":20'),
    "warm-up-then": _SCHEDULER
    % ("WarmupThenScheduler", _THEN % ("CosineAnnealingLR", '"eta_min":0.0001')),
    "warm-up-then-steps": _SCHEDULER
    % ("WarmupThenScheduler", _THEN % ("StepLR", '"step_size":4,"gamma":0.5')),
    "half": f'fp16_mode="inflat_all" {_HALF}',
    "flow-half": 'fp16_mode="inflat_all" models.denoiser.args.use_fp16=true',
    "amp": 'fp16_mode="amp"',
    "clipper": _CLIPPER % 15,
    "full-clipper": _CLIPPER % 5,
    "flow-clipper": _CLIPPER % 15,
    **dict.fromkeys(("one-rate", "flow-one-rate"), "ema_rate=0.9"),
    "flow-elastic": f'models.denoiser.name="ElasticSLatFlowModel" elastic={_ELASTIC}',
    "flow-float16": 'mix_precision_mode="inflat_all" models.denoiser.args.dtype="float16"',
    "flow-bfloat16": 'mix_precision_mode="inflat_all" mix_precision_dtype="bfloat16" '
    'models.denoiser.args.dtype="bfloat16"',
    "flow-amp": 'mix_precision_mode="amp"',
    "sgd": 'optimizer={"name":"SGD","args":{"lr":0.01,"momentum":0.9}}',
    "plain-sgd": 'optimizer={"name":"SGD","args":{"lr":0.01}}',
    "adam": 'optimizer.name="Adam"',
    "no-clip": "grad_clip=null",
    "saves": "i_save=2",
    "epochs": "max_steps=null max_epoch=2 batch_size_per_gpu=15",
    "batch": "batch_size_per_gpu=null batch_size=4",
}


def make_base(trainer: str, base: str) -> Config:
    """Return the config of a run that is to be resumed."""
    if not base.startswith("flow"):
        return change_config(_AUTOENCODER, BASES[base])
    change = _OF_TRELLIS_2 if trainer == "TRELLIS.2" else _OF_TRELLIS
    return change_config(_DENOISER, f"{change} {BASES[base]}")


def change_config(config: Config, change: str) -> Config:
    """Return a config with a change; files are left to `change_files`."""
    config = copy.deepcopy(config)
    for operation in change.split():
        if operation.startswith(("rm:", "empty:")):
            continue
        key, is_set, value = operation.partition("=")
        key, is_renamed, name = key.partition(">")
        *path, last = _get_path(key.lstrip("-~"))
        parent = config
        for part in path:
            parent = parent[part]
        if is_set:
            parent[last] = json.loads(value)
        elif key.startswith("-"):
            del parent[last]
        elif is_renamed:
            _rename(parent, last, name)
        else:
            parent[last] = dict(reversed(parent[last].items()))
    return config


def _get_path(key: str) -> list[str]:
    if key.startswith("/"):
        return [key[1:]]
    path = key.split(".")
    return path if path[0] in ("models", "dataset", "trainer") else ["trainer", "args", *path]


def _rename(parent: Config, last: str, name: str) -> None:
    items = [(name if key == last else key, value) for key, value in parent.items()]
    parent.clear()
    parent.update(items)


def change_files(folder: Path, change: str) -> None:
    """Remove or empty files of the checkpoints in a run's folder."""
    for operation in change.split():
        verb, _, name = operation.partition(":")
        if verb == "rm":
            (folder / "ckpts" / name).unlink()
        elif verb == "empty":
            (folder / "ckpts" / name).write_bytes(b"")


def write_data(folder: Path) -> None:
    """Write the table of a dataset: 180 samples, 150 of a score of 5, 60 of 6, 30 of 8."""
    scores = (4.5, 8.5, 7.0, 5.5, 5.5, 5.5)
    lines = ["sha256,aesthetic_score,voxelized,ss_latent_x,ss_latent_encoded"]
    lines += [f"{number:064x},{scores[number % 6]},True,True,True" for number in range(180)]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "metadata.csv").write_text("".join(f"{line}\n" for line in lines))


def ask(run: Path, config: Path, data: Path, *options: str) -> str:
    """Return in a word what ``trellis-cfg resume`` says of a config, and when the run fails."""
    words = ["resume", str(run), str(config), "--data-dir", str(data), "--output-format=json"]
    out, error = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(error), suppress(SystemExit):
        main([*words, *options])
    if not out.getvalue():
        assert "no misc file" in error.getvalue() or "no step is whole" in error.getvalue()
        return "silent" if "no misc file" in error.getvalue() else "fails at load"
    changes = json.loads(out.getvalue())["changes"]
    for stage in ("start", "load", "step"):
        if any((each["effect"], each["stage"]) == ("fails", stage) for each in changes):
            return f"fails at {stage}"
    effects = {each["effect"] for each in changes}
    return "+".join(sorted(effects - {"ignored"})) or "ignored"
