"""The growth benchmark: one curve in a small way, and the page that is drawn of it."""

import pytest

from benchmarks.growth.curves import CURVES, measure
from benchmarks.growth.page import chart, page

MACHINE = {"processor": "a", "instructions": "b", "cores_used": 2, "load_at_the_start": 0.5}


@pytest.mark.figures
def test_a_curve_is_measured_and_drawn():
    """Everything is asked for through the real handlers; what fails there fails here."""
    curve = CURVES["questions"]
    points = measure(curve.name, is_quick=True)
    asked = ["/classify", "press", "/history", "/label"]
    assert [(one.size, one.what) for one in points] == [
        (size, what) for size in curve.few for what in asked
    ]
    assert all(one.cpu_ms > 0 and one.median_ms > 0 and one.rss_mb > 0 for one in points)
    assert "| 3,000 | press |" in page(points, [curve], MACHINE, "2026-11-29")
    assert chart(points, [curve]).startswith(b"\x89PNG")
