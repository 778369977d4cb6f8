"""Count the samples that a dataset keeps, with pandas and the trainer's own expressions.

A table is read in chunks of as many rows as read_csv itself parses at a time: each cell has the
type that the trainer sees, and memory stays flat. Where chunks may differ from the whole (a type
that changes, row labels, any error) the whole is read as by the trainer, and that result counts.
"""

import json
import operator
import os
import stat
import warnings
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from reprlib import repr as shorten
from typing import Any, Literal, NamedTuple

from trellis_cfg.errors import MetadataError
from trellis_cfg.models.catalog import load_spec

Args = Mapping[str, object]
Progress = Callable[[int], object]
DataFrame = Any  # pandas is optional, and so are its types
_KEY = "sha256"


class Step(NamedTuple):
    """A filter and how many rows it left."""

    label: str
    rows: int


class Table(NamedTuple):
    """What the filters leave of one root (``path``: its file), or of a named set (its name)."""

    path: str
    rows: int
    steps: tuple[Step, ...]

    @property
    def samples(self) -> int:
        """Return how many rows the last step left."""
        return self.steps[-1].rows if self.steps else self.rows


class Count(NamedTuple):
    """How many samples a dataset keeps of a data directory."""

    dataset: str
    tables: tuple[Table, ...]

    @property
    def samples(self) -> int:
        """Return the samples of all tables."""
        return sum(table.samples for table in self.tables)


class Filter(NamedTuple):
    """A test of a column, whose name and limit may name arguments of the dataset."""

    column: str
    test: Literal["mask", "not blank", "==", ">=", "<=", ">"]
    limit: Any = None
    only_if: str = ""  # an argument that must be true for the filter to apply
    skips_null: bool = False  # does not apply if the limit is null
    skips_missing: bool = False  # does not apply if the table lacks the column


Filters = Sequence[Filter]
_TESTS: Mapping[str, Callable[[Any, Any], Any]] = {
    "mask": lambda column, _: column,
    "not blank": lambda column, _: column.notna(),
    "==": operator.eq,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
}
"""The tests of a column and a limit: the trainer's own expressions."""
_SCORE = Filter("aesthetic_score", ">=", "min_aesthetic_score")
_VOXELS = Filter("num_voxels", "<=", "max_num_voxels")
_LATENTS: dict[str, Filters] = {
    "SparseStructureLatent": (Filter("ss_latent_{latent_model}", "mask"), _SCORE),
    "SLat": (Filter("latent_{latent_model}", "mask"), _SCORE, _VOXELS),
}
_CAPTIONS, _RENDERED = Filter("captions", "not blank"), Filter("cond_rendered", "mask")
TRELLIS: dict[str, Filters] = {
    **_LATENTS,
    **{f"TextConditioned{name}": (*own, _CAPTIONS) for name, own in _LATENTS.items()},
    **{f"ImageConditioned{name}": (*own, _RENDERED) for name, own in _LATENTS.items()},
    "SparseStructure": (Filter("voxelized", "mask"), _SCORE),
    **dict.fromkeys(("SLat2Render", "Slat2RenderGeo"), _LATENTS["SLat"]),
    "SparseFeat2Render": (Filter("feature_{model}", "mask"), _SCORE, _VOXELS),
    "SparseSDF": (
        Filter("sparse_sdf_computed", "==", limit=True, skips_missing=True),
        Filter("r{resolution}_num_points", ">=", "min_points", skips_missing=True),
    ),
}
"""The filters of TRELLIS and of the SDF fork, in the order in which they apply."""


def _encoded(latent: str) -> Filters:
    size = Filter(f"{latent}_tokens", "<=", "max_tokens")
    return Filter(f"{latent}_encoded", "==", limit=True), _SCORE, size


def _voxels(flag: str, size: str) -> Filters:
    active = Filter(size, "<=", "max_active_voxels")
    faces = Filter("num_faces", "<=", "max_num_faces", skips_null=True)
    return Filter(flag, "==", limit=True), _SCORE._replace(skips_null=True), active, faces


_TEXTURES = ("num_basecolor_tex", "num_metallic_tex", "num_roughness_tex")
_LATENTS_2: dict[str, Filters] = {
    "SparseStructureLatent": _encoded("ss_latent")[:2],
    "SLat": _encoded("{latent_key}"),
    "SLatShape": _encoded("shape_latent"),
    "SLatPbr": (
        *(_encoded("pbr_latent")[0], _encoded("shape_latent")[0], *_encoded("pbr_latent")[1:]),
        *(Filter(texture, ">", 0, only_if="full_pbr") for texture in _TEXTURES),
    ),
}
_VIEWS = Filter("cond_rendered", "not blank")
TRELLIS_2: dict[str, Filters] = {
    **_LATENTS_2,
    **{f"ImageConditioned{name}": (*own, _VIEWS) for name, own in _LATENTS_2.items()},
    "FlexiDualGridDataset": _voxels("dual_grid_converted", "dual_grid_size"),
    "SparseVoxelPbrDataset": _voxels("pbr_voxelized", "num_pbr_voxels"),
}
"""The filters of TRELLIS.2, whose data directory may be a JSON object of named sets."""


