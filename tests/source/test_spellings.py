"""How checkouts spell their imports and registries: what is read, and what stays unknown."""

from pathlib import Path

import pytest

from tests.source.checkouts import (
    FROM_BASE,
    OWN,
    format_spec,
    lazy,
    mine,
    read_mine,
    read_trainers,
    trainers,
)

PLAIN = "class Mine(Trainer):\n    pass\n"
IMPORTS = {
    "an_alias": mine("Mine = Trainer\n"),
    "a_star": mine(PLAIN, start="from .base import *\n\n"),
    "a_star_over_a_star_and_typing": mine(
        PLAIN,
        start="from typing import *\nfrom .all import *\n\n",
        all="from .base import *\n",
    ),
    "a_star_limited_by_all": mine(
        PLAIN,
        start=FROM_BASE + "from .all import *\n\n",
        all="__all__ = ['x']\nclass Trainer:\n    pass\nx = 1\n",
    ),
    "a_dotted_name": mine("class Mine(base.Trainer):\n    pass\n", start="from . import base\n\n"),
    "an_absolute_import": mine(
        "class Mine(tr.Trainer):\n    pass\n", start="import trellis.trainers.base as tr\n\n"
    ),
    "the_lazy_package": trainers(
        {"Mine": "deep.mine", "Trainer": "base"},
        deep__mine="from trellis.trainers import Trainer\n\n" + PLAIN,
    ),
    "two_folders_up": trainers(
        {"Mine": "deep.er.mine"},
        deep__er__mine="from ...base import Trainer\n\n" + PLAIN,
    ),
    "another_class_of_the_name": mine(
        PLAIN, other="class Mine:\n    def __init__(self, x):\n        pass\n"
    ),
}
UNKNOWN_BASES = {
    "of_another_package": "from lightning import Trainer\n\n",
    "of_a_missing_module": "from .generated import Trainer\n\n",
    "under_a_condition": (
        "try:\n    from .fast import Trainer\nexcept ImportError:\n"
        "    from .base import Trainer\n\n"
    ),
    "behind_a_star_of_another_package": FROM_BASE + "from wonders import *\n\n",
}


@pytest.mark.parametrize("files", IMPORTS.values(), ids=IMPORTS)
def test_a_base_is_imported(files: dict[str, str], tmp_path: Path) -> None:
    assert format_spec(read_mine(tmp_path, files)) == f"{OWN} | ignored"


@pytest.mark.parametrize("start", UNKNOWN_BASES.values(), ids=UNKNOWN_BASES)
def test_a_base_is_unknown(start: str, tmp_path: Path) -> None:
    section = read_trainers(tmp_path, mine(PLAIN, start=start))
    spec = section.classes["Mine"]
    assert spec is None or (not spec.is_complete and not spec.required)
    assert section.has_class("Mine")


def test_keywords_are_read_in_another_module(tmp_path: Path) -> None:
    text = (
        "from ..utils.reading import read\n\nclass Mine(Trainer):\n"
        "    def init_models_and_more(self, **kwargs):\n        read(self, **kwargs)\n"
    )
    reading = "def read(owner, *, depth=1, **options):\n    options.get('a')\n"
    files = mine(text) | {"trellis/utils/reading.py": reading}
    assert format_spec(read_mine(tmp_path, files)) == f"{OWN} depth=1 a~ | ignored"


GET = "def __getattr__(name):\n    return load(_T, name)\n"
REGISTRIES = {
    "upstream": lazy(Mine="mine", Gone="mine"),
    "an_attribute_of_another_name": "_T = {'Mine': ('mine', 'Mine'), 'Gone': ('mine', 'No')}\n"
    + GET,
    "full_paths": "_T = {'Mine': 'trellis.trainers.mine', 'Gone': 'trellis.trainers.mine'}\n" + GET,
    "tables_added_up": (
        "_A = {'Mine': '.mine'}\n_B = dict(Gone='mine')\n_T = {**_A}\n_T.update(_B)\n" + GET
    ),
}
OPEN_REGISTRIES = {
    "a_computed_table": "_T = {n: 'mine' for n in names()}\n" + GET,
    "an_imported_table": "from .table import _T\n" + GET,
    "a_loop_that_imports": (
        "import pkgutil\nfor one in pkgutil.iter_modules(__path__):\n    globals()[one.name] = 1\n"
    ),
    "an_update_of_globals": "globals().update(everything())\n",
    "a_star_of_another_package": "from wonders.trainers import *\n",
    "a_syntax_error": "def broken(:\n",
}


@pytest.mark.parametrize("text", REGISTRIES.values(), ids=REGISTRIES)
def test_a_registry_is_read(text: str, tmp_path: Path) -> None:
    section = read_trainers(tmp_path, mine(PLAIN) | {"trellis/trainers/__init__.py": text})
    assert format_spec(section.classes["Mine"]) == f"{OWN} | ignored"
    assert section.find_missing("Gone")
    assert not section.find_missing("Mine")
    assert section.is_complete
    assert not section.has_class("Gone")
    assert not section.has_class("Other")


@pytest.mark.parametrize("text", OPEN_REGISTRIES.values(), ids=OPEN_REGISTRIES)
def test_a_registry_that_cannot_be_read_may_have_any_class(text: str, tmp_path: Path) -> None:
    files = mine(PLAIN) | {"trellis/trainers/__init__.py": text}
    assert read_trainers(tmp_path, files).has_class("Whatever")


def test_a_package_that_imports_its_classes(tmp_path: Path) -> None:
    registry = "from .mine import Mine\nfrom .base import *\n"
    section = read_trainers(tmp_path, mine(PLAIN) | {"trellis/trainers/__init__.py": registry})
    assert list(section.classes) == ["Mine", "Trainer"]
    assert section.is_complete


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
