"""What a trainer of a checkout restores from a checkpoint, by its ``load``."""

from pathlib import Path

import pytest

from tests.source.checkouts import mine, read, write
from trellis_cfg.restore import RestoreBehavior
from trellis_cfg.source.uses.restore import read_restore

TRAINER = """
class Mine(Trainer):
    def __init__(self, models, *args, fp16_mode="inflat_all", lr_scheduler=None, fresh=False,
                 {more}**kwargs):
        self.models, self.fp16_mode, self.fresh = models, fp16_mode, fresh
        self.lr_scheduler_config = lr_scheduler
        super().__init__(models, *args, **kwargs)

    def load(self, load_dir, step=0):
        for role, net in self.models.items():
            net.load_state_dict(torch.load(f"{{role}}_step{{step}}.pt"))
        misc = torch.load(f"misc_step{{step}}.pt")
        {load}
"""
OPTIMIZER = "self.optimizer.load_state_dict(misc['optimizer'])"
SCHEDULER = "self.lr_scheduler.load_state_dict(misc['lr_scheduler'])"


def read_text(folder: Path, load: str, more: str = "", **arguments: object) -> RestoreBehavior:
    """Return what a trainer with these statements in its ``load`` restores."""
    text = TRAINER.format(load=load.replace("\n", "\n        "), more=more)
    code = read(write(folder, mine(text))).read_code("trainer", "Mine")
    assert code is not None
    behavior = read_restore(code, arguments)
    assert behavior is not None
    return behavior


@pytest.mark.parametrize(
    ("load", "restored", "unclear"),
    [
        (OPTIMIZER, "optimizer", ""),
        (f"if self.lr_scheduler_config is not None:\n    {SCHEDULER}", "lr_scheduler", ""),
        (f"if self.lr_scheduler_config:\n    {SCHEDULER}", "lr_scheduler", ""),
        (f"if not self.fresh:\n    {OPTIMIZER}", "optimizer", ""),
        (f"if self.fresh:\n    {OPTIMIZER}", "", ""),
        (f"if self.unknown:\n    {OPTIMIZER}", "", "optimizer"),
        (f"try:\n    {OPTIMIZER}\nexcept ValueError:\n    pass", "", "optimizer"),
        (f"if step > 100:\n    {OPTIMIZER}", "", "optimizer"),
        ("self.log_scale = misc['log_scale']", "log_scale", ""),
        ("if self.fp16_mode == 'amp':\n    self.scaler.load_state_dict(misc['s'])", "scaler", ""),
        (
            "if self.grad_clip is not None:\n    self.grad_clip.load_state_dict(misc)",
            "grad_clip",
            "",
        ),
        ("self.elastic_controller.load_state_dict(misc['e'])", "elastic", ""),
        ("self.data_sampler.load_state_dict(misc['data_sampler'])", "data_sampler", ""),
        ("torch.load(f'{role}_ema{rate}_step{step}.pt')", "ema", ""),
        ("self.lr_scheduler.main.T_max = self.max_steps", "T_max", ""),
        (
            f"{OPTIMIZER}\nfor group in self.optimizer.param_groups:\n    group['lr'] = 1",
            "optimizer",
            "lr",
        ),
        ("self.helper.load_state_dict(misc)", "", "all"),
        ("misc['optimizer'].load_state_dict(misc)", "", "all"),
        ("restore_all(self, misc)", "", "all"),
        ("pass", "", ""),
    ],
)
def test_what_comes_back(load: str, restored: str, unclear: str, tmp_path: Path) -> None:
    behavior = read_text(tmp_path, load, fp16_mode="amp", fresh=False)
    assert {*behavior.places} - {"models"} == {*restored.split()}
    hidden = {*behavior.unclear}
    assert ({"all"} if len(hidden) > 1 else hidden) == {*unclear.split()}
    assert behavior.restores("models") is True
    assert behavior.places["models"].startswith("trellis/trainers/mine.py:")


def test_a_state_that_a_checkpoint_may_lack(tmp_path: Path) -> None:
    load = f"if 'lr_scheduler' in misc:\n    {SCHEDULER}"
    behavior = read_text(tmp_path, load)
    assert behavior.restores("lr_scheduler")
    assert behavior.optional == {"lr_scheduler"}


@pytest.mark.parametrize(
    ("load", "converts"),
    [
        ("pass", False),
        ("for net in self.models.values():\n    net.convert_to_fp16()", True),
        (
            "for net in self.models.values():\n    if self.other:\n        net.convert_to_fp16()",
            None,
        ),
    ],
)
def test_whether_models_are_converted(load: str, *, converts: bool | None, tmp_path: Path) -> None:
    assert read_text(tmp_path, load).converts is converts


def test_the_argument_of_the_precision(tmp_path: Path) -> None:
    behavior = read_text(tmp_path, "pass", "mix_precision_mode=None, ")
    assert behavior.precision == "mix_precision_mode"
    assert not behavior.is_sdf


def test_a_trainer_without_load_is_not_known(tmp_path: Path) -> None:
    files = mine("class Mine:\n    def __init__(self, models):\n        pass\n")
    code = read(write(tmp_path, files)).read_code("trainer", "Mine")
    assert code is not None
    assert read_restore(code, {}) is None
