"""Callers that ask, wait for the answer and ask again. Only the standard library."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import perf_counter
from typing import Protocol

_LAG_EVERY_S = 0.005


@dataclass(frozen=True, slots=True)
class Answer:
    """What a contender said, and how many tokens it read, where it says so."""

    probabilities: dict[str, float]
    tokens: int | None = None

    @property
    def label(self) -> str:
        """The likeliest label."""
        return max(self.probabilities, key=self.probabilities.__getitem__)


class Asker(Protocol):
    """A contender that is ready to answer."""

    async def ask(self, text: str) -> Answer:
        """Answer one message."""
        ...

    def about(self) -> dict[str, object]:
        """Say what answers."""
        ...


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked. It ends with a whole block of texts, when both least values are reached."""

    texts: Sequence[str]
    callers: int
    least: int
    least_s: float
    block: int
    keep: int
    """Of how many texts, from the first on, the answers are kept."""


@dataclass(slots=True)
class Outcome:
    """What came of a load."""

    seconds: float = 0.0
    latencies: dict[int, float] = field(default_factory=dict)
    """By place of the text, in seconds."""
    answers: dict[int, dict[str, float]] = field(default_factory=dict)
    tokens: list[int] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)


async def run(asker: Asker, load: Load) -> Outcome:
    """Let all callers ask until the load is over and everybody has an answer."""
    outcome = Outcome()
    sampling = asyncio.create_task(_sample_lag(outcome.lags))
    callers = _Callers(asker, load, outcome)
    started = perf_counter()
    await asyncio.gather(*(callers.go() for _ in range(load.callers)))
    outcome.seconds = perf_counter() - started
    sampling.cancel()
    with suppress(asyncio.CancelledError):
        await sampling
    return outcome


class _Callers:
    def __init__(self, asker: Asker, load: Load, outcome: Outcome) -> None:
        self._asker = asker
        self._load = load
        self._outcome = outcome
        self._asked = 0
        self._started = perf_counter()

    async def go(self) -> None:
        """Be one caller."""
        while not self._is_over():
            place = self._asked
            self._asked += 1
            asked_at = perf_counter()
            answer = await self._asker.ask(self._load.texts[place])
            self._outcome.latencies[place] = perf_counter() - asked_at
            self._keep(place, answer)

    def _keep(self, place: int, answer: Answer) -> None:
        if answer.tokens is not None:
            self._outcome.tokens.append(answer.tokens)
        if place < self._load.keep:
            self._outcome.answers[place] = answer.probabilities

    def _is_over(self) -> bool:
        load = self._load
        if self._asked >= len(load.texts):
            return True
        if self._asked < load.least or self._asked % load.block:
            return False
        return perf_counter() - self._started >= load.least_s


async def _sample_lag(lags: list[float]) -> None:
    """Note how much later than asked for the event loop comes back."""
    while True:
        started = perf_counter()
        await asyncio.sleep(_LAG_EVERY_S)
        lags.append(perf_counter() - started - _LAG_EVERY_S)
