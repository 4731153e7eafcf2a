"""What handlers need of the memory of models that communities have, as Protocols."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from storage.records import (
    ComparedText,
    Comparison,
    ComparisonState,
    HubModel,
    LiveMove,
    LiveVersion,
    NewAuditEntry,
    NewComparedText,
    NewComparison,
    NewHubModel,
    NewNotice,
    NewVersion,
    Preferred,
    Tallied,
    Version,
)


class Versions(Protocol):
    """Checkpoints that communities have trained."""

    async def add(self, version: NewVersion) -> Version: ...
    async def find(self, community: str, name: str, number: int) -> Version | None: ...
    async def all(self, community: str) -> Sequence[Version]: ...
    async def remove(
        self, community: str, name: str, number: int, deed: NewAuditEntry | None = None
    ) -> None: ...
    async def readings(self, community: str, dataset_id: int) -> int: ...
    async def removed_folders(self) -> Sequence[str]: ...


class LiveVersions(Protocol):
    """Which version of a name a community uses."""

    async def all(self, community: str) -> Mapping[str, LiveVersion]: ...
    async def get(self, community: str, name: str) -> LiveVersion | None: ...
    async def put(
        self,
        community: str,
        name: str,
        live: LiveVersion,
        reason: str | None = None,
        deed: NewAuditEntry | None = None,
        *,
        instead_of: Sequence[LiveVersion | None] = (),
    ) -> None: ...
    async def take_back(
        self,
        community: str,
        name: str,
        falling: int,
        live: LiveVersion,
        notice: NewNotice,
        deed: NewAuditEntry,
    ) -> bool: ...
    async def moves(self, community: str, name: str) -> Sequence[LiveMove]: ...


class HubModels(Protocol):
    """Models of the Hugging Face Hub that communities have added."""

    async def add(
        self, new: NewHubModel, most_bytes: int, deed: NewAuditEntry | None = None
    ) -> HubModel: ...
    async def all(self, community: str) -> Sequence[HubModel]: ...
    async def remove(
        self, community: str, name: str, deed: NewAuditEntry | None = None
    ) -> HubModel | None: ...
    async def check_room(self, new: NewHubModel, most_bytes: int) -> None: ...
    async def is_held(self, repo_id: str, revision: str, besides: int = 0) -> bool: ...


class Comparisons(Protocol):
    """Two versions that people compare without knowing which is which."""

    async def start(
        self, comparison: NewComparison, deed: NewAuditEntry | None = None
    ) -> Comparison: ...
    async def all(self, community: str) -> Sequence[Comparison]: ...
    async def running(self, community: str) -> Sequence[Comparison]: ...
    async def compared(
        self,
        community: str,
        comparison_id: int,
        count: int,
        differing: Sequence[NewComparedText],
        upto: int | None = None,
    ) -> None: ...
    async def next(
        self, community: str, comparison_id: int, user: str, most: int | None
    ) -> ComparedText | None: ...
    async def meant(
        self, community: str, comparison_id: int, example_id: int, choice: str
    ) -> Preferred | None: ...
    async def judge(
        self, community: str, comparison_id: int, example_id: int, user: str, preferred: Preferred
    ) -> bool: ...
    async def skip(
        self, community: str, comparison_id: int, example_id: int, user: str
    ) -> None: ...
    async def tally(
        self, community: str, comparison_id: int, first: int | None = None
    ) -> Tallied: ...
    async def say(self, community: str, comparison_id: int, verdict: Mapping[str, Any]) -> None: ...
    async def end(
        self,
        community: str,
        comparison_id: int,
        state: ComparisonState,
        verdict: Mapping[str, Any] | None = None,
        notice: NewNotice | None = None,
        deed: NewAuditEntry | None = None,
    ) -> bool: ...
