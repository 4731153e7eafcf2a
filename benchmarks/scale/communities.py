"""What so many communities need, against what one process, one file and the platforms bear."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.scale.day import busiest

SIZES = (1, 1_000, 100_000)
QUESTIONS_A_DAY = 20
"""Of one community: assumed. All else is proportional to it."""
PRESSES = 0.2
"""Judgements of a question: assumed."""
WRITES_OF_A_PRESS = 3
MADE_LATER = 0.02
"""The share of questions whose answers are edited as ordinary messages, since they take long."""
EDITS = 10
"""Of such a message."""
BUSY = 0.7
"""Of its core, a process bears at the busiest: above that people wait for each other."""
A_CORE_HOUR = 0.04
"""Dollars, of rented machines: assumed."""

SERVERS_A_SHARD = 2_500
"""At the most; Discord closes a connection with more."""
CALLS_A_SECOND = 50
"""Of a Discord application, replies to interactions not counted."""
IDENTIFIES_A_DAY = 1_000
IDENTIFY_EVERY_S = 5.0
SLACK_EVENTS = 30_000 / 3600
"""A second, of one workspace; each has its own."""
SLACK_MESSAGES = 1.0
"""A second, of one channel."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one process on one core does, by measurement."""

    rest_ms: float
    """Processor of a /classify in a crowd, from door to reply, but for the engine."""
    press_ms: float
    model_ms: float
    """What the engine takes."""
    call_ms: float
    """What it takes the bot to have it done by Ray instead, a question of a crowd."""
    writes_a_second: float = 1_000.0
    """Of one SQLite file: assumed, and few beside what group commits bear."""

    @property
    def whole_ms(self) -> float:
        """Of a question with its presses, where the engine is in the bot's process."""
        return self.rest_ms + self.model_ms + PRESSES * self.press_ms


@dataclass(frozen=True, slots=True)
class Need:
    """What one size comes to."""

    communities: int
    peak: float
    """Questions a second, in the busiest hour."""
    cores: float
    """Busy on average in that hour, of bots alone."""
    processes: int
    writes: float
    shards: int
    shares: dict[str, float]
    """How much of each limit is used where one process does it all; 1 is the limit."""

    @property
    def first(self) -> str:
        """What gives out first."""
        return max(self.shares, key=self.shares.__getitem__)


def need(communities: int, cost: Measured) -> Need:
    """Return what so many need."""
    peak = busiest(communities * QUESTIONS_A_DAY)
    cores = peak * cost.whole_ms / 1000
    writes = peak * (1 + PRESSES * WRITES_OF_A_PRESS)
    shards = math.ceil(communities / SERVERS_A_SHARD)
    calls = peak * MADE_LATER * EDITS
    return Need(
        communities,
        peak,
        cores,
        math.ceil(cores / BUSY),
        writes,
        shards,
        {
            "the core of one process": cores / BUSY,
            "one SQLite file": writes / cost.writes_a_second,
            "Discord's 2,500 servers of a shard": communities / SERVERS_A_SHARD,
            "Discord's 50 requests a second": calls / CALLS_A_SECOND,
        },
    )


def shares_of_slack() -> tuple[float, float]:
    """Return how much of its events one workspace uses, and of its messages its only channel."""
    peak = busiest(QUESTIONS_A_DAY)
    return peak * (1 + PRESSES) / SLACK_EVENTS, peak / SLACK_MESSAGES


def hours_a_million(cost: Measured) -> float:
    """Return how long a core is at a million questions, with their presses."""
    return 1e6 * cost.whole_ms / 1000 / 3600


def dollars_a_million(cost: Measured) -> float:
    """Return what the processor of a million questions costs, with their presses."""
    return hours_a_million(cost) * A_CORE_HOUR


def start_s(shards: int) -> float:
    """Return how long all shards take to come up, one IDENTIFY at a time."""
    return (shards - 1) * IDENTIFY_EVERY_S


def all_needs(cost: Measured) -> Iterator[Need]:
    """Yield each size's."""
    for communities in SIZES:
        yield need(communities, cost)
