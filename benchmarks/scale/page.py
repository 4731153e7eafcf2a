"""The tables of docs/scale.md: what was measured, what is simulated, and arithmetic."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from benchmarks.scale.communities import (
    A_CORE_HOUR,
    BUSY,
    IDENTIFIES_A_DAY,
    QUESTIONS_A_DAY,
    Measured,
    all_needs,
    dollars_a_million,
    hours_a_million,
    shares_of_slack,
    start_s,
)
from benchmarks.scale.lane import Cost, Seen, closed, most_a_second, opened, poisson
from benchmarks.serving.runs.contestant import ROOT
from benchmarks.serving.tables import table

PAGE = ROOT / "docs" / "scale.md"
RESULTS = ROOT / "benchmarks" / "scale" / "results.json"
MARK = "<!-- from here on written by python -m benchmarks.scale --write -->"
REST_MS, PRESS_MS = 3.0, 18.2
"""Of a crowd, and alone: docs/figures/growth.md. The first has the engine on very short texts in
it, so it is rather too much."""
_HERE, _THERE = "in process", "Ray, one replica"
_LONE, _CROWD = 1, 256
_BATCH = {_HERE: 16, _THERE: 400}
"""Questions: 384 tokens of a batch, 8,192 of a call."""
_ANSWERS = 6_000
_PATIENCE_S = 1.0
_HEAVIER = {
    "as `sentiment` (MiniLM's size)": 1,
    "ten times (BERT-base)": 10,
    "a hundred times": 100,
}


def page(found: Mapping[str, Any]) -> str:
    """Return the part that is measured and calculated."""
    points = {(one["way"], one["callers"]): one for one in found["points"]}
    return "\n\n".join(_parts(points, found)) + "\n"


def _parts(points: Mapping[tuple[str, int], Any], found: Mapping[str, Any]) -> Iterator[str]:
    machine = found["machine"]
    yield "## A call through Serve beside the engine in process"
    yield (
        f"Measured on {found['date']} with {machine['processor']} ({machine['instructions']}), "
        f"{machine['cores_used']} cores that bot, proxy and replica share, load "
        f"{machine['load_at_the_start']} at the start. `sentiment`, distinct messages, one worker; "
        "callers that ask, wait and ask again."
    )
    titles = ("callers", "way", "answers a second", "p50, ms", "p95, ms", "bot's processor, ms")
    yield table(titles, [_measured(one) for one in points.values()])
    yield "## What the simulation says of the same"
    yield (
        "A lane is a queue whose batches take so much each and so much a question "
        "(`benchmarks/scale/lane.py`). Both numbers come from one caller and from 256; with 8 and "
        "64 it is held against what was measured."
    )
    titles = ("callers", "way", "measured a second", "simulated", "measured p50, ms", "simulated")
    yield table(titles, [_checked(points, *key) for key in points])
    yield "## From which load on Ray pays"
    yield from _pays(points)
    yield "## One, a thousand, a hundred thousand communities"
    yield from _sizes(_costs(points))


def _measured(one: Mapping[str, Any]) -> Sequence[str]:
    numbers = (f"{one[name]:,.1f}" for name in ("a_second", "p50_ms", "p95_ms", "cpu_ms"))
    return str(one["callers"]), one["way"], *numbers


def _cost(points: Mapping[tuple[str, int], Any], way: str) -> Cost:
    lone, crowd = points[way, _LONE], points[way, _CROWD]
    return Cost.fitted(lone["p50_ms"] / 1000, 1 / crowd["a_second"], min(_BATCH[way], _CROWD))


def _checked(points: Mapping[tuple[str, int], Any], way: str, callers: int) -> Sequence[str]:
    seen = closed(callers, _cost(points, way), 1, _BATCH[way], _ANSWERS)
    one = points[way, callers]
    return (
        f"{callers}{' (fitted)' if callers in (_LONE, _CROWD) else ''}",
        way,
        f"{one['a_second']:,.0f}",
        f"{seen.a_second:,.0f}",
        f"{one['p50_ms']:,.1f}",
        f"{1000 * seen.p50_s:,.1f}",
    )


def _costs(points: Mapping[tuple[str, int], Any]) -> Measured:
    here, there = points[_HERE, _CROWD], points[_THERE, _CROWD]
    return Measured(REST_MS, PRESS_MS, here["cpu_ms"], there["cpu_ms"])


def _pays(points: Mapping[tuple[str, int], Any]) -> Iterator[str]:
    cost = _costs(points)
    bears = most_a_second(partial(_asked, cost=_cost(points, _HERE)), _PATIENCE_S, (1.0, 20_000.0))
    yield (
        f"Measured: of a crowd's question the engine takes {cost.model_ms:.2f} ms of the bot's "
        f"own process, and a call to Ray in its place {cost.call_ms:.2f} ms. Simulated: with "
        f"people who know nothing of each other, one worker bears {bears:,.0f} questions a second "
        f"until one in twenty waits for more than {_PATIENCE_S:g} s. Arithmetic: everything else "
        f"of a `/classify` stays with the bot ({REST_MS} ms in a crowd at the most, "
        f"docs/figures/growth.md), so one process with {BUSY:.0%} of a core busy bears:"
    )
    titles = ("a model that costs", "alone, a second", "with Ray, a second", "replicas' cores then")
    yield table(titles, [_with_ray(cost, *each) for each in _HEAVIER.items()])


def _asked(a_second: float, cost: Cost) -> Seen:
    return opened(poisson(a_second, _ANSWERS / a_second, 7), cost, 1, _BATCH[_HERE])


def _with_ray(cost: Measured, what: str, times: int) -> Sequence[str]:
    alone = 1000 * BUSY / (cost.rest_ms + times * cost.model_ms)
    outside = 1000 * BUSY / (cost.rest_ms + cost.call_ms)
    cores = outside * times * cost.model_ms / 1000 / BUSY
    return what, f"{alone:,.0f}", f"{outside:,.0f}", f"{cores:,.1f}"


def _sizes(cost: Measured) -> Iterator[str]:
    needs = list(all_needs(cost))
    titles = (
        "communities",
        "questions a second, busiest hour",
        "busy cores",
        "processes",
        "database writes a second",
        "Discord shards, at least",
        "their start, s",
        "restarts of all a day",
        "gives out first",
    )
    yield table(
        titles,
        [
            (
                f"{one.communities:,}",
                f"{one.peak:,.3g}",
                f"{one.cores:,.2g}",
                f"{one.processes:,}",
                f"{one.writes:,.3g}",
                f"{one.shards:,}",
                f"{start_s(one.shards):,.0f}",
                f"{IDENTIFIES_A_DAY // one.shards:,}",
                f"{one.first} ({one.shares[one.first]:.2g} of it)",
            )
            for one in needs
        ],
    )
    events, messages = shares_of_slack()
    yield (
        f"Slack limits each workspace and each channel by itself, however many there are: one with "
        f"{QUESTIONS_A_DAY} questions a day, all in one channel, comes in its busiest hour to "
        f"{events:.2g} of its 30,000 events an hour and {messages:.2g} of the channel's message a "
        "second."
    )
    yield (
        f"Arithmetic, but for the processor time of a request. A million questions with their "
        f"presses take {hours_a_million(cost):.1f} hours of a "
        f"core, {dollars_a_million(cost):.2f} dollars at {A_CORE_HOUR} an hour."
    )
