"""What a trainer of a checkout does with its checkpoints."""

from pathlib import Path

import pytest

from tests.source.checkouts import mine, read, write

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
        (OR_THREE, 'getattr(self, "other_limit", 3)', "os.remove(path)", UNKNOWN),
        (OR_THREE, GETATTR, "print(path)", UNKNOWN),
        (OR_THREE, "3", "os.remove(path)", UNKNOWN),
    ],
)
def test_an_argument_that_says_how_many_checkpoints_stay(
    tmp_path: Path, stored: str, limit: str, action: str, expected: tuple[str, int | None]
) -> None:
    text = TRAINER.format(stored=stored, limit=limit, action=action)
    behavior = read(write(tmp_path, mine(text))).read_behavior("Mine")
    assert behavior is not None
    assert (behavior.keep_argument, behavior.keep_if_null) == expected
