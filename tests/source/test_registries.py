"""How packages list their classes: in tables, by imports and other bindings."""

from pathlib import Path

import pytest

from tests.source.checkouts import LOADING, OWN, format_spec, lazy, mine, read_trainers, trainers

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
    "dict_call": ("TABLE = dict(Mine='mine')\n", MINE, True),
    "dict_call_of_a_table": ("A = {'Mine': 'mine'}\nTABLE = dict(A, Gone='nowhere')\n", MINE, True),
    "merged_tables": ("A = {'Mine': 'mine'}\nB = {'Gone': 'nowhere'}\nTABLE = A | B\n", MINE, True),
    "merged_with_an_unknown_table": ("A = {'Mine': 'mine'}\nTABLE = A | B\n", MINE, False),
    "spread_table": ("A = {'Mine': 'mine'}\nTABLE = {**A}\n", MINE, True),
    "name_of_a_table": ("A = {'Mine': 'mine'}\nTABLE = A\n", "absent", False),
    "table_of_itself": ("TABLE = TABLE\n", "absent", False),
    "computed_table": ("TABLE = make()\n", "absent", False),
    "computed_key": ("TABLE = {'Mine': 'mine', KEY: 'mine'}\n", MINE, False),
    "module_lists": ("TABLE = {'mine': ['Mine', 'Other']}\n", MINE, True),
    "module_list_odd": ("TABLE = {'mine': ['Mine', OTHER]}\n", MINE, False),
    "pairs": ("TABLE = {'Mine': ('mine', 'Mine')}\n", MINE, True),
    "updated": ("TABLE = {}\nTABLE.update({'Mine': 'mine'})\n", MINE, True),
    "updated_unknown": ("TABLE = {'Mine': 'mine'}\nTABLE.update(more())\n", MINE, False),
    "item_set": ("TABLE = {}\nTABLE['Mine'] = 'mine'\n", MINE, True),
    "item_set_unknown": ("TABLE = {}\nTABLE[KEY] = 'mine'\n", "absent", False),
    "filled_by_a_function": ("TABLE = {'Mine': 'mine'}\ndef add(name):\n    TABLE[name] = name\n", MINE, False),
    "replaced_as_a_whole": ("import sys\nfrom .mine import Mine\nsys.modules[__name__] = Lazy()\n", MINE, False),
    "merged_in_place": ("TABLE = {}\nTABLE |= {'Mine': 'mine'}\n", "absent", False),
    "popped": ("TABLE = {'Mine': 'mine'}\nTABLE.pop('Mine')\n", MINE, False),
    "pairs_of_another_name": ("TABLE = {'Mine': ('mine', 'Mine'), 'Gone': ('mine', 'No')}\n", MINE, True),
    "full_paths": ("TABLE = {'Mine': 'trellis.trainers.mine', 'Gone': 'trellis.trainers.mine'}\n", MINE, True),
    "upstream": (lazy(Mine="mine", Gone="mine"), MINE, True),
    "plain_import": ("from .mine import Mine\n", MINE, True),
    "star": ("from .mine import *\n", MINE, True),
    "star_of_typing": ("from typing import *\nfrom .mine import *\n", MINE, True),
    "star_all": ("from .other import *\n", "absent", False),
    "conditional": ("import sys\nif sys.argv:\n    from .mine import Mine\n", MINE, True),
    "try_import": ("try:\n    from .mine import Mine\nexcept ImportError:\n    Mine = None\n", MINE, True),
    "alias": ("from .mine import Mine as Own\nMine = Own\n", MINE, True),
    "unpacked": ("Mine, Other = make()\n", "unread", True),
    "annotated": ("from .mine import Mine as M\nMine: type = M\n", MINE, True),
    "annotated_only": ("Mine: type\n", "absent", True),
    "never": ("if False:\n    from .mine import Mine\n", "absent", True),
    "deleted": ("from .mine import Mine\ndel Mine\n", "unread", True),
    "with_block": ("with open('x') as f:\n    from .mine import Mine\n", MINE, True),
    "import_as": ("import trellis.trainers.mine as m\nMine = m.Mine\n", MINE, True),
    "import_dotted": ("import trellis.trainers.mine\nMine = trellis.trainers.mine.Mine\n", MINE, True),
    "too_far_up": ("from ....mine import Mine\n", "unread", True),
    "from_the_root": ("from ... import Mine\n", "unread", True),
    "from_itself": ("from . import Mine\n", "unread", True),
    "computed_from_names": ("_T = {n: 'mine' for n in names()}\n" + LOADING, "absent", False),
    "imported_table": ("from .table import _T\n" + LOADING, "absent", False),
    "importing_loop": ("import pkgutil\nfor one in pkgutil.iter_modules(__path__):\n    globals()[one.name] = 1\n", "absent", False),
    "updated_globals": ("globals().update(everything())\n", "absent", False),
    "star_of_another_package": ("from wonders.trainers import *\n", "absent", False),
    "syntax_error": ("def broken(:\n", "absent", False),
    "match_block": ("match 1:\n    case 1:\n        from .mine import Mine\n", MINE, True),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected", "is_complete"), PACKAGES.values(), ids=PACKAGES)
