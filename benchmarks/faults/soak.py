"""Sixty-four people for half an hour, with trainings and labelling: what does the process keep?

Discord and Slack are one `tokki run`; the terminal is a chat of its own beside it, with data of its
own. Memory and file descriptors are read from `/proc`, so this needs Linux.
"""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic, sleep

import numpy as np

from benchmarks.faults.answered import seen
from benchmarks.faults.platforms import MANAGES, both, serving
from benchmarks.figures.report import Figure, Report
from tests.parity.doors.json_chat import JsonChat
from tests.parity.test_scenario import TAUGHT
from tests.servers.discord_server import Channel, LoopbackDiscord, Person
from tests.servers.slack_server import LoopbackSlack

ON_DISCORD, ON_SLACK, ON_TERMINAL = 40, 22, 2
SETTLED = 1 / 6
"""Of the time, after which memory may not grow any more: five minutes of thirty."""
_MOST_GROWTH = 0.10
_THINKS_S = (2.0, 8.0)
_TRAINS_EVERY_S = 240.0
_LOOKS_EVERY_S = 5.0
_PATIENCE_S = 120.0
_SETTINGS = {"TOKKI_COMMANDS_A_MINUTE": "600", "TOKKI_LOG_LEVEL": "WARNING"}
_READ = (
    # slack_bolt finds our token in the environment, too.
    "As you gave `client` as well, `token` will be unused",
    # discord.py notes when it sent a heartbeat after the answer to it, if that comes in no time.
    "Can't keep up, shard ID 0 websocket is 41.",
)
"""Warnings that are read, and mean nothing here."""

Ask = Callable[[str, dict[str, str | int]], Awaitable[object]]


@dataclass
class Worn:
    """What was seen meanwhile."""

    resident: list[int] = field(default_factory=list)
    """Bytes of memory of the process itself, one a look."""
    descriptors: list[Counter[str]] = field(default_factory=list)
    """How many of each kind are open, one a look."""
    asked: Counter[str] = field(default_factory=Counter)
    unanswered: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def growth(self) -> float:
        """By what share memory is more at the end than when it had settled: medians of a sixth."""
        settled, end = _sixths(self.resident)
        return end / settled - 1

    @property
    def lost_descriptors(self) -> int:
        """How many more are open at the end than when it had settled."""
        settled, end = _sixths([look.total() for look in self.descriptors])
        return round(end - settled)

    def kinds_lost(self) -> str:
        """Name what there is more or less of at the end than when it had settled."""
        found = []
        for kind in sorted(set().union(*self.descriptors)):
            settled, end = _sixths([look[kind] for look in self.descriptors])
            if end != settled:
                found.append(f"{kind} {end - settled:+.0f}")
        return ", ".join(found)


def _sixths(looks: Sequence[int]) -> tuple[float, float]:
    """Return the medians of when it had settled, and of the end."""
    size = max(1, round(len(looks) * SETTLED))
    return float(np.median(looks[size : 2 * size])), float(np.median(looks[-size:]))


def measure(report: Report, seconds: float) -> None:
    """Wear it out for so long, and add what it keeps."""
    worn = asyncio.run(wear(seconds))
    told = ", ".join(f"{number:,} {what}" for what, number in worn.asked.most_common())
    title = f"{ON_DISCORD + ON_SLACK + ON_TERMINAL} people for {seconds / 60:.0f} minutes: "
    most = max(worn.resident) / 1e6
    rows = (
        (
            "growth of memory after the first sixth",
            f"{100 * worn.growth:+.1f} %",
            f"{100 * _MOST_GROWTH:.0f} %",
            worn.growth <= _MOST_GROWTH,
            f"{most:,.0f} MB at most",
        ),
        (
            "file descriptors lost",
            str(worn.lost_descriptors),
            "0",
            worn.lost_descriptors <= 0,
            worn.kinds_lost(),
        ),
        ("unanswered", str(len(worn.unanswered)), "0", not worn.unanswered, told),
        ("warnings in the log", str(len(worn.warnings)), "0", not worn.warnings, ""),
    )
    for name, ours, goal, is_met, remark in rows:
        report.figures.append(Figure(title + name, ours, "–", goal, is_met, remark))
    report.absent.extend([*worn.unanswered[:10], *worn.warnings[:10]])