def count(dataset: str, args: Args, data_dir: str, progress: Progress = lambda _: None) -> Count:
    """Return how many samples a dataset with these arguments keeps of a data directory.

    ``data_dir`` is a root, several separated by commas, or a JSON object of named sets
    ``{set: {kind: root}}``. ``progress`` is called with the number of rows of each piece that was
    read. Raises MetadataError where counting is impossible, or the trainer itself would fail.
    """
    packages = (TRELLIS, TRELLIS_2) if "latent_model" in args else (TRELLIS_2, TRELLIS)
    package = next((package for package in packages if dataset in package), None)
    if package is None:
        raise MetadataError(UNCOUNTABLE, dataset=dataset)
    filters = [*_fill_in(package[dataset], dataset, args)]
    try:
        import pandas  # noqa: ICN001, PLC0415  heavy, and optional
    except ImportError:
        from trellis_cfg.files.installed import format_install_command  # noqa: PLC0415  rare

        raise MetadataError(NO_PANDAS, command=format_install_command("data")) from None
    reader = _Reader(pandas, filters, progress)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Count(dataset, reader.count_all(data_dir, takes_sets=package is TRELLIS_2))


def _fill_in(filters: Filters, dataset: str, args: Args) -> Iterator[Filter]:
    """Yield the filters that apply, with arguments of the config or their defaults."""
    spec = load_spec("dataset", dataset)
    known = spec.parameters.values() if spec else ()
    values = {**{each.name: each.default.value for each in known if each.default}, **args}
    try:
        for row in filters:
            limit = values[row.limit] if isinstance(row.limit, str) else row.limit
            if (row.only_if and not values[row.only_if]) or (row.skips_null and limit is None):
                continue
            if row.limit is not None and not isinstance(limit, int | float):
                value = f"{limit!r:.80}"
                raise MetadataError(NO_NUMBER, key=row.limit, dataset=dataset, value=value)
            yield row._replace(column=row.column.format_map(values), limit=limit)
    except KeyError as error:
        raise MetadataError(NO_ARGUMENT, dataset=dataset, key=error.args[0]) from None


