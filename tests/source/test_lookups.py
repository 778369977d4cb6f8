"""How scripts look classes up: in modules, through functions, and in tables of their own."""

from pathlib import Path

import pytest

from tests.source.checkouts import BASE, TRAIN, format_spec, mine, read, write
from trellis_cfg.source.section import SourceSection

PLAIN = "class Mine(Trainer):\n    pass\n"
OWN = """
from trellis.trainers.base import Trainer

class Own(Trainer):
    def __init__(self, *args, weight=1.0, **kwargs):
        super().__init__(*args, **kwargs)

TABLE = {"Own": Own}
"""
CREATE = "({})(nets, data, output_dir=1, load_dir=2, step=3, **cfg['trainer']['args'])\n"
IMPORTS = "from trellis import trainers\nfrom own.parts import Own\nREPLACED = {'Own': Own}\n"
IN_TABLE = "def pick(table, module, name):\n    return table[name] if name in table else getattr(module, name)\n"
FALLING_BACK = (
    "def pick(module, name, table):\n    if name in table:\n        return table[name]\n"
    "    return getattr(module, name)\n"
)
GLOBAL = "def pick(module, name):\n    return REPLACED.get(name) or getattr(module, name)\n"
TRYING = (
    "def pick(module, name):\n    try:\n        return getattr(module, name)\n"
    "    except AttributeError:\n        return elsewhere(name)\n"
)
WITH_DEFAULT = (
    "def pick(module, name):\n    return getattr(module, name, None) or elsewhere(name)\n"
)
NAME = "cfg['trainer']['name']"
# What the second script does, and whether a name that no table and no module has is an error.
LOOKUPS = {
    "a_function": (IN_TABLE, f"pick(REPLACED, trainers, {NAME})", True),
    "keywords": (FALLING_BACK, f"pick(trainers, {NAME}, table=REPLACED)", True),
    "a_global_table": (GLOBAL, f"pick(trainers, {NAME})", True),
    "an_expression": (
        "",
        f"REPLACED[{NAME}] if {NAME} in REPLACED else getattr(trainers, {NAME})",
        True,
    ),
    "get": ("", f"REPLACED.get({NAME}) or getattr(trainers, {NAME})", True),
    "a_name_that_get_reads": ("", "getattr(trainers, str(cfg['trainer'].get('name')))", True),
    "get_with_a_default": ("", f"REPLACED.get({NAME}, getattr(trainers, {NAME}))", True),
    "an_imported_table": (
        "from own.parts import TABLE\n",
        f"TABLE.get({NAME}) or getattr(trainers, {NAME})",
        True,
    ),
    "a_table_that_cannot_be_read": (
        "OTHERS = load()\n",
        f"OTHERS.get({NAME}) or getattr(trainers, {NAME})",
        False,
    ),
    "a_function_that_tries": (TRYING, f"pick(trainers, {NAME})", False),
    "a_function_with_a_default": (WITH_DEFAULT, f"pick(trainers, {NAME})", False),
}


def read_two(folder: Path, second: str, path: str = "own/run_train.py") -> SourceSection:
    """Return the trainers of a checkout with a second entry point."""
    files = mine(PLAIN) | {"own/parts.py": OWN, path: IMPORTS + second}
    facts = read(write(folder, files))
    assert facts.train_scripts == ("train.py", path)
    return facts.sections["trainer"]


@pytest.mark.parametrize(("function", "lookup", "is_only"), LOOKUPS.values(), ids=LOOKUPS)
def test_classes_of_a_second_entry_point(
    function: str,
    lookup: str,
    is_only: bool,  # noqa: FBT001
    tmp_path: Path,
) -> None:
    section = read_two(tmp_path, function + CREATE.format(lookup))
    own = format_spec(section.classes["Own"])
    assert own == "weight=1.0 max_steps! batch_size_per_gpu=None optimizer={} | ignored"
    assert section.has_class("Mine")
    assert section.has_class("Whatever") is not is_only


def test_a_class_by_a_name_that_other_code_binds_too(tmp_path: Path) -> None:
    lines = f"cls = getattr(trainers, {NAME})\nif cfg['mine']:\n    cls = elsewhere()\n"
    section = read_two(tmp_path, lines + CREATE.format("cls"))
    assert section.has_class("Whatever")


def test_a_class_by_a_name_that_a_table_binds_too(tmp_path: Path) -> None:
    lines = f"cls = getattr(trainers, 'Mine')\nif {NAME} in REPLACED:\n    cls = REPLACED[{NAME}]\n"
    section = read_two(tmp_path, lines + CREATE.format("cls"))
    assert not section.has_class("Whatever")


def test_imports_from_beside_the_script(tmp_path: Path) -> None:
    second = IMPORTS.replace("own.parts", "parts") + IN_TABLE
    files = mine(PLAIN) | {
        "own/parts.py": OWN,
        "own/train_own.py": second + CREATE.format(f"pick(REPLACED, trainers, {NAME})"),
    }
    section = read(write(tmp_path, files)).sections["trainer"]
    assert "weight=1.0" in format_spec(section.classes["Own"])


