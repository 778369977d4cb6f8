"""The structure that docs/architecture.md promises, and the shipped configs."""

import ast
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "trellis_cfg"
ROOMS = (
    "errors learning_rate restore schedule sections suggest terminal",
    "diagnostics document files messages",
    "baseline models rewrite settings training",
    "metadata migrations source",
    *("lint", "reporters", "preview", "server", "api cli", "__main__"),
)
"""What may import what: a room imports only those of the lines above its own."""
LEVELS = {room: level for level, rooms in enumerate(ROOMS) for room in rooms.split()}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")
SMALL = ("__init__.py", "__main__.py")
MAX_MODULES = 192
MAX_LINES = 30_340
MAX_TEST_LINES = 31_450
"""What a change adds, it takes away elsewhere."""
MAX_ROOMS = 28
MAX_MODULES_A_FOLDER = 18
MAX_LINES_A_MODULE = 350
MIN_LINES_A_MODULE = 25
MAX_LINES_A_FUNCTION = 40
AVOIDED_NAMES = {
    *("found", "told", "given", "judge", "judged", "verdict", "guarded", "placing", "passages"),
    *("patience", "horizon", "ink", "near", "words", "taken", "chosen", "which", "one", "other"),
}
"""Names that say nothing of what they hold: see docs/architecture.md."""


def lines(paths: Iterable[Path]) -> int:
    return sum(path.read_text(encoding="utf-8").count("\n") for path in paths)


def test_the_house_is_small() -> None:
    entries = [path for path in PACKAGE.iterdir() if path.is_dir() or path.suffix == ".py"]
    assert len([path for path in entries if path.name != "__pycache__"]) <= MAX_ROOMS
    assert len(MODULES) + 1 <= MAX_MODULES
    assert lines(PACKAGE.rglob("*.py")) <= MAX_LINES
    assert lines((ROOT / "tests").rglob("*.py")) <= MAX_TEST_LINES
    folders = Counter(path.parent for path in MODULES)
    assert [str(folder) for folder, count in folders.items() if count > MAX_MODULES_A_FOLDER] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_is_of_a_size_to_read(path: Path) -> None:
    assert lines([path]) <= MAX_LINES_A_MODULE
    assert path.name in SMALL or lines([path]) >= MIN_LINES_A_MODULE
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.end_lineno:
            docstring = (ast.get_docstring(node, clean=False) or "").count("\n") + 1
            assert node.end_lineno - node.lineno - docstring < MAX_LINES_A_FUNCTION, node.name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_names_say_what_they_hold(path: Path) -> None:
    bound = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                bound.add(name.strip("_").lower())
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                bound.add(name.strip("_").lower())
    assert bound & AVOIDED_NAMES == set()


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    own = room(path)
    rooms = {name.split(".")[1] for name in imported(path) if name.startswith("trellis_cfg.")}
    for imports in rooms - {own, "__version__", "__url__"}:
        assert LEVELS[imports] < LEVELS[own], f"{own} imports {imports}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_one_room_knows_a_library(path: Path) -> None:
    packages = {name.partition(".")[0] for name in imported(path)}
    for package, its_room in (
        ("click", "cli"),
        ("pydantic", "models"),
        ("pydantic_core", "models"),
        ("pygls", "server"),
        ("lsprotocol", "server"),
    ):
        assert package not in packages or room(path) == its_room, package


def test_the_package_imports_nothing() -> None:
    assert imported(PACKAGE / "__init__.py") == set()


CONFIGS = sorted((ROOT / "configs").rglob("*.json"))


def test_there_are_nine_and_eight_configs() -> None:
    assert Counter(path.parent.name for path in CONFIGS) == {"vae": 9, "generation": 8}


configs = pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)


@configs
def test_max_epoch_stands_right_after_max_steps(path: Path) -> None:
    args = json.loads(path.read_bytes())["trainer"]["args"]
    keys = list(args)
    assert keys[keys.index("max_steps") + 1] == "max_epoch"
    assert args["max_steps"] > 0
    assert args["max_epoch"] is None


@configs
def test_what_was_corrected_stays_corrected(path: Path) -> None:
    args = json.loads(path.read_bytes())["trainer"]["args"]
    assert args["batch_size_per_gpu"] % args["batch_split"] == 0
    assert "num_workers" not in args
    models = json.loads(path.read_bytes())["models"].values()
    half = all(model["args"].get("use_fp16", False) for model in models)
    assert half or args["fp16_mode"] is None
    assert args["max_steps"] % args["i_save"] == 0


@configs
def test_configs_are_indented_by_four(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.endswith("}\n")
    assert all((len(line) - len(line.lstrip(" "))) % 4 == 0 for line in text.splitlines())
