"""The site: built without warnings, and complete without a network."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

from tests.docs.blocks import ROOT
from tests.docs.running import NOWHERE

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site and return its folder."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env=os.environ
        | {"NO_MKDOCS_2_WARNING": "1", "https_proxy": NOWHERE, "http_proxy": NOWHERE},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return folder


class AddressReader(HTMLParser):
    """Collects the addresses that a browser loads for a page."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "link" and values.get("rel") != "canonical":
            self.addresses.append(values["href"] or "")
        if tag in {"script", "img", "iframe", "source", "video"}:
            self.addresses.append(values.get("src") or values.get("srcset") or "")


def test_nothing_is_loaded_from_other_sites(site: Path) -> None:
    for page in [*site.glob("*.html"), site / "rules/TC202.html"]:
        reader = AddressReader()
        reader.feed(page.read_text(encoding="utf-8"))
        assert reader.addresses
        assert not [address for address in reader.addresses if "//" in address], page.name
        files = [address.partition("#")[0].lstrip("/") for address in reader.addresses]
        assert all(page.parent.joinpath(file).exists() for file in files), page.name
    for style in site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert not re.search(r"(@import|url\()\s*['\"]?(https?:)?//", text), style.name
    for picture in site.rglob("*.svg"):
        assert "url(http" not in picture.read_text(encoding="utf-8"), picture.name


def test_every_page_is_in_the_navigation() -> None:
    config = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    listed = set(re.findall(r"[\w.-]+\.md", str(config["nav"])))
    assert listed == {path.name for path in (ROOT / "docs").glob("*.md")}


def test_each_page_has_a_heading_and_a_link_to_the_index(site: Path) -> None:
    for path in (ROOT / "docs").glob("*.md"):
        heading = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
        page = (site / path.with_suffix(".html").name).read_text(encoding="utf-8")
        assert "<h1 id=" in page
        assert heading.replace("`", "") in re.sub(r"<[^>]+>", "", page)
        assert 'href="index.html"' in page or path.name == "index.md"
