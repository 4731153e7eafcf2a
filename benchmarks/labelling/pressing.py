"""How long a press of `/label` takes while twenty people label at once, on a loopback Discord.

Tokki runs in a process of its own. A vote counts as durable once another connection reads it from
the file, which is looked at every millisecond; the next card once the server has it.
"""

import asyncio
import random
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, sleep

import numpy as np

from benchmarks.figures.report import Figure, Report
from tests.parity.doors.process import TokkiRun
from tests.servers.discord_server import Channel, LoopbackDiscord, Person

PEOPLE, PRESSES, TEXTS = 20, 18, 2_000
NOT_COUNTED = 3
"""Of each person: all begin at once, and what is done for the first time takes longer."""
THINKS_S = (0.7, 1.7)
"""Somebody who reads a short text and knows what it is."""
LABELS = ("bug", "idea", "praise", "question")
_GOALS_MS = {"durable": 50.0, "shown": 300.0}
_MANAGES = 1 << 5
_PATIENCE_S = 60.0


@dataclass(slots=True)
class Watcher:
    """Notes when each vote can be read from the file."""

    path: Path
    seen_at: dict[tuple[int, str], float] = field(default_factory=dict)
    is_over: bool = False

    def watch(self) -> None:
        """Look until it is over; runs in a thread."""
        with closing(sqlite3.connect(self.path)) as file:
            version = None
            while not self.is_over:
                (now,) = file.execute("PRAGMA data_version").fetchone()
                if now != version:
                    version = now
                    for vote in file.execute("SELECT example_id, user FROM votes").fetchall():
                        self.seen_at.setdefault(vote, perf_counter())
                sleep(0.001)


async def measure(report: Report) -> None:
    """Let twenty people label, and add what they waited for."""
    with tempfile.TemporaryDirectory() as folder:
        durable, shown = await _labelled(Path(folder))
    for name, key, seconds in (
        ("press to durable vote p95, 20 people at once on a loopback Discord", "durable", durable),
        ("press to next card p95, 20 people at once on a loopback Discord", "shown", shown),
    ):
        p50, p95 = (1000 * float(one) for one in np.percentile(seconds, (50, 95)))
        goal = _GOALS_MS[key]
        remark = f"{len(seconds)} presses, median {p50:.0f} ms, {TEXTS:,} texts"
        report.figures.append(
            Figure(name, f"{p95:.0f} ms", "–", f"{goal:.0f} ms", p95 <= goal, remark)
        )


async def _labelled(folder: Path) -> tuple[Sequence[float], Sequence[float]]:
    async with LoopbackDiscord() as discord:
        channel, boss, people = a_lab(discord, PEOPLE)
        tokki = TokkiRun(folder, discord.settings)
        try:
            await discord.ready()
            path = folder / "tokki.sqlite3"
            await fill(boss, channel, path, TEXTS)
            watcher = Watcher(path)
            watching = asyncio.create_task(asyncio.to_thread(watcher.watch))
            waited = await asyncio.gather(
                *(_label(one, channel, n) for n, one in enumerate(people))
            )
            await asyncio.sleep(0.5)
            watcher.is_over = True
            await watching
        finally:
            await asyncio.to_thread(tokki.stop)
    presses = [press for of_one in waited for press in of_one[NOT_COUNTED:]]
    durable = [watcher.seen_at[text, user] - began for text, user, began, _ in presses]
    return durable, [ended - began for _, _, began, ended in presses]


def a_lab(discord: LoopbackDiscord, people: int) -> tuple[Channel, Person, Sequence[Person]]:
    """Return a channel, who manages its server, and so many members."""
    guild = discord.add_guild("Lab")
    channel, boss = guild.add_channel("general"), discord.add_person("boss")
    guild.join(boss, permissions=_MANAGES, roles=[])
    persons = [discord.add_person(f"user{n}") for n in range(people)]
    for person in persons:
        guild.join(person, permissions=0, roles=[])
    return channel, boss, persons


async def fill(boss: Person, channel: Channel, path: Path, texts: int) -> None:
    """Let there be a dataset of so many texts, which everybody may label."""
    options = {"name": "many", "labels": ", ".join(LABELS), "open_to": "members"}
    made = await (await boss.slash(channel, "dataset create", options)).answered(_PATIENCE_S)
    assert "ready to collect" in made.text
    with closing(sqlite3.connect(path)) as file:
        file.executemany(
            "INSERT INTO examples (dataset_id, text, canonical, group_key, source, user,"
            " created_at) VALUES (1, ?, ?, ?, 'typed', 'boss', '2026-11-01 00:00:00')",
            ((f"text number {n}", b"%d" % n, b"%d" % n) for n in range(texts)),
        )
        file.commit()


async def _label(
    person: Person, channel: Channel, seed: int
) -> Sequence[tuple[int, str, float, float]]:
    """Press labels as somebody does; returns text, person, and when a press began and ended."""
    dice = random.Random(seed)
    card = await (await person.slash(channel, "label")).answered(_PATIENCE_S)
    presses = []
    for _ in range(PRESSES):
        await asyncio.sleep(dice.uniform(*THINKS_S))
        control = card.button(dice.choice(LABELS))
        began = perf_counter()
        await (await person.press(card, control)).answered(_PATIENCE_S)
        presses.append((_text_of(control), str(person.id), began, perf_counter()))
    return presses


def _text_of(control: str) -> int:
    return int(control.split(":")[2])
