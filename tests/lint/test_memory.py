"""What runs learn of a checkout, and later runs know, as long as nothing has changed."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fuzz.test_shapes import make_config, write_checkout
from tests.models.samples import changed
from trellis_cfg.files.discovery import ConfigFile, Exclude
from trellis_cfg.lint.fast import memory
from trellis_cfg.lint.fast.memory import recall
from trellis_cfg.lint.fast.shapes import keep_learned
from trellis_cfg.lint.options import DatasetSize, Facts, LintOptions
from trellis_cfg.lint.runner import lint_files
from trellis_cfg.source import CheckoutFinder, Reading, find_checkout_above, get_reading

OPTIONS = LintOptions(checkouts=CheckoutFinder())
MINE = "trellis/trainers/mine.py"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a checkout with a config of which two runs have learned, and return its folder."""
    monkeypatch.delenv("TRELLIS_CFG_NO_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "caches"))
    root = write_checkout(tmp_path / "checkout")
    (root / "config.json").write_text(json.dumps(make_config()), encoding="utf-8")
    for _ in range(2):
        assert lint(root) == []
    return root


def lint(root: Path, options: LintOptions = OPTIONS) -> list[str]:
    """Return the codes of the findings, as a new process would report them."""
    get_reading.cache_clear()
    find_checkout_above.cache_clear()
    report = lint_files([ConfigFile(str(root / "config.json"), named=True)], options)
    return [each.code for each in report.diagnostics]


def has_read(root: Path) -> bool:
    """Return whether the last run has read the code of the checkout."""
    checkout = find_checkout_above(str(root))
    assert checkout
    return "facts" in vars(get_reading(checkout))


def find_stored(root: Path) -> Path:
    (stored,) = (root.parent / "caches/trellis-cfg").iterdir()
    return stored


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_known_config_needs_no_code(root: Path) -> None:
    assert lint(root) == []
    assert not has_read(root)
    replace(root / "config.json", '"gain": 0.5', '"gain": 0.75')
    assert lint(root) == []
    assert not has_read(root)
    replace(root / "config.json", '"i_log": 500', '"i_log": 600')
    assert lint(root) == []
    assert has_read(root)  # an assertion asks for it
    replace(root / "config.json", '"gain": 0.75', '"gain": 0.5')
    assert lint(root) == []
    assert not has_read(root)


@pytest.mark.parametrize(
    ("path", "value", "codes"),
    [
        (("trainer", "args", "i_log"), 2000, ["TC509"]),
        (("trainer", "args", "optimizer", "args", "lr"), -1.0, ["TC005"]),
        (("models", "net", "args", "width"), 12, ["TC509"]),
        (("trainer", "args", "i_sve"), 5, ["TC502"]),
    ],
    ids=str,
)
def test_what_decides_is_not_forgotten(
    root: Path, path: tuple[str, ...], value: object, codes: list[str]
) -> None:
    text = json.dumps(changed(make_config(), path, value))
    (root / "config.json").write_text(text, encoding="utf-8")
    assert lint(root) == codes
    assert lint(root) == codes


def edit_code(root: Path) -> None:
    replace(root / MINE, "share=0.5", "part=0.5")
    replace(root / MINE, "[share]", "[part]")


def edit_code_unseen(root: Path) -> None:
    """Change the code, but neither its size nor its time."""
    before = os.stat(root / MINE)
    replace(root / MINE, "i_log <= i_save", "i_log >= i_save")
    os.utime(root / MINE, ns=(before.st_atime_ns, before.st_mtime_ns))


def add_module(root: Path) -> None:
    """Let a package take the place of a module."""
    (root / "trellis/trainers/mine").mkdir()
    text = (root / MINE).read_text(encoding="utf-8").replace("from .base", "from ..base")
    text = text.replace("i_log <= i_save", "i_log > i_save")
    (root / "trellis/trainers/mine/__init__.py").write_text(text, encoding="utf-8")


def remove_module(root: Path) -> None:
    (root / "trellis/datasets/data.py").unlink()


def add_script(root: Path) -> None:
    text = (root / "train.py").read_text(encoding="utf-8")
    text = text.replace("import", "import os\nassert 0\nimport", 1)
    (root / "train_more.py").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "has_findings"),
    [
        (edit_code, True),
        (edit_code_unseen, True),
        (add_module, True),
        (remove_module, False),
        (add_script, False),
    ],
)
def test_what_changes_is_read_again(
    root: Path, change: Callable[[Path], None], *, has_findings: bool
) -> None:
    assert lint(root) == []
    change(root)
    codes = lint(root)
    assert has_read(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRELLIS_CFG_NO_CACHE", "1")
        assert lint(root) == codes
    assert bool(codes) == has_findings


def test_other_options_know_nothing(root: Path) -> None:
    size = DatasetSize("Data", Exclude(["*.md"], str(root)), 200)
    for options in (
        OPTIONS._replace(codes=frozenset({"TC202", "TC509"})),
        OPTIONS._replace(facts=Facts(gpus=8)),
        OPTIONS._replace(sizes=(size,)),
    ):
        assert lint(root, options) == []
        assert has_read(root)
        for _ in range(2):
            lint(root, options)
        assert not has_read(root)
    assert len(list((root.parent / "caches/trellis-cfg").iterdir())) == 4


def test_another_program_knows_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "__version__", "0")
    assert lint(root) == []
    assert has_read(root)
    monkeypatch.setattr(memory, "_PROGRAM", str(root / "train.py"))  # no folder: an archive
    assert lint(root) == []
    assert has_read(root)


