"""Cells that a program for tables would run: written behind an apostrophe, and read without it."""

import re

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_MARK = "'"
_NUMBER = re.compile(r"[-+]?\d[\d.,]*(?:e[-+]?\d+)? ?%?", re.IGNORECASE)


def defused(cell: str) -> str:
    """Return a cell that starts no formula, here or behind spaces or a quotation mark."""
    return _MARK + cell if _may_run(cell) else cell


def defused_value(cell: str) -> str:
    """Return such a cell where figures stand too: a plain number, such as -3.5, stays as it is."""
    return cell if _NUMBER.fullmatch(cell) else defused(cell)


def undefused(cell: str) -> str:
    """Return a cell as it was before it was written so."""
    bare = cell.removeprefix(_MARK)
    return bare if bare != cell and _may_run(bare) else cell


def _may_run(cell: str) -> bool:
    begin = cell.lstrip(" \u00a0\u3000\"'")
    return cell.startswith(_STARTS) or begin.startswith(_STARTS)
