"""What a trainer of a checkout does with its checkpoints."""

from pathlib import Path

import pytest

from tests.source.checkouts import mine, read, write
from trellis_cfg.schedule import TrainerBehavior


def read_both(folder: Path, files: dict[str, str]) -> tuple[TrainerBehavior, frozenset[str]]:
    """Return what a trainer does, and the arguments of which that cannot be computed."""
    facts = read(write(folder, files))
    behavior = facts.read_behavior("Mine")
    assert behavior is not None
    return behavior, facts.find_unclear("Mine")


TRAINER = """
class Mine(Trainer):
    def __init__(self, *args, save_total_limit=3, **kwargs):
        self.save_total_limit = {stored}
        super().__init__(*args, **kwargs)

    def save(self):
        super().save()
        limit = {limit}
        for path in self.paths[:-limit] if limit > 0 else []:
            {action}
"""
OR_THREE = "int(save_total_limit) if save_total_limit is not None else 3"
AS_IT_IS = "save_total_limit"


GETATTR = 'getattr(self, "save_total_limit", 3)'
STORED = ("save_total_limit", 3)
UNKNOWN = ("", None)


@pytest.mark.parametrize(
    ("stored", "limit", "action", "expected"),
    [
        (OR_THREE, "self.save_total_limit", "path.unlink()", STORED),
        (OR_THREE, f"int({GETATTR} or 0)", "os.remove(path)", STORED),
        (AS_IT_IS, GETATTR, "os.remove(path)", ("save_total_limit", None)),
        ("save_total_limit or 3", GETATTR, "os.remove(path)", STORED),
        ("save_total_limit if save_total_limit else 3", GETATTR, "os.remove(path)", STORED),
        (
            f"{AS_IT_IS}; first = 1 if {AS_IT_IS} is None else 2",
            GETATTR,
            "os.remove(path)",
            ("save_total_limit", None),
        ),
        (OR_THREE.replace("3", "more"), GETATTR, "os.remove(path)", ("save_total_limit", None)),
        (OR_THREE, 'getattr(self, "other_limit", 3)', "os.remove(path)", UNKNOWN),
        (OR_THREE, GETATTR, "print(path)", UNKNOWN),
        (OR_THREE, "3", "os.remove(path)", UNKNOWN),
    ],
)
def test_an_argument_that_says_how_many_checkpoints_stay(
    tmp_path: Path, stored: str, limit: str, action: str, expected: tuple[str, int | None]
) -> None:
    text = TRAINER.format(stored=stored, limit=limit, action=action)
    behavior, _ = read_both(tmp_path, mine(text))
    assert (behavior.keep_argument, behavior.keep_if_null) == expected


LOOP = """
class Mine:
    def __init__(self, models, dataset, *, output_dir, load_dir, step, max_steps, i_save=1000):
        self.step, self.max_steps = step, max_steps
        self.i_save = {stored}

    def run(self):
        while self.step < self.max_steps:
            self.step += 1
            if {test}:
                self.save()
        {after}

    def save(self):
        pass
"""
DUE = "self.step % self.i_save == 0"


@pytest.mark.parametrize(
    ("stored", "test", "after", "is_clear"),
    [
        ("i_save", DUE, "pass", True),
        ("i_save", "not self.step % self.i_save", "pass", True),
        ("i_save", f"True and {DUE}", "pass", True),
        ("i_save", f"({DUE}) if self.is_master else False", "pass", False),
        (
            "i_save",
            f"self.i_save == 5:\n                pass\n            elif {DUE}",
            "pass",
            False,
        ),
        ("i_save", "not (self.is_idle or self.step % self.i_save)", "pass", False),
        ("i_save", DUE, "self.settings.update({'i_save': 7})", False),
        ("i_save", f"self.is_master and {DUE}", "pass", True),
        ("i_save", f"self.i_save is not None and self.i_save > 0 and {DUE}", "pass", True),
        ("i_save", f"self.i_save is not None and {DUE}", "pass", True),
        ("i_save or 100", DUE, "pass", False),
        ("max(i_save, 1)", DUE, "pass", False),
        ("i_save", f"self.is_saving and {DUE}", "pass", False),
        ("i_save", "is_due(self.step, self.i_save)", "pass", False),
        ("i_save", f"{DUE} or self.step == self.max_steps", "pass", False),
        ("i_save", DUE, "self.save()", False),
        ("i_save", DUE, "save_last(self)", False),
        ("i_save", DUE, "self.i_save = 7", False),
        ("i_save", DUE, "self.i_save: int = 7", False),
        ("i_save", DUE, "self.run()", True),
        ("i_save", DUE, "setattr(self, name, value)", False),
    ],
)
def test_a_trainer_that_may_save_at_other_steps(
    tmp_path: Path, stored: str, test: str, after: str, *, is_clear: bool
) -> None:
    text = LOOP.format(stored=stored, test=test, after=after)
    _, unclear = read_both(tmp_path, mine(text, ""))
    assert ("i_save" not in unclear) is is_clear
    assert "max_steps" not in unclear or "setattr" in after or "(self)" in after


