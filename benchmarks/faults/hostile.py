"""Models that strangers wrote to do harm, each asked once, while others go on.

They are those of `tests/models/inspection`. Memory is read from `/proc`, so this needs Linux.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import perf_counter

from benchmarks.faults.inputs import BROKE
from benchmarks.figures.report import Figure, Report
from tests.models.inspection import folders
from tests.models.inspection.folders import Spoil
from tests.models.inspection.test_inspector import ODD_FILES, TO_CLASSIFY, TO_TOKENIZE
from tests.models.tiny import KINDS
from tests.parity.doors.process import TokkiRun
from tests.servers.discord_server import LoopbackDiscord, Message

_MOST_S, _MOST_GROWTH = 1.0, 0.10
_PATIENCE_S = 180.0
_EVERY_S = 0.2
_SETTLES_S = 75.0
"""The process that reads them is given back a minute after its last use."""
HONEST = "honest"
CASES: Mapping[str, tuple[str, Spoil]] = {
    **{case: ("classify", spoil) for case, (spoil, _) in TO_CLASSIFY.items()},
    **{case: ("tokenize", spoil) for case, (spoil, _) in TO_TOKENIZE.items()},
    **{case: ("modelinfo", spoil) for case, (spoil, _) in ODD_FILES.items()},
    "a card of merged aliases": ("modelinfo", folders.merged_aliases),
}
"""Which command meets it."""


@dataclass
class Withstood:
    """How the others fared."""

    waits: list[float] = field(default_factory=list)
    """Seconds of each answer to somebody else meanwhile."""
    unanswered: list[str] = field(default_factory=list)
    """Cases, and what was asked meanwhile."""
    memory: tuple[int, int] = (0, 0)
    """Of `tokki run` itself, in bytes, before the first case and after the last."""

    @property
    def growth(self) -> float:
        """By what share memory is more."""
        before, after = self.memory
        return after / before - 1


def measure(report: Report) -> None:
    """Ask each of them, and add how the others fared."""
    found = asyncio.run(withstand(CASES, _SETTLES_S))
    slowest, growth, dead = max(found.waits), found.growth, len(found.unanswered)
    told = f"{len(found.waits):,} answers to others; memory {found.memory[1] / 1e6:,.0f} MB"
    for what, ours, goal, is_met in (
        ("longest answer to others", f"{slowest:.2f} s", "1 s", slowest <= _MOST_S),
        ("growth of memory", f"{100 * growth:+.1f} %", "10 %", growth <= _MOST_GROWTH),
        ("unanswered, or broken", str(dead), "0", not dead),
    ):
        title = f"{len(CASES)} models that mean ill: {what}"
        report.figures.append(Figure(title, ours, "–", goal, is_met, told))
    report.absent.extend(found.unanswered[:10])


async def withstand(cases: Mapping[str, tuple[str, Spoil]], settles_s: float) -> Withstood:
    """Ask each model once, one after the other, while somebody else asks all the time."""
    found = Withstood()
    with tempfile.TemporaryDirectory() as folder:
        names = _written(Path(folder), cases)
        async with LoopbackDiscord() as discord:
            settings = {
                **discord.settings,
                "TOKKI_MODELS": " ".join(f"{name}={path}" for name, path in names.items()),
            }
            guild = discord.add_guild("Lab")
            people = [discord.add_person(name) for name in ("stranger", "other")]
            for person in people:
                guild.join(person, permissions=0, roles=[])
            places = [guild.add_channel(person.name) for person in people]

            async def ask(who: int, command: str, **options: str) -> None:
                asked = await people[who].slash(places[who], command, options)
                answer = await asked.until(_is_answer, _PATIENCE_S)
                assert not any(words in answer.text for words in BROKE), answer.text

            tokki = await asyncio.to_thread(TokkiRun, Path(folder) / "served", settings)
            try:
                await discord.ready()
                await ask(1, "classify", text="good", model=HONEST)
                await asyncio.sleep(settles_s)  # what is prepared of the honest one is, by now
                before = _memory(tokki.pid)
                going_on = asyncio.create_task(_go_on(ask, found))
                for name, (case, (command, _)) in zip(list(names)[1:], cases.items(), strict=True):
                    await _asked(ask, name, case, command, found)
                going_on.cancel()
                await asyncio.sleep(settles_s)
                found.memory = before, _memory(tokki.pid)
            finally:
                await asyncio.to_thread(tokki.kill)
    return found


def _written(root: Path, cases: Mapping[str, tuple[str, Spoil]]) -> Mapping[str, Path]:
    """Write an honest checkpoint, and each that means ill; return their folders by name."""
    names = [HONEST, *(f"ill{number}" for number in range(len(cases)))]
    found = {name: root / "models" / name for name in names}
    for name, (_, spoil) in zip(names, [("", _nothing), *cases.values()], strict=True):
        KINDS["bert"](found[name])
        spoil(found[name])
    return found


def _nothing(_folder: Path) -> None:
    """An honest one stays as it is."""


Ask = Callable[..., Awaitable[None]]


async def _asked(ask: Ask, name: str, case: str, command: str, found: Withstood) -> None:
    text = {} if command == "modelinfo" else {"text": "good"}
    try:
        await ask(0, command, model=name, **text)
    except AssertionError as error:  # so the loopback server says that nothing came, and we
        found.unanswered.append(f"{case}: {error}"[:400])


async def _go_on(ask: Ask, found: Withstood) -> None:
    """Ask what is at hand, again and again."""
    for number in count():
        asked = {"text": f"good {number}", "model": HONEST}  # a text that was answered waits not
        for command, options in (("help", dict[str, str]()), ("classify", asked)):
            began = perf_counter()
            try:
                await ask(1, command, **options)
            except AssertionError as error:
                found.unanswered.append(f"/{command} meanwhile: {error}"[:400])
            found.waits.append(perf_counter() - began)
            await asyncio.sleep(_EVERY_S)


def _is_answer(message: Message) -> bool:
    """What is said before there is one ends with dots, or is nothing yet."""
    text = message.text.rstrip()
    return bool(text) and "Loading" not in text and not text.endswith("…")


def _memory(pid: int) -> int:
    """Resident bytes of a process."""
    return int((Path("/proc") / str(pid) / "statm").read_text().split()[1]) * 4096
