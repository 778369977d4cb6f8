"""What a panel says in words."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate, takewhile

from trellis_cfg.learning_rate import Rate
from trellis_cfg.messages import format_hundredths
from trellis_cfg.preview.plot.curve import Curve
from trellis_cfg.terminal import width

_EXACT = 10**15
_LONGEST = 40
_SUFFIXES = ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k"))

_PIECE = re.compile(r"[!-~]+|.", re.DOTALL)

Words = Mapping[str, str]


def counted(number: int) -> str:
    """Return a count, in powers of ten where nobody would read the digits."""
    if number < _EXACT:
        return f"{number:,}"
    return f"≈10^{round(math.log10(number))}"


def short(number: float) -> str:
    """Return the number of a tick: 250k, 1M."""
    if number >= _EXACT:
        return f"{number:.3g}"
    for size, suffix in _SUFFIXES:
        if number >= size:
            return f"{number / size:g}{suffix}"
    return f"{number:g}"


def scientific(rate: float) -> str:
    """Return a learning rate as people write it: 1e-4."""
    digits, _, power = f"{rate:.2e}".partition("e")
    return f"{float(digits):g}e{int(power)}" if int(power) < -1 else f"{float(rate):.3g}"


def printable(name: str) -> str:
    """Return a name with whatever no file of text may hold written out."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in name)


def shortened(name: str, columns: int) -> str:
    """Return a name that fits: of a longer one the end, which tells files apart, and the start."""
    if width(name) <= columns:
        return name
    start = _fitting(name, columns // 3)
    end = _fitting(reversed(name), columns - 1 - width(start))
    return f"{start}…{end[::-1]}"


def _fitting(letters: Iterable[str], columns: int) -> str:
    """Return as many of the letters as there is room for."""
    starts = takewhile(lambda start: width(start) <= columns, accumulate(letters))
    return max(starts, key=len, default="")


def wrapped(text: str, columns: int) -> list[str]:
    """Return the lines of a text: it is parted between words, and before any Chinese character."""
    lines = [""]
    for piece in _PIECE.findall(text):
        if lines[-1] and width(lines[-1] + piece) > columns:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines]


def summary(curve: Curve, words: Words) -> str:
    """Return the schedule of a config, and how long it trains."""
    return " · ".join(_summary(curve, words))


def _summary(curve: Curve, words: Words) -> Iterator[str]:
    run = curve.run
    if curve.rate and curve.rate.scheduler:
        yield _scheduler(curve.rate)
    elif curve.rate:
        yield words["constant"].format(rate=scientific(curve.rate.lr))
    if run.end is not None and not run.hangs:
        yield words["all_steps"].format(steps=counted(run.end))
        epochs = run.epochs(run.end)
        if epochs is not None and run.end < _EXACT:
            yield words["all_epochs"].format(epochs=format_hundredths(epochs, grouped=True))
    if run.start:
        yield words["from_step"].format(step=counted(run.start))


def message(curve: Curve, words: Words, *, is_drawn: bool) -> str | None:
    """Return why there is no curve; None where there is one."""
    run, rate = curve.run, curve.rate
    if run.hangs:
        share, batch = counted(run.share or 0), counted(run.batch or 0)
        return words["hangs"].format(share=share, batch=batch)
    if rate is None:
        return words["no_rate"]
    return None if is_drawn else words["no_schedule"].format(scheduler=_scheduler(rate))


def notes(curve: Curve, words: Words) -> Iterator[str]:
    """Yield what is wrong with the end of a run."""
    run = curve.run
    if run.hangs:
        return
    if run.ended_by is None:
        yield _without_end(curve, words)
    if run.remaining == 0:
        yield words["over"]
    if curve.raises_at is not None and curve.rate:
        steps = counted(curve.raises_at)
        yield words["raises"].format(scheduler=_scheduler(curve.rate), steps=steps)
    trace = curve.trace
    if trace and len(trace.visible) < len(trace.points):
        yield words["faded"].format(rate=scientific(trace.scale.low))
    if run.remaining and run.i_save and run.saves == 0:
        first = (run.start // run.i_save + 1) * run.i_save
        yield words["never_saved"].format(step=counted(first))
    elif run.unsaved:
        yield words["tail"].format(steps=counted(run.unsaved))


def _without_end(curve: Curve, words: Words) -> str:
    run = curve.run
    if run.max_epoch is None:
        return words["endless"]
    key = "latest_known" if run.max_steps else "end_unknown"
    return words[key].format(steps=counted(run.max_steps or 0), epochs=counted(run.max_epoch))


def _scheduler(rate: Rate) -> str:
    """Return a scheduler's name; without one, a learning rate that no optimizer takes."""
    return shortened(printable(rate.scheduler or str(rate.lr)), _LONGEST)
