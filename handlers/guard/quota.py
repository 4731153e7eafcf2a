"""How much people may ask: letters in a day, letters that wait at once, and what is fetched.

All of a community share so many times what one person may, and all communities of a bot more. In a
place that is somebody's own nobody has to share, so nothing is counted there.
"""

import time
from collections import Counter
from collections.abc import Callable
from math import ceil

from handlers.guard.limits import DOWNLOADS, LETTERS, TEXTS, WAITING, Limit, limit_of, usual
from handlers.guard.rate_limit import DAY_S, MINUTE_S, RateLimit
from handlers.needs.communities import CommunitySettings
from handlers.services import Rules, Services
from handlers.types import Actor, Place, UserError

_HOUR_S = 3600.0
_DAY_OF = {"person": 1, "community": 40, "bot": 400}
_WAITING_OF = {"person": 1, "community": 3, "bot": 4}
"""So many times what one person may; a million letters stop the event loop for most of a second."""
_EVERYBODY = ""


class Quota:
    """Counts for this process."""

    def __init__(
        self,
        settings: CommunitySettings,
        rules: Rules,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._rules = rules
        letters = usual(LETTERS, rules)
        self._days = {of: RateLimit(letters * times, clock, DAY_S) for of, times in _DAY_OF.items()}
        self._fetched = RateLimit(usual(DOWNLOADS, rules), clock, DAY_S)
        days = {f"letters of {of}": limit for of, limit in self._days.items()}
        self.limits = {**days, "downloads": self._fetched}
        """What all processes count together, by its name; what waits, waits in one of them."""
        self._waiting: Counter[tuple[str, str]] = Counter()

    async def ask(self, actor: Actor, place: Place, letters: int) -> Callable[[], None]:
        """Let somebody ask about so many letters; return what to call once they are answered.

        Raises:
            UserError: it is more than they may, with when it ends.
        """
        if place.is_private_property or not letters:
            return _nothing
        whose = _whose(actor, place)
        waiting = await self._limit(WAITING, place.community)
        if letters > waiting:
            raise UserError("text_too_much", letters=letters, most=waiting)
        for of, times in _WAITING_OF.items():
            before = self._waiting[of, whose[of]]
            if before and before + letters > waiting * times:
                raise UserError(f"waiting_{of}", letters=before)
        await self._count_the_day(whose, letters)
        self._wait(whose, letters)
        return lambda: self._wait(whose, -letters)

    async def read(self, actor: Actor, place: Place, letters: int) -> None:
        """Count letters that are asked about one after the other, as those of a file.

        Raises:
            UserError: it is more than they may in a day, with when it ends, if ever.
        """
        if place.is_private_property:
            return
        most = await self._limit(LETTERS, place.community)
        if letters > most:
            raise UserError("text_too_much", letters=letters, most=most)
        await self._count_the_day(_whose(actor, place), letters)

    async def fetch(self, place: Place) -> None:
        """Count a download.

        Raises:
            UserError: there were too many in a day.
        """
        if place.is_private_property:
            return
        most = await self._limit(DOWNLOADS, place.community)
        wait_s = self._fetched.wait_s(place.community, usual(DOWNLOADS, self._rules) / most)
        if wait_s:
            raise UserError("downloads_full", most=most, hours=ceil(wait_s / _HOUR_S))

    async def _count_the_day(self, whose: dict[str, str], letters: int) -> None:
        own = await self._limit(LETTERS, whose["community"])
        scaled = letters * usual(LETTERS, self._rules) / own
        many = {"person": scaled, "community": scaled, "bot": float(letters)}
        for of, limit in self._days.items():
            if wait_s := limit.too_early_s(whose[of], many[of]):
                raise UserError(f"letters_{of}", most=own, minutes=ceil(wait_s / MINUTE_S))
        for of, limit in self._days.items():
            limit.count(whose[of], many[of])

    def _wait(self, whose: dict[str, str], letters: int) -> None:
        for of, who in whose.items():
            self._waiting[of, who] += letters
            if self._waiting[of, who] <= 0:
                del self._waiting[of, who]

    async def _limit(self, limit: Limit, community: str) -> int:
        return await limit_of(limit, community, self._settings, self._rules)


def _whose(actor: Actor, place: Place) -> dict[str, str]:
    return {"person": actor.id, "community": place.community, "bot": _EVERYBODY}


def _nothing() -> None:
    """Nothing was counted."""


async def check_texts(services: Services, community: str, coming: int = 1) -> None:
    """Refuse what would make too many texts in the datasets of a community.

    Raises:
        UserError: there are as many as there may be, or no room for one.
    """
    await services.room.check(services, community)
    most = await limit_of(TEXTS, community, services.storage.settings, services.rules)
    there = await services.room.texts(services, community, coming, most)
    if there + coming > most:
        raise UserError("texts_full", most=most, texts=there)
