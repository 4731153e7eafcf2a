"""What handlers need of the world, as Protocols: the engine, the trainer and the memory.

`bot/app.py` fills them with the real ones; a test may fill them with its own.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from handlers.learning.tallies import Tallies
from models.finetune.plan import Examples as TrainingExamples
from models.finetune.plan import (
    TrainingEstimate,
    TrainingOutcome,
    TrainingPlan,
    TrainingProgress,
)
from models.hub.data_set import DataFile, DataSet, Publication
from models.provisional import Guessed, Vectors
from models.results import (
    Answer,
    Checkpoint,
    DownloadProgress,
    LoadState,
    ModelInfo,
    Outlook,
    Overview,
    Question,
    Task,
)
from storage.records import (
    Added,
    AuditEntry,
    Brought,
    Card,
    Change,
    ChangeState,
    Choices,
    CountedVote,
    Dataset,
    Deed,
    Draft,
    Erased,
    Example,
    Feedback,
    Import,
    ImportedText,
    ImportState,
    Job,
    JobMessage,
    JobState,
    LabelVote,
    LiveMove,
    LiveVersion,
    NewAuditEntry,
    NewCard,
    NewChange,
    NewDataset,
    NewExample,
    NewImport,
    NewJob,
    NewLabelVote,
    NewQuery,
    NewSnapshot,
    NewVersion,
    NewVote,
    OwnVotes,
    Query,
    Settlement,
    Side,
    Snapshot,
    Version,
    VotesSince,
    Withheld,
)

if TYPE_CHECKING:  # it is made of what these services give
    from handlers.labelling.snapshot import Snapshot as QueueSnapshot


class Models(Protocol):
    """The engine. Every call may raise a `models.errors.ModelError`.

    An `asker`, which is a community, takes turns with the others, however much each of them asks.
    """

    def names(self, task: Task | None = None) -> Sequence[str]: ...
    def find(self, name: str) -> Checkpoint: ...
    def trained(self, name: str, number: int, folder: str) -> Checkpoint: ...
    def task_of(self, checkpoint: Checkpoint) -> str | None: ...
    def state(self, checkpoint: Checkpoint) -> LoadState: ...
    def outlook(self, checkpoint: Checkpoint, asker: str, task: Task | None = None) -> Outlook: ...
    async def fetch(
        self, checkpoint: Checkpoint, report: Callable[[DownloadProgress], None]
    ) -> Checkpoint: ...
    async def ask(
        self, checkpoint: Checkpoint, question: Question[Answer], asker: str
    ) -> Answer: ...
    async def guess(
        self,
        texts: Sequence[str],
        labels: Sequence[str],
        asked: Sequence[str],
        vectors: Vectors | None = None,
    ) -> Guessed: ...
    async def languages(self, checkpoint: Checkpoint) -> Sequence[str]: ...
    async def overview(self, checkpoint: Checkpoint) -> Overview | None: ...
    async def describe(self, checkpoint: Checkpoint) -> ModelInfo: ...
    def forget_answers(self) -> None: ...
    async def renew(self, checkpoint: Checkpoint, by: Checkpoint | None = None) -> bool: ...


class DataSets(Protocol):
    """Data sets on the Hugging Face Hub. Every call may raise a `models.errors.HubFailed`."""

    @property
    def has_token(self) -> bool: ...
    async def look(self, repo_id: str, revision: str | None, *, with_token: bool) -> DataSet: ...
    async def fetch(
        self,
        found: DataSet,
        file: DataFile,
        report: Callable[[int, int], None],
        *,
        with_token: bool,
    ) -> bytes: ...
    async def account(self) -> str: ...
    async def make(self, repo_id: str) -> None: ...
    async def put(self, new: Publication) -> str: ...
    async def show(self, repo_id: str, *, is_private: bool) -> None: ...


class Trainer(Protocol):
    """Training in a child process. Cancelling the awaiting task ends the child.

    A plan that was broken off goes on behind its last finished epoch, until it is cleared.
    """

    def plan(
        self,
        base: Checkpoint,
        current: Checkpoint | None,
        examples: TrainingExamples,
        *,
        name: str,
        epochs: int,
        seed: int,
        folder: str,
    ) -> TrainingPlan: ...
    def stored(self, plan: TrainingPlan) -> Mapping[str, object]: ...
    def restored(self, stored: object) -> TrainingPlan: ...
    def estimate(self, plan: TrainingPlan) -> TrainingEstimate: ...
    async def train(
        self, plan: TrainingPlan, report: Callable[[TrainingProgress], Awaitable[None]]
    ) -> TrainingOutcome: ...
    async def clear(self, plan: TrainingPlan, *, is_kept: bool) -> None: ...
    async def remove(self, folder: str) -> None: ...


class Queries(Protocol):
    """Questions and their answers."""

    async def add(self, query: NewQuery) -> int: ...
    async def get(self, community: str, query_id: int) -> Query | None: ...
    async def recent(self, community: str, user: str, limit: int) -> Sequence[Query]: ...


class Votes(Protocol):
    """What people said of the answers, and so of the texts."""

    async def cast(self, vote: NewVote) -> Feedback: ...
    async def label(self, given: NewLabelVote) -> Dataset: ...
    async def get(self, community: str, query_id: int, user: str) -> Feedback | None: ...
    async def own(
        self, community: str, user: str, since: datetime, dataset_id: int | None, latest: int
    ) -> OwnVotes: ...


class Datasets(Protocol):
    """Named label sets, and how they are changed."""

    async def all(self, community: str) -> Sequence[Dataset]: ...
    async def create(self, dataset: NewDataset, deed: NewAuditEntry | None = None) -> Dataset: ...
    async def propose(self, change: NewChange) -> Change: ...
    async def move(
        self, community: str, change_id: int, to: ChangeState, deed: NewAuditEntry | None = None
    ) -> Change: ...


class Examples(Protocol):
    """The texts of datasets."""

    async def counted_votes(self, community: str) -> Sequence[CountedVote]: ...
    async def judgements(
        self, community: str, labels: Sequence[str], canonical: bytes
    ) -> tuple[Dataset, Example, Sequence[LabelVote]] | None: ...
    async def sides(
        self, community: str, labels: Sequence[str], label: str
    ) -> Mapping[Side, int]: ...
    async def sides_of(self, community: str, dataset_id: int, key: str) -> Mapping[Side, int]: ...
    async def sizes(self, community: str) -> Mapping[int, int]: ...
    async def add(self, example: NewExample) -> Added: ...
    async def get(self, community: str, example_id: int) -> tuple[Example, Dataset]: ...
    async def all(
        self, community: str, dataset_id: int, numbers: Collection[int] | None = None
    ) -> Sequence[Example]: ...
    async def texts(self, community: str, dataset_id: int) -> Mapping[int, str]: ...
    async def alike(self, community: str, dataset_id: int) -> Sequence[Sequence[int]]: ...
    async def label_votes(
        self, community: str, dataset_id: int, numbers: Collection[int] | None = None
    ) -> Sequence[LabelVote]: ...
    async def votes_since(
        self, community: str, dataset_id: int, after: int | None = None
    ) -> VotesSince: ...
    async def settle(
        self,
        community: str,
        example_id: int,
        settlement: Settlement,
        deed: NewAuditEntry | None = None,
        *,
        is_first: bool = False,
    ) -> Dataset: ...
    async def withheld(self, community: str, dataset_id: int) -> Withheld: ...


class Cards(Protocol):
    """Who is shown which text to label."""

    async def answer(self, given: NewLabelVote) -> Dataset: ...
    async def take(self, wanted: NewCard) -> Card | None: ...
    async def skip(self, community: str, example_id: int, user: str) -> Dataset: ...
    async def undo(self, community: str, dataset_id: int, user: str) -> Card | None: ...


class Drafts(Protocol):
    """Texts that people want to put into a dataset, while they choose which."""

    async def keep(self, community: str, user: str, text: str, source: str) -> int: ...
    async def get(self, community: str, draft_id: int, user: str) -> Draft | None: ...
    async def forget(self, community: str, draft_id: int, user: str) -> None: ...


class Imports(Protocol):
    """Files that are put into datasets, piece by piece."""

    async def propose(self, new: NewImport) -> int: ...
    async def get(self, community: str, import_id: int) -> Import: ...
    async def choose(self, community: str, import_id: int, read_as: Mapping[str, Any]) -> None: ...
    async def start(
        self, community: str, import_id: int, work: ImportState, *, takes_over: bool = False
    ) -> Import: ...
    async def put(
        self, community: str, import_id: int, texts: Sequence[ImportedText], *, is_moderator: bool
    ) -> int: ...
    async def cut(self, community: str) -> Sequence[int]: ...
    async def take_back(self, community: str, import_id: int) -> int: ...
    async def brought(self, community: str, import_id: int) -> Brought: ...
    async def release(self, community: str, import_id: int) -> None: ...
    async def end(self, community: str, import_id: int, outcome: ImportState) -> Import: ...
    async def present(
        self, community: str, dataset_id: int, canonical: Collection[bytes]
    ) -> frozenset[bytes]: ...
    async def known_keys(
        self, community: str, dataset_id: int, keys: Collection[int]
    ) -> frozenset[int]: ...


class Snapshots(Protocol):
    """What trainings learned from."""

    async def take(self, snapshot: NewSnapshot) -> Snapshot: ...
    async def get(self, community: str, snapshot_id: int) -> Snapshot | None: ...


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
    ) -> Version | None: ...
    async def cancel(self, community: str, job_id: int) -> bool: ...
    async def get(self, community: str, job_id: int) -> Job | None: ...
    async def recent(
        self, community: str, limit: int, kind: str | None = None
    ) -> Sequence[Job]: ...
    async def untold(self, platform: str) -> Sequence[Job]: ...
    async def show_in(self, job_id: int, place: JobMessage) -> None: ...
    async def shown_in(self, job_id: int) -> JobMessage | None: ...
    async def told(self, job_id: int) -> None: ...


class RunningJobs(Protocol):
    """Jobs as handlers and doors see them: whoever carries them, here or elsewhere."""

    @property
    def is_closing(self) -> bool: ...
    async def start(self, job: NewJob, plan: Mapping[str, object]) -> Job: ...
    def watch(self, community: str, job_id: int) -> AsyncIterator[Job]: ...
    async def cancel(self, community: str, job_id: int) -> bool: ...
    def take_up(self, platform: str) -> AsyncIterator[Job]: ...
    async def untold(self, platform: str) -> Sequence[Job]: ...
    async def show_in(self, job_id: int, place: JobMessage) -> None: ...
    async def shown_in(self, job_id: int) -> JobMessage | None: ...
    async def told(self, job_id: int) -> None: ...
    def begin_to_close(self) -> None: ...
    async def close(self) -> None: ...


class Versions(Protocol):
    """Checkpoints that communities have trained."""

    async def add(self, version: NewVersion) -> Version: ...
    async def find(self, community: str, name: str, number: int) -> Version | None: ...
    async def all(self, community: str) -> Sequence[Version]: ...
    async def remove(
        self, community: str, name: str, number: int, deed: NewAuditEntry | None = None
    ) -> None: ...
    async def readings(self, community: str, dataset_id: int) -> int: ...


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
    ) -> None: ...
    async def moves(self, community: str, name: str) -> Sequence[LiveMove]: ...


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


class PersonalChoices(Protocol):
    """What each person has chosen for themselves in a community."""

    async def of(self, community: str, user: str) -> Choices: ...
    async def put(self, community: str, user: str, choices: Choices) -> None: ...


class SeenEvents(Protocol):
    """Which events of a platform have been taken already."""

    async def take(self, event: str) -> bool: ...


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
    def snapshots(self) -> Snapshots: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def versions(self) -> Versions: ...
    @property
    def live_versions(self) -> LiveVersions: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def personal_data(self) -> PersonalData: ...
    @property
    def settings(self) -> CommunitySettings: ...
    @property
    def choices(self) -> PersonalChoices: ...
    @property
    def seen_events(self) -> SeenEvents: ...


class LabelQueue(Protocol):
    """What is known of the datasets that people label, in the memory of this process."""

    def note(self, dataset_id: int, user: str, example_id: int) -> None: ...
    async def look(self, services: "Services", dataset: Dataset) -> "QueueSnapshot": ...
    async def renewed(self, services: "Services", dataset: Dataset) -> "QueueSnapshot": ...
    async def next(self, services: "Services", dataset: Dataset, user: str) -> Card | None: ...
    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Rules:
    """Numbers that the operator may set."""

    unsure_below: float
    """A top probability under this is called unsure, where the checkpoint has no measured one."""
    labels_needed: int
    """How many gold examples of each label a fine-tuning wants at the least."""
    commands_a_minute: int
    """How many commands one person may give in a minute, where strangers may come."""
    hub_communities: frozenset[str] = frozenset()
    """Who may use the operator's account on the Hub, beside the terminal."""


@dataclass(frozen=True, slots=True)
class Services:
    """All that a handler may use."""

    models: Models
    data_sets: DataSets
    trainer: Trainer
    jobs: RunningJobs
    storage: Storage
    rules: Rules
    tallies: Tallies
    """Where the texts of datasets stand."""
    queue: LabelQueue
