"""The one composition root: settings, storage, models, services, dispatcher; start and stop."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from socket import gethostname

from bot.data_folder import memory_of
from bot.engine import answering, hub_of, hub_pages, hub_token, warm_up
from bot.on_terminal.local_people import LocalPeople
from bot.process.membership import Membership
from bot.process.pulse import Pulse
from bot.process.working_together import work_together
from bot.settings import Settings
from bot.web_server import WebServer
from handlers.batch import job as batch
from handlers.batch.files_at_hand import FilesAtHand
from handlers.batch.job import BatchJob
from handlers.comparing.shadow import Shadow
from handlers.dispatch import Dispatcher
from handlers.guard.observer import Observer, log_happening
from handlers.guard.quota import Quota
from handlers.guard.roles import shut_out
from handlers.guard.room import Room
from handlers.guard.shared_limits import SharedLimits
from handlers.hub import job as hub_job
from handlers.hub.job import AddJob
from handlers.importing import carrying
from handlers.importing.job import ImportJob
from handlers.jobs.line import Line
from handlers.jobs.runner import JobRunner
from handlers.labelling.queue import LabelQueue
from handlers.learning.votes.tallies import Tallies
from handlers.people.retention import Nightly
from handlers.services import Adding, Rules, Services
from handlers.training.job import KIND, FinetuneJob
from handlers.versions.leaderboard import measuring
from handlers.versions.leaderboard.measuring import MeasureJob
from handlers.versions.removing import tidy_up
from handlers.watching.watcher import Watcher
from handlers.writing.writings import Writings
from models.canonical import folded
from models.finetune.trainer import Trainer
from models.hub.data.data_sets import DataSets
from models.inspection.inspector import Inspector
from models.measuring.measurer import Measurer
from models.releases.releases import Releases
from models.reports import ClusterState
from models.service.service import ModelService
from models.units import MB
from storage.database import Database
from storage.errors import DatabaseFull, DatabaseReadOnly, StorageError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class App:
    """A running Tokki, for the doors to plug into."""

    dispatcher: Dispatcher
    services: Services
    others: Membership
    web_server: WebServer
    """Of all doors; what they add to it is answered once one of them lets it listen."""
    warm_up: Callable[[], None]
    """Begins to load what is pinned, beside what else happens."""
    unwritable: StorageError | None = None
    """Why nothing can be kept, and what there is can only be read."""
    cluster: Callable[[], ClusterState | None] = lambda: None
    """How the machines fare that answer besides this one, if any are to."""


@asynccontextmanager
async def running(
    settings: Settings, *, is_reading_enough: bool = False, joins: bool = False
) -> AsyncIterator[App]:
    """Start everything in a prepared folder, and stop it in the reverse order.

    Args:
        settings: what the operator decided.
        is_reading_enough: where the disk takes nothing more, go on with what there is.
        joins: be known to other processes, as one that serves.

    Raises:
        StorageError: the database cannot be used.
        BadSetting: a setting does not fit what there is.
        NotAlone: others serve the database, and would not share it.
    """
    async with AsyncExitStack() as stack:
        database, unwritable = await _database(settings, is_reading_enough)
        stack.push_async_callback(database.close)
        others = Membership(database, lambda: jobs.running)
        stack.push_async_callback(others.close)
        if joins:
            await others.join(_place(settings), is_alone=settings.shards == "all")
        hub = hub_of(settings)
        stack.callback(hub.close)
        data_sets = DataSets(settings.hf_endpoint, hub_token(settings))
        stack.callback(data_sets.close)
        releases = Releases(settings.data_dir, settings.hf_endpoint, hub_token(settings))
        stack.callback(releases.close)
        inspector = Inspector()
        service, ray = await answering(settings, hub, inspector, stack)
        pages = hub_pages(settings, service, inspector)
        stack.callback(pages.close)
        jobs = JobRunner(database.jobs, owner=others.id)
        stack.push_async_callback(jobs.close)
        queue = LabelQueue()
        stack.push_async_callback(queue.close)
        shadow = Shadow()
        stack.push_async_callback(shadow.close)
        watcher = Watcher()
        stack.push_async_callback(watcher.close)
        room = Room()
        stack.push_async_callback(room.close)
        trainer = (ray and ray.trainer) or Trainer(settings.data_dir)
        await trainer.sweep()
        rules = _rules(settings)
        web_server = WebServer(settings.http_host, settings.http_port)
        web_server.health.watch("database", database.can_write)
        stack.push_async_callback(web_server.close)

        def cluster() -> ClusterState | None:
            return ray.state if ray else None

        pulse = Pulse(web_server.health, service.usage, lambda: jobs.running, others, cluster)
        feeling = asyncio.create_task(pulse.watch_the_loop())
        stack.callback(feeling.cancel)
        quota = Quota(database.settings, rules)
        services = Services(
            models=service,
            data_sets=data_sets,
            hub=pages,
            releases=releases,
            trainer=trainer,
            measurer=Measurer(),
            jobs=jobs,
            storage=database,
            rules=rules,
            quota=quota,
            room=room,
            pulse=pulse,
            queue=queue,
            watch=watcher,
            shadow=shadow,
            tallies=Tallies(
                database.examples, silent=partial(shut_out, settings=database.settings)
            ),
            others=others,
            files=FilesAtHand(),
            writings=Writings(),
            people={"terminal": LocalPeople()},
        )
        await _tidied(services)
        if unwritable is None:
            stack.push_async_callback(Nightly(services).close)
        _add_kinds(jobs, services, Line(database.turns, KIND, settings.trainings_at_once))
        observers = _observers(settings, service, jobs, web_server, stack)
        dispatcher = Dispatcher(services, observers=observers)
        limits = SharedLimits(database.shared_limits, dispatcher.limits | quota.limits)
        work_together(others, services, limits, jobs)
        yield App(
            dispatcher,
            services,
            others,
            web_server,
            lambda: warm_up(service, settings.pinned_models),
            unwritable,
            cluster,
        )


def _place(settings: Settings) -> str:
    """Where this process is: the machine, and the folder of its files."""
    return f"{gethostname()}:{settings.data_dir}"


def _add_kinds(jobs: JobRunner, services: Services, line: Line) -> None:
    """Let jobs of every kind be carried, the trainings in line."""
    jobs.add(KIND, FinetuneJob(services), line)
    jobs.add(carrying.KIND, ImportJob(services))
    jobs.add(measuring.KIND, MeasureJob(services))
    jobs.add(batch.KIND, BatchJob(services))
    jobs.add(hub_job.KIND, AddJob(services))


async def _tidied(services: Services) -> None:
    """What cannot be tidied now is tidied the next time."""
    try:
        await tidy_up(services)
    except StorageError as error:
        log.warning("what removed versions left could not be tidied: %s", error)


def _observers(
    settings: Settings,
    service: ModelService,
    jobs: JobRunner,
    web_server: WebServer,
    stack: AsyncExitStack,
) -> Sequence[Observer]:
    """Who is told of each request; the numbers are counted where somebody may read them."""
    if settings.metrics_token is None:
        return (log_happening,)
    # A chat serves no numbers, and does not wait for what would write them.
    from bot.process.metrics import Metrics, Sources, metrics_route  # noqa: PLC0415

    metrics = Metrics(Sources(service.usage, lambda: jobs.running))
    token = settings.metrics_token.get_secret_value().strip()
    web_server.add_routes([metrics_route(metrics, web_server.health.ailing, token)])
    watching = asyncio.create_task(metrics.watch_the_loop())
    stack.callback(watching.cancel)
    return (log_happening, metrics.observe)


async def _database(
    settings: Settings, is_reading_enough: bool
) -> tuple[Database, StorageError | None]:
    """Open the database, and say why it can only be read, if so."""
    place = memory_of(settings)
    try:
        return await Database.open(place), None
    except (DatabaseFull, DatabaseReadOnly) as error:
        if not is_reading_enough:
            raise
        return await Database.open_to_read(place, error), error


def _rules(settings: Settings) -> Rules:
    return Rules(
        settings.unsure_below,
        settings.labels_needed,
        settings.commands_a_minute,
        frozenset(settings.hub_communities),
        dict(settings.limits),
        Adding(
            settings.hub_models_mb * MB,
            settings.hub_file_mb * MB,
            frozenset(map(folded, settings.hub_licenses)),
            frozenset(settings.hub_adding_communities),
        ),
        settings.web_url or "",
    )