class _Reader(NamedTuple):
    """Reads and filters the tables of one dataset."""

    pandas: Any
    filters: Filters
    progress: Progress

    def count_all(self, data_dir: str, *, takes_sets: bool) -> tuple[Table, ...]:
        """Return what the filters leave of each root, or of each named set."""
        try:
            sets: Any = json.loads(data_dir) if takes_sets else None
        except (ValueError, RecursionError) as error:
            if data_dir.lstrip().startswith("{"):
                raise MetadataError(NO_JSON, error=error) from None
            takes_sets = False
        if not takes_sets:
            return tuple(map(self._count_root, data_dir.split(",")))
        with _explained("data_dir"):
            return tuple(self._count_set(*named) for named in sets.items())

    def _count_root(self, root: str) -> Table:
        name = os.path.join(root, "metadata.csv")
        columns = [*self._read(name, nrows=0)]
        filters = [row for row in self.filters if row.column in columns or not row.skips_missing]
        for column in (_KEY, *(row.column for row in filters)):
            _require(column, columns, name)
        try:
            return self._count(name, name, filters, self._read_chunks(name, columns, filters))
        except MetadataError:  # the whole table shows whether the trainer fails
            return self._count(name, name, filters, [self._read(name)])

    def _count_set(self, name: str, roots: Mapping[str, str]) -> Table:
        where = f"data_dir[{json.dumps(name)}]"
        merged = self.pandas.DataFrame(columns=[_KEY]).set_index(_KEY)
        with _explained(where):
            for file in (os.path.join(root, "metadata.csv") for root in roots.values()):
                table = self._read(file)
                _require(_KEY, table, file)
                merged = merged.combine_first(table.set_index(_KEY))
        return self._count(name, where, self.filters, [merged])

    def _read(self, name: str, **options: Any) -> Any:  # noqa: ANN401
        """Read a regular file, by a path that pandas cannot take for a URL."""
        with _explained(name):
            path = os.path.join(os.getcwd(), os.path.expanduser(name))
            if stat.S_ISREG(os.stat(path).st_mode):
                return self.pandas.read_csv(path, **options)
        raise MetadataError(NO_FILE, where=name)

    def _read_chunks(self, name: str, columns: list[str], filters: Filters) -> Iterator[DataFrame]:
        """Yield the columns that count; raise MetadataError if only the whole table can show it."""
        size = 1 << max(0, (2**20 // len(columns) - 1).bit_length() - 1)  # as read_csv parses them
        tests = [(row.test, row.column) for row in filters if row.test != "not blank"]
        used, first = {row.column for row in filters}, None
        unread = dict.fromkeys({*columns} - used, "S1")  # of cells that do not count, one byte
        with _explained(name), self._read(name, chunksize=size, dtype=unread) as chunks:
            for chunk in chunks:
                types = [f"{test} {chunk[column].dtype}" for test, column in tests]
                first = first or types
                has_masks = all(dtype == "mask bool" for dtype in types if "mask" in dtype)
                if types != first or not has_masks or type(chunk.index).__name__ != "RangeIndex":
                    raise MetadataError("chunks may differ from the whole")
                yield chunk[[*{_KEY, *used}]]

    def _count(self, name: str, where: str, filters: Filters, tables: Iterable[DataFrame]) -> Table:
        """Return how many rows the tables have, and how many each filter leaves."""
        total, rows = 0, [0] * len(filters)
        for table in tables:
            self.progress(len(table))
            total += len(table)
            for number, row in enumerate(filters):
                _require(row.column, table, where)
                with _explained(where, row, table):
                    table = table[_TESTS[row.test](table[row.column], row.limit)]  # noqa: PLW2901
                    rows[number] += len(table.index if table.index.name else table[_KEY])
        limits = ["" if row.limit is None else f" {row.test} {row.limit}" for row in filters]
        labels = [f"{row.column}{limit}" for row, limit in zip(filters, limits, strict=True)]
        return Table(name, total, tuple(map(Step, labels, rows)))


def _require(column: str, columns: Container[str], where: str) -> None:
    if column not in columns:
        raise MetadataError(NO_COLUMN, RAISES, where=where, column=column, error="KeyError")


UNCOUNTABLE = "cannot count the samples of {dataset} from metadata.csv: pass --dataset-size"
NO_DATASET = "the config has no dataset: there is nothing to count"
NO_PANDAS = "--data-dir needs pandas: {command}"
NO_NUMBER = "{key} of {dataset} must be a number, not {value}"
NO_ARGUMENT = "{dataset} requires {key}: add it to dataset.args"
NO_JSON = "data_dir is not valid JSON: {error}"
NO_FILE = "{where} cannot be read: it is not a regular file"
NO_COLUMN = '{where} has no column "{column}": run the data preparation step that adds it'
RAISES = ". The trainer would raise {error}"
UNREADABLE, COLUMN = "{where} cannot be read ({reason})", '{where}: column "{column}" '
CAUSES = {
    "AttributeError": (
        '{where} is JSON, but not {{"NAME": {{"base": "PATH"}}}} (begin a folder with ./)'
    ),
    "EmptyDataError": "{where} is empty: not even a header",
    "FileNotFoundError": "{where} cannot be read: no such file",
    "ParserError": "{where} is not valid CSV ({reason}): put quotes around cells with commas",
    "UnicodeDecodeError": "{where} is not UTF-8: save it as UTF-8",
}
FAULTS = {
    "KeyError": "must contain only True and False",
    "ValueError": "is blank in rows that are left: write True or False there",
    "TypeError": "must contain only numbers",
}
UNUSABLE = "cannot be used ({reason})"
ODD_CELL, FILLED_CELLS = ", not {cell}", " ({filled:,} of {rows:,} rows have a value)"
"""The texts of errors; those for a column follow ``COLUMN``."""


@contextmanager
def _explained(where: str, row: Filter | None = None, table: DataFrame = None) -> Iterator[None]:
    """Raise MetadataError for whatever else is raised: the trainer would meet the same."""
    try:
        yield
    except MetadataError:
        raise
    except Exception as error:  # noqa: BLE001  whatever pandas raises
        name = type(error).__name__
        reason = str(error).removeprefix("Error tokenizing data. C error: ").strip()
        figures = {"where": where, "reason": reason, "error": name}
        if row is None:
            raise MetadataError(CAUSES.get(name, UNREADABLE), RAISES, **figures) from None
        texts = [COLUMN, FAULTS.get(name, UNUSABLE), *_find_example(row, table, figures), RAISES]
        raise MetadataError(*texts, **figures, column=row.column) from None


def _find_example(row: Filter, table: DataFrame, figures: dict[str, Any]) -> Iterator[str]:
    """Yield the text about a cell that a filter cannot use; add its figures."""
    cells = table[[row.column]].iloc[:, 0].dropna().astype(str)
    expected = r"(?i)true|false" if row.test == "mask" else r"[-+\s\d.eE]+"
    odd = cells[~cells.str.fullmatch(expected).astype(bool)]
    if len(odd):
        figures["cell"] = shorten(odd.iloc[0])
        yield ODD_CELL
    else:
        figures |= {"filled": len(cells), "rows": len(table)}
        yield FILLED_CELLS
