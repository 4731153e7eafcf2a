"""The page of a version on the Hub: a Space beside the model, of the same name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from handlers.exporting.repository import Repository
from handlers.guard.audit import deed
from handlers.services import Services
from handlers.texts import say
from handlers.types import Actor, Language, UserError
from handlers.versions.space import LONGEST_EXAMPLE
from models.canonical import one_line
from models.errors import HubFailed
from models.releases.space_folder import Space
from storage.records import Deed, Version

_SHOWN = "shown_spaces:"


async def address_of(services: Services, version: Version) -> str | None:
    """Return where everybody finds the page of a version, if it has one; of several, the last."""
    shown = await _shown(services, version.community, version.name)
    found = [one["address"] for one in shown.values() if one["number"] == version.number]
    return found[-1] if found else None


async def _shown(services: Services, community: str, name: str) -> Mapping[str, Any]:
    """What each Space of a name shows, by the name of the Space."""
    known = (await services.storage.settings.all(community)).get(_SHOWN + name)
    return known if isinstance(known, Mapping) else {}


@dataclass(frozen=True, slots=True)
class Page:
    """What is to be shown of a version, and where."""

    services: Services
    version: Version
    space: Space
    repo_id: str
    """Of the model and of its Space."""
    is_private: bool

    def told(self, language: Language) -> Sequence[str]:
        """Say what others would see of it."""
        rows: Any = self.space.facts["examples"]
        said = [
            say(language, "space.also"),
            *(f"- {one_line(row[0], LONGEST_EXAMPLE)}" for row in rows),
        ]
        return [*said, *([say(language, "space.secret")] if self.is_private else [])]

    async def published(self, actor: Actor, revision: str) -> Sequence[str]:
        """Put it there, for a model that is there at a revision, and say where it is.

        Raises:
            UserError: the name is taken, the token does not suffice, or it failed.
        """
        language, repository = actor.language, self._repository()
        space = replace(self.space, repo_id=self.repo_id, revision=revision)
        message = say(language, "space.commit", version=self.version.full_name)
        try:
            await repository.ensure_made()
            put = self.services.releases.put_space
            published = await put(self.version.folder, space, self.repo_id, message)
        except HubFailed as error:
            raise UserError(
                "space_failed", version=self.version.full_name, **error.facts
            ) from error
        seen_by = "account" if self.is_private else "everybody"
        facts = {"version": self.version.full_name, "space": self.repo_id, "seen_by": seen_by}
        await repository.remember(deed(actor, self.version.community, Deed.PUBLISHED, **facts))
        hidden = await repository.show(language)
        is_seen = not self.is_private and hidden is None
        await self._remember(published.address if is_seen else None)
        said = say(language, "space.published", address=published.address)
        return [said, *filter(None, [hidden])]

    async def _remember(self, address: str | None) -> None:
        """Keep which version it shows now, and where, if everybody may look."""
        settings, community = self.services.storage.settings, self.version.community
        known = await _shown(self.services, community, self.version.name)
        others = {one: shown for one, shown in known.items() if one != self.repo_id}
        if address:
            others[self.repo_id] = {"number": self.version.number, "address": address}
        await settings.put(community, _SHOWN + self.version.name, others)

    def _repository(self) -> Repository:
        key = f"published_space:{self.version.name}"
        account, community = self.services.releases.spaces, self.version.community
        return Repository(self.services, account, community, key, self.repo_id, self.is_private)
