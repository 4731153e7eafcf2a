"""The pairs that the gate is measured on are as far apart as they are said to be."""

import numpy as np
import pytest

from benchmarks.figures.report import Report
from benchmarks.learning import attacks, gate, queue, shadow, watch
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


def test_a_flood_is_refused_and_a_majority_would_have_believed_it(monkeypatch):
    monkeypatch.setattr(attacks, "FRESH", 300)
    found = attacks._outcome(attacks._flood, attacks.TEXTS, 0)
    assert found.believed and not found.promoted
    assert found.accuracy < found.live - 0.1


def test_flipped_labels_are_learned_from_and_refused(monkeypatch):
    monkeypatch.setattr(attacks, "FRESH", 300)
    found = attacks._outcome(attacks._flipped, 400, 0)
    assert not found.promoted and found.accuracy < 0.2


def test_the_watch_is_measured(monkeypatch):
    monkeypatch.setattr(watch, "_RUNS", 2)
    monkeypatch.setattr(watch, "_ARL_RUNS", 5)
    report = Report(range(1))
    watch.measure(report)
    assert [figure.ours[-1] for figure in report.figures[1:]] == ["%"] * 2


@pytest.mark.figures
async def test_a_line_of_trainings_is_counted(monkeypatch, tmp_path):
    monkeypatch.setattr(queue, "COMMUNITIES", 2)
    monkeypatch.setattr(queue, "WATCHED", 1)
    processes, memory, _ = await queue._watched(tmp_path)
    assert processes == 1 and memory > 50


@pytest.mark.figures
def test_answers_are_timed_beside_a_comparison(monkeypatch):
    for name, count in (("TEXTS", 20), ("QUESTIONS", 3), ("ROUNDS", 1)):
        monkeypatch.setattr(shadow, name, count)
    report = Report(range(1))
    shadow.measure(report)
    assert report.figures[0].ours.endswith(" ms")
