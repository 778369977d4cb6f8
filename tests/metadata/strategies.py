"""Tables of every dataset, written in every manner of CSV."""

import random
from typing import Any, NamedTuple

from hypothesis import strategies as st

from trellis_cfg.metadata import TRELLIS, TRELLIS_2, _fill_in

FLAGS = ("True", "True", "True", "TRUE", "tRUE", "true", "False", "FALSE")
BLANKS = ("", "", "NaN", "nan", "NULL", "None", "N/A", "<NA>", "-1.#IND", "null", "#N/A")
NUMBERS = ("4.5", "5", "5.5", "1", "7.25", "6", "32768", "32769", "1e3", " 4.5 ", "+6.", ".5", "0")
ODD_NUMBERS = (
    *("inf", "-1", "-inf", "1E400", "\t5\v", "00012", "5e-1", "-Infinity", " inf", "1_0", "0x10"),
    *("nAn", "9" * 19, "9" * 20, "18446744073709551615"),
)
TEXTS = ("x", "t", "yes", " True", "1 2", "tru", " NaN", "值", "５", "-")
CAPTIONS = ('["a chair", "b"]', "[]", 'she said "so"', "a,b", "两\n行", '"', "x\r\ny", " ", "null")


class Dataset(NamedTuple):
    """A dataset, its arguments, and the columns that it may read, with the kind of each."""

    name: str
    args: dict[str, Any]
    columns: dict[str, str] = {}  # noqa: RUF012  never changed


_LIMITS = {
    "min_aesthetic_score": (0, 4.5, -1, 5),
    **dict.fromkeys(("max_num_voxels", "max_tokens", "max_active_voxels"), (5, 7.25, 32768, 10**6)),
    "full_pbr": (True, False),
    "max_num_faces": (5, None),
}
_KINDS = {"mask": "flag", "==": "flag", "not blank": "text"}


@st.composite
def datasets(draw: st.DrawFn, *, new: bool | None = None) -> Dataset:
    """Return a dataset of TRELLIS, or of TRELLIS.2 where it is ``new``."""
    new = draw(st.booleans()) if new is None else new
    package = TRELLIS_2 if new else TRELLIS
    name = draw(st.sampled_from(sorted(package)))
    args: dict[str, Any] = {} if new else {"latent_model": "m"}
    for limit in draw(st.lists(st.sampled_from(sorted(_LIMITS)), unique=True)):
        args[limit] = draw(st.sampled_from(_LIMITS[limit]))
    if name.endswith("Dataset") and draw(st.booleans()):
        args["min_aesthetic_score"] = None
    filters = _fill_in(package[name], name, {**args, "full_pbr": True, "max_num_faces": 5})
    return Dataset(name, args, {row.column: _KINDS.get(row.test, "number") for row in filters})


_POOLS = {
    "flag": (FLAGS, (*FLAGS, *BLANKS), (*NUMBERS, *BLANKS), (*FLAGS, *TEXTS, *BLANKS), BLANKS),
    "number": (NUMBERS, (*NUMBERS, *ODD_NUMBERS, *BLANKS), (*NUMBERS, *TEXTS), FLAGS, BLANKS),
    "text": ((*CAPTIONS, *BLANKS), (*FLAGS, *BLANKS), CAPTIONS, (*NUMBERS, *BLANKS), BLANKS),
}


class _Writer:
    """Rows written as CSV, in a random manner."""

    def __init__(self, randomly: random.Random) -> None:
        self._random = randomly
        self._ends = randomly.choice((["\n"], ["\r\n"], ["\r"], ["\n", "\r\n", "\r"]))
        self._quotes = randomly.choice((0, 0, 0.3, 1))
        self._oddities = randomly.choice((0, 0, 0.05))

    def _cell(self, cell: str) -> str:
        quoted = '"' + cell.replace('"', '""') + '"'
        if set(cell) & set(',\r\n"') or (cell.isspace() and "\t" not in cell):
            return quoted
        if self._random.random() < self._oddities:
            return self._random.choice((f'{cell}"', f'"{cell}"', f'"{cell[:1]}"{cell[1:]}'))
        return quoted if self._random.random() < self._quotes else cell

    def line(self, row: list[str]) -> str:
        cells = [self._cell(cell) for cell in row]
        if self._random.random() < self._oddities:
            cells = self._random.choice((cells[:-1], cells[:2], [*cells, "x"]))
        blank = self._random.choice(("", " ", "\t ")) + self._random.choice(self._ends)
        is_spaced = self._random.random() < self._oddities
        return ",".join(cells) + self._random.choice(self._ends) + (blank if is_spaced else "")


@st.composite
def files(draw: st.DrawFn, columns: dict[str, str]) -> str:
    """Return the text of a metadata.csv that has these columns, now and then without one."""
    randomly = random.Random(draw(st.integers(0, 2**32)))  # noqa: S311
    pools = {
        name: randomly.choices(_POOLS[kind], (8, 8, 1, 1, 1))[0] for name, kind in columns.items()
    }
    names = ["sha256", *columns, *randomly.sample(["file", "local_path", "rendered"], 2)]
    randomly.shuffle(names)
    if randomly.random() < 0.05:
        names.pop()
    ids = [f"s{randomly.randrange(40)}" for _ in range(draw(st.sampled_from((20, 9, 3, 30, 1, 0))))]
    ids = ids if randomly.random() < 0.3 else list(dict.fromkeys(ids))
    rows = [[randomly.choice(pools.get(name, CAPTIONS)) for name in names] for _ in ids]
    for row, identity in zip(rows, ids, strict=True):
        row[names.index("sha256") if "sha256" in names else 0] = identity
    writer = _Writer(randomly)
    text = randomly.choice(("", "", "", "\ufeff", "\n")) + "".join(map(writer.line, [names, *rows]))
    return text if randomly.random() < 0.8 else text.rstrip("\r\n")


WIDTH, CHUNK = 2**10, 2**9
"""A table of so many columns is parsed by read_csv so many rows at a time."""
_WIDE = "sha256,voxelized,ss_latent_encoded,ss_latent_m,aesthetic_score,cond_rendered,captions"
WIDE_HEADER = _WIDE + "".join(f",{number}" for number in range(WIDTH - 7)) + "\n"
_ENDS = ("\n", "\n", "\n", "," * WIDTH + "z\n", ",,\n", ',"a\nb"\n', "\n\n")


@st.composite
def chunks(draw: st.DrawFn) -> str:
    """Return a table that is parsed in several chunks: runs of equal rows, regular or odd."""
    regular = st.tuples(st.sampled_from(("True", "False")), st.sampled_from(("5", "6", "4.5", "")))
    numbers = st.sampled_from((*NUMBERS, *ODD_NUMBERS, "", "x", "True"))
    odd = st.tuples(st.sampled_from((*FLAGS, "", "1", "x")), numbers)
    text = WIDE_HEADER
    for _ in range(draw(st.integers(1, 5))):
        is_odd = draw(st.sampled_from((False, False, True)))
        flag, score = draw(odd if is_odd else regular)
        end = draw(st.sampled_from(_ENDS)) if is_odd else "\n"
        row = f"x,{flag},{flag},{flag},{score},True,c{end}"
        text += row * draw(st.sampled_from((1, 2, CHUNK - 1, CHUNK, CHUNK + 1)))
    return text
