"""The manual pages of the rules, as text, JSON and Markdown."""

import json
from collections.abc import Callable, Sequence

from trellis_cfg.rules.pages import Page

_HEAD = """# Rules

What `trellis-cfg check` looks for. The severities are the usual ones; where a rule is surer or less
sure than usual, its page says so. `trellis-cfg explain CODE` prints a page.

"""


def table(pages: Sequence[Page]) -> str:
    """Return a line for each rule: code, name, severity and what it finds."""
    names = max(len(page.name) for page in pages)
    return "".join(
        f"{page.code}  {page.name:{names}}  {page.severity:7}  {page.summary}\n" for page in pages
    )


def text(pages: Sequence[Page]) -> str:
    """Return the pages one after the other."""
    return "\n".join(_text(page) for page in pages)


def _text(page: Page) -> str:
    parts = [f"{page.code} {page.name} ({page.severity})", page.summary, page.body]
    parts += [f"Fix: {page.fixed_by}"] if page.fixed_by else []
    return "\n\n".join(part for part in parts if part) + "\n"


def markdown(pages: Sequence[Page]) -> str:
    """Return a table of the rules, and the pages below it."""
    rows = [
        f"| [{page.code}](#{page.code.lower()}-{page.name}) | {page.name} | {page.severity} "
        f"| {page.summary} |"
        for page in pages
    ]
    head = "\n".join(["| code | name | default | finds |", "|---|---|---|---|", *rows])
    return f"{_HEAD}{head}\n\n" + "\n".join(section(page) for page in pages)


def section(page: Page) -> str:
    """Return one page in Markdown."""
    parts = [f"## {page.code} {page.name}", f"*{page.severity}*: {page.summary}", page.body]
    parts += [f"Fixed by `{page.fixed_by}`."] if page.fixed_by else []
    return "\n\n".join(part for part in parts if part) + "\n"


def as_json(pages: Sequence[Page]) -> str:
    """Return a list of objects."""
    return json.dumps([page._asdict() for page in pages], indent=2) + "\n"


FORMATS: dict[str, Callable[[Sequence[Page]], str]] = {
    "text": text,
    "json": as_json,
    "markdown": markdown,
}
