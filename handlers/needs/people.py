"""What is asked of a platform about its people, for whoever is not speaking there just now."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from handlers.types import Actor, Group, Language


class PlatformSilent(Exception):
    """The platform does not say it now; that is neither a yes nor a no."""


class PeopleOfPlatform(Protocol):
    """The people of every community of one platform.

    Each platform's door fills this, so that somebody elsewhere, such as in a browser, is who they
    are in chat, as of this moment.
    """

    async def who(self, community: str, user: str, language: Language) -> Actor | None:
        """Return who somebody is now; None: they are not, or no more, of this community.

        Args:
            community: of this platform.
            user: by the platform's id.
            language: that they had last, where the platform does not tell it.

        Raises:
            PlatformSilent: it cannot be told now.
        """
        ...

    async def names(self, community: str, users: Sequence[str]) -> Mapping[str, str]:
        """Return what people are called there by their ids, as far as that is told soon."""
        ...

    async def groups(self, community: str) -> Sequence[Group]:
        """Return the groups there, as far as that is told soon."""
        ...
