"""Where something of ours is on the Hub: in whose name, under which, and who sees it.

Whatever was made for one thing is ours to change, and nothing else: where that is, is kept.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.guard.hub_account import may_use_account
from handlers.needs.models import Repositories
from handlers.services import Services
from handlers.texts import say
from handlers.texts.reasons import translate_reason
from handlers.types import Language, Place, UserError
from models.errors import HubFailed
from storage.records import NewAuditEntry

_NAME = re.compile(r"(?:[\w.-]{1,48}/)?[\w.-]{1,48}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Repository:
    """A place on the Hub for one thing of a community."""

    services: Services
    account: Repositories
    """Of its kind: data sets, models or Spaces."""
    community: str
    key: str
    """Under which it is kept where the thing has been published."""
    repo_id: str
    is_private: bool

    async def is_known(self) -> bool:
        """Tell whether the thing has been published there."""
        return self.repo_id in await self._published()

    async def ensure_made(self) -> None:
        """Make it, for nobody else to see yet; what is ours already is hidden if it shall be.

        Raises:
            HubFailed: it is somebody else's, the token does not suffice, or it failed.
        """
        if await self.is_known() and await self.account.is_there(self.repo_id):
            if self.is_private:
                await self.account.show(self.repo_id, is_private=True)
            return
        await self.account.make(self.repo_id)
        await self.remember()

    async def remember(self, noted: NewAuditEntry | None = None) -> None:
        """Keep where the thing is, so that it can be published there again."""
        known = dict.fromkeys([*await self._published(), self.repo_id])
        await self.services.storage.settings.put(self.community, self.key, list(known), noted)

    async def show(self, language: Language) -> str | None:
        """Let everybody see it if they shall; return why they do not yet, in words."""
        if self.is_private:
            return None
        try:
            await self.account.show(self.repo_id, is_private=False)
        except HubFailed as error:
            reason = translate_reason(str(error.facts["reason"]), language)
            return say(language, "exporting.still_private", reason=reason)
        return None

    async def _published(self) -> Sequence[str]:
        known = (await self.services.storage.settings.all(self.community)).get(self.key)
        return [str(one) for one in known] if isinstance(known, list) else []


def check_account(services: Services, place: Place) -> None:
    """Check that what is asked here may be published in the name of the operator's account.

    Raises:
        UserError: there is none, or not here.
    """
    if not services.data_sets.has_token:
        raise UserError("publish_no_token")
    if not may_use_account(services, place):
        raise UserError("publish_not_here", community=place.community)


async def full_name(account: Repositories, typed: str) -> str:
    """Return `owner/name`; the Hub is asked whose account it is, so that a bad token shows.

    Raises:
        UserError: it is no name, or the Hub does not take the token.
    """
    name = typed.strip()
    if not _NAME.fullmatch(name) or ".." in name or "--" in name or name[-1] in ".-":
        raise UserError("publish_bad_name", value=typed)
    try:
        owner = await account.account()
    except HubFailed as error:
        raise UserError("publish_failed", name=name, reason=error.facts["reason"]) from error
    return name if "/" in name else f"{owner}/{name}"