def iterate_damages(text: str) -> Iterator[str]:
    stored = json.loads(text)
    _, variants = stored["shapes"][0]
    names, numbers, equal, positive, multiples = variants[0]
    yield from ("", text[:-1], "[]", "null", '{"key": 1}', "{}", text.replace("0.5", "1e999"))
    for each in (
        [names, numbers[:-1], equal, positive, multiples],
        [names, [str(number) for number in numbers], equal, positive, multiples],
        [names, numbers, [*equal, len(numbers)], positive, multiples],
        [names, numbers, [-1], positive, multiples],
        [names, numbers, equal, [], multiples],
        [names, numbers, equal, positive, [[0]]],
        [names, numbers, equal, positive, [[0, 0, 0]]],
        [names, numbers, equal, positive, 5],
        [5, numbers, equal, positive, multiples],
        [names],
    ):
        yield json.dumps(stored | {"shapes": [[stored["shapes"][0][0], [each]]]})
    for shapes in ("5", "[5]", "[[]]", '[[[["str"]], []]]', "[[[[]], []]]", "[[[{}], []]]"):
        yield json.dumps(stored | {"shapes": json.loads(shapes)})
    for stamps in ("5", "[]", "null", '["x"]', '{"": [1]}', '{"\\u0000": [1]}', '{"/": null}'):
        yield json.dumps(stored | {"stamps": json.loads(stamps)})


def test_what_is_damaged_is_not_used(root: Path) -> None:
    stored = find_stored(root)
    text = stored.read_text(encoding="utf-8")
    damages = list(iterate_damages(text))
    assert len(damages) > 20
    for damaged in damages:
        stored.write_text(damaged, encoding="utf-8")
        assert lint(root) == [], damaged
        assert has_read(root), damaged
    stored.write_text(text, encoding="utf-8")
    assert lint(root) == []
    assert not has_read(root)


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="files have no owners")
def test_what_others_may_write_is_not_used(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = find_stored(root)
    stored.chmod(0o602)
    assert lint(root) == []
    assert has_read(root)
    stored.chmod(0o600)
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    assert lint(root) == []
    assert has_read(root)


def test_without_a_folder_nothing_is_stored(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "TRELLIS_CFG_NO_CACHE": "1",
        "XDG_CACHE_HOME": str(root / "config.json"),
    }.items():
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            for _ in range(3):
                assert lint(root) == []
                assert has_read(root)
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(root.parent / "home"))
    lint(root)
    assert len(list(root.parent.glob("home/*/trellis-cfg/*"))) == 1
    monkeypatch.setenv("HOME", "relative")
    assert lint(root) == []
    assert not list(Path().glob("relative*"))


def test_few_files_are_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_MAX_FILES", 3)
    for gpus in range(1, 8):
        assert lint(root, OPTIONS._replace(facts=Facts(gpus=gpus))) == []
    assert len(list((root.parent / "caches/trellis-cfg").iterdir())) == 3


def test_what_is_recalled_is_what_was_stored(root: Path) -> None:
    checkout = find_checkout_above(str(root))
    assert checkout
    options = OPTIONS.for_file(str(root / "config.json"))
    shapes = recall(options, Reading(checkout).stamps)
    ((shape, (variant,)),) = shapes.items()
    assert {int, float, dict, list, type, "trainer", "Mine"} - {list} <= set(shape)
    assert {("dataset", "Data"), ("models", "Net"), ("trainer", "Mine")} < {*variant.needs.names}
    keep_learned()
    assert recall(options, Reading(checkout).stamps)[shape][0].needs == variant.needs
