"""Who has taken Tokki out, and who has brought it back, as far as a platform tells."""

import logging
from collections.abc import Callable, Collection

from handlers.needs.communities import Departures
from storage.errors import StorageError

log = logging.getLogger(__name__)


class Presence:
    """Told by the doors; nothing of theirs has to wait for what cannot be noted."""

    def __init__(self, departures: Departures) -> None:
        self._departures = departures

    async def left(self, community: str) -> None:
        """Let all that a community has go in a month, unless it comes back."""
        try:
            await self._departures.leave(community)
        except StorageError:
            log.warning("it could not be noted that %s has left", community, exc_info=True)

    async def came(self, community: str) -> None:
        """Keep what a community has."""
        try:
            await self._departures.stay(community)
        except StorageError:
            log.warning("it could not be noted that %s is here", community, exc_info=True)

    async def compare(
        self, platform: str, present: Collection[str], can_leave: Callable[[str], bool]
    ) -> None:
        """Compare with what a platform tells at the start, as it is silent of what was meanwhile.

        Args:
            platform: such as `discord`.
            present: every community that has Tokki.
            can_leave: tells whether a community is one of those of which the platform tells.
        """
        try:
            known = await self._departures.known(platform)
        except StorageError:
            log.warning("it could not be looked up who has left", exc_info=True)
            return
        for community in known:
            if community in present:
                await self.came(community)
            elif can_leave(community):
                await self.left(community)