async def wear(seconds: float, acknowledge_within_s: float = 3.0) -> Worn:
    """Let everybody go on until the time is over; the platforms wait so long for a sign."""
    worn, ends_at = Worn(), monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        served = Path(folder) / "served"
        async with both() as (discord, slack):
            discord.acknowledge_within_s = acknowledge_within_s
            slack.world.postman.acknowledge_within_s = acknowledge_within_s
            asks = [*_discord(discord), *_slack(slack)]
            async with serving(served, discord, slack, _SETTINGS) as tokki:
                looking = asyncio.create_task(_look(tokki.pid, worn))
                await asyncio.gather(
                    *(_person(ask, n, worn, ends_at) for n, ask in enumerate(asks)),
                    _admin(asks[0], worn, ends_at),
                    *(
                        asyncio.to_thread(_chat, Path(folder) / f"chat{n}", n, worn, ends_at)
                        for n in range(ON_TERMINAL)
                    ),
                )
                looking.cancel()
        for log in served.glob("logs/tokki.log*"):  # none, where there is no warning
            lines = log.read_text("utf-8").splitlines()
            worn.warnings += [line for line in lines if not any(word in line for word in _READ)]
    return worn


async def _look(pid: int, worn: Worn) -> None:
    place = Path("/proc") / str(pid)
    while True:
        words = (place / "statm").read_text().split()
        worn.resident.append(int(words[1]) * 4096)
        worn.descriptors.append(Counter(map(_kind, (place / "fd").iterdir())))
        await asyncio.sleep(_LOOKS_EVERY_S)


def _kind(descriptor: Path) -> str:
    """Say what is open: the name of a file, or `socket` and the like."""
    try:
        return descriptor.readlink().name.partition(":")[0]
    except FileNotFoundError:  # it has been closed since
        return "closed"


async def _person(ask: Ask, number: int, worn: Worn, ends_at: float) -> None:
    """Ask, think, and ask again."""
    dice = Random(number)
    while monotonic() < ends_at:
        command, options = _thought_of(dice)
        await _asked(ask, command, options, worn)
        await asyncio.sleep(dice.uniform(*_THINKS_S))


def _thought_of(dice: Random) -> tuple[str, dict[str, str | int]]:
    text, label = dice.choice(TAUGHT)
    text = f"{text} {dice.randrange(10**6)}"
    return dice.choice(
        (
            ("classify", {"text": text}),
            ("classify", {"text": text, "model": "emotions"}),
            ("fillmask", {"text": f"{text} ___"}),
            ("tokenize", {"text": text}),
            ("entities", {"text": text}),
            ("similar", {"text": text, "other": label}),
            ("dataset add", {"text": text, "label": label}),
            ("dataset show", {}),
            ("label", {}),
            ("history", {}),
            ("me", {}),
            ("help", {}),
        )
    )


async def _admin(ask: Ask, worn: Worn, ends_at: float) -> None:
    """Make the dataset, and train again and again."""
    options: dict[str, str | int] = {"name": "mood", "labels": "positive, negative", "votes": 1}
    await _asked(ask, "dataset create", options, worn)
    for text, label in TAUGHT:
        await _asked(ask, "dataset add", {"text": text, "label": label}, worn)
    while (left := ends_at - monotonic()) > 0:
        await asyncio.sleep(min(left, _TRAINS_EVERY_S))
        await _asked(ask, "finetune", {"name": "mood", "recipe": "head"}, worn)


async def _asked(ask: Ask, command: str, options: dict[str, str | int], worn: Worn) -> None:
    worn.asked[command] += 1
    try:
        await ask(command, options)
    except AssertionError as error:  # so the loopback servers say that nothing came
        worn.unanswered.append(f"/{command}: {error}"[:400])


def _discord(discord: LoopbackDiscord) -> Sequence[Ask]:
    guild = discord.add_guild("Lab")
    return [
        _asker(discord.add_person(f"user{n}"), guild.add_channel(f"channel-{n}"), n)
        for n in range(ON_DISCORD)
    ]


def _asker(person: Person, place: Channel, number: int) -> Ask:
    assert place.guild
    place.guild.join(person, permissions=0 if number else MANAGES, roles=[])

    async def ask(command: str, options: dict[str, str | int]) -> object:
        return await (await person.slash(place, command, options)).answered(_PATIENCE_S)

    return ask


def _slack(slack: LoopbackSlack) -> Sequence[Ask]:
    def of(number: int) -> Ask:
        person = slack.add_person(f"user{number}", is_admin=not number)
        place = slack.add_channel(f"channel-{number}")

        async def ask(command: str, options: dict[str, str | int]) -> object:
            name, *action = command.split()
            text = " ".join([*action, *(f'{key}:"{value}"' for key, value in options.items())])
            return await seen(await person.command(place, f"/{name}", text), _PATIENCE_S)

        return ask

    return [of(number) for number in range(ON_SLACK)]


def _chat(folder: Path, number: int, worn: Worn, ends_at: float) -> None:
    dice = Random(1000 + number)
    folder.mkdir()
    with JsonChat(folder) as chat:
        while monotonic() < ends_at:
            command, options = _thought_of(dice)
            worn.asked[command] += 1
            chat.say(" ".join([f"/{command}", *(f'{k}:"{v}"' for k, v in options.items())]))
            sleep(min(dice.uniform(*_THINKS_S), max(0.0, ends_at - monotonic())))