def test_a_package(text: str, expected: str, is_complete: bool, tmp_path: Path) -> None:  # noqa: FBT001
    registry = text + GET * ("TABLE" in text)
    files = trainers({}, mine=MODULE) | {"trellis/trainers/__init__.py": registry}
    section = read_trainers(tmp_path, files)
    result = format_spec(section.classes["Mine"]) if "Mine" in section.classes else "absent"
    assert (result, section.is_complete) == (expected, is_complete)
    assert bool(section.find_missing("Gone")) is ("Gone" in text)
    assert not section.find_missing("Mine")
    assert not section.has_class("Gone") or not is_complete
    assert section.has_class("Nope") is not (is_complete or "broken" in text)
    assert section.has_class("Mine") or result == "absent"


PLAIN = "class Mine(Trainer):\n    pass\n"


def test_functions_and_external_names_are_listed(tmp_path: Path) -> None:
    files = mine("") | {
        "trellis/trainers/__init__.py": "from .all import *\nimport numpy as np\n",
        "trellis/trainers/all.py": (
            "from .most import *\nfrom other import Far, make\n"
            "def build(**kwargs):\n    pass\nclass lower:\n    pass\nhalf = partial(lower)\n"
        ),
        "trellis/trainers/most.py": "from .all import *\nfrom .base import Trainer as Deep\n",
    }
    section = read_trainers(tmp_path, files)
    names = {"Far", "make", "build", "lower", "half", "Deep"}
    assert names == set(section.classes)
    assert set(section.likely_classes) == {"Far", "lower", "Deep"}
    assert section.is_complete


DEFECTS = {
    "a_syntax_error": ("_T = {'X': 'broken'}\n", "trellis/trainers/broken.py has a syntax error …"),
    "no_such_class": ("_T = {'X': 'mine'}\n", "trellis/trainers/mine.py does not define it"),
    "no_such_module": ("_T = {'X': '.gone'}\n", "trellis/trainers/gone.py does not exist"),
    "a_missing_folder": ("_T = {'X': '.gone.deep'}\n", ""),
    "a_compiled_module": ("_T = {'X': '.compiled'}\n", ""),
    "perhaps_of_another_package": ("_T = {'X': 'gone'}\n", ""),
    "syntax_of_a_newer_python": ("_T = {'X': 'newer'}\n", ""),
    "an_import": ("from .broken import X\n", "trellis/trainers/broken.py has a syntax error …"),
    "one_of_two_imports": (
        "try:\n    from .broken import X\nexcept ImportError:\n    from .mine import Mine as X\n",
        "",
    ),
}


@pytest.mark.parametrize(("registry", "expected"), DEFECTS.values(), ids=DEFECTS)
def test_why_a_class_cannot_be_imported(registry: str, expected: str, tmp_path: Path) -> None:
    text = registry + LOADING * ("_T" in registry)
    files = mine(PLAIN, broken="class X(:\n", newer="type X[T] = f'{'a' 'b'}\nclass Y[T]: +\n")
    files |= {"trellis/trainers/__init__.py": text, "trellis/trainers/compiled.cpython.so": ""}
    section = read_trainers(tmp_path, files)
    assert section.explain("X").replace("at line 1", "…") == expected
    assert section.has_class("X") is (not expected)
    assert not section.explain("Mine")
