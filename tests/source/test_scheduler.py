"""What trainers set of their scheduler's arguments, in the spellings that forks may use."""

from pathlib import Path

import pytest

from tests.source.checkouts import mine, read, write
from trellis_cfg.source.uses.scheduler import SchedulerCode, SetArgument
from trellis_cfg.source.uses.scheduler_values import ConfiguredScheduler

PLAIN = ConfiguredScheduler(
    "CosineAnnealingLR", None, {"eta_min": 0.0, "verbose": True}, {"max_steps": 1000}
)
WARMED_UP = ConfiguredScheduler(
    "WarmUpFirst", "CosineAnnealingLR", {"warmup_steps": 100}, {"max_steps": 1000}
)
SOONER = {"max_steps": 1000, "max_epoch": 3}
CONSTRUCTOR = """
class Mine(Trainer):
    def __init__(self, *args, max_steps, max_epoch=None, lr_scheduler=None, **kwargs):
        self.max_steps, self.lr_scheduler_config = max_steps, lr_scheduler
        {first}
        {second}

    def lower(self, max_epoch):
        if max_epoch is not None:
            self.max_steps = min(self.max_steps, max_epoch * 10)

    def limit(self, warm):
        return max(1, int(self.max_steps) - int(warm))

    def whole(self, number):
        return int(number)

    def again(self):
        return self.again()

    def schedule(self):
        name, args = self.lr_scheduler_config["name"], dict(self.lr_scheduler_config["args"])
        main = args.get("main_scheduler_class")
        warm = args.get("warmup_steps", 0)
        limit = self.max_steps
        {code}
"""
LOWERED = "self.lower(max_epoch)"
SCHEDULED = "self.schedule()"


def read_code(
    root: Path, code: str, first: str = SCHEDULED, second: str = LOWERED
) -> SchedulerCode:
    text = CONSTRUCTOR.format(code=code.replace("\n", "\n        "), first=first, second=second)
    code_read = read(write(root, mine(text))).read_scheduler_code("Mine")
    assert code_read
    return code_read


def find_set(
    root: Path,
    code: str,
    config: ConfiguredScheduler,
    first: str = SCHEDULED,
    second: str = LOWERED,
) -> SetArgument | None:
    return read_code(root, code, first, second).find_set("T_max", config)


@pytest.mark.parametrize(
    "code",
    [
        "args['T_max'] = self.max_steps",
        "args['T_max'] = int(limit)",
        "args.update(T_max=self.max_steps)",
        "args = dict(args, T_max=self.max_steps)",
        "args = {**args, 'T_max': self.max_steps}",
        "args.update({'T_max': self.max_steps})",
        "self.lr_scheduler = CosineAnnealingLR(self.optimizer, T_max=self.max_steps, **args)",
        "if name == 'CosineAnnealingLR':\n    args['T_max'] = self.max_steps",
        "if hasattr(torch.optim.lr_scheduler, name):\n    args['T_max'] = self.max_steps",
        "if self.lr_scheduler_config is not None:\n    args['T_max'] = self.max_steps",
        "if name != 'CosineAnnealingLR':\n    pass\nelse:\n    args['T_max'] = self.max_steps",
        "args['T_max'] = self.max_steps if self.max_steps > warm else 1",
        "args['T_max'] = warm or self.max_steps",
        "args['T_max'] = limit if name == 'CosineAnnealingLR' or self.is_master else 1",
        "if name.lower() in ('cosineannealinglr', 'StepLR'):\n    args['T_max'] = self.max_steps",
        "if self.max_steps is not None:\n    args['T_max'] = self.max_steps",
        "args['T_max'] = self.max_steps if self.lr_scheduler_config else 1",
        "args['T_max'] = self.whole(self.max_steps)",
        "args['T_max'] = args.get('steps', self.max_steps)",
    ],
)
def test_the_limit_is_always_set(tmp_path: Path, code: str) -> None:
    each = find_set(tmp_path, code, PLAIN)
    assert each
    assert each[1:] == (1000, False, True, False)
    assert each.place.startswith("trellis/trainers/mine.py:")


@pytest.mark.parametrize(
    "code",
    [
        "args.setdefault('T_max', self.max_steps)",
        "args['T_max'] = args.get('T_max', self.max_steps)",
        "args['T_max'] = args.get('T_max') or self.max_steps",
        "args = {'T_max': self.max_steps, **args}",
        "if 'T_max' not in args:\n    args['T_max'] = self.max_steps",
        "if name != 'StepLR' and args.get('T_max') is None:\n    args['T_max'] = self.max_steps",
        "if not args.get('T_max'):\n    args['T_max'] = self.max_steps",
        "args['T_max'] = args['T_max'] if 'T_max' in args else self.max_steps",
    ],
)
def test_the_limit_is_set_where_the_config_does_not_say(tmp_path: Path, code: str) -> None:
    each = find_set(tmp_path, code, PLAIN)
    assert each
    assert each[1:] == (1000, True, True, False)


