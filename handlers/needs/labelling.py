"""What handlers need of the memory of datasets, as Protocols: texts, votes and imports."""

from collections.abc import (
    Collection,
    Mapping,
    Sequence,
)
from typing import Any, Protocol

from storage.records import (
    Added,
    Answered,
    Brought,
    Card,
    Change,
    ChangeState,
    Dataset,
    Draft,
    Example,
    Import,
    ImportedText,
    ImportState,
    LabelVote,
    Learnable,
    MustPass,
    NewAuditEntry,
    NewCard,
    NewChange,
    NewDataset,
    NewExample,
    NewImport,
    NewLabelVote,
    NewMustPass,
    NewReading,
    NewSnapshot,
    Offer,
    Query,
    Reading,
    Settlement,
    Side,
    Snapshot,
    VotesSince,
    Withheld,
)


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

    async def learnable(self, community: str, dataset_id: int) -> Learnable: ...
    async def judgements(
        self, query: Query, canonical: bytes
    ) -> tuple[Dataset, Example, Sequence[LabelVote]] | None: ...
    async def sides(self, query: Query, label: str) -> Mapping[Side, int]: ...
    async def sides_of(self, community: str, dataset_id: int, key: str) -> Mapping[Side, int]: ...
    async def sizes(self, community: str) -> Mapping[int, int]: ...
    async def has(self, community: str, dataset_id: int, canonical: bytes) -> bool: ...
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


class MustPassTexts(Protocol):
    """Texts that every version of a dataset must get right."""

    async def add(self, must_pass: NewMustPass, deed: NewAuditEntry | None = None) -> MustPass: ...
    async def all(self, community: str, dataset_id: int) -> Sequence[MustPass]: ...
    async def remove(
        self, community: str, must_pass_id: int, deed: NewAuditEntry | None = None
    ) -> MustPass: ...
    async def restore(
        self, community: str, must_pass_id: int, deed: NewAuditEntry | None = None
    ) -> MustPass: ...


class Cards(Protocol):
    """Who is shown which text to label."""

    async def answer(self, given: NewLabelVote, offers: Sequence[Offer] = ()) -> Answered: ...
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


class Readings(Protocol):
    """What models were measured to be worth on test sides."""

    async def add(self, reading: NewReading) -> None: ...
    async def all(self, community: str, dataset_id: int) -> Sequence[Reading]: ...
