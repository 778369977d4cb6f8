"""How packages list their classes: in tables, by imports and other bindings."""

from pathlib import Path

import pytest

from tests.source.checkouts import OWN, format_spec, read_trainers, trainers

GET = """
def __getattr__(name):
    import importlib
    module = importlib.import_module(f".{TABLE[name]}", __name__)
    return getattr(module, name)
"""
MODULE = """
from .base import Trainer

class Mine(Trainer):
    def __init__(self, *args, a=1, **kwargs):
        super().__init__(*args, **kwargs)
"""
MINE = f"a=1 {OWN} | ignored"
# The package's __init__.py, the spec of Mine, and whether all names are known.
PACKAGES = {
    "dict_call": ("TABLE = dict(Mine='mine')\n" + GET, MINE, True),
    "merged_tables": (
        "A = {'Mine': 'mine'}\nB = {'Gone': 'nowhere'}\nTABLE = A | B\n" + GET,
        MINE,
        True,
    ),
    "spread_table": ("A = {'Mine': 'mine'}\nTABLE = {**A}\n" + GET, MINE, True),
    "name_of_a_table": ("A = {'Mine': 'mine'}\nTABLE = A\n" + GET, "absent", False),
    "table_of_itself": ("TABLE = TABLE\n" + GET, "absent", False),
    "computed_table": ("TABLE = make()\n" + GET, "absent", False),
    "computed_key": ("TABLE = {'Mine': 'mine', KEY: 'mine'}\n" + GET, MINE, False),
    "module_lists": ("TABLE = {'mine': ['Mine', 'Other']}\n" + GET, MINE, True),
    "module_list_odd": ("TABLE = {'mine': ['Mine', OTHER]}\n" + GET, MINE, False),
    "pairs": ("TABLE = {'Mine': ('mine', 'Mine')}\n" + GET, MINE, True),
    "updated": ("TABLE = {}\nTABLE.update({'Mine': 'mine'})\n" + GET, MINE, True),
    "updated_unknown": ("TABLE = {'Mine': 'mine'}\nTABLE.update(more())\n" + GET, MINE, False),
    "item_set": ("TABLE = {}\nTABLE['Mine'] = 'mine'\n" + GET, MINE, True),
    "item_set_unknown": ("TABLE = {}\nTABLE[KEY] = 'mine'\n" + GET, "absent", False),
    "merged_in_place": ("TABLE = {}\nTABLE |= {'Mine': 'mine'}\n" + GET, "absent", False),
    "popped": ("TABLE = {'Mine': 'mine'}\nTABLE.pop('Mine')\n" + GET, MINE, False),
    "plain_import": ("from .mine import Mine\n", MINE, True),
    "star": ("from .mine import *\n", MINE, True),
    "star_all": ("from .other import *\n", "absent", False),
    "conditional": ("import sys\nif sys.argv:\n    from .mine import Mine\n", MINE, True),
    "try_import": (
        "try:\n    from .mine import Mine\nexcept ImportError:\n    Mine = None\n",
        MINE,
        True,
    ),
    "alias": ("from .mine import Mine as Own\nMine = Own\n", MINE, True),
    "unpacked": ("Mine, Other = make()\n", "unread", True),
    "annotated": ("from .mine import Mine as M\nMine: type = M\n", MINE, True),
    "annotated_only": ("Mine: type\n", "absent", True),
    "never": ("if False:\n    from .mine import Mine\n", "absent", True),
    "deleted": ("from .mine import Mine\ndel Mine\n", "unread", True),
    "with_block": ("with open('x') as f:\n    from .mine import Mine\n", MINE, True),
    "import_as": ("import trellis.trainers.mine as m\nMine = m.Mine\n", MINE, True),
    "import_dotted": (
        "import trellis.trainers.mine\nMine = trellis.trainers.mine.Mine\n",
        MINE,
        True,
    ),
    "too_far_up": ("from ....mine import Mine\n", "unread", True),
    "match_block": ("match 1:\n    case 1:\n        from .mine import Mine\n", MINE, True),
}


@pytest.mark.parametrize(("text", "expected", "is_complete"), PACKAGES.values(), ids=PACKAGES)
def test_a_package(text: str, expected: str, is_complete: bool, tmp_path: Path) -> None:  # noqa: FBT001
    files = trainers({}, mine=MODULE) | {"trellis/trainers/__init__.py": text}
    section = read_trainers(tmp_path, files)
    result = format_spec(section.classes["Mine"]) if "Mine" in section.classes else "absent"
    assert (result, section.is_complete) == (expected, is_complete)
    assert section.has_class("Nope") is not is_complete
    assert section.has_class("Mine") or result == "absent"
