"""What Tokki keeps no longer: questions after their days, and all of a place that took it out.

Every night, and once after the start, so that a bot that is restarted every evening forgets, too.
"""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from handlers.guard.limits import DAYS, limit_of
from handlers.hub.job import free
from handlers.others import ANSWERS_FORGOTTEN, NIGHTLY
from handlers.services import Services
from storage.errors import StorageError

GONE = timedelta(days=30)
"""For so long all that a community has is kept for it, though it has taken Tokki out."""
_NIGHT_H = 3
_SOME = 200
_BREATH_S = 0.02
"""Between two parts, for whoever else wants to write."""

log = logging.getLogger(__name__)


class Nightly:
    """Forgets beside everything else, as long as Tokki runs."""

    def __init__(self, services: Services) -> None:
        """Forget now and every night."""
        self._working = asyncio.create_task(_every_night(services))

    async def close(self) -> None:
        """Stop."""
        self._working.cancel()
        await asyncio.gather(self._working, return_exceptions=True)


async def forget(services: Services, now: datetime) -> None:
    """Forget what is over.

    Raises:
        StorageError: not all of it could be forgotten; the next night goes on.
    """
    retention, settings = services.storage.retention, services.storage.settings
    await services.storage.web_sessions.forget()
    forgotten = 0
    for community in await retention.askers():
        days = await limit_of(DAYS, community, settings, services.rules)
        forgotten += await _questions(services, community, now - timedelta(days=days))
    for community in await services.storage.departures.before(now - GONE):
        try:
            forgotten += await _community(services, community)
        except OSError:  # the others go all the same
            log.warning("files of %s cannot be removed yet", community, exc_info=True)
    if forgotten:
        services.models.forget_answers()
        await services.others.tell(ANSWERS_FORGOTTEN)
        await retention.let_go()
        log.info("%d rows were forgotten", forgotten)


def until_night_s(now: datetime) -> float:
    """Return the seconds until it is three at night."""
    night = now.replace(hour=_NIGHT_H, minute=0, second=0, microsecond=0)
    if night <= now:
        night += timedelta(days=1)
    return (night - now).total_seconds()


async def _every_night(services: Services) -> None:
    while True:
        try:
            if await services.others.take(NIGHTLY):  # or else another process does
                await forget(services, datetime.now(UTC))
        except StorageError:
            log.warning("not all that is over could be forgotten", exc_info=True)
        except Exception:  # nobody waits for it, so nobody else would tell of it
            log.exception("forgetting broke")
        await asyncio.sleep(until_night_s(datetime.now().astimezone()))


async def _questions(services: Services, community: str, before: datetime) -> int:
    forgotten = 0
    while some := await services.storage.retention.forget_questions(community, before, _SOME):
        forgotten += some
        await asyncio.sleep(_BREATH_S)
    return forgotten


async def _community(services: Services, community: str) -> int:
    """Its files go first: rows that still name them are found again if this is cut off."""
    for version in await services.storage.versions.all(community):
        checkpoint = services.models.trained(version.name, version.number, version.folder)
        await services.models.discard(checkpoint)
        await services.trainer.remove(version.folder)
    for model in await services.storage.hub_models.all(community):
        await free(services, model.name, model.repo_id, model.revision, model.id)
        await services.storage.hub_models.remove(community, model.name)
    forgotten = 0
    while some := await services.storage.retention.forget_community(community, _SOME):
        forgotten += some
        await asyncio.sleep(_BREATH_S)
    return forgotten
