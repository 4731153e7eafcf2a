"""What a task is: each file of this folder declares one, and `registry` lists them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from models.checkpoints.certainty.calibration import CONFIG_KEY, Calibration, read_calibration
from models.checkpoints.certainty.doubt import Doubt, read_doubt
from models.checkpoints.certainty.letters import Letters, read_letters
from models.checkpoints.configs import labels_of
from models.checkpoints.files import Config, problem_type_of
from models.checkpoints.line_tokenizer import LineTokenizer
from models.checkpoints.loading import LoadedModel, embedded_tokens
from models.checkpoints.rehearsal import Rehearsal
from models.checkpoints.sentence_modules import SentenceModules, read_sentence_modules
from models.checkpoints.tokenizing.tokenizer import TextTokenizer
from models.engines.protocol import Engine
from models.reports import ProblemType
from models.results import Checkpoint, Task
from models.tasks.tokens.encoding import TextEncoder

Asked = TypeVar("Asked")
Given = TypeVar("Given")
Asked_contra = TypeVar("Asked_contra", contravariant=True)
Given_co = TypeVar("Given_co", covariant=True)


EXPORTED = (
    *("albert", "bert", "camembert", "deberta-v2", "distilbert", "electra", "modernbert", "mpnet"),
    *("roberta", "xlm-roberta"),
)
"""Families whose bodies `models.exporting.networks.families` reads."""


class Reads(StrEnum):
    """What a task takes of all that a network could give."""

    WHOLE_TEXT = "whole text"
    """One row for a text."""
    MASKS = "masks"
    """One row for each mask."""
    EACH_TOKEN = "each token"  # noqa: S105 - not a secret
    """One row for each token."""


@dataclass(frozen=True, slots=True)
class HeadNames:
    """Where a family keeps the parts of a head."""

    last: str
    """The layer that gives the logits."""
    dense: str | None = None
    activation: str = ""
    """Behind the dense layer; empty: as the body's."""
    norm: str | None = None
    activation_key: str = ""
    """Where the config says the activation."""
    pooling_key: str = ""
    """Where the config says whether the head sees the mean of a text's states or the first."""


class Pipeline(Protocol[Asked_contra, Given_co]):
    """What a lane does with a batch."""

    def size(self, item: Asked_contra) -> int:
        """Guess an item's tokens. Runs in the event loop: must be quick."""
        ...

    def prepare(
        self, items: Sequence[Asked_contra]
    ) -> Callable[[], Sequence[Given_co | Exception]]:
        """Do what needs the tokenizer, in a pool thread, never twice at a time.

        What it returns does the rest in the same thread, perhaps beside another batch, and gives an
        answer for each item; an answer that is an exception is raised to that item's caller.
        """
        ...


class Writer(Pipeline[Asked_contra, Any], Protocol[Asked_contra]):
    """A pipeline whose batches take long, each of one item."""

    @property
    def memory_bytes(self) -> int:
        """What its network takes."""
        ...


@dataclass(frozen=True, slots=True)
class PipelineConfig:
    """What texts and logits mean to a network; plain data, fit for JSON."""

    limit: int
    """Most tokens that it is given."""
    vocabulary_size: int
    labels: tuple[str, ...]
    problem_type: ProblemType
    calibration: Calibration
    doubt: Doubt | None = None
    letters: Letters | None = None
    modules: SentenceModules = SentenceModules()  # noqa: RUF009 - frozen


