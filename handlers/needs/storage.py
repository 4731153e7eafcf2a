"""What handlers need of the memory, as Protocols."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from handlers.needs.communities import (
    Audit,
    CommunitySettings,
    Departures,
    Notices,
    PersonalChoices,
    PersonalData,
    Retention,
    StoredBytes,
    WebSessions,
)
from handlers.needs.jobs import Jobs
from handlers.needs.labelling import (
    Cards,
    Datasets,
    Drafts,
    Examples,
    Imports,
    MustPassTexts,
    Readings,
    Snapshots,
)
from handlers.needs.versions import Comparisons, HubModels, LiveVersions, Versions
from storage.records import (
    AnswerRow,
    Dataset,
    Feedback,
    JudgedAnswerRow,
    NewLabelVote,
    NewQuery,
    NewVote,
    OwnVotes,
    Query,
)


class Queries(Protocol):
    """Questions and their answers."""

    async def add(self, query: NewQuery) -> int: ...
    async def get(self, community: str, query_number: int) -> Query | None: ...
    async def recent(self, community: str, user: str, limit: int) -> Sequence[Query]: ...
    async def count(self, community: str) -> int: ...
    async def times(self, community: str, since: datetime) -> Sequence[datetime]: ...


class Votes(Protocol):
    """What people said of the answers, and so of the texts."""

    async def cast(self, vote: NewVote) -> Feedback: ...
    async def label(self, given: NewLabelVote) -> Dataset: ...
    async def get(self, community: str, query_number: int, user: str) -> Feedback | None: ...
    async def of_answers(
        self, community: str, numbers: Collection[int], user: str
    ) -> Mapping[int, Feedback]: ...
    async def own(
        self, community: str, user: str, since: datetime, dataset_id: int | None, latest: int
    ) -> OwnVotes: ...


class Answers(Protocol):
    """What models answered, and what people said of that."""

    async def judged(
        self, community: str, model: str, limit: int, since: datetime | None = None
    ) -> Sequence[JudgedAnswerRow]: ...
    async def first(
        self, community: str, model: str, limit: int, since: datetime | None = None
    ) -> Sequence[AnswerRow]: ...
    async def last(
        self, community: str, model: str, limit: int, since: datetime | None = None
    ) -> Sequence[AnswerRow]: ...


class SeenEvents(Protocol):
    """Which events of a platform have been taken already."""

    async def take(self, event: str) -> bool: ...


class SharedLimits(Protocol):
    """How far people are ahead of what they may ask, over all processes."""

    async def exchange(
        self, counted_s: Mapping[str, float], since_s: float
    ) -> tuple[Mapping[str, float], float]: ...
    async def forget(self) -> None: ...


class Storage(Protocol):
    """The memory. Every call may raise a `storage.errors.StorageError`."""

    @property
    def queries(self) -> Queries: ...
    @property
    def votes(self) -> Votes: ...
    @property
    def datasets(self) -> Datasets: ...
    @property
    def examples(self) -> Examples: ...
    @property
    def cards(self) -> Cards: ...
    @property
    def drafts(self) -> Drafts: ...
    @property
    def imports(self) -> Imports: ...
    @property
    def must_pass(self) -> MustPassTexts: ...
    @property
    def snapshots(self) -> Snapshots: ...
    @property
    def readings(self) -> Readings: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def versions(self) -> Versions: ...
    @property
    def live_versions(self) -> LiveVersions: ...
    @property
    def hub_models(self) -> HubModels: ...
    @property
    def answers(self) -> Answers: ...
    @property
    def comparisons(self) -> Comparisons: ...
    @property
    def notices(self) -> Notices: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def personal_data(self) -> PersonalData: ...
    @property
    def retention(self) -> Retention: ...
    @property
    def kept_bytes(self) -> StoredBytes: ...
    @property
    def departures(self) -> Departures: ...
    @property
    def settings(self) -> CommunitySettings: ...
    @property
    def choices(self) -> PersonalChoices: ...
    @property
    def seen_events(self) -> SeenEvents: ...
    @property
    def web_sessions(self) -> WebSessions: ...
