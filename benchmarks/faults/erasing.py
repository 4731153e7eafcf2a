"""People whose id and text are all over the place have themselves erased, and are looked for."""

import asyncio
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from benchmarks.figures.report import Figure, Report
from bot.data_folder import DATABASE_FILE
from tests.parity.doors.process import TokkiRun
from tests.servers.discord_server import Channel, LoopbackDiscord, Person

PEOPLE = 20
_MOST_S = 5.0
_PATIENCE_S = 120.0
_MANAGES = 1 << 5
_LABELS = ("bug", "praise")


@dataclass
class Erased:
    """How it went."""

    planted: list[str] = field(default_factory=list)
    """Where they were before: rows, and files that name them."""
    left: list[str] = field(default_factory=list)
    """The same, afterwards."""
    seconds: list[float] = field(default_factory=list)
    """Until each was told that it is done."""


def measure(report: Report) -> None:
    """Plant and erase, and add what is left."""
    done = asyncio.run(erase())
    title = f"{PEOPLE} people erase themselves: "
    told = f"in {len(done.planted):,} places before"
    left, slowest = len(done.left), max(done.seconds)
    report.figures += [
        Figure(f"{title}rows and files with one of them", str(left), "–", "0", not left, told),
        Figure(
            f"{title}the longest took",
            f"{slowest:.2f} s",
            "–",
            f"{_MOST_S:.0f} s",
            slowest <= _MOST_S,
        ),
    ]
    report.absent.extend(done.left[:10])


async def erase() -> Erased:
    """Let each ask, judge and put a text in, and then erase all of it, at once."""
    done = Erased()
    with tempfile.TemporaryDirectory() as folder:
        served = Path(folder) / "served"
        async with LoopbackDiscord() as discord:
            guild = discord.add_guild("Lab")
            people = [discord.add_person(f"planted{n}") for n in range(PEOPLE)]
            boss, place = discord.add_person("boss"), guild.add_channel("general")
            guild.join(boss, permissions=_MANAGES, roles=[])
            for person in people:
                guild.join(person, permissions=0, roles=[])
            tokki = await asyncio.to_thread(TokkiRun, served, discord.settings)
            try:
                await discord.ready()
                await _make_dataset(boss, place)
                await asyncio.gather(*(_live(person, place) for person in people))
                marks = [mark for person in people for mark in (str(person.id), _secret(person))]
                done.planted += await asyncio.to_thread(_found, served, marks)
                done.seconds += await asyncio.gather(*(_go(each, place) for each in people))
            finally:
                await asyncio.to_thread(tokki.kill)
        done.left += _found(served, marks)
    return done


def _secret(person: Person) -> str:
    return f"planted secret of {person.name}"


async def _make_dataset(boss: Person, place: Channel) -> None:
    options: dict[str, str | int] = {"name": "bugs", "labels": ", ".join(_LABELS)}
    made = await boss.slash(place, "dataset create", {**options, "open_to": "members"})
    await made.answered(_PATIENCE_S)


async def _live(person: Person, place: Channel) -> None:
    """Leave an answer with a judgement, a text with a vote, and a choice."""
    text = _secret(person)
    answer = await (await person.slash(place, "classify", {"text": text})).until(
        lambda message: message.controls, _PATIENCE_S
    )
    right = next(each for each in answer.controls if each.get("label") == "Right")
    await (await person.press(answer, right["custom_id"])).answered(_PATIENCE_S)
    given = {"text": f"{text}, added", "dataset": "bugs", "label": _LABELS[0]}
    await (await person.slash(place, "dataset add", given)).answered(_PATIENCE_S)


async def _go(person: Person, place: Channel) -> float:
    """Have oneself erased; return the seconds from the last press to the answer."""
    told = await (await person.slash(place, "me", {})).answered(_PATIENCE_S)
    asked = await (await person.press(told, "mine:erase")).answered(_PATIENCE_S)
    began = perf_counter()
    await (await person.press(asked, "mine:erase_now")).answered(_PATIENCE_S)
    return perf_counter() - began


def _found(folder: Path, marks: Sequence[str]) -> Sequence[str]:
    """Return each row and file that names somebody."""
    return [*_rows(folder / DATABASE_FILE, marks), *_files(folder, marks)]


def _rows(path: Path, marks: Sequence[str]) -> Iterator[str]:
    with closing(sqlite3.connect(path)) as database:
        for line in database.iterdump():
            if any(mark in line for mark in marks):
                yield line[:200]


def _files(folder: Path, marks: Sequence[str]) -> Iterator[str]:
    """Yield the files as they lie there, with their free pages and write-ahead logs."""
    for path in (each for each in folder.rglob("*") if each.is_file()):
        content = path.read_bytes()
        if any(mark.encode() in content for mark in marks):
            yield path.name
