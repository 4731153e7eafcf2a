"""All that handlers are given of the world; most of it is written down in `handlers.needs`.

`bot/app.py` fills them with the real ones; a test may fill them with its own.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from handlers.batch.files_at_hand import FilesAtHand
from handlers.learning.votes.tallies import Tallies
from handlers.needs.models import DataSets, HubPages, Measurer, Models, Releases, Trainer
from handlers.needs.people import PeopleOfPlatform
from handlers.needs.storage import Storage
from handlers.types import Actor, Place
from handlers.writing.writings import Writings
from models.reports import ClusterState, Usage
from storage.records import (
    Answered,
    Card,
    Comparison,
    Dataset,
    Job,
    JobMessage,
    NewJob,
    NewLabelVote,
    Process,
)

if TYPE_CHECKING:  # they are made of what these services give
    from handlers.guard.room import Taken
    from handlers.labelling.snapshot import Snapshot as QueueSnapshot


class RunningJobs(Protocol):
    """Jobs as handlers and doors see them: whoever carries them, here or elsewhere."""

    @property
    def is_closing(self) -> bool: ...
    async def start(self, job: NewJob, plan: Mapping[str, object]) -> Job: ...
    def watch(self, community: str, job_id: int) -> AsyncIterator[Job]: ...
    async def cancel(self, community: str, job_id: int, reason: str | None = None) -> bool: ...
    def take_up(self, platform: str) -> AsyncIterator[Job]: ...
    async def show_in(self, job_id: int, place: JobMessage) -> None: ...
    async def shown_in(self, job_id: int) -> JobMessage | None: ...
    async def told(self, job_id: int) -> None: ...
    def begin_to_close(self) -> None: ...
    async def close(self) -> None: ...


class LabelQueue(Protocol):
    """What is known of the datasets that people label, in the memory of this process."""

    async def answer(
        self, services: "Services", dataset: Dataset, given: NewLabelVote
    ) -> Answered: ...
    def note(
        self, dataset_id: int, user: str, example_id: int, *, is_said: bool = True
    ) -> None: ...
    def take_back(self, dataset_id: int, user: str, card: Card) -> None: ...
    async def look(self, services: "Services", dataset: Dataset) -> "QueueSnapshot": ...
    async def renewed(self, services: "Services", dataset: Dataset) -> "QueueSnapshot": ...
    async def next(self, services: "Services", dataset: Dataset, user: str) -> Card | None: ...


class Shadow(Protocol):
    """Asks the versions that are compared, beside everything else."""

    async def asked(
        self, services: "Services", community: str, user: str, model: str, text: str, label: str
    ) -> None: ...
    def go_on(self, services: "Services", comparison: Comparison) -> None: ...
    async def suppliers(
        self, services: "Services", comparison: Comparison, dataset: Dataset
    ) -> frozenset[str]: ...
    async def settled(self) -> None: ...


class Watch(Protocol):
    """Looks after the models that answer, beside everything else."""

    def judged(self, services: "Services", community: str, model: str) -> None: ...
    def answered(self, services: "Services", community: str, model: str) -> None: ...
    async def settled(self) -> None: ...


class Others(Protocol):
    """The other processes on this database."""

    @property
    def is_shared(self) -> bool:
        """Whether there may be some."""
        ...

    async def tell(self, kind: str, **facts: object) -> None: ...
    async def take(self, name: str) -> bool: ...
    async def take_turn(self, name: str, for_s: float) -> bool: ...


@dataclass(frozen=True, slots=True)
class HeldBy:
    """One of the processes on a database, and what it has."""

    process: Process
    is_this_one: bool
    leases: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Vitals:
    """How Tokki fares at one moment."""

    parts: Mapping[str, bool]
    """Whether each door, and the database, is well."""
    usage: Usage
    jobs: int
    """Under way in this process."""
    lag_s: float
    """How late the event loop was at the worst, in the last minute."""
    processes: Sequence[HeldBy] = ()
    """All that share the database, where several may."""
    newer: str | None = None
    """What is newer than this process, which takes no jobs any more."""
    cluster: ClusterState | None = None
    """None: this machine alone answers, as it was set up."""


class Pulse(Protocol):
    """Looks how Tokki fares."""

    async def look(self) -> Vitals: ...


class Quota(Protocol):
    """How much people may ask; what is too much raises a `UserError`."""

    async def ask(self, actor: Actor, place: Place, letters: int) -> Callable[[], None]: ...
    async def read(self, actor: Actor, place: Place, letters: int) -> None: ...
    async def fetch(self, place: Place) -> None: ...


class Room(Protocol):
    """How much a community keeps; what does not fit raises a `UserError`."""

    async def look(self, services: "Services", community: str) -> "Taken": ...
    async def check(self, services: "Services", community: str) -> None: ...
    async def check_coming(
        self, services: "Services", community: str, coming_bytes: int
    ) -> None: ...
    async def texts(self, services: "Services", community: str, coming: int, most: int) -> int: ...


@dataclass(frozen=True, slots=True)
class Adding:
    """Which models of the Hub may be added in chat."""

    most_bytes: int = 4_096_000_000
    """Of all communities together."""
    largest_bytes: int = 2_048_000_000
    """Of one file."""
    licenses: frozenset[str] = frozenset()
    """Folded; none: any."""
    communities: frozenset[str] = frozenset()
    """Whose admins may add some, beside the terminal."""


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
    limits: Mapping[str, int] = field(default_factory=dict)
    """By their names in handlers/guard/limits.py: what holds, and the most that admins may set."""
    adding: Adding = Adding()
    web_url: str = ""
    """Where a browser finds the pages of bot/on_web; empty: there are none."""


@dataclass(frozen=True, slots=True)
class Services:
    """All that a handler may use."""

    models: Models
    data_sets: DataSets
    hub: HubPages
    releases: Releases
    trainer: Trainer
    measurer: Measurer
    jobs: RunningJobs
    storage: Storage
    rules: Rules
    quota: Quota
    room: Room
    pulse: Pulse
    tallies: Tallies
    """Where the texts of datasets stand."""
    queue: LabelQueue
    watch: Watch
    shadow: Shadow
    others: Others
    files: FilesAtHand
    writings: Writings
    """What is being written now."""
    busy_commits: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many jobs of this process are at a commit of the Hub, whose files stay meanwhile."""
    people: dict[str, PeopleOfPlatform] = field(default_factory=dict)
    """Who knows the people of each platform; its door says so once it is open."""
