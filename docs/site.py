"""Builds the documentation as a site: `make site` writes it into `build/site`.

Its pages are README.md, those under docs/, and whatever file they link to, each where it lies in
the repository: so a link is right in both. What is gathered here Zensical builds, and refuses
where a link or an anchor leads nowhere.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
CONFIG = ROOT / "zensical.toml"
PAGES = ROOT / "build" / "pages"
_LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)\s]*)?\)|(?:src|srcset)=\"([^\":]+)\"")


def gather(into: Path) -> None:
    """Copy the pages, and all files that they link to, into a new folder."""
    shutil.rmtree(into, ignore_errors=True)
    waiting = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    seen: set[Path] = set()
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        copy = into / page.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(page, copy)
        if page.suffix == ".md":
            waiting += _linked(page)


def _linked(page: Path) -> Iterator[Path]:
    for found in _LINK.finditer(page.read_text("utf-8")):
        target = (page.parent / (found[1] or found[2])).resolve()
        if target.is_file() and target.is_relative_to(ROOT):
            yield target


def build(config: Path) -> int:
    """Build what was gathered; return the exit code."""
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean", "-f", str(config)]
    return subprocess.run(command, check=False).returncode  # noqa: S603 - ours


if __name__ == "__main__":
    gather(PAGES)
    sys.exit(build(CONFIG))
