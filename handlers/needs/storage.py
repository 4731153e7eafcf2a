"""What handlers need of the memory, as Protocols."""

from collections.abc import (
    Collection,
    Mapping,
    Sequence,
)
from datetime import datetime
from typing import Any, Protocol

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
from storage.records import (
    AnswerRow,
    AuditEntry,
    Choices,
    ComparedText,
    Comparison,
    ComparisonState,
    Dataset,
    Deed,
    Erased,
    Feedback,
    HubModel,
    InLine,
    Job,
    JobMessage,
    JobState,
    JudgedAnswerRow,
    KeptBytes,
    LiveMove,
    LiveVersion,
    NewAuditEntry,
    NewComparedText,
    NewComparison,
    NewHubModel,
    NewJob,
    NewLabelVote,
    NewNotice,
    NewQuery,
    NewVersion,
    NewVote,
    NewWebLink,
    Notice,
    OwnVotes,
    Preferred,
    Query,
    Tallied,
    Version,
    WebSession,
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


class Jobs(Protocol):
    """Long work, each with a lease: whoever holds it carries the job, and anybody may watch it."""

    async def start(
        self, job: NewJob, owner: str, plan: Mapping[str, object] | None = None
    ) -> Job: ...
    async def claim(self, owner: str, platform: str, ttl_s: float) -> Job | None: ...
    async def claim_one(
        self, owner: str, community: str, job_id: int, ttl_s: float
    ) -> Job | None: ...
    async def plan(self, job_id: int, owner: str) -> Mapping[str, object] | None: ...
    async def beat(
        self, job_id: int, owner: str, progress: Mapping[str, object]
    ) -> JobState | None: ...
    async def release(self, job_id: int, owner: str, progress: Mapping[str, object]) -> None: ...
    async def end(
        self,
        job_id: int,
        owner: str,
        state: JobState,
        metrics: Mapping[str, object] | None = None,
        reason: str | None = None,
        *,
        progress: Mapping[str, object] | None = None,
    ) -> bool: ...
    async def end_with_version(
        self,
        job_id: int,
        owner: str,
        version: NewVersion,
        metrics: Mapping[str, object],
        *,
        progress: Mapping[str, object] | None = None,
        may_answer: bool = True,
    ) -> Version | None: ...
    async def cancel(self, community: str, job_id: int) -> bool: ...
    async def get(self, community: str, job_id: int) -> Job | None: ...
    async def recent(
        self, community: str, limit: int, kind: str | None = None
    ) -> Sequence[Job]: ...
    async def unended(self, community: str, kind: str) -> Sequence[Job]: ...
    async def untold(self, platform: str, teller: str, ttl_s: float) -> Sequence[Job]: ...
    async def show_in(self, job_id: int, place: JobMessage, teller: str | None = None) -> None: ...
    async def shown_in(self, job_id: int) -> JobMessage | None: ...
    async def told(self, job_id: int) -> None: ...


class Turns(Protocol):
    """Whose turn it is, where only so many jobs of a kind work at once."""

    async def line(self, kind: str, ttl_s: float) -> Sequence[InLine]: ...
    async def take(self, job_id: int, owner: str, kind: str, width: int, ttl_s: float) -> bool: ...


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


class Notices(Protocol):
    """What admins are told once."""

    async def add(self, notice: NewNotice) -> bool: ...
    async def of(self, community: str, *, is_untold: bool = False) -> Sequence[Notice]: ...
    async def told(self, community: str, numbers: Collection[int]) -> None: ...


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
    async def known(self, community: str, comparison_id: int) -> frozenset[int]: ...
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


class CommunitySettings(Protocol):
    """What a community has decided for itself: any JSON value under a name."""

    async def all(self, community: str) -> Mapping[str, object]: ...
    async def put(
        self, community: str, name: str, value: object, deed: NewAuditEntry | None = None
    ) -> None: ...
    async def remove(self, community: str, name: str) -> None: ...


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
    async def left_at(self, community: str) -> datetime | None: ...
    async def before(self, time: datetime) -> Sequence[str]: ...
    async def known(self, platform: str) -> Sequence[str]: ...


class PersonalChoices(Protocol):
    """What each person has chosen for themselves in a community."""

    async def of(self, community: str, user: str) -> Choices: ...
    async def put(self, community: str, user: str, choices: Choices) -> None: ...


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
