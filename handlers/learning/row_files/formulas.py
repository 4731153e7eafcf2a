"""Cells that a program for tables would run: written behind an apostrophe, and read without it."""

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_MARK = "'"


def defused(cell: str) -> str:
    """Return a cell that starts no formula, here or behind spaces or a quotation mark."""
    begin = cell.lstrip(" \u00a0\u3000\"'")
    return _MARK + cell if cell.startswith(_STARTS) or begin.startswith(_STARTS) else cell


def undefused(cell: str) -> str:
    """Return a cell as it was before it was written so."""
    bare = cell.removeprefix(_MARK)
    return bare if bare != cell and defused(bare) == cell else cell
