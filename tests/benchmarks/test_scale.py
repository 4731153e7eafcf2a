"""The simulation against what is known exactly, and the page against what was kept."""

import json

import pytest

from benchmarks.scale.communities import Measured, need
from benchmarks.scale.day import BUSIEST_FOUR, QUIETEST_FOUR, shares
from benchmarks.scale.lane import Cost, closed, most_a_second, opened, poisson
from benchmarks.scale.page import MARK, PAGE, RESULTS, page


def test_the_cost_of_a_batch_is_found_again():
    cost = Cost(0.004, 0.001)
    assert Cost.fitted(cost.of(1), cost.of(16) / 16, 16) == pytest.approx(cost)


def test_a_lone_caller_and_a_full_lane_see_what_they_must():
    cost = Cost(0.004, 0.001)
    alone = closed(1, cost, 1, 16, 500)
    assert (alone.a_second, alone.p50_s) == (pytest.approx(200), pytest.approx(0.005))
    crowd = closed(256, cost, 1, 16, 8_000)
    assert crowd.a_second == pytest.approx(16 / cost.of(16), rel=0.01)
    # Little's law: as many wait as come in a second times how long each waits.
    assert crowd.a_second * crowd.p50_s == pytest.approx(256, rel=0.05)


def test_without_batches_it_is_the_queue_of_the_books():
    """M/D/1 at 80 %: nobody waits longer on average than rho / (2 (1 - rho)) services."""
    service_s = 0.01
    seen = opened(poisson(80, 4_000, 3), Cost(0.0, service_s), 1, 1)
    assert seen.a_second == pytest.approx(80, rel=0.02)
    assert 2 * service_s < seen.p50_s < 3 * service_s  # its mean is 3 services, its tail is long
    bears = most_a_second(
        lambda rate: opened(poisson(rate, 2_000 / rate, 3), Cost(0.0, service_s), 1, 1),
        1.0,
        (1.0, 1_000.0),
    )
    assert 90 < bears < 130


def test_the_day_has_the_shape_that_was_counted():
    found = shares()
    ordered = sorted(found)
    assert sum(found) == pytest.approx(1) and min(found) > 0
    assert sum(ordered[-4:]) == pytest.approx(BUSIEST_FOUR, abs=0.01)
    assert sum(ordered[:4]) == pytest.approx(QUIETEST_FOUR, abs=0.01)


def test_what_is_needed_grows_with_the_communities_and_what_gives_out_first_changes():
    cost = Measured(rest_ms=3.0, press_ms=18.2, model_ms=1.0, call_ms=1.0)
    one, many = need(1, cost), need(100_000, cost)
    assert (one.processes, one.shards, many.shards) == (1, 1, 40)
    assert many.peak == pytest.approx(100_000 * one.peak)
    assert max(one.shares.values()) < 0.01 and many.shares[many.first] > 1


def test_the_page_is_drawn_from_what_was_kept():
    written = PAGE.read_text("utf-8").partition(MARK)[2]
    assert written.strip() == page(json.loads(RESULTS.read_text("utf-8"))).strip()
