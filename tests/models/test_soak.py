"""A long day in a minute: a crowd of several communities, of whom half leave at random moments.

What must hold: whoever stays gets what a sequential run gives, nobody hangs, and the event loop
goes on ticking. Each figure is printed; see it with `pytest -rP`.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from models.errors import Busy
from models.lanes import MOST_WAITING
from models.results import Classification, LabelScore, MaskFill, Tokenization
from models.service import ModelService
from tests.models.engine_help import running
from tests.models.tiny import TEXTS, Tiny

CALLS = 20_000
CALLERS = 64
COMMUNITIES = 5
AT_ONCE = 5000
IN_ONE_TURN = 50
LONGEST_LAG_S = 0.05
WORDS = ["good", "bad", "movie", "food", "the", "end", "오늘", "나", "밥은", "학교에", "[MASK]"]
KINDS = ("classify bert", "classify roberta", "fill_mask mlm", "tokenize bert", "tokenize roberta")

Answer = Classification | MaskFill | Tokenization


@dataclass(frozen=True)
class Question:
    kind: str
    text: str

    async def ask(self, service: ModelService, tiny: Tiny, asker: str) -> Answer:
        what, _, name = self.kind.partition(" ")
        checkpoint = tiny.get(name)
        if what == "classify":
            return await service.classify(checkpoint, self.text, asker)
        if what == "fill_mask":
            return await service.fill_mask(checkpoint, self.text, 3, asker)
        return await service.tokenize(checkpoint, [self.text, "good"], None, asker)


def questions(chance: random.Random) -> list[Question]:
    """A few hundred, short ones and a few that are cut, so that a sequential run takes seconds."""
    found = [Question(kind, f"{text} [MASK]") for kind in KINDS for text in TEXTS[:4]]
    found += [Question("classify bert", TEXTS[4])]
    while len(found) < 300:
        text = " ".join(chance.choice(WORDS) for _ in range(chance.randint(1, 12)))
        found.append(Question(chance.choice(KINDS), f"[MASK] {text}"))
    return found


def numbers(answer: Answer) -> list[float]:
    if isinstance(answer, Classification):
        return [each.score for each in sorted(answer.scores, key=_label)]
    if isinstance(answer, MaskFill):
        return [each.score for mask in answer.masks for each in mask]
    return []


def rest(answer: Answer) -> object:
    """What must be the same to the letter."""
    if isinstance(answer, Classification):
        return sorted(map(_label, answer.scores)), answer.tokens
    return answer.tokens if isinstance(answer, MaskFill) else answer


def _label(score: LabelScore) -> str:
    return score.label


def assert_alike(answer: Answer, alone: Answer) -> None:
    assert rest(answer) == rest(alone)
    assert numbers(answer) == pytest.approx(numbers(alone), abs=1e-4)


@dataclass
class Ticker:
    """Notes how late the event loop comes to what is due every two milliseconds."""

    lags: list[float] = field(default_factory=list)

    async def run(self) -> None:
        while True:
            due = time.perf_counter() + 0.002
            await asyncio.sleep(0.002)
            self.lags.append(time.perf_counter() - due)

    def lag(self, share: float) -> float:
        return sorted(self.lags)[min(int(len(self.lags) * share), len(self.lags) - 1)]

    def __str__(self) -> str:
        worst = ", ".join(f"{lag * 1000:.0f}" for lag in sorted(self.lags)[-5:])
        return f"{len(self.lags)} ticks, p99.9 {self.lag(0.999) * 1000:.0f} ms, worst {worst} ms"


@asynccontextmanager
async def ticking() -> AsyncIterator[Ticker]:
    ticker = Ticker()
    task = asyncio.ensure_future(ticker.run())
    yield ticker
    task.cancel()


@pytest.mark.parametrize(
    ("answers_bytes", "renewals"),
    [(0, 0), (0, 10), (150_000, 0)],
    ids=["computed", "renewed meanwhile", "half remembered"],
)
async def test_twenty_thousand_calls_of_a_crowd_that_comes_and_goes(tiny, answers_bytes, renewals):
    """Of the lag the 99.9th percentile is held to 50 ms, not the worst of all: on a machine that

    we share, any process is now and then not run at all for longer than that, whatever it does.
    """
    chance = random.Random(answers_bytes)
    asked = questions(chance)
    ends: Counter[str] = Counter()
    async with running(tiny.root, answers_bytes=answers_bytes) as service:
        alone = {each: await each.ask(service, tiny, "") for each in asked}

        async def call(asker: str) -> None:
            question = chance.choice(asked)
            task = asyncio.ensure_future(question.ask(service, tiny, asker))
            if chance.random() < 0.5:
                await asyncio.sleep(chance.choice((0, 0.001, 0.03)) * chance.random())
                task.cancel()
            try:
                assert_alike(await task, alone[question])
                ends["answered"] += 1
            except asyncio.CancelledError:
                ends["cancelled"] += 1

        async def caller(number: int) -> None:
            for _ in range(number, CALLS, CALLERS):
                await call(f"community {number % COMMUNITIES}")

        async def renew() -> None:
            for _ in range(renewals):
                assert await service.renew(tiny.get("bert"))
                await asyncio.sleep(0.2)

        started = time.perf_counter()
        async with ticking() as ticker, asyncio.timeout(200):
            await asyncio.gather(renew(), *map(caller, range(CALLERS)))
        seconds = time.perf_counter() - started
        assert all(not len(entry.loading.result().lane._line) for entry in entries(service))
        assert all(entry.users == 0 for entry in entries(service))
    print(f"{CALLS / seconds:.0f} calls a second for {seconds:.0f} s; {dict(ends)}; {ticker}")
    assert ends.total() == CALLS
    assert min(ends.values()) > CALLS / 20
    assert ticker.lag(0.999) < LONGEST_LAG_S


def entries(service: ModelService) -> list[object]:
    return list(service._cache._entries.values())


async def test_five_thousand_at_once(tiny):
    """Refused early, with an estimate, none lost in silence, and other communities still heard.

    They come as fast as a door could read them. A turn of the loop that begins all 5,000 takes as
    long as 5,000 beginnings, whoever answers; test_lanes.py has those, too. One late tick of about
    fifty is forgiven: a full run of the garbage collector looks through what 5,000 waiting tasks
    are made of, which took 50 to 60 ms where two busy processes shared the core.
    """
    bert = tiny.get("bert")
    async with running(tiny.root) as service:
        alone = [await service.classify(bert, text) for text in TEXTS]
        refused_s: list[float] = []

        async def ask(number: int) -> Classification | int:
            started = time.perf_counter()
            try:
                return await service.classify(bert, TEXTS[number % len(TEXTS)], "loud")
            except Busy as busy:  # not kept: 4,000 tracebacks are much to look through for garbage
                refused_s.append(time.perf_counter() - started)
                return busy.facts["seconds"]

        async with ticking() as ticker, asyncio.timeout(100):
            crowd = []
            for number in range(AT_ONCE):
                crowd.append(asyncio.ensure_future(ask(number)))
                if number % IN_ONE_TURN == 0:
                    await asyncio.sleep(0)
            quiet = await service.classify(bert, TEXTS[1], "quiet")
            answers = [await each for each in crowd]
        assert_alike(quiet, alone[1])
    answered = [place for place, each in enumerate(answers) if isinstance(each, Classification)]
    refused = [each for each in answers if isinstance(each, int)]
    print(f"{len(answered)} answered, {len(refused)} refused, {ticker}")
    assert len(answered) + len(refused) == AT_ONCE
    assert len(answered) >= MOST_WAITING - 1
    assert all(1 <= each < 60 for each in refused)
    assert max(refused_s) < 1
    for place in answered:
        assert_alike(answers[place], alone[place % len(TEXTS)])
    assert sorted(ticker.lags)[-2] < LONGEST_LAG_S
