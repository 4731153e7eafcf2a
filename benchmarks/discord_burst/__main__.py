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
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.servers.discord_server import Channel, LoopbackDiscord, Message, Person, UserAction

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "models" / "bundled" / "sentiment"
TOKKI, BASELINE = "tokki", "tutorial"
PEOPLE = 100
WARM_UPS = 3
AT_ONCE = 8
START_S = 60
QUIET_S = 6.0
"""After so long without a new answer none is waited for any more."""
LATE_S = 3.0
BETWEEN_TYPING_S = 0.05
"""So often somebody types into an option during a burst, which asks for an autocompletion."""

WHO = ("my sister", "our team", "the new guild", "that streamer", "the last patch", "우리 팀",
       "새 업데이트", "어제 본 영화", "그 식당", "이번 이벤트")  # fmt: skip
DOES = ("really surprised me", "was a complete waste of time", "made everybody laugh",
        "is slower than before", "keeps getting better", "정말 마음에 들어요",
        "생각보다 별로였어요", "다시 하고 싶지 않아요", "꼭 추천하고 싶어요")  # fmt: skip
WHY = ("because nobody had told us", "and I would do it again", "so I am going to bed",
       "even though it rained all day", "친구들도 다 그렇게 말해요", "그래서 조금 아쉬웠어요",
       "and the music was lovely", "but the queue took two hours")  # fmt: skip
HOW = ("honestly", "well,", "sorry, but", "hey all,", "솔직히", "진짜", "있잖아요,", "and yes,")
WHEN = ("today", "last night", "as always", "for the third time", "오늘", "지난주에", "또")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a burst. Less is better for all of them."""

    name: str
    unit: str
    goal: float | None = None
    """Tokki's: the number stays under it."""


ACKNOWLEDGED_P50 = Figure("acknowledged p50", "s")
ACKNOWLEDGED_P99 = Figure("acknowledged p99", "s", goal=1.0)
ANSWERED_P50 = Figure("answered p50", "s")
ANSWERED_P95 = Figure("answered p95", "s")
LAST = Figure("last answer after", "s")
LATE = Figure(f"acknowledged after {LATE_S:.0f} s or never", "%")
UNANSWERED = Figure("without an answer", "%")
TYPING_P99 = Figure("autocomplete p99 meanwhile", "s", goal=0.1)
CPU = Figure("processor time of the bot", "s")
SERVER_CPU = Figure("processor time of the server", "s")

Figures = dict[Figure, float]


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
    texts = _texts()
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
    _report(rounds[TOKKI], rounds[BASELINE], arguments.interactions)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--interactions", type=int, default=500, help="of a burst")
    parser.add_argument("--rounds", type=int, default=3, help="bursts of each bot")
    return parser.parse_args()


def _machine() -> str:
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return f"{platform.machine()}, {os.cpu_count()} cores, load {load}"


def _texts() -> Iterator[str]:
    """Make up texts, no two alike."""
    parts = (HOW, WHO, DOES, WHY, WHEN)
    numbers = range(math.prod(map(len, parts)))
    for number in random.Random(0).sample(numbers, len(numbers)):
        words = []
        rest = number
        for part in parts:
            rest, place = divmod(rest, len(part))
            words.append(part[place])
        yield " ".join(words)


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
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
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
        await asyncio.gather(*(each.until(_is_answer, START_S) for each in asked))


def _is_answer(message: Message) -> bool:
    """What both say has percentages in it; a refusal has none."""
    return "%" in message.text


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
    return _figures(asked, _callbacks(bot, began), await typing) | spent


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


def _figures(
    asked: Sequence[UserAction], callbacks: dict[int, float], typing: Sequence[float]
) -> Figures:
    acknowledged = [callbacks.get(each.id, math.inf) - each.sent_at for each in asked]
    answered = [_answer_s(each) for each in asked]
    began = asked[0].sent_at
    ends = [each.sent_at + s for each, s in zip(asked, answered, strict=True) if s < math.inf]
    return {
        ACKNOWLEDGED_P50: _quantile(acknowledged, 0.5),
        ACKNOWLEDGED_P99: _quantile(acknowledged, 0.99),
        ANSWERED_P50: _quantile(answered, 0.5),
        ANSWERED_P95: _quantile(answered, 0.95),
        LAST: max(ends, default=math.inf) - began,
        LATE: _percent(acknowledged, lambda seconds: seconds > LATE_S),
        UNANSWERED: _percent(answered, math.isinf),
        TYPING_P99: _quantile(typing, 0.99),
    }


def _answer_s(asked: UserAction) -> float:
    is_answered = asked.answer is not None and _is_answer(asked.answer)
    return asked.answer_s if is_answered and asked.answer_s is not None else math.inf


def _quantile(values: Sequence[float], share: float) -> float:
    """Return the value that this share of them does not exceed."""
    if not values:
        return math.nan
    return sorted(values)[math.ceil(share * len(values)) - 1]


def _percent(values: Sequence[float], counts: Callable[[float], bool]) -> float:
    return 100 * sum(map(counts, values)) / len(values)


def _report(tokki: list[Figures], baseline: list[Figures], interactions: int) -> None:
    print(f"\n{interactions} interactions at once, medians of {len(tokki)} bursts each (worst)\n")
    print(f"{'':33}{TOKKI:>16}{BASELINE:>16}  ratio")
    for figure in tokki[0]:
        ours, theirs = ([each[figure] for each in rounds] for rounds in (tokki, baseline))
        ratio = _ratio(statistics.median(ours), statistics.median(theirs))
        print(f"{figure.name:33}{_shown(ours, figure)}{_shown(theirs, figure)}  {ratio}")
    print()
    for figure in tokki[0]:
        if figure.goal is not None:
            print(_verdict(figure, figure.goal, [each[figure] for each in tokki]))


def _shown(values: Sequence[float], figure: Figure) -> str:
    numbers = (statistics.median(values), max(values))
    median, worst = ("never" if math.isinf(each) else f"{each:.2f}" for each in numbers)
    return f"{median} {figure.unit} ({worst})".rjust(16)


def _ratio(ours: float, theirs: float) -> str:
    return f"{ours / theirs:.2f}" if 0 < theirs < math.inf else "–"


def _verdict(figure: Figure, goal: float, values: Sequence[float]) -> str:
    met = sum(value < goal for value in values)
    word = "met" if met == len(values) else "MISSED"
    return f"Goal {figure.name} under {goal} s: {word}, kept by {met} of {len(values)} bursts"


if __name__ == "__main__":
    asyncio.run(main())
