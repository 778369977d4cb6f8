"""How checkouts spell their imports: what is read, and what stays unknown."""

from pathlib import Path

import pytest

from tests.source.checkouts import (
    FROM_BASE,
    OWN,
    format_spec,
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
    "a_star_without_private_names": mine(
        "class Mine(_Own):\n    pass\n",
        start="from .base import Trainer as _Own\nfrom .all import *\n\n",
        all="class _Own:\n    pass\n",
    ),
    "a_star_of_typing": mine(
        "class Mine(Generic[T], Trainer):\n    pass\n", start=f"{FROM_BASE}from typing import *\n"
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
    "behind_a_star_of_computed_names": FROM_BASE + "from .all import *\n\n",
    "behind_a_star_of_another_package": FROM_BASE + "from wonders import *\n\n",
}


@pytest.mark.parametrize("files", IMPORTS.values(), ids=IMPORTS)
def test_a_base_is_imported(files: dict[str, str], tmp_path: Path) -> None:
    assert format_spec(read_mine(tmp_path, files)) == f"{OWN} | ignored"


@pytest.mark.parametrize("start", UNKNOWN_BASES.values(), ids=UNKNOWN_BASES)
def test_a_base_is_unknown(start: str, tmp_path: Path) -> None:
    section = read_trainers(tmp_path, mine(PLAIN, start=start, all="__all__ = names()\n"))
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
