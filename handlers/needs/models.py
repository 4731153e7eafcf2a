"""What handlers need of models, as Protocols: the engine, the Hub and the trainer."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from models.checkpoints.certainty.calibration import Calibration
from models.finetune.plan import Example as TrainingExample
from models.finetune.plan import Examples as TrainingExamples
from models.finetune.plan import (
    RecipeName,
    Said,
    TrainingEstimate,
    TrainingOutcome,
    TrainingPlan,
    TrainingProgress,
    Tuning,
)
from models.hub.data_set import DataFile, DataSet, Publication, Published
from models.hub.repository import Hits, ModelPage, RowsPage, Search
from models.provisional import Guessed, Lesson
from models.regressions import Vectors
from models.releases.card import ModelCard
from models.releases.space_folder import Space
from models.reports import DownloadProgress, LoadState, ModelInfo, Outlook, Overview, Postprocessing
from models.results import Answer, Checkpoint, Classification, Question, Task
from models.tasks.classification import TextToClassify


class Models(Protocol):
    """The engine. Every call may raise a `models.errors.ModelError`.

    An `asker`, which is a community, takes turns with the others, however much each of them asks.
    """

    def names(self, task: Task | None = None) -> Sequence[str]: ...
    def find(self, name: str) -> Checkpoint: ...
    def trained(self, name: str, number: int, folder: str) -> Checkpoint: ...
    def added(self, name: str, repo_id: str, revision: str) -> Checkpoint: ...
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
        self, lesson: Lesson, asked: Sequence[str], bodies: Sequence[Vectors] = ()
    ) -> Guessed: ...
    async def languages(self, checkpoint: Checkpoint) -> Sequence[str]: ...
    async def overview(self, checkpoint: Checkpoint) -> Overview | None: ...
    async def describe(self, checkpoint: Checkpoint) -> ModelInfo: ...
    async def postprocessing(self, checkpoint: Checkpoint) -> Postprocessing: ...
    async def config(self, checkpoint: Checkpoint) -> Mapping[str, object]: ...
    async def untrained(
        self, checkpoint: Checkpoint, question: TextToClassify, seed: int
    ) -> Classification | None: ...
    def forget_answers(self) -> None: ...
    async def renew(self, checkpoint: Checkpoint, by: Checkpoint | None = None) -> bool: ...
    async def make_ready(self, checkpoint: Checkpoint) -> bool: ...
    async def try_out(self, checkpoint: Checkpoint, count: int, asker: str) -> str: ...
    async def discard(self, checkpoint: Checkpoint) -> int: ...
    async def delete(self, checkpoint: Checkpoint) -> int: ...


class Repositories(Protocol):
    """What the operator's account has on the Hugging Face Hub, of one kind.

    Every call may raise a `models.errors.HubFailed`.
    """

    @property
    def has_token(self) -> bool: ...
    async def account(self) -> str: ...
    async def is_there(self, repo_id: str) -> bool: ...
    async def make(self, repo_id: str) -> None: ...
    async def put(self, new: Publication) -> Published: ...
    async def show(self, repo_id: str, *, is_private: bool) -> None: ...


class DataSets(Repositories, Protocol):
    """Data sets on the Hugging Face Hub. Every call may raise a `models.errors.HubFailed`."""

    async def look(self, repo_id: str, revision: str | None, *, with_token: bool) -> DataSet: ...
    async def fetch(
        self,
        found: DataSet,
        file: DataFile,
        report: Callable[[int, int], None],
        *,
        with_token: bool,
    ) -> bytes: ...


class HubPages(Protocol):
    """What people see of the Hugging Face Hub before anything of it is here.

    Every call may raise a `models.errors.HubFailed`.
    """

    async def search(self, what: Search, *, with_token: bool) -> Hits: ...
    async def look(self, repo_id: str, revision: str | None, *, with_token: bool) -> ModelPage: ...
    async def splits(self, repo_id: str, *, with_token: bool) -> Sequence[tuple[str, str]]: ...
    async def rows(
        self, repo_id: str, place: tuple[str, str], first: int, count: int, *, with_token: bool
    ) -> RowsPage | None: ...


class Releases(Protocol):
    """Trained checkpoints as others get them, by their folders within the data folder.

    Every call may raise a `models.errors.BrokenCheckpoint`.
    """

    @property
    def repositories(self) -> Repositories: ...
    @property
    def spaces(self) -> Repositories: ...
    async def calibration(self, folder: str) -> Calibration: ...
    async def sizes(self, folder: str, name: str) -> Mapping[str, int]: ...
    async def text(self, folder: str, card: ModelCard) -> str: ...
    async def write_card(self, folder: str, card: ModelCard) -> None: ...
    async def packed(self, folder: str, card: ModelCard, name: str) -> bytes: ...
    async def put(self, folder: str, card: ModelCard, repo_id: str, message: str) -> Published: ...
    async def put_space(
        self, folder: str, space: Space, repo_id: str, message: str
    ) -> Published: ...


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
        recipe: RecipeName,
        others: Sequence[Checkpoint] = (),
        tuning: Tuning = ...,
    ) -> TrainingPlan: ...
    def stored(self, plan: TrainingPlan) -> Mapping[str, object]: ...
    def restored(self, stored: object) -> TrainingPlan: ...
    def estimate(self, plan: TrainingPlan) -> TrainingEstimate: ...
    async def train(
        self, plan: TrainingPlan, report: Callable[[TrainingProgress], Awaitable[None]]
    ) -> TrainingOutcome: ...
    async def clear(self, plan: TrainingPlan, *, is_kept: bool) -> None: ...
    async def remove(self, folder: str) -> int: ...


class Measurer(Protocol):
    """Asking classifiers about texts, in a child process that ends with the loop over it."""

    def measure(
        self,
        checkpoints: Sequence[Checkpoint],
        labels: Sequence[str],
        examples: Sequence[TrainingExample],
        *,
        is_multi_label: bool = False,
    ) -> AsyncGenerator[Said | None, None]: ...
