"""Tables of every dataset kind, written in every manner of CSV."""

import random
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests.metadata.oracle import TRELLIS, TRELLIS_2

FLAGS = ("True", "True", "True", "TRUE", "tRUE", "true", "False", "FALSE")
BLANKS = ("", "", "NaN", "nan", "NULL", "None", "N/A", "<NA>", "-1.#IND", "null", "#N/A")
NUMBERS = ("4.5", "5", "5.5", "1", "7.25", "6", "32768", "32769", "1e3", " 4.5 ", "+6.", ".5", "0")
ODD_NUMBERS = (
    "inf",
    "-1",
    "-inf",
    "1E400",
    "\t5\v",
    "00012",
    "5e-1",
    "-Infinity",
    " inf",
    "1_0",
    "0x10",
    "nAn",
)
TEXTS = ("x", "t", "yes", " True", "1 2", "tru", " NaN", "值", "５", "-")
CAPTIONS = ('["a chair", "b"]', "[]", 'she said "so"', "a,b", "两\n行", '"', "x\r\ny", " ", "null")
MODEL = "m"


class Dataset(NamedTuple):
    """A dataset, its arguments, and the columns that it may read, with the kind of each."""

    name: str
    args: dict[str, Any]
    columns: dict[str, str]


def _old(name: str) -> dict[str, str]:
    prefix = "ss_latent" if "Structure" in name else "latent"
    columns = {f"{prefix}_{MODEL}": "flag", "aesthetic_score": "number", "num_voxels": "number"}
    extra = {"Text": {"captions": "text"}, "Image": {"cond_rendered": "flag"}}.get(
        name.partition("C")[0], {}
    )
    return columns | extra


_COLUMNS = {
    "SparseStructure": {"voxelized": "flag"},
    "SparseFeat2Render": {"feature_dinov2_vitl14_reg": "flag", "num_voxels": "number"},
    "SparseSDF": {"sparse_sdf_computed": "flag", "r64_num_points": "number"},
    "SparseStructureLatent": {"ss_latent_encoded": "flag"},
    "SLat": {"shape_latent_encoded": "flag", "shape_latent_tokens": "number"},
    "SLatPbr": {
        "pbr_latent_encoded": "flag",
        "shape_latent_encoded": "flag",
        **dict.fromkeys(("pbr_latent_tokens", "num_basecolor_tex"), "number"),
        **dict.fromkeys(("num_metallic_tex", "num_roughness_tex"), "number"),
    },
    "FlexiDualGridDataset": {
        "dual_grid_converted": "flag",
        "dual_grid_size": "number",
        "num_faces": "number",
    },
    "SparseVoxelPbrDataset": {
        "pbr_voxelized": "flag",
        "num_pbr_voxels": "number",
        "num_faces": "number",
    },
}
_COLUMNS["SLatShape"] = _COLUMNS["SLat"]
_LIMITS = {
    "min_aesthetic_score": (0, 4.5, -1, 5),
    **dict.fromkeys(("max_num_voxels", "max_tokens", "max_active_voxels"), (5, 7.25, 32768, 10**6)),
}


def _new(name: str) -> dict[str, str]:
    inner = name.removeprefix("ImageConditioned")
    views = {"cond_rendered": "text"} if inner != name else {}
    return {**_COLUMNS[inner], "aesthetic_score": "number", **views}


def _takes_model(name: str) -> bool:
    return name in TRELLIS and name not in {"SparseStructure", "SparseFeat2Render", "SparseSDF"}


@st.composite
def datasets(draw: st.DrawFn, *, new: bool | None = None) -> Dataset:
    """Return a dataset of TRELLIS, or of TRELLIS.2 where it is ``new``."""
    new = draw(st.booleans()) if new is None else new
    name = draw(st.sampled_from(sorted(TRELLIS_2 if new else TRELLIS)))
    is_old = not new and _takes_model(name)
    args: dict[str, Any] = {"latent_model": MODEL} if is_old else {}
    for limit in draw(st.lists(st.sampled_from(sorted(_LIMITS)), unique=True)):
        args[limit] = draw(st.sampled_from(_LIMITS[limit]))
    args |= draw(st.sampled_from(({}, {"full_pbr": True}, {"max_num_faces": 5, "full_pbr": False})))
    if "Dual" in name or "Voxel" in name:
        args |= draw(st.sampled_from(({}, {"min_aesthetic_score": None, "max_num_faces": None})))
    return Dataset(name, args, _old(name) if is_old else _new(name))


