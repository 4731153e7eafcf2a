"""What storage costs on a PostgreSQL server, beside the SQLite file, in one run.

Run `python -m benchmarks.scale.storage`. The rounds are interleaved, so that other load falls on
both alike, and both make the same promise: when a call returns, what it kept is on disk. The server
is on this machine; over a network each statement takes a way there and back more.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil

from benchmarks.serving.machine import describe, use_cores
from benchmarks.serving.tables import table
from storage.database import Database
from storage.records import NewQuery, NewVote, Side, Verdict
from tests.servers.postgresql import running_server

AT_ONCE, COMMUNITIES = 64, 8
_PATIENCE_S = 60.0
_LABELS = ("positive", "negative")
_RESULT = {"labels": list(_LABELS), "scores": [0.98, 0.02]}
_TITLES = (
    *("what", "file: wait, ms", "processor, ms", "server: wait, ms", "processor, ms"),
    *("wait, ratio", "processor, ratio"),
)

Work = Callable[["Contestant"], Awaitable[int]]
"""Returns how many things were done."""


class Contestant:
    """One kind of database, and what each kind of work took of it."""

    def __init__(self, database: Database, server: psutil.Process | None = None) -> None:
        self.database = database
        self.asked = 0
        self.wait_ms: defaultdict[str, list[float]] = defaultdict(list)
        self.processor_ms: defaultdict[str, list[float]] = defaultdict(list)
        self._server = server

    async def measure(self, what: str, work: Work) -> None:
        """Do some work once, and note what one thing of it took."""
        began, worked = time.perf_counter(), self._worked_s()
        done = await work(self)
        self.wait_ms[what].append((time.perf_counter() - began) * 1000 / done)
        self.processor_ms[what].append((self._worked_s() - worked) * 1000 / done)

    def _worked_s(self) -> float:
        """Of this process, and of all that serve it."""
        if self._server is None:
            return time.process_time()
        served = (one.cpu_times() for one in (self._server, *self._server.children()))
        return time.process_time() + sum(one.user + one.system for one in served)


async def answer(one: Contestant) -> int:
    """A question with its answer, as each answer keeps it."""
    await one.database.queries.add(_question(one, "discord:1"))
    return 1


async def press(one: Contestant) -> int:
    """*Right* under an answer: a verdict, a vote, an example with its group."""
    question = _question(one, "discord:1")
    number = await one.database.queries.add(question)
    await _press(one, question, number)
    return 1


async def answers_at_once(one: Contestant) -> int:
    """Many of several communities."""
    homes = (f"discord:{number % COMMUNITIES}" for number in range(AT_ONCE))
    await asyncio.gather(*(one.database.queries.add(_question(one, home)) for home in homes))
    return AT_ONCE


async def presses_at_once(one: Contestant) -> int:
    """The same of presses."""
    questions = [_question(one, f"discord:{n % COMMUNITIES}") for n in range(AT_ONCE)]
    numbers = await asyncio.gather(*map(one.database.queries.add, questions))
    pressing = (_press(one, *both) for both in zip(questions, numbers, strict=True))
    await asyncio.gather(*pressing)
    return AT_ONCE


async def look(one: Contestant) -> int:
    """What `/history` reads."""
    await one.database.queries.recent("discord:1", "ann", 10)
    return 1


WORK: dict[str, tuple[Work, int]] = {
    "an answer is kept": (answer, 40),
    "an answer and a press on it": (press, 40),
    f"of {AT_ONCE} answers at once, each": (answers_at_once, 8),
    f"of {AT_ONCE} answers and presses at once, each": (presses_at_once, 4),
    "the last ten are read": (look, 40),
}
"""With how often a round does it."""


def _question(one: Contestant, community: str) -> NewQuery:
    one.asked += 1
    text = f"our team was slower than before, question {one.asked}"
    return NewQuery(community, "ann", "classify", text, "sentiment@1", _RESULT, _LABELS, 12.5)


async def _press(one: Contestant, question: NewQuery, number: int) -> None:
    key = question.text.encode()
    said = (question.community, number, "bob", Verdict.RIGHT, None, "sentiment", key, key)
    await one.database.votes.cast(NewVote(*said, Side.TRAIN))


async def main() -> None:
    """Let the two take turns, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    machine = describe(use_cores(2))
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server("fsync=on", is_on_disk=True) as server,
    ):
        file = Contestant(await Database.open(Path(folder) / "tokki.db", _PATIENCE_S))
        url = server.new(server.tidy)
        far = Contestant(await Database.open(url, _PATIENCE_S), psutil.Process(server.pid))
        for number in range(rounds + 1):
            for what, (work, times) in WORK.items():
                for _ in range(times):
                    for one in (file, far):
                        await one.measure(what if number else f"{what}, cold", work)
        for one in (file, far):
            await one.database.close()
    facts = ("processor", "cores_used", "load_at_the_start")
    print(", ".join(f"{name}: {machine[name]}" for name in facts), end="\n\n")
    print(table(_TITLES, [_row(what, file, far) for what in WORK]))


def _row(what: str, file: Contestant, far: Contestant) -> tuple[str, ...]:
    # A clock of the processor ticks a hundred times a second: only the mean of many tells.
    waits = [statistics.median(one.wait_ms[what]) for one in (file, far)]
    works = [statistics.mean(one.processor_ms[what]) for one in (file, far)]
    cells = [f"{each:.2f}" for both in zip(waits, works, strict=True) for each in both]
    return what, *cells, f"{waits[1] / waits[0]:.1f}", f"{works[1] / works[0]:.1f}"


if __name__ == "__main__":
    asyncio.run(main())
