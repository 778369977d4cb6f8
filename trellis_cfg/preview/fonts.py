"""The text of plots: the fonts that are installed, their characters, and lines of text."""

import re
import textwrap
from contextlib import suppress

from trellis_cfg.terminal import width

_FONT = "DejaVu Sans"
_CHINESE_FONTS = (
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN"),
    *("PingFang SC", "Hiragino Sans GB", "Heiti SC", "STHeiti", "Songti SC"),
    *("Microsoft YaHei", "SimHei", "SimSun", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei"),
    *("Noto Sans CJK JP", "Noto Sans CJK TC", "Noto Sans CJK HK", "Noto Sans CJK KR"),
    *("Droid Sans Fallback", "Arial Unicode MS"),
)
FAMILIES = [_FONT, *_CHINESE_FONTS, "sans-serif"]
"""The first is part of matplotlib: a plot without Chinese is the same on every machine."""


def find_chinese_font() -> str | None:
    """Return the name of an installed font with Chinese characters; None if there is none.

    If matplotlib's list of fonts has none, those that were installed after it was made are added.
    """
    from matplotlib import font_manager  # noqa: PLC0415  takes long

    fonts = font_manager.fontManager
    for finds_more in (True, False):
        names = {font.name for font in fonts.ttflist}
        for name in _CHINESE_FONTS:
            if name in names:
                return name
        listed = {font.fname for font in fonts.ttflist}
        for path in {*font_manager.findSystemFonts()} - listed if finds_more else ():
            with suppress(OSError, RuntimeError):  # of another format, or damaged
                fonts.addfont(path)
    return None


def escape_missing(name: str) -> str:
    """Return a name in which characters that no font has are written out."""
    if name.isascii():
        return name
    from matplotlib import font_manager  # noqa: PLC0415  takes long

    fonts = filter(None, (_FONT, find_chinese_font()))
    paths = [font_manager.findfont(font) for font in fonts]
    known = {code for path in paths for code in font_manager.get_font(path).get_charmap()}
    return "".join(each if ord(each) in known else ascii(each)[1:-1] for each in name)


def wrap_text(text: str, columns: int) -> list[str]:
    """Return the lines of a text; a Chinese sign never starts one."""
    if width(text) == len(text):
        return textwrap.wrap(text, columns, break_on_hyphens=False)
    lines = [""]
    for part in re.findall(r"[!-~]{1,30} ?|.[，；：）]*", text):  # noqa: RUF001
        if width(lines[-1] + part) > columns:
            lines.append("")
        lines[-1] += part
    return lines
