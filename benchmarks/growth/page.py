"""The table of what was measured, and its picture."""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from benchmarks.growth.points import Curve, Point
from benchmarks.serving.machine import in_words
from benchmarks.serving.runs.contestant import ROOT
from benchmarks.serving.tables import table

PAGE = ROOT / "docs" / "figures" / "growth.md"
PICTURE = ROOT / "docs" / "pictures" / "growth.png"
_REMARKS = ROOT / "benchmarks" / "growth" / "remarks.md"
_HEAD = """\
# Growth

What a request costs, and what memory this takes, as callers, communities, stored questions and
examples grow. Written by `python -m benchmarks.growth --write` on {date} with {machine}:
times of waiting are less to be trusted than times of the processor.

![Processor time of a request, by how many callers, communities, stored questions and examples there
are: four charts](../pictures/growth.png)
"""
_TITLES = ("there are", "request", "processor, ms", "median wait, ms", "memory of the process, MB")


def page(
    points: Sequence[Point], curves: Sequence[Curve], machine: Mapping[str, Any], date: str
) -> str:
    """Return the whole page."""
    head = _HEAD.format(date=date, machine=in_words(machine))
    parts = [head.strip(), *_tables(points, curves), _REMARKS.read_text("utf-8").strip()]
    return "\n\n".join(parts) + "\n"


def _tables(points: Sequence[Point], curves: Sequence[Curve]) -> Iterator[str]:
    for curve in curves:
        yield f"## {curve.unit[0].upper()}{curve.unit[1:]}"
        yield table(_TITLES, [_row(one) for one in points if one.curve == curve.name])


def _row(one: Point) -> tuple[str, ...]:
    cost = f"{one.cpu_ms:.1f}", f"{one.median_ms:.1f}", f"{one.rss_mb:.0f}"
    return f"{one.size:,}", one.what, *cost


def chart(points: Sequence[Point], curves: Sequence[Curve]) -> bytes:
    """Return the picture as PNG: a chart for each curve, a line for each kind of request."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure((10, 7), 110, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    for axes, curve in zip(figure.subplots(2, 2).flat, curves, strict=False):
        of_curve = [one for one in points if one.curve == curve.name]
        for what in dict.fromkeys(one.what for one in of_curve):
            line = [(one.size, one.cpu_ms) for one in of_curve if one.what == what]
            axes.plot(*zip(*line, strict=True), marker="o", label=what)
        axes.set_xscale("log")
        axes.set_ylim(bottom=0)
        axes.set_xlabel(curve.unit)
        axes.set_ylabel("processor, ms a request")
        axes.grid(color="#dddddd")
        axes.legend()
    picture = BytesIO()
    figure.savefig(picture, format="png", metadata={"Software": None})
    return picture.getvalue()
