"""What the reader says of a class is what Python does, whatever the class."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.source.programs import Truth, Written, imported, programs, truth, write
from trellis_cfg.source.class_spec import ClassSpec, SourceFacts
from trellis_cfg.source.modules import SourceFiles
from trellis_cfg.source.package import read_source

pytestmark = pytest.mark.slow

TRAIN = """
from pkg import trainers

def main(cfg):
    return getattr(trainers, cfg.trainer.name)(**cfg.trainer.args)
"""


def read(root: Path) -> SourceFacts:
    (root / "train.py").write_text(TRAIN)
    return read_source(SourceFiles(str(root)), ["pkg"])


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(classes=programs(), data=st.data())
def test_python_says_the_same(classes: list[Written], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(classes)))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root, classes, cut)
        source = read(root)
        with imported(root) as trainers:
            may_lack = any("del kwargs" in one.text for one in classes)
            for one in classes:
                judge(one.name, source, trainers, may_lack=may_lack)


def judge(name: str, source: SourceFacts, trainers: object, *, may_lack: bool) -> None:
    found = source.sections["trainer"].classes[name]
    try:
        cls = getattr(trainers, name)
    except TypeError:  # the bases contradict each other, or the module did not come so far
        return
    assert found is not None
    from pkg.trainers.common import SEEN  # type: ignore[import-not-found]  # noqa: PLC0415

    said = truth(cls, SEEN)
    if said is None:
        return
    assert list(found.mro) == said.order
    agrees(found, said, may_lack=may_lack)


def agrees(
    found: ClassSpec,
    said: Truth,
    *,
    may_lack: bool,
) -> None:
    accepted, required, is_open, read, _ = said
    assert found.is_complete
    assert set(found.required) <= required
    assert set(found.required) == required or may_lack
    assert not set(found.script_arguments) & accepted
    assert read <= set(found.parameters)
    assert found.is_unknown_ignored is is_open
    if not is_open:
        assert accepted <= set(found.parameters)