def pipeline_config_of(loaded: LoadedModel) -> PipelineConfig:
    """Read them off a loaded network.

    Raises:
        BrokenCheckpoint: its letters cannot be used.
    """
    config = loaded.model.config
    labels = tuple(name for _, name in labels_of(config))
    return PipelineConfig(
        limit=loaded.limit,
        vocabulary_size=embedded_tokens(loaded.model),
        labels=labels,
        problem_type=problem_type_of(
            {"problem_type": config.problem_type, "id2label": config.id2label}
        ),
        calibration=read_calibration(getattr(config, CONFIG_KEY, None)),
        doubt=read_doubt(loaded.folder),
        letters=read_letters(loaded.folder, len(labels)),
    )


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person would read: the best word or label, or of each label whether it holds."""

    what: object
    lead: float
    """In probability, before what would be read otherwise."""

    @classmethod
    def best(cls, ranked: Sequence[tuple[str, float]]) -> "Decision":
        """Return the first of what is ranked by probability."""
        (best, score), *others = ranked
        return cls(best, score - (others[0][1] if others else 0.0))


def largest(
    difference: Callable[[Given, Given], float],
) -> Callable[[Sequence[Given], Sequence[Given]], float]:
    """Return what finds the largest difference, answer by answer."""
    return lambda these, those: max(map(difference, these, those))


@dataclass(frozen=True, slots=True)
class ExportSpec(Generic[Asked, Given]):
    """How a task's networks are written down, and compared with torch before one may answer."""

    heads: Mapping[str, HeadNames | None]
    """By family (`model_type`); None: it has none, and gives the states of its last layer."""
    question: Callable[[str], Asked]
    """Makes a question of one of the trial texts."""
    decisions: Callable[[Given], Sequence[Decision]]
    difference: Callable[[Sequence[Given], Sequence[Given]], float]
    """The largest of any probability over all texts, or of what else is shown of them."""
    evidence: Callable[[Given], Sequence[float]]
    """Probabilities in an order that is the same for all answers; none where there is no such."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSpec(Generic[Asked, Given]):
    """What every task says of itself."""

    task: Task
    question: type[Asked]
    """A frozen `models.results.Question`."""
    question_bytes: Callable[[Asked], int]
    answer_bytes: Callable[[Given], int]
    """Both estimate what is kept in memory; quick, since they run in the event loop."""
    is_remembered: bool = True
    """Whether an answer that was given may be given again to whoever asks the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenizerTask(TaskSpec[Asked, Given]):
    """A task that needs the tokenizer alone, of whatever checkpoint."""

    pipeline: Callable[[LineTokenizer], Pipeline[Asked, Given]]


def not_in_one_pass(*_: object) -> Pipeline[Any, Any]:
    """Stand where a task has a writer instead."""
    raise AssertionError("it writes token by token")


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkTask(TaskSpec[Asked, Given]):
    """A task that runs a network."""

    heads: tuple[str, ...]
    """Ends of the names of architectures."""
    auto_class: str
    """The class of transformers that loads them."""
    pipeline: Callable[[Engine, TextEncoder, PipelineConfig], Pipeline[Asked, Given]]
    first: Asked
    """A short question: a first answer is always slow, and shows what cannot answer at all."""
    reads: Reads = Reads.WHOLE_TEXT
    is_of_body: bool = False
    """It reads the states of the body, whatever head the checkpoint has."""
    is_wide: bool = True
    """Whether `prepare` alone uses the tokenizer, so that batches may be computed side by side."""
    purpose_of: Callable[[Config], str] | None = None
    """A closer name of what such a head is made for, where the config tells."""
    purposes: frozenset[str] = frozenset()
    """Such names, of what it does all the same."""
    read_field: str = "text"
    """Which field of its question has the text that is read, however long it is."""
    export: ExportSpec[Asked, Given] | None = None
    """None: its networks are answered by torch alone."""

    def config_of(self, checkpoint: Checkpoint, loaded: LoadedModel) -> PipelineConfig:
        """Return what a loaded network's texts and outputs mean.

        Raises:
            BrokenCheckpoint: its modules.json cannot be used.
        """
        config = pipeline_config_of(loaded)
        if not self.is_of_body:
            return config
        modules = read_sentence_modules(checkpoint)
        limit = min(config.limit, modules.most_tokens or config.limit)
        return replace(config, limit=limit, modules=modules)

    def assemble(
        self, engine: Engine, tokenizer: TextTokenizer, config: PipelineConfig
    ) -> Pipeline[Any, Any]:
        """Return what a lane does: the network, and what surrounds it."""
        encoder = TextEncoder(tokenizer, config.limit, engine.has_types, config.vocabulary_size)
        return self.pipeline(engine, encoder, config)


@dataclass(frozen=True, slots=True, kw_only=True)
class WritingTask(NetworkTask[Asked, Given]):
    """A task whose network writes, token by token, in threads that no other task waits for."""

    writer: Callable[[Checkpoint, LoadedModel, int, Rehearsal | None], Writer[Asked]]
    """Takes how many threads a text may have, too, and what was tried, unless it is trusted."""
    pipeline: Callable[[Engine, TextEncoder, PipelineConfig], Pipeline[Asked, Given]] = (
        not_in_one_pass
    )
    is_remembered: bool = False
