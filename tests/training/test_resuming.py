"""What a resumed run reports of arguments that differ from those of its checkpoint."""

from typing import Any

import pytest

from tests.training.test_without_torch import Trainer
from trellis_cfg.training.resuming import describe_arguments, find_effects, format_change


class Loading(Trainer):
    """Brings its optimizer back, and its scheduler."""

    optimizer: Any
    lr_scheduler: Any

    def load(self) -> None:
        self.optimizer.load_state_dict({})
        self.lr_scheduler.load_state_dict({})


MODELS: dict[str, object] = {"encoder": [], "decoder": {}}
COSINE = {"name": "CosineAnnealingLR", "args": {"T_max": 9}}
ADAM = {"name": "AdamW", "args": {"lr": 1}}


def describe(models: object = None, **arguments: object) -> str:
    arguments = {"max_steps": 9, "optimizer": ADAM, **arguments}
    return describe_arguments(Loading, (models or MODELS, range(3)), arguments)


@pytest.mark.parametrize(
    ("change", "effect"),
    [
        ({}, ""),
        ({"output_dir": "b", "load_dir": "c", "step": 5}, ""),
        ({"max_steps": 10}, "trainer.args.max_steps: 9 -> 10 acts"),
        ({"batch_size_per_gpu": 3}, "trainer.args.batch_size_per_gpu: absent -> 3 acts"),
        ({"batch_size_per_gpu": 2}, "trainer.args.batch_size_per_gpu: absent -> 2 ignored"),
        (
            {"optimizer": {**ADAM, "args": {"lr": 2}}},
            "trainer.args.optimizer.args.lr: 1 -> 2 ignored",
        ),
        ({"lr_scheduler": None}, "trainer.args.lr_scheduler: absent -> null ignored"),
        ({"grad_clip": {"name": "A"}}, 'trainer.args.grad_clip: absent -> {"name": "A"} unknown'),
        ({"callback": print}, 'trainer.args.callback: absent -> "builtin_function_or_method"'),
        ({"\x1b": 1}, "trainer.args.\\x1b: absent -> 1"),
        (
            {"models": {"decoder": {}, "encoder": []}},
            'models: ["encoder", "decoder"] -> ["decoder", "encoder"] unknown',
        ),
    ],
)
def test_what_differs(change: dict[str, Any], effect: str) -> None:
    decided = find_effects(Loading, describe(), describe(**change), 5)
    lines = [
        f"{format_change(*each).partition(f': {each[1].reason}')[0]} {each[1].effect}"
        for each in decided
    ]
    assert [line[: len(effect)] for line in lines] == [effect] * bool(effect)


def test_a_removed_scheduler_freezes_the_rate() -> None:
    ((_, outcome),) = find_effects(Loading, describe(lr_scheduler=COSINE), describe(), 5)
    assert outcome.effect == "partly"


@pytest.mark.parametrize("saved", [None, 5, "", "[]", "{"])
def test_a_checkpoint_that_says_nothing_of_it(saved: object) -> None:
    assert find_effects(Loading, saved, describe(), 5) == []
