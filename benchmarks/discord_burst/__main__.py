"""A burst of /classify on Discord: Tokki, and beside it the bot that tutorials teach.

Run `python -m benchmarks.discord_burst`. Both bots use the unmodified discord.py, each in a process
of its own before a loopback Discord in this one, and classify the same texts with the same bundled
checkpoint. Their bursts take turns, so that other load falls on both alike. The times are those
that the server sees, from the sending of an interaction; its own work is in all of them.
"""

import argparse
import asyncio
import itertools
import math
import os
import platform
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.discord_burst.figures import (
    BASELINE,
    CPU,
    SERVER_CPU,
    TOKKI,
    Figures,
    figures,
    is_answer,
    report,
)
from benchmarks.discord_burst.texts import all_texts
from tests.servers.discord_server import Channel, LoopbackDiscord, Person, UserAction

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "models" / "bundled" / "sentiment"
PEOPLE = 100
WARM_UPS = 3
AT_ONCE = 8
START_S = 60
QUIET_S = 6.0
"""After so long without a new answer none is waited for any more."""
BETWEEN_TYPING_S = 0.05
"""So often somebody types into an option during a burst, which asks for an autocompletion."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """A bot that runs, and the Discord that it sees."""

    name: str
    discord: LoopbackDiscord
    channel: Channel
    people: Sequence[Person]
    process: psutil.Process


async def main() -> None:
    """Let the bursts take turns, and print the medians and their ratios."""
    arguments = _arguments()
    print(_machine())
    rounds: dict[str, list[Figures]] = {TOKKI: [], BASELINE: []}
    texts = all_texts()
    first = [list(itertools.islice(texts, AT_ONCE)) for _ in range(WARM_UPS)]
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack:
            bots = [
                await stack.enter_async_context(_running(name, Path(folder), first))
                for name in rounds
            ]
            for number in range(arguments.rounds):
                asked = list(itertools.islice(texts, arguments.interactions))
                for bot in bots[:: -1 if number % 2 else 1]:
                    await asyncio.sleep(1)  # what the burst before left is over
                    rounds[bot.name].append(await _burst(bot, asked))
    print(_machine())
    report(rounds[TOKKI], rounds[BASELINE], arguments.interactions)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--interactions", type=int, default=500, help="of a burst")
    parser.add_argument("--rounds", type=int, default=3, help="bursts of each bot")
    return parser.parse_args()


def _machine() -> str:
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return f"{platform.machine()}, {os.cpu_count()} cores, load {load}"


@asynccontextmanager
async def _running(
    name: str, folder: Path, first: Sequence[Sequence[str]]
) -> AsyncIterator[Contestant]:
    """Start a bot and let it answer a little."""
    async with LoopbackDiscord(validate=False, rate_limits=False) as discord:
        guild = discord.add_guild("Lab")
        channel = guild.add_channel("general")
        people = [discord.add_person(f"person{number}") for number in range(PEOPLE)]
        for person in people:
            guild.join(person)
        process = await _start(name, discord, folder)
        try:
            await _ready(discord, process)
            bot = Contestant(name, discord, channel, people, psutil.Process(process.pid))
            await _warm_up(bot, first)
            yield bot
        finally:
            with suppress(ProcessLookupError):
                process.terminate()
            await process.wait()


async def _start(name: str, discord: LoopbackDiscord, folder: Path) -> asyncio.subprocess.Process:
    data = folder / name
    commands = {
        TOKKI: ["bot", "run"],
        BASELINE: ["benchmarks.discord_burst.tutorial_bot", str(MODEL), f"{data}.sqlite3"],
    }
    given = {
        **discord.settings,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "TOKKI_DATA_DIR": str(data),
        "TOKKI_COMMANDS_A_MINUTE": "1000000",
    }
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *commands[name],
        cwd=ROOT,
        env=os.environ | given,
        stdout=asyncio.subprocess.DEVNULL,
    )


async def _ready(discord: LoopbackDiscord, process: asyncio.subprocess.Process) -> None:
    """Wait until a bot is there, or has given up."""
    ready = asyncio.create_task(discord.ready(START_S))
    ended = asyncio.create_task(process.wait())
    await asyncio.wait({ready, ended}, return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    if not ready.done():
        ready.cancel()
        sys.exit(f"A bot ended with {process.returncode} before it was ready.")
    await ready


async def _warm_up(bot: Contestant, first: Sequence[Sequence[str]]) -> None:
    for texts in first:
        asked = await _ask(bot, texts)
        await asyncio.gather(*(each.until(is_answer, START_S) for each in asked))


async def _ask(bot: Contestant, texts: Sequence[str]) -> list[UserAction]:
    asked = []
    for person, text in zip(itertools.cycle(bot.people), texts, strict=False):
        asked.append(await person.slash(bot.channel, "classify", {"text": text}))
        await asyncio.sleep(0)  # lets the server send it
    return asked


async def _burst(bot: Contestant, texts: Sequence[str]) -> Figures:
    began = len(bot.discord.requests)
    cpu_s, server_s = _cpu_s(bot.process), time.process_time()
    typing = asyncio.create_task(_type(bot))
    asked = await _ask(bot, texts)
    await _settled(asked)
    spent = {CPU: _cpu_s(bot.process) - cpu_s, SERVER_CPU: time.process_time() - server_s}
    typing.cancel()
    return figures(asked, _callbacks(bot, began), await typing) | spent


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


async def _type(bot: Contestant) -> list[float]:
    """Type into an option all the while, and return how long each list took; inf: too long."""
    waiting: list[asyncio.Task[float]] = []
    with suppress(asyncio.CancelledError):
        for person in itertools.cycle(bot.people):
            await asyncio.sleep(BETWEEN_TYPING_S)
            waiting.append(asyncio.create_task(_choices(bot, person)))
    return list(await asyncio.gather(*waiting))


async def _choices(bot: Contestant, person: Person) -> float:
    started = time.perf_counter()
    try:
        await person.autocomplete(bot.channel, "classify", "model", "s", {"text": "good"})
    except AssertionError:
        return math.inf
    return time.perf_counter() - started


async def _settled(asked: Sequence[UserAction]) -> None:
    """Return when all are answered, or no more answers come."""
    answered, changed = 0, time.perf_counter()
    while answered < len(asked) and time.perf_counter() - changed < QUIET_S:
        await asyncio.sleep(0.02)
        now = sum(each.answer is not None for each in asked)
        if now != answered:
            answered, changed = now, time.perf_counter()


def _callbacks(bot: Contestant, began: int) -> dict[int, float]:
    """When each interaction was first called back, whether or not it was too late."""
    at: dict[int, float] = {}
    for request in bot.discord.requests[began:]:
        if request.path.endswith("/callback"):
            at.setdefault(int(request.path.split("/")[2]), request.at)
    return at


if __name__ == "__main__":
    asyncio.run(main())
