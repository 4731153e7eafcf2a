"""Everything real but the platform: the dispatcher over a database file and tiny checkpoints."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.process.health import Health
from bot.process.membership import Membership
from bot.process.pulse import Pulse
from bot.process.working_together import work_together
from handlers.batch import job as batch
from handlers.batch.files_at_hand import FilesAtHand
from handlers.batch.job import BatchJob
from handlers.commands import TABLE
from handlers.comparing.shadow import Shadow
from handlers.dispatch import Dispatcher
from handlers.guard.quota import Quota
from handlers.guard.roles import shut_out
from handlers.guard.room import Room
from handlers.guard.shared_limits import SharedLimits
from handlers.hub import job as hub_job
from handlers.hub.job import AddJob
from handlers.importing import carrying
from handlers.importing.job import ImportJob
from handlers.jobs.carrying import Lease
from handlers.jobs.line import Line
from handlers.jobs.runner import JobRunner
from handlers.labelling.queue import LabelQueue
from handlers.learning.votes.tallies import Tallies
from handlers.needs.people import PeopleOfPlatform
from handlers.reading.lookup import CommandTable
from handlers.services import Rules, Services
from handlers.training.job import KIND, FinetuneJob
from handlers.types import Actor, Language, Place, Press, ProgressSink, Reply, Request, Role
from handlers.versions.leaderboard import measuring
from handlers.versions.leaderboard.measuring import MeasureJob
from handlers.watching.watcher import Watcher
from handlers.writing.writings import Writings
from models.checkpoints.catalog import AllowedModel, Catalog
from models.finetune.plan import TrainingOutcome, TrainingPlan, TrainingProgress
from models.finetune.trainer import Trainer
from models.finetune.wire import partial_folder
from models.hub.data.data_sets import DataSets
from models.hub.fetching import Hub
from models.hub_pages import HubPages
from models.measuring.measurer import Measurer
from models.releases.releases import Releases
from models.service.service import ModelService
from storage.database import Database
from tests.handlers.judging import gather_labels
from tests.models.tiny import KINDS
from tests.servers.hub import LoopbackHub

NAMES = {"sentiment": "bert", "moods": "multi", "fillmask": "mlm", "body": "headless"}
PLACE = Place("terminal", "terminal:local", "terminal", is_private_property=True)
ELSEWHERE = Place("discord", "discord:2", "general")
HUB_TOKEN = "hf_writer"
ADMIN = Actor("admin", "admin", Role.ADMIN, Language.ENGLISH)


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tiny checkpoints under the names that the handlers know."""
    root = tmp_path_factory.mktemp("bundled")
    for name, kind in NAMES.items():
        KINDS[kind](root / name)
    return root


@pytest_asyncio.fixture
async def server() -> AsyncIterator[LoopbackHub]:
    """A Hub where mina may write."""
    async with LoopbackHub() as server:
        server.uploads.writers[HUB_TOKEN] = "mina"
        yield server


async def run_line(
    dispatcher: Dispatcher, line: str, actor: Actor, place: Place, progress: ProgressSink
) -> Reply:
    read = dispatcher.read(line)
    if isinstance(read, Exception):
        return await dispatcher.refuse(read, actor, place)
    return await dispatcher.run(Request(read.command, read.options, actor, place, progress))


@dataclass
class Bot:
    """Speaks to a dispatcher as one person does."""

    dispatcher: Dispatcher
    services: Services
    place: Place = PLACE
    actor: Actor = ADMIN
    progress: list[Reply] = field(default_factory=list)

    def by(self, user: str, role: Role = Role.MEMBER, place: Place | None = None) -> "Bot":
        actor = Actor(user, user, role, self.actor.language)
        return Bot(self.dispatcher, self.services, place or self.place, actor)

    def korean(self) -> "Bot":
        actor = Actor("local", "local", Role.ADMIN, Language.KOREAN)
        return Bot(self.dispatcher, self.services, self.place, actor)

    async def say(self, line: str) -> Reply:
        async def progress(reply: Reply) -> None:
            self.progress.append(reply)

        return await run_line(self.dispatcher, line, self.actor, self.place, progress)

    async def ok(self, line: str) -> Reply:
        reply = await self.say(line)
        assert reply.error is None, reply.error
        return reply

    async def code(self, line: str) -> str:
        reply = await self.say(line)
        assert reply.error, reply
        return reply.error.code

    async def press(self, control: str, value: str | None = None) -> Reply:
        async def progress(reply: Reply) -> None:
            self.progress.append(reply)

        return await self.dispatcher.press(Press(control, value, self.actor, self.place, progress))


