"""`tokki run`: opens the door of every platform whose token is set, until a signal closes them."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from filelock import BaseFileLock, FileLock, Timeout

from bot.app import App, running
from bot.data_folder import LOCK_FILE
from bot.doors import DoorClosed, Say, Serve
from bot.process.arenas import bound_arenas
from bot.process.cluster_news import tell_of_the_cluster
from bot.process.membership import NotAlone
from bot.process.reloading import Reloading, reloaded_by_signal
from bot.process.service_manager import ServiceManager
from bot.settings import Settings
from bot.web_server import PortTaken
from handlers.texts import say
from handlers.types import Language
from storage.sqlite.failures import from_system

CANNOT_SERVE = 2
_TURN_S = 0.0005
"""For so long the event loop keeps threads waiting that come back from SQLite or from a model. By
default it is ten times as long, and a vote that is written comes back forty times."""
_STARTING_S = 10.0
"""Several that start at once join one after the other."""


async def serve(
    settings: Settings, language: Language, tell: Say, given: Mapping[str, object]
) -> int:
    """Serve until a signal comes; return 0, or 2 where a platform would not be served.

    `given` is what the command line says, which wins again when the settings are read anew.

    Raises:
        StorageError: the database cannot be used.
        BadSetting: a setting does not fit what there is.
    """
    bound_arenas()
    sys.setswitchinterval(_TURN_S)
    doors = _doors(settings)
    if not doors:
        tell(say(language, "run.no_token"))
        return CANNOT_SERVE
    is_alone = settings.shards == "all"
    lock = FileLock(settings.data_dir / LOCK_FILE, timeout=0 if is_alone else _STARTING_S)
    try:
        held = lock.acquire()
    except Timeout:
        tell(say(language, "run.already", path=settings.data_dir))
        return CANNOT_SERVE
    except OSError as error:
        raise from_system(error, settings.data_dir) from error
    with held:
        reloading = Reloading(
            settings,
            lambda: Settings(**given),  # type: ignore[arg-type]  # checked by pydantic
            language,
            tell,
        )
        reloading.start_log()
        try:
            is_well = await _serve_all(doors, settings, language, tell, reloading, lock)
        except NotAlone as error:
            places = ", ".join(dict.fromkeys(one.place for one in error.others))
            tell(say(language, "run.not_alone", places=places))
            return CANNOT_SERVE
    tell(say(language, "run.stopped"))
    return 0 if is_well else CANNOT_SERVE


async def _serve_all(
    doors: Sequence[Serve],
    settings: Settings,
    language: Language,
    tell: Say,
    reloading: Reloading,
    lock: BaseFileLock,
) -> bool:
    stop, manager = asyncio.Event(), ServiceManager()
    alive = asyncio.create_task(manager.stay_alive())
    with _stopped_by_signals(stop), reloaded_by_signal(reloading, manager):
        async with running(settings, joins=True) as app:
            if app.others.is_shared:
                lock.release()  # for the next one; who would be alone is told by the database
            app.warm_up()
            if settings.metrics_token and not await _listens(app, language, tell):
                return False
            manager.ready()
            news = asyncio.create_task(tell_of_the_cluster(app.cluster, language, tell))
            ended = await asyncio.gather(
                *(_serve(door(app, settings, language, stop, tell), stop, tell) for door in doors)
            )
            manager.stopping()
            news.cancel()
    alive.cancel()
    return all(ended)


async def _listens(app: App, language: Language, tell: Say) -> bool:
    """Let the numbers be read from the start on, whether a door needs the port or not."""
    try:
        await app.web_server.start()
    except PortTaken as taken:
        tell(taken.explain(language))
        return False
    return True


def _doors(settings: Settings) -> list[Serve]:
    """Return the doors that are set up; a platform's library is imported only for its door."""
    doors: list[Serve] = []
    if settings.discord_token:
        from bot.on_discord.connection.door import serve as serve_discord  # noqa: PLC0415

        doors.append(serve_discord)
    if settings.slack_bot_token or settings.slack_client_id:
        from bot.on_slack.connection.door import serve as serve_slack  # noqa: PLC0415

        doors.append(serve_slack)
    if settings.web_url:
        from bot.on_web.connection.door import serve as serve_pages  # noqa: PLC0415

        doors.append(serve_pages)
    return doors


async def _serve(serving: Awaitable[None], stop: asyncio.Event, tell: Say) -> bool:
    """Serve one platform; one that cannot be served stops the others, so that it is noticed."""
    try:
        await serving
    except DoorClosed as closed:
        tell(closed.sentence)
        return False
    finally:
        stop.set()
    return True


@contextmanager
def _stopped_by_signals(stop: asyncio.Event) -> Iterator[None]:
    """Set the event on the first SIGINT or SIGTERM; a second one ends the process at once."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)

    def let_go() -> None:
        for each in signals:
            loop.remove_signal_handler(each)

    def on_signal() -> None:
        stop.set()
        let_go()

    try:
        for each in signals:
            loop.add_signal_handler(each, on_signal)
    except NotImplementedError:  # on Windows Ctrl-C ends asyncio.run, and that closes the doors
        yield
        return
    try:
        yield
    finally:
        let_go()