EPOCHS = """
{before}
class Mine:
    def __init__(self, models, dataset, *, output_dir, load_dir, step, max_steps, max_epoch=None):
        self.step, self.max_steps = step, max_steps
        {stored}

    def run(self):
        while self.step < self.max_steps{test}:
            self.step += 1
{after}
"""
STORED_EPOCH = "self.max_epoch = max_epoch"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("", STORED_EPOCH, "", ""), False),
        (("", STORED_EPOCH, " and self.epoch < self.max_epoch", ""), True),
        (("", STORED_EPOCH, "", "            print(self.max_epoch)"), False),
        (
            ("", STORED_EPOCH, "", "    def __repr__(self):\n        return f'{self.max_epoch}'"),
            False,
        ),
        (("", STORED_EPOCH, " and not is_over(self)", ""), None),
        (("", "self.limit = Limit(max_epoch=max_epoch)", "", ""), None),
        (("", STORED_EPOCH, "", "Mine.run = run_with_epochs"), None),
        (("", STORED_EPOCH, "", "setattr(Mine, 'run', run_with_epochs)"), None),
        (("def register(c):\n    return wrap(c)\n\n@register", STORED_EPOCH, "", ""), None),
        (("", STORED_EPOCH, "", "    def __setattr__(self, name, value):\n        pass"), None),
        (("", STORED_EPOCH, "", "    @property\n    def max_epoch(self):\n        pass"), None),
        (("", "for name, value in locals().items():\n            pass", "", ""), None),
    ],
)
def test_whether_a_trainer_stops_at_max_epoch(
    tmp_path: Path, parts: tuple[str, str, str, str], *, expected: bool | None
) -> None:
    before, stored, test, after = parts
    text = EPOCHS.format(before=before, stored=stored, test=test, after=after)
    behavior, _ = read_both(tmp_path, mine(text, ""))
    assert behavior.reads_max_epoch is expected


WHILE = "while self.step < self.max_steps"


@pytest.mark.parametrize(
    ("loop", "test", "expected"),
    [
        (WHILE, f"({DUE}) if self.i_save else False", {"i_save"}),
        (WHILE, f"False if self.i_save else ({DUE})", set()),
        (WHILE, f"({DUE}) if self.i_save else ({DUE})", set()),
        (WHILE, f"not self.i_save or {DUE}", set()),
        (WHILE, f"({DUE}) if self.i_save else True", set()),
        (WHILE, f"self.i_save > 5 and {DUE}", set()),
        (WHILE, f"0 < self.i_save < 100 and {DUE}", set()),
        (WHILE, f"cfg.i_save > 0 and {DUE}", {"i_save"}),
        ("for _ in range(self.max_steps)", DUE, set()),
        ("for _ in range(2 * self.max_steps)", DUE, {"max_steps"}),
        ("while self.step <= self.max_steps", DUE, {"max_steps"}),
        (WHILE, "self.is_done():\n                break\n            if False", {"max_steps"}),
    ],
)
def test_intervals_of_0_that_are_tested_and_trainings_that_may_end_elsewhere(
    tmp_path: Path, loop: str, test: str, expected: set[str]
) -> None:
    text = LOOP.replace(WHILE, loop).format(stored="i_save", test=test, after="pass")
    behavior, unclear = read_both(tmp_path, mine(text, ""))
    assert behavior.zero_is_never | (unclear & {"max_steps"}) == expected


def test_a_trainer_that_is_not_read(tmp_path: Path) -> None:
    assert read(write(tmp_path, mine("Mine = build()\n"))).read_behavior("Mine") is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("torch.save(trainer)", (False, False)),
        ("trainer.save()", (False, True)),
        ("trainer.limit = cfg.max_epoch", (None, False)),
    ],
)
def test_what_a_script_does_with_a_trainer(
    tmp_path: Path, line: str, expected: tuple[bool | None, bool]
) -> None:
    text = LOOP.format(stored="i_save", test=DUE, after="pass")
    files = mine(text.replace("i_save=", "max_epoch=None, i_save="), "")
    files["train.py"] += f"    {line}\n"
    behavior, unclear = read_both(tmp_path, files)
    assert (behavior.reads_max_epoch, "i_save" in unclear) == expected


@pytest.mark.parametrize(
    ("own", "line", "is_clear"),
    [
        ("pass", "pass", True),
        ("self.batch_split -= 1", "pass", False),
        ("pass", "cfg.trainer.args['batch_split'] = 1", False),
        ("pass", "cfg.trainer.args.batch_size_per_gpu *= 3", False),
    ],
)
def test_a_batch_that_the_code_changes(
    tmp_path: Path, own: str, line: str, *, is_clear: bool
) -> None:
    text = LOOP.format(stored="i_save", test=DUE, after=own)
    text += "        assert 4 % self.batch_split == 0\n"
    stored = "self.batch_split = batch_split or 1\n        self.i_save ="
    text = text.replace("self.i_save =", stored, 1)
    files = mine(text, "")
    files["train.py"] += f"    {line}\n"
    assert ("batch_split" not in read(write(tmp_path, files)).find_unclear("Mine")) is is_clear