@asynccontextmanager
async def running(
    data_dir: Path,
    checkpoints: Path,
    allowed: Sequence[AllowedModel] = (),
    endpoint: str = "http://127.0.0.1:9",
    table: CommandTable = TABLE,
    lease: Lease | None = None,
    token: str | None = None,
    web_url: str = "",
    joins: bool = False,
    people: dict[str, PeopleOfPlatform] | None = None,
    **engine: Any,
) -> AsyncIterator[Bot]:
    database = await Database.open(data_dir / "tokki.sqlite3")
    hub = Hub(data_dir / "hub", endpoint, None, 10_000_000)
    models = ModelService(
        Catalog(checkpoints, allowed), hub, 100_000_000, data_dir=data_dir, **engine
    )
    others = Membership(database, lambda: jobs.running)
    if joins:
        await others.join("here", is_alone=False)
    jobs = JobRunner(database.jobs, lease, others.id)
    data_sets = DataSets(endpoint, token)
    pages = HubPages(endpoint, token, 10_000_000, models.room, engine.get("inspector"))
    releases = Releases(data_dir, endpoint, token)
    rules = Rules(unsure_below=0.5, labels_needed=3, commands_a_minute=30, web_url=web_url)
    health = Health()
    health.watch("database", database.can_write)
    quota = Quota(database.settings, rules)
    services = Services(
        models=models,
        data_sets=data_sets,
        hub=pages,
        releases=releases,
        trainer=Trainer(data_dir),
        measurer=Measurer(),
        jobs=jobs,
        storage=database,
        rules=rules,
        quota=quota,
        room=Room(),
        pulse=Pulse(health, models.usage, lambda: jobs.running, others),
        queue=LabelQueue(),
        watch=Watcher(),
        shadow=Shadow(),
        tallies=Tallies(database.examples, silent=partial(shut_out, settings=database.settings)),
        others=others,
        files=FilesAtHand(),
        writings=Writings(),
        people={} if people is None else people,
    )
    jobs.add(KIND, FinetuneJob(services), Line(database.turns, KIND, 1))
    jobs.add(carrying.KIND, ImportJob(services))
    jobs.add(measuring.KIND, MeasureJob(services))
    jobs.add(batch.KIND, BatchJob(services))
    jobs.add(hub_job.KIND, AddJob(services))
    dispatcher = Dispatcher(services, table)
    limits = SharedLimits(database.shared_limits, dispatcher.limits | quota.limits)
    work_together(others, services, limits, jobs)
    try:
        yield Bot(dispatcher, services)
    finally:
        await services.room.close()
        await services.shadow.close()
        await services.watch.close()
        await services.queue.close()
        await jobs.close()
        await others.close()
        await models.close()
        hub.close()
        data_sets.close()
        pages.close()
        releases.close()
        await database.close()


def filled(folder: Path, checkpoints: Path, fill: Callable[[Bot], Awaitable[object]]) -> Path:
    """The data folder of a bot that was used once, for many tests to begin from a copy of it."""

    async def use() -> None:
        async with running(folder, checkpoints) as bot:
            await fill(bot)

    asyncio.run(use())
    return folder


def used_once(fill: Callable[[Bot], Awaitable[object]]) -> Any:
    """Return a fixture: a bot that finds what was done with another, once for all its tests."""
    folders: list[Path] = []

    @pytest_asyncio.fixture
    async def begun(
        tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, checkpoints: Path
    ) -> AsyncIterator[Bot]:
        if not folders:
            folder = tmp_path_factory.mktemp("used")
            await asyncio.to_thread(filled, folder, checkpoints, fill)
            folders.append(folder)
        shutil.copytree(folders[0], tmp_path, dirs_exist_ok=True)
        async with running(tmp_path, checkpoints) as bot:
            yield bot

    return begun


@pytest.fixture(scope="session")
def folder_of_judgements(tmp_path_factory: pytest.TempPathFactory, checkpoints: Path) -> Path:
    """The data of somebody who has judged eighteen answers, which takes most of a second."""

    async def judge(bot: Bot) -> None:
        await bot.services.storage.settings.put(bot.place.community, "salt_of_sides", "salt")
        await gather_labels(bot)

    return filled(tmp_path_factory.mktemp("judged"), checkpoints, judge)


@pytest.fixture
def judged(folder_of_judgements: Path, tmp_path: Path) -> None:
    """What `bot` finds in its folder, so this comes before it."""
    shutil.copytree(folder_of_judgements, tmp_path, dirs_exist_ok=True)


@pytest_asyncio.fixture
async def bot(tmp_path: Path, checkpoints: Path) -> AsyncIterator[Bot]:
    async with running(tmp_path, checkpoints) as bot:
        yield bot


@pytest_asyncio.fixture
async def salted(bot: Bot) -> None:
    """What is measured on is the same each time."""
    await bot.services.storage.settings.put(bot.place.community, "salt_of_sides", "salt")


Report = Callable[[TrainingProgress], Awaitable[None]]


async def train_here(_: Trainer, plan: TrainingPlan, report: Report) -> TrainingOutcome:
    from models.finetune.training import run  # noqa: PLC0415 - an import of seconds

    loop = asyncio.get_running_loop()

    def tell(progress: TrainingProgress) -> None:
        asyncio.run_coroutine_threadsafe(report(progress), loop).result()

    outcome = await asyncio.to_thread(run, plan, tell)
    partial_folder(plan.output).rename(plan.output)
    return outcome


@pytest.fixture
def trains_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same training without a process of its own, which takes seconds to begin."""
    monkeypatch.setattr(Trainer, "train", train_here)