_POOLS = {
    "flag": (FLAGS, (*FLAGS, *BLANKS), (*NUMBERS, *BLANKS), (*FLAGS, *TEXTS, *BLANKS), BLANKS),
    "number": (NUMBERS, (*NUMBERS, *ODD_NUMBERS, *BLANKS), (*NUMBERS, *TEXTS), FLAGS, BLANKS),
    "text": ((*CAPTIONS, *BLANKS), (*FLAGS, *BLANKS), CAPTIONS, (*NUMBERS, *BLANKS), BLANKS),
}
_WEIGHTS = (8, 8, 1, 1, 1)


class Writer:
    """Rows written as CSV, in a manner that a seed decides."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311
        self._ends = self._random.choice((["\n"], ["\r\n"], ["\r"], ["\n", "\r\n", "\r"]))
        self._quotes = self._random.choice((0, 0, 0.3, 1))
        self._oddities = self._random.choice((0, 0, 0.05))

    def _cell(self, cell: str) -> str:
        quoted = '"' + cell.replace('"', '""') + '"'
        if set(cell) & set(',\r\n"') or (cell.isspace() and "\t" not in cell):
            return quoted
        if self._random.random() < self._oddities:
            return self._random.choice((f'{cell}"', f'"{cell}"', f'"{cell[:1]}"{cell[1:]}'))
        return quoted if self._random.random() < self._quotes else cell

    def _line(self, row: list[str]) -> str:
        # pandas 2 loses its way in a line that starts with a blank behind a lone CR
        first = row[0].lstrip() if "\r" in self._ends else row[0]
        cells = [self._cell(cell) for cell in (first, *row[1:])]
        if self._random.random() < self._oddities:
            cells = self._random.choice((cells[:-1], cells[:2], [*cells, "x"]))
        blank = self._random.choice(("", " ", "\t ")) + self._end()
        is_spaced = self._random.random() < self._oddities
        return ",".join(cells) + self._end() + (blank if is_spaced else "")

    def _end(self) -> str:
        return self._random.choice(self._ends)

    def text(self, header: list[str], rows: list[list[str]]) -> str:
        """Return the whole file."""
        start = self._random.choice(("", "", "", "\ufeff", "\n"))
        text = start + ",".join(map(self._cell, header)) + self._end()
        text += "".join(map(self._line, rows))
        return text if self._random.random() < 0.8 else text.rstrip("\r\n")


@st.composite
def files(draw: st.DrawFn, columns: dict[str, str], *, unique: bool = False) -> str:
    """Return the text of a metadata.csv that has these columns, now and then without one."""
    randomly = random.Random(draw(st.integers(0, 2**32)))  # noqa: S311
    pools = {
        column: randomly.choices(_POOLS[kind], _WEIGHTS)[0] for column, kind in columns.items()
    }
    names = ["sha256", *columns, *randomly.sample(["file", "local_path", "rendered"], 2)]
    randomly.shuffle(names)
    if randomly.random() < 0.05:
        names.pop()
    ids = [f"s{randomly.randrange(40)}" for _ in range(draw(st.sampled_from((20, 9, 3, 30, 1, 0))))]
    ids = list(dict.fromkeys(ids)) if unique else ids
    rows = [[_value(randomly, name, one, pools) for name in names] for one in ids]
    return Writer(randomly.randrange(2**32)).text(names, rows)


def _value(
    randomly: random.Random, name: str, identity: str, pools: dict[str, tuple[str, ...]]
) -> str:
    if name == "sha256":
        return identity
    return randomly.choice(pools.get(name, CAPTIONS))
