"""What the reader says of a class is what Python does, whatever the class."""

import ast
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import trellis_cfg
from tests.source.programs import ClassText, draw_classes, import_package, observe, write_classes
from trellis_cfg.models.class_spec import ClassSpec
from trellis_cfg.source.facts import SourceFacts
from trellis_cfg.source.trees import walk

pytestmark = pytest.mark.slow

ROOT = Path(trellis_cfg.__file__).parent
TRAIN = """
from pkg import trainers

def main(cfg):
    return getattr(trainers, cfg.trainer.name)(**cfg.trainer.args)
"""


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(classes=draw_classes(), data=st.data())
def test_python_agrees(classes: list[ClassText], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(classes)))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_classes(root, classes, cut)
        (root / "train.py").write_text(TRAIN)
        specs = SourceFacts(folder, ["pkg"]).sections["trainer"].classes
        may_lack_required = any("del kwargs" in each.text for each in classes)
        with import_package(root) as trainers:
            for each in classes:
                try:
                    cls = getattr(trainers, each.name)
                except TypeError:  # the bases contradict each other, here or before
                    continue
                compare(specs[each.name], cls, may_lack_required=may_lack_required)


def compare(spec: ClassSpec | None, cls: type, *, may_lack_required: bool) -> None:
    from pkg.trainers.common import SEEN  # type: ignore[import-not-found]  # noqa: PLC0415

    assert spec is not None
    behavior = observe(cls, SEEN)
    if behavior is None:
        return
    assert list(spec.mro) == behavior.order
    assert spec.is_complete
    assert set(spec.required) <= behavior.required
    assert set(spec.required) == behavior.required or may_lack_required
    assert not set(spec.script_arguments) & behavior.accepted
    assert behavior.read <= set(spec.parameters)
    assert spec.is_unknown_ignored is behavior.is_unknown_accepted
    if not behavior.is_unknown_accepted:
        assert behavior.accepted <= set(spec.parameters)


MIXED = """
def call(*args, first, second=1, **more):
    global one, two
    match {**more, "key": first}:
        case Point(0, x=1, y=[*_, 2]) | {"key": 3, **rest}:
            return [each for each in args if -each < second or not rest]
"""


def test_a_walk_is_that_of_python() -> None:
    operators = (ast.expr_context, ast.operator, ast.boolop, ast.cmpop, ast.unaryop)
    for text in (MIXED, *(path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py"))):
        tree = ast.parse(text)
        nodes = [node for node in ast.walk(tree) if not isinstance(node, operators)]
        assert walk(tree) == walk(tree) == nodes
