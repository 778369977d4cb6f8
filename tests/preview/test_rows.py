"""The rows of a preview: any config, in every format, with samples counted or not."""

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lint.rules.configs import SDF_VQVAE, STRUCTURE_VAE, changed, written
from tests.models.strategies import configs, json_values, spoilt
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.lint.options import Facts, LintOptions
from trellis_cfg.lint.rules import select_codes
from trellis_cfg.messages import LANGUAGES
from trellis_cfg.metadata import Count
from trellis_cfg.preview import facts as module
from trellis_cfg.preview.facts import (
    CODES,
    FIGURES,
    NAMES,
    TIMES,
    PreviewOptions,
    Row,
    preview_file,
    preview_row,
    row_facts,
)
from trellis_cfg.preview.formats import FORMATS, Layout
from trellis_cfg.reporters import plain
from trellis_cfg.terminal import width

counts = st.none() | st.integers(1, 10**6)
preview_options = st.builds(
    lambda facts, start, seconds: PreviewOptions(
        LintOptions(select_codes(CODES), facts), start, seconds
    ),
    st.tuples(counts, st.integers(1, 64), counts, st.booleans()).map(lambda values: Facts(*values)),
    st.integers(0, 2**63 - 1),
    st.none() | st.floats(1e-6, 1e6),
)
layouts = st.builds(
    Layout, st.sampled_from(LANGUAGES), st.just(plain), st.booleans(), columns=st.none()
)


def build_options(data_dir: str | None = None) -> PreviewOptions:
    return PreviewOptions(LintOptions(select_codes(CODES), Facts(gpus=1), data_dir=data_dir))


def preview(config: Any, data_dir: str | None = None) -> Row:  # noqa: ANN401
    return preview_row("a.json", written(config).encode(), build_options(data_dir))


def render_all(rows: list[Row], layout: Layout) -> dict[str, str]:
    return {form: FORMATS[form](rows, layout) for form in FORMATS}


@given(configs.flatmap(lambda one: st.just(one) | spoilt(st.just(one))), preview_options, layouts)
def test_any_config_has_a_row_in_every_format(
    value: object, options: PreviewOptions, layout: Layout
) -> None:
    data = json.dumps(value).encode()
    one = preview_row("a.json", data, options)
    for found in ([one], [one, one]):
        texts = render_all(found, layout)
        assert len(json.loads(texts["json"])["configs"]) == len(found)
        assert len(list(csv.reader(io.StringIO(texts["csv"])))) == len(found) + 1
        assert texts["markdown"].count("\n| a.json |") == len(found)
        assert "a.json" in texts["table"]


@given(json_values, preview_options)
def test_any_value_has_a_row(value: object, options: PreviewOptions) -> None:
    one = preview_row("a.json", json.dumps(value).encode(), options)
    assert row_facts(one).keys() == {*NAMES, *FIGURES, *TIMES}


@given(st.lists(configs, min_size=2, max_size=4), layouts)
def test_the_rows_of_a_table_are_aligned(values: list[object], layout: Layout) -> None:
    found = [preview_row("a.json", json.dumps(it).encode(), build_options()) for it in values]
    head, *cells = FORMATS["table"](found, layout).split("\n\n")[0].splitlines()
    assert len(cells) == len(values)
    assert max(map(width, cells)) <= max(width(head), *map(width, cells))


def test_a_table_fits_a_narrow_terminal() -> None:
    found = [preview_row(f"{'deep/' * 9}a.json", written(SDF_VQVAE).encode(), build_options())] * 2
    wide = FORMATS["table"](found, Layout("en", plain, columns=200))
    assert wide == FORMATS["table"](found, Layout("en", plain))
    head, *lines = FORMATS["table"](found, Layout("en", plain, columns=80)).splitlines()
    assert lines[::2] == [found[0].path] * 2
    assert all(width(line) <= 80 for line in (head, *lines))
    assert [line.split() for line in lines[1::2]] == [
        line.split()[1:] for line in wide.splitlines()[1:]
    ]


def test_a_run_without_snapshots_has_none() -> None:
    without = changed(SDF_VQVAE, {"trainer.args.disable_snapshot": True})
    facts = [row_facts(preview(config)) for config in (SDF_VQVAE, without)]
    assert [each["snapshots"] for each in facts] == [12, None]


def test_other_files_have_no_run(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[1]")
    (tmp_path / "b.json").write_text("{")
    files = [ConfigFile(str(tmp_path / f"{name}.json"), named=False) for name in "abc"]
    other, broken, gone = (preview_file(file, build_options()) for file in files)
    assert other is None
    assert broken
    assert gone
    assert [found.code for found in (*broken.findings, *gone.findings)] == ["TC001", "TC006"]
    assert (broken.run, gone.run) == (None, None)


METADATA = "sha256,voxelized,aesthetic_score\n" + "".join(
    f"{number:02},{number % 4 != 0},{number}.5\n" for number in range(20)
)


@pytest.fixture
def data(tmp_path: Path) -> str:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/metadata.csv").write_text(METADATA)
    return str(tmp_path / "data")


def test_samples_are_counted_as_the_dataset_keeps_them(data: str) -> None:
    one = preview(STRUCTURE_VAE, data)
    assert one.run
    assert one.sample_count
    assert (one.run.samples, one.sample_count.samples, one.count_error) == (12, 12, None)
    texts = json.loads(FORMATS["json"]([one], Layout("en", plain)))["configs"][0]
    (table,) = texts["counted"]
    assert (table["rows"], [step["rows"] for step in table["filters"]]) == (20, [15, 12])
    text = FORMATS["table"]([one], Layout("en", plain))
    assert "  dataset     SparseStructure: 12 samples in all\n" in text
    assert "metadata.csv: 20 rows; " in text


def test_samples_that_cannot_be_counted(data: str) -> None:
    one = preview(SDF_VQVAE, f"{data}/gone")
    assert one.run
    assert one.run.samples is None
    assert one.count_error
    text = FORMATS["table"]([one], Layout("en", plain))
    reason = one.count_error.message
    assert f"  dataset     {reason}\n" in text
    many = render_all([one, one], Layout("en", plain))
    assert many["table"].endswith(f"\n\na.json and 1 more: {reason}\n")
    assert many["markdown"].count("\n- a.json and 1 more: ") == 1
    assert json.loads(many["json"])["configs"][0]["not_counted_because"] == reason


def test_a_config_without_a_dataset_has_nothing_to_count(data: str) -> None:
    one = preview({"trainer": {"name": "X", "args": {}}}, data)
    assert "the config has no dataset" in str(one.count_error)


def test_each_dataset_is_counted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []

    def count(dataset: str, args: Mapping[str, object], data_dir: str, _: object) -> Count:
        counted.append(f"{dataset} {args['resolution']} {data_dir}")
        return Count(dataset, ())

    monkeypatch.setattr(module, "count", count)
    config = changed(STRUCTURE_VAE, {"dataset.args.resolution": 32})
    for name, value in {"a": STRUCTURE_VAE, "b": STRUCTURE_VAE, "c": config}.items():
        (tmp_path / f"{name}.json").write_text(written(value))
    files = [ConfigFile(str(tmp_path / f"{name}.json"), named=True) for name in "abc"]
    assert all(preview_file(file, build_options(data_dir="d")) for file in files)
    assert counted == ["SparseStructure 64 d", "SparseStructure 32 d"]
