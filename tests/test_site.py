"""The documentation as a site: all of it is found, no link is broken, nobody else is asked."""

import re
import tomllib
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import pytest

from docs.site import CONFIG, ROOT, build, gather

_ELSEWHERE = re.compile(
    r"<(?:link|script|img|iframe|source)\b[^>]*?(?:href|src|srcset)=[\"']?(?:https?:)?//[^\"' >]+"
    r"|@import\s[^;]*//|url\([\"']?(?:https?:)?//"
)
_LINK = re.compile(r"\b(?:href|src|srcset)=\"([^\"#?:]+)[^\":]*\"")
_CANONICAL = re.compile(r"<link[^>]*rel=[\"']?(?:canonical|edit|next|prev)")


def pages(entries: object) -> set[str]:
    """The pages that a navigation leads to."""
    if isinstance(entries, str):
        return {entries}
    parts = entries.values() if isinstance(entries, dict) else entries
    return {page for part in parts for page in pages(part)}


def test_the_navigation_leads_to_every_page():
    written = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")}
    decisions = {one for one in written if re.fullmatch(r"docs/adr/\d.*", one)}
    own = {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"}
    nav = tomllib.loads(CONFIG.read_text("utf-8"))["project"]["nav"]
    assert pages(nav) == (written - decisions) | own
    index = (ROOT / "docs" / "adr" / "README.md").read_text("utf-8")
    assert all(f"]({Path(one).name})" in index for one in decisions)


@pytest.mark.skipif(find_spec("zensical") is None, reason="needs zensical: tokki[docs]")
def test_the_site_is_built_without_a_broken_link_and_asks_nobody(tmp_path: Path):
    gather(tmp_path / "build" / "pages")
    config = tmp_path / CONFIG.name
    config.write_text(CONFIG.read_text("utf-8"), "utf-8")
    assert build(config) == 0
    site = tmp_path / "build" / "site"
    assert (site / "docs" / "tutorial.html").is_file()
    broken = {
        (page.relative_to(site).as_posix(), link)
        for page in site.rglob("*.html")
        for link in _LINK.findall(page.read_text("utf-8"))
        if not (site / link[1:] if link[0] == "/" else page.parent / unquote(link)).exists()
    }
    assert broken == set()
    asked = {
        (path.name, found[0])
        for path in site.rglob("*")
        if path.suffix in (".html", ".css")
        for found in _ELSEWHERE.finditer(path.read_text("utf-8"))
        if not _CANONICAL.match(found[0])
    }
    assert asked == set()
