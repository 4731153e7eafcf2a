"""The pairs that the gate is measured on are as far apart as they are said to be."""

import numpy as np
import pytest

from benchmarks.labelling.figures import Report
from benchmarks.learning import gate
from benchmarks.learning.__main__ import draw as draw_page
from benchmarks.learning.pairs import ACCURACY, DIFFERING, Kind, draw


@pytest.mark.parametrize("gain", [-0.02, 0.0, 0.06])
def test_a_pair_is_as_far_apart_as_is_said(gain):
    pair = draw(Kind(gain), 100_000, np.random.default_rng(1))
    wins, losses = pair.decided()
    assert pair.live_right.mean() == pytest.approx(ACCURACY, abs=0.005)
    assert pair.new_right.mean() == pytest.approx(ACCURACY + gain, abs=0.005)
    assert (wins + losses) / 100_000 == pytest.approx(DIFFERING, abs=0.005)


def test_the_page_tells_every_figure(monkeypatch):
    monkeypatch.setattr(gate, "_TEXTS", (40,))
    monkeypatch.setattr(gate, "_RUNS", 3)
    monkeypatch.setattr(gate, "_JUDGED_RUNS", 20)
    report = Report(range(1))
    gate.measure(report)
    page = draw_page(report, 60.0)
    assert page.count("false promotion") == 3 and "power at +3 points" in page
    assert "| 40 |" in page
