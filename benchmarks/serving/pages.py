"""The pages of docs/figures/performance, one for each kind of processor, and their index.

`python -m benchmarks.serving.pages` writes the index anew, `--check` says whether it is out of
date: a page that an engine of other code has written since says so there.
"""

import ast
import hashlib
import re
import sys
from collections.abc import Collection
from pathlib import Path

from benchmarks.serving.runs.contestant import ROOT
from benchmarks.serving.tables import table

FOLDER = ROOT / "docs" / "figures" / "performance"
INDEX = FOLDER / "README.md"
REMARKS = Path(__file__).with_name("remarks")
_ENGINE = ("engines", "exporting", "serving")
_HEAD = """\
# Performance

The engine beside the bots of tutorials, on one page for each kind of processor, named after what
multiplies there. `make bench` measures the machine that it runs on, and writes its page and this
index. A page is of the engine that it measured: where the code of `models/engines`,
`models/exporting` or `models/serving` has changed since, the page is older than the engine.
How the cost grows with callers, communities, questions and examples is on
[a page of its own](../growth.md).
"""
_FACT = re.compile(r"^- (?P<name>[a-z ]+): (?P<value>.*)$", re.MULTILINE)
_DATE = re.compile(r"` on (\d{4}-\d\d-\d\d);")
_LANES = (("avx512f", "avx512"), ("avx2", "avx2"))
_VNNI = {"avx512_vnni", "avx_vnni"}


def page_of(flags: Collection[str]) -> Path:
    """Return the page of a processor by what it can do."""
    widest = next((name for flag, name in _LANES if flag in flags), "other")
    return FOLDER / f"{widest}{'-vnni' if _VNNI & set(flags) else ''}.md"


def remarks_of(page: Path) -> str:
    """Return what people have to say on a page of ours; nothing of any other file."""
    file = REMARKS / page.name
    return file.read_text("utf-8") if page.parent == FOLDER and file.is_file() else ""


def engine_digest() -> str:
    """Return by what the engine's code is known; comments and the setting of lines are no code."""
    code = hashlib.sha256()
    for folder in _ENGINE:
        for file in sorted((ROOT / "models" / folder).rglob("*.py")):
            code.update(file.relative_to(ROOT).as_posix().encode())
            code.update(ast.unparse(ast.parse(file.read_text("utf-8"))).encode())
    return code.hexdigest()[:12]


def index(folder: Path = FOLDER) -> str:
    """Return the index of the pages that are there."""
    pages = sorted(file for file in folder.glob("*.md") if file.name != INDEX.name)
    titles = ("page", "processor", "instructions", "measured on", "engine")
    return f"{_HEAD}\n{table(titles, [_row(file) for file in pages])}\n"


def _row(page: Path) -> tuple[str, ...]:
    text = page.read_text("utf-8")
    facts = {found["name"]: found["value"] for found in _FACT.finditer(text)}
    date = _DATE.search(text)
    is_same = facts.get("engine") == engine_digest()
    return (
        f"[{page.stem}]({page.name})",
        facts.get("processor", ""),
        facts.get("instructions", ""),
        date[1] if date else "",
        "this one" if is_same else "**the page is older than the engine**",
    )


def main() -> int:
    """Write the index, or check it; return the exit code."""
    wanted = index()
    if "--check" not in sys.argv[1:]:
        INDEX.write_text(wanted, "utf-8")
        return 0
    if INDEX.is_file() and INDEX.read_text("utf-8") == wanted:
        return 0
    sys.stderr.write(f"{INDEX.name} is out of date: run python -m benchmarks.serving.pages\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
