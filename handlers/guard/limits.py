"""How much a community may keep and ask: the operator bounds it, its admins choose within that.

A community's own are stored as `limit:<name>` -> a whole number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handlers.table import Bilingual

if TYPE_CHECKING:  # the settings read the names of limits, and need nothing of these
    from handlers.needs.communities import CommunitySettings
    from handlers.services import Rules
    from storage.records import NewAuditEntry

_PREFIX = "limit:"
OPERATORS = 0
"""The choice that forgets a community's own."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One of the numbers."""

    name: Bilingual
    usual: int
    most: int
    """That admins may choose, unless the operator says otherwise."""


DAYS = Limit(Bilingual("days", "보관일"), 90, 365)
LETTERS = Limit(Bilingual("letters", "글자"), 1_000_000, 1_000_000)
WAITING = Limit(Bilingual("waiting", "대기글자"), 250_000, 250_000)
TEXTS = Limit(Bilingual("texts", "모은글"), 200_000, 200_000)
TRAININGS = Limit(Bilingual("trainings", "학습"), 20, 20)
VERSIONS = Limit(Bilingual("versions", "버전"), 20, 20)
DOWNLOADS = Limit(Bilingual("downloads", "다운로드"), 20, 20)
MEGABYTES = Limit(Bilingual("megabytes", "용량"), 5_000, 5_000)
LIMITS: Mapping[str, Limit] = {
    limit.name.en: limit
    for limit in (DAYS, LETTERS, WAITING, TEXTS, TRAININGS, VERSIONS, DOWNLOADS, MEGABYTES)
}


def usual(limit: Limit, rules: "Rules") -> int:
    """Return what holds where a community has chosen nothing."""
    return rules.limits.get(limit.name.en, limit.usual)


def most(limit: Limit, rules: "Rules") -> int:
    """Return the most that a community may choose."""
    return rules.limits.get(limit.name.en, limit.most)


async def chosen(limit: Limit, community: str, settings: "CommunitySettings") -> int:
    """Return what a community has chosen; `OPERATORS` where it has not."""
    value = (await settings.all(community)).get(_PREFIX + limit.name.en)
    return value if isinstance(value, int) else OPERATORS


async def limit_of(
    limit: Limit, community: str, settings: "CommunitySettings", rules: "Rules"
) -> int:
    """Return what holds in a community; what it chose before its operator allowed less is less."""
    own = await chosen(limit, community, settings)
    return min(own, most(limit, rules)) if own else usual(limit, rules)


async def choose(
    limit: Limit, value: int, community: str, settings: "CommunitySettings", deed: "NewAuditEntry"
) -> None:
    """Store what a community chooses."""
    await settings.put(community, _PREFIX + limit.name.en, value, deed)
