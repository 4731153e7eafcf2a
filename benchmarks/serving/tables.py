"""Tables in Markdown."""

from collections.abc import Sequence

from benchmarks.serving.figures import Spread


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Draw one."""
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def text(spread: Spread | None, form: str) -> str:
    """Write what was measured, or nothing."""
    return spread.text(form) if spread else ""
