"""How fast questions are saved that come at once, beside one transaction for each of them.

Run `python -m benchmarks.storage`; the rounds are interleaved, so that other load falls on both
alike. Both make the same promise: when a call returns, its question is on disk.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from storage.database import Database
from storage.queries import insert_queries
from storage.records import NewQuery
from storage.sqlite.connections import FileConnections, prepare_file

BURSTS = (1, 8, 64, 500)
RESULT = {"labels": ["positive", "negative"], "scores": [0.98, 0.02]}
LABELS = ("positive", "negative")

Add = Callable[[NewQuery], Awaitable[int]]


async def main() -> None:
    """Let the two take turns, and print the medians and their ratios."""
    rounds = _rounds()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tokki.db"
        database = await Database.open(path)
        naive = FileConnections(prepare_file(path), busy_timeout_s=60)
        print(f"{'questions at once':20}{'one by one':>12}{'together':>12}  ratio")
        for burst in BURSTS:
            await _compare(burst, rounds, lambda query: _alone(naive, query), database.queries.add)
        await naive.close()
        await database.close()


def _rounds() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="of each size")
    return int(parser.parse_args().rounds)


async def _compare(burst: int, rounds: int, alone: Add, together: Add) -> None:
    seconds: dict[Add, list[float]] = {alone: [], together: []}
    for _ in range(rounds):
        for add, times in seconds.items():
            times.append(await _seconds(add, burst))
    before, now = (statistics.median(times) for times in seconds.values())
    print(f"{burst:<20}{before * 1000:9.1f} ms{now * 1000:9.1f} ms  {now / before:.2f}")


async def _seconds(add: Add, burst: int) -> float:
    started = time.perf_counter()
    numbers = await asyncio.gather(*(add(_question(number)) for number in range(burst)))
    seconds = time.perf_counter() - started
    assert len(set(numbers)) == burst
    return seconds


def _question(number: int) -> NewQuery:
    text = f"our team was slower than before, question {number}"
    return NewQuery("home", "ann", "classify", text, "sentiment@1", RESULT, LABELS, 12.5)


async def _alone(connections: FileConnections, query: NewQuery) -> int:
    """The baseline: what `Queries.add` would be without `GroupCommit`."""
    return await connections.write(
        query.community, lambda connection: insert_queries(connection, [query])[0]
    )


if __name__ == "__main__":
    asyncio.run(main())
