"""What handlers need of the memory of a community and its people, as Protocols."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from storage.records import (
    AuditEntry,
    Choices,
    Deed,
    Erased,
    KeptBytes,
    NewAuditEntry,
    NewNotice,
    NewWebLink,
    Notice,
    WebSession,
)


class CommunitySettings(Protocol):
    """What a community has decided for itself: any JSON value under a name."""

    async def all(self, community: str) -> Mapping[str, object]: ...
    async def put(
        self, community: str, name: str, value: object, deed: NewAuditEntry | None = None
    ) -> None: ...


class PersonalChoices(Protocol):
    """What each person has chosen for themselves in a community."""

    async def of(self, community: str, user: str) -> Choices: ...
    async def put(self, community: str, user: str, choices: Choices) -> None: ...


class Notices(Protocol):
    """What admins are told once."""

    async def add(self, notice: NewNotice) -> bool: ...
    async def of(self, community: str, *, is_untold: bool = False) -> Sequence[Notice]: ...
    async def told(self, community: str, numbers: Collection[int]) -> None: ...


class Audit(Protocol):
    """Who changed what others get."""

    async def recent(
        self,
        community: str,
        limit: int,
        *,
        before: int | None = None,
        deed: Deed | None = None,
        user: str | None = None,
    ) -> Sequence[AuditEntry]: ...


class PersonalData(Protocol):
    """All that is kept of one person in one community."""

    async def export(
        self, community: str, user: str
    ) -> Mapping[str, Sequence[Mapping[str, Any]]]: ...
    async def would_go(self, community: str, user: str) -> Erased: ...
    async def erase(self, community: str, user: str) -> Erased: ...


class Retention(Protocol):
    """What is kept no longer."""

    async def askers(self) -> Sequence[str]: ...
    async def forget_questions(self, community: str, before: datetime, most: int) -> int: ...
    async def forget_community(self, community: str, most: int) -> int: ...
    async def let_go(self) -> None: ...


class StoredBytes(Protocol):
    """How much is kept."""

    async def of(self, community: str) -> KeptBytes: ...


class Departures(Protocol):
    """Which communities have taken Tokki out, and since when."""

    async def leave(self, community: str) -> bool: ...
    async def stay(self, community: str) -> None: ...
    async def before(self, time: datetime) -> Sequence[str]: ...
    async def known(self, platform: str) -> Sequence[str]: ...


class WebSessions(Protocol):
    """Who is signed in to the pages that a browser shows, by digests of secrets."""

    async def invite(self, link: NewWebLink) -> None: ...
    async def link(self, digest: bytes) -> WebSession | None: ...
    async def open(self, digest: bytes, session: bytes, until: datetime) -> WebSession | None: ...
    async def get(self, digest: bytes) -> WebSession | None: ...
    async def end(self, digest: bytes) -> None: ...
    async def count(self, community: str, user: str) -> int: ...
    async def end_all(self, community: str, user: str) -> int: ...
    async def forget(self) -> None: ...