def test_a_class_of_both_accepts_what_either_accepts(tmp_path: Path) -> None:
    second = "REPLACED['Mine'] = Own\nTWO = {'Mine': Own}\n" + CREATE.format(
        f"getattr(trainers, {NAME})"
    )
    section = read_two(tmp_path, second)
    spec = format_spec(section.classes["Mine"])
    assert spec == "max_steps! batch_size_per_gpu=None optimizer={} weight=1.0 | ignored"


@pytest.mark.parametrize(
    "path", ["tests/train.py", "other/train.py", ".hidden/train.py", "own/run.py"]
)
def test_scripts_of_other_projects_do_not_count(path: str, tmp_path: Path) -> None:
    text = "import trainers\n" + CREATE.format(f"getattr(trainers, {NAME})")
    facts = read(write(tmp_path, mine(PLAIN) | {path: text}))
    assert facts.train_scripts == ("train.py",)


VALIDATING = """
    if "val_dataset" in cfg:
        getattr(datasets, cfg.val_dataset.name)(cfg.data_dir, 5, **cfg.val_dataset.args)
    getattr(measures, cfg.evaluator.name)(rank, **cfg.evaluator.args)
    getattr(torch.optim, cfg.own.name)(rank, lr=cfg.own.lr)
"""


def test_other_sections_that_a_script_looks_up(tmp_path: Path) -> None:
    files = mine(PLAIN) | {
        "train.py": TRAIN.replace("import models", "import measures, models") + VALIDATING,
        "trellis/measures.py": "class Fid:\n    def __init__(self, rank, count=10):\n        pass\n",
        "trellis/datasets/__init__.py": "class Grid:\n    def __init__(self, root, size=1, cut=2):\n        pass\n",
    }
    facts = read(write(tmp_path, files))
    assert set(facts.extra_sections) == {"val_dataset", "evaluator"}
    grid = {
        section: format_spec(found.classes["Grid"])
        for section in ("dataset", "val_dataset")
        if (found := facts.find_section(section, ""))
    }
    assert grid == {"dataset": "size=1 cut=2 | rejected", "val_dataset": "cut=2 | rejected"}
    assert format_spec(facts.extra_sections["evaluator"].classes["Fid"]) == "count=10 | rejected"
    assert not facts.extra_sections["evaluator"].has_class("Fud")


INIT = "class Mine:\n    def __init__(self, {}):\n        pass\n"
SEED = TRAIN.replace("step=cfg.load_ckpt", "seed=1")
PASSING = (
    "class Mine(Trainer):\n    def __init__(self, *args, **kwargs):\n        super().__init__({})\n"
)
ONE_BASE = BASE.replace("models, dataset, *,", "models, *,")
# The trainer, its base and train.py, and what train.py passes that it does not take.
MISFITS = {
    "none": (PLAIN, BASE, TRAIN, None),
    "a_positional": (INIT.format("nets, **kwargs"), BASE, TRAIN, "takes 1 positional argument, but train.py passes 2"),
    "for_a_base": (PLAIN, ONE_BASE, TRAIN, "takes 1 positional argument, but train.py passes 2"),
    "forwarded": (PASSING.format("*args, **kwargs"), ONE_BASE, TRAIN, "takes 1 positional argument, but train.py passes 2"),
    "not_forwarded": (PASSING.format("1, **kwargs"), ONE_BASE, TRAIN, None),
    "any_positional": (INIT.format("*args, **kwargs"), BASE, TRAIN, None),
    "a_keyword": (INIT.format("nets, data, output_dir, load_dir, max_steps"), BASE, TRAIN, 'has no argument "step", but train.py passes it'),
    "a_forwarded_keyword": (PASSING.format("*args, **kwargs"), BASE.replace(", **kwargs)", ")").replace("optimizer={}, **kwargs", "optimizer={}"), SEED, 'has no argument "seed", but train.py passes it'),
    "a_keyword_that_is_removed": (PASSING.format("*args, **kwargs").replace("super", "kwargs.pop('seed')\n        super"), BASE, SEED, None),
    "a_class_that_is_decorated": ("@frozen\n" + INIT.format("nets"), BASE, TRAIN, None),
    "unknown_positionals": (INIT.format("nets"), BASE, TRAIN.replace("networks, dataset,", "*parts,"), 'has no argument "load_dir", but train.py passes it'),
}  # fmt: skip


@pytest.mark.parametrize(("text", "base", "train", "expected"), MISFITS.values(), ids=MISFITS)
def test_what_a_script_passes_in_vain(
    text: str, base: str, train: str, expected: str | None, tmp_path: Path
) -> None:
    files = mine(text) | {"train.py": train, "trellis/trainers/base.py": base}
    spec = read(write(tmp_path, files)).sections["trainer"].classes["Mine"]
    assert spec is not None
    assert (spec.misfit and spec.misfit.problem) == expected


def test_a_second_script_that_fits(tmp_path: Path) -> None:
    one = TRAIN.replace("networks, dataset,", "networks,")
    files = mine(INIT.format("nets, **kwargs")) | {"train_one.py": one}
    spec = read(write(tmp_path, files)).sections["trainer"].classes["Mine"]
    assert spec is not None
    assert spec.misfit is None