@pytest.mark.parametrize(
    "code",
    [
        "pass",
        "if name == 'WarmUpFirst':\n    args['T_max'] = self.max_steps",
        "if main == 'CosineAnnealingLR':\n    args['T_max'] = self.max_steps",
        "if main is torch.optim.lr_scheduler.CosineAnnealingLR:\n    args['T_max'] = limit",
        "self.sampler = Sampler(T_max=self.max_steps)",
        "args['eta_min'] = self.max_steps",
        "if name == 'StepLR' or name == 'WarmUpFirst':\n    args['T_max'] = self.max_steps",
        "if name == 'StepLR' or not name == 'CosineAnnealingLR':\n    args['T_max'] = limit",
    ],
)
def test_the_config_decides(tmp_path: Path, code: str) -> None:
    assert find_set(tmp_path, code, PLAIN) is None


@pytest.mark.parametrize(
    "code",
    [
        "args['T_max'] = compute()",
        "args['T_max'] = self.unknown",
        "args['T_max'] = len(self.dataset)",
        "args['T_max'] *= 2",
        "if self.is_master:\n    args['T_max'] = self.max_steps",
        "if args.get('kind') == 'cosine':\n    args['T_max'] = self.max_steps",
        "if 'T_max' in args:\n    args['T_max'] = self.max_steps",
        "limit = 5\nargs['T_max'] = limit",
        "args['T_max'] = self.max_steps * args['ratio']",
        "args['T_max'] = self.whole(self.max_steps, base=10)",
        "args['T_max'] = self.absent(self.max_steps)",
        "args['T_max'] = self.again()",
        "args['T_max'] = -self.max_steps",
        "args['T_max'] = args['verbose']",
        "args['T_max'] = self.max_steps if args['T_max'] > 5 else 1",
        "args['T_max'] = self.max_steps\nargs['T_max'] = 5",
        "if hasattr(self, name):\n    args['T_max'] = self.max_steps",
        "if args is None:\n    args['T_max'] = self.max_steps",
        "if name == compute():\n    args['T_max'] = self.max_steps",
        "if self.is_master or self.is_slow:\n    args['T_max'] = self.max_steps",
    ],
)
def test_what_cannot_be_followed_is_unknown(tmp_path: Path, code: str) -> None:
    each = find_set(tmp_path, code, PLAIN)
    assert each is None or each.steps is None
    assert each is None or not each.is_from_limit


@pytest.mark.parametrize(
    "code",
    [
        "args['T_max'] = self.limit(warm)",
        "if name == 'WarmUpFirst':\n    args['T_max'] = limit - args['warmup_steps']",
        "if main is torch.optim.lr_scheduler.CosineAnnealingLR:\n    args['T_max'] = limit - warm",
    ],
)
def test_after_a_warm_up(tmp_path: Path, code: str) -> None:
    each = find_set(tmp_path, code, WARMED_UP)
    assert each
    assert each[1:] == (900, False, True, False)
    each = find_set(tmp_path / "null", code, WARMED_UP._replace(trainer_args={"max_steps": None}))
    assert each
    assert each.is_failing


@pytest.mark.parametrize(
    ("first", "second", "steps"),
    [(SCHEDULED, LOWERED, 1000), (LOWERED, SCHEDULED, None), ("pass", SCHEDULED, 1000)],
)
def test_the_limit_may_be_lowered_before(
    tmp_path: Path, first: str, second: str, steps: int | None
) -> None:
    each = find_set(
        tmp_path,
        "args['T_max'] = self.max_steps",
        PLAIN._replace(trainer_args=SOONER),
        first,
        second,
    )
    assert each
    assert each.steps == steps


@pytest.mark.parametrize(
    ("first", "code", "expected"),
    [
        ("lr_scheduler['T_max'] = 10 * max_epoch", "pass", (30, False, False, False)),
        ("self.half = max_steps // 2", "args['T_max'] = self.half", (500, False, True, False)),
    ],
)
def test_the_constructor_computes(
    tmp_path: Path, first: str, code: str, expected: tuple[object, ...]
) -> None:
    each = find_set(tmp_path, code, PLAIN._replace(trainer_args=SOONER), first, SCHEDULED)
    assert each
    assert each[1:] == expected


@pytest.mark.parametrize(("made", "is_sure"), [("limit", True), ("strategy", False)])
def test_a_scheduler_of_code_that_is_read(tmp_path: Path, made: str, *, is_sure: bool) -> None:
    code = read_code(tmp_path, f"self.lr_scheduler = self.{made}(args.pop('gamma'))")
    assert code.is_advanced_each_step is is_sure
    assert code.keys >= {"warmup_steps", "name", "gamma"}
