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
        {}
        {}

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
LOWERED, SCHEDULED = "self.lower(max_epoch)", "self.schedule()"
CALLS = (SCHEDULED, LOWERED)


def read_code(root: Path, code: str, calls: tuple[str, str] = CALLS) -> SchedulerCode:
    text = CONSTRUCTOR.format(*calls, code=code.replace("\n", "\n        "))
    code_read = read(write(root, mine(text))).read_scheduler_code("Mine")
    assert code_read
    return code_read


def find_set(
    root: Path, code: str, config: ConfiguredScheduler, calls: tuple[str, str] = CALLS
) -> SetArgument | None:
    return read_code(root, code, calls).find_set("T_max", config)


# What is set: the steps, whether only by default, from the limit, and whether that fails.
OUTCOMES: dict[tuple[object, ...] | None, list[str]] = {
    (1000, False, True, False): [
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
        "try:\n    args['T_max'] = self.max_steps\nexcept KeyError:\n    pass",
        "if name == 'StepLR':\n    return\nargs['T_max'] = self.max_steps",
    ],
    (1000, True, True, False): [
        "args.setdefault('T_max', self.max_steps)",
        "args['T_max'] = args.get('T_max', self.max_steps)",
        "args['T_max'] = args.get('T_max') or self.max_steps",
        "args = {'T_max': self.max_steps, **args}",
        "if 'T_max' not in args:\n    args['T_max'] = self.max_steps",
        "if name != 'StepLR' and args.get('T_max') is None:\n    args['T_max'] = self.max_steps",
        "if not args.get('T_max'):\n    args['T_max'] = self.max_steps",
        "args['T_max'] = args['T_max'] if 'T_max' in args else self.max_steps",
    ],
    None: [
        "pass",
        "if name == 'WarmUpFirst':\n    args['T_max'] = self.max_steps",
        "if main == 'CosineAnnealingLR':\n    args['T_max'] = self.max_steps",
        "if main is torch.optim.lr_scheduler.CosineAnnealingLR:\n    args['T_max'] = limit",
        "self.sampler = Sampler(T_max=self.max_steps)",
        "args['eta_min'] = self.max_steps",
        "if name == 'StepLR' or name == 'WarmUpFirst':\n    args['T_max'] = self.max_steps",
        "if name == 'CosineAnnealingLR':\n    return\nargs['T_max'] = self.max_steps",
        "if name == 'StepLR' or not name == 'CosineAnnealingLR':\n    args['T_max'] = limit",
    ],
    (None, False, False, False): [
        "args['T_max'] = compute()",
        "args['T_max'] = self.unknown",
        "args['T_max'] = len(self.dataset)",
        "args['T_max'] *= 2",
        "if self.is_master:\n    args['T_max'] = self.max_steps",
        "if args.get('kind') == 'cosine':\n    args['T_max'] = self.max_steps",
        "if 'T_max' in args:\n    args['T_max'] = self.max_steps",
        "limit = 5\nargs['T_max'] = limit",
        "warm -= 5\nargs['T_max'] = warm",
        "args['T_max'] = self.lower(3)",
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
}


@pytest.mark.parametrize(
    ("code", "expected"),
    [(code, expected) for expected, codes in OUTCOMES.items() for code in codes],
)
def test_what_is_set(tmp_path: Path, code: str, expected: tuple[object, ...] | None) -> None:
    each = find_set(tmp_path, code, PLAIN)
    assert (each and each[1:]) == expected
    assert each is None or each.place.startswith("trellis/trainers/mine.py:")


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
    ("calls", "code", "expected"),
    [
        (CALLS, "args['T_max'] = self.max_steps", (1000, False, True, False)),
        ((LOWERED, SCHEDULED), "args['T_max'] = self.max_steps", (None, False, False, False)),
        (("pass", SCHEDULED), "args['T_max'] = self.max_steps", (1000, False, True, False)),
        (("lr_scheduler['T_max'] = 10 * max_epoch", SCHEDULED), "pass", (30, False, False, False)),
        (
            ("self.half = max_steps // 2", SCHEDULED),
            "args['T_max'] = self.half",
            (500, False, True, False),
        ),
    ],
)
def test_what_the_constructor_does_before(
    tmp_path: Path, calls: tuple[str, str], code: str, expected: tuple[object, ...]
) -> None:
    each = find_set(tmp_path, code, PLAIN._replace(trainer_args=SOONER), calls)
    assert each
    assert each[1:] == expected


@pytest.mark.parametrize(("made", "is_sure"), [("limit", True), ("strategy", False)])
def test_a_scheduler_of_code_that_is_read(tmp_path: Path, made: str, *, is_sure: bool) -> None:
    code = read_code(tmp_path, f"self.lr_scheduler = self.{made}(args.pop('gamma'))")
    assert code.is_advanced_each_step is is_sure
    assert code.keys >= {"warmup_steps", "name", "gamma"}
