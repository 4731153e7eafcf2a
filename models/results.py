"""What the engine answers: plain data, free of torch, so that handlers can read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:  # what only names kinds of answers makes none of them
    import numpy as np
    from numpy.typing import NDArray

Answer = TypeVar("Answer")


class Question(Generic[Answer]):
    """What a checkpoint is asked, and by its type what it answers: a frozen dataclass a task."""

    __slots__ = ()


class Task(StrEnum):
    """What a checkpoint can be asked to do, by the Hub's names where it has one."""

    CLASSIFY = "text-classification"
    FILL_MASK = "fill-mask"
    TAG = "token-classification"
    EMBED = "feature-extraction"
    ANSWER = "question-answering"
    REWRITE = "text2text-generation"
    WRITE = "text-generation"
    TOKENIZE = "tokenize"


class Origin(StrEnum):
    """Where a checkpoint came from."""

    BUNDLED = "bundled"
    FOLDER = "folder"
    HUB = "hub"
    TRAINED = "trained"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One named checkpoint at one version. `folder` is None until a Hub repository is fetched."""

    name: str
    version: str
    """Bundled: "0". Trained here: "1", "2", … Folder and Hub: 7 digits of the revision."""
    origin: Origin
    folder: Path | None
    repo_id: str | None = None
    revision: str | None = None

    @property
    def full_name(self) -> str:
        """As people write it: `sentiment@0`."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True)
class LabelScore:
    """A label with its probability, or its value where `is_regression`."""

    label: str
    score: float
    logit: float | None = None
    """What the network gave for it; None of a value, which is just that."""


@dataclass(frozen=True, slots=True)
class TokenCount:
    """How many tokens a text has, special ones included, and how many the model saw."""

    used: int
    total: int

    @property
    def is_cut(self) -> bool:
        """Whether the model saw only a part."""
        return self.used < self.total


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkAnswer:
    """What the answers of all networks have."""

    engine: str = field(default="", compare=False)
    """Which gave it: `torch`, `onnx-fp32`, …"""


@dataclass(frozen=True, slots=True)
class Classification(NetworkAnswer):
    """All labels, most likely first: softmax, or sigmoid where `is_multi_label`.

    Where `is_regression` they are values as the network gives them, in the order of its outputs.
    """

    scores: tuple[LabelScore, ...]
    is_multi_label: bool
    tokens: TokenCount
    unsure_below: float | None = None
    """From which probability on the checkpoint's own answers are sure; None: it does not say."""
    likely_from: float | None = None
    """From which probability on its labels hold, where there may be several; None likewise."""
    is_doubtful: bool = False
    """Whether its second measure says that the text has no words, or takes none of its sides."""
    is_regression: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """One filling of one mask, with the whole sentence (other masks filled with their best)."""

    token: str
    score: float
    sentence: str


@dataclass(frozen=True, slots=True)
class MaskFill(NetworkAnswer):
    """For each mask, in order of the text, its candidates, most likely first."""

    masks: tuple[tuple[Candidate, ...], ...]
    tokens: TokenCount


class Aggregation(StrEnum):
    """How labels of tokens become spans; all but `PATH` by the names of transformers."""

    NONE = "none"
    """Each token for itself."""
    SIMPLE = "simple"
    """Neighbours of one kind together."""
    FIRST = "first"
    """Words first: each has the label of its first token."""
    AVERAGE = "average"
    """Each word has the best label of its tokens' mean probabilities."""
    MAX = "max"
    """Each word has the label of its surest token."""
    PATH = "path"
    """The most probable path on which spans begin before they go on; words of Latin letters by the
    mean of their tokens, other scripts token by token."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A span that has a label: `PER`, or of a token alone as the checkpoint has it, `B-PER`."""

    label: str
    score: float
    start: int
    """In characters of the text as it was typed, white space at the ends not counted."""
    end: int
    """Behind its last character."""


@dataclass(frozen=True, slots=True)
class Entities(NetworkAnswer):
    """The spans of a text, in its order."""

    spans: tuple[Entity, ...]
    tokens: TokenCount
    unsure_below: float | None = None
    """As of a `Classification`."""


class Pooling(StrEnum):
    """How the states of a text's tokens become one vector."""

    OWN = "own"
    """As the checkpoint's files say; the mean where they say nothing."""
    MEAN = "mean"
    FIRST = "first"
    """That of the first token, `[CLS]` of BERT's."""
    MAX = "max"
    NONE = "none"
    """They stay as they are: a row for each token."""


@dataclass(frozen=True, slots=True, eq=False)
class TextVector(NetworkAnswer):
    """What a body makes of a text. Nobody may change the numbers."""

    values: "NDArray[np.float32]"
    """Of shape (hidden,), or of (tokens, hidden) without a pooling."""
    tokens: TokenCount
    is_for_comparing: bool
    """Whether its files say how vectors of texts are made, as those do that learned to compare."""


@dataclass(frozen=True, slots=True)
class FoundAnswer(NetworkAnswer):
    """The passage of a context that answers a question best, and how that was weighed."""

    start: int
    """In characters of the context as it was typed."""
    end: int
    """Behind its last character; as `start` where there is no passage at all."""
    score: float
    """The probability that it begins there times the one that it ends there, in its window."""
    none_score: float
    """The same of no answer, in the window where that is least likely; 0 where nothing says so."""
    tokens: TokenCount
    """Of the question with its context."""
    windows: int
    """Into how many the context was cut."""

    @property
    def is_none(self) -> bool:
        """Whether the context more likely has no answer."""
        return self.none_score > self.score or self.start == self.end


class StopReason(StrEnum):
    """Why a text that was generated ends where it does."""

    END = "end"
    """The network ended it."""
    LENGTH = "length"
    TIME = "time"
    STOPPED = "stopped"
    """Nobody wants the rest."""
    CLOSED = "closed"
    """The network is put away."""


class Way(StrEnum):
    """What becomes of a text before a network writes."""

    PROMPT = "prompt"
    """It is gone on with."""
    CHAT = "chat"
    """It is answered, within the words of a chat."""
    TEXT = "text"
    """It is read whole, and another is written."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text becomes the tokens that a network goes on from; plain data, fit for JSON."""

    way: Way
    most_tokens: int
    """More are cut off: of a prompt its beginning, of others their end."""
    kept: int | None = None
    """Of a chat's message that is too long, how many of its own tokens are put in."""
    prefix: str = ""
    replaced: Sequence[tuple[int, int]] = ()
    """Where other tokens stand than the tokenizer's, and which; from the end below zero."""


@dataclass(frozen=True, slots=True)
class Written(NetworkAnswer):
    """A text that a network wrote."""

    text: str
    reason: StopReason
    tokens: TokenCount
    """Of what it read."""
    length: int
    """Tokens that it wrote, the last of them perhaps the one that ends it."""
    reading: Reading
    settings: Mapping[str, object]
    """All that `GenerationConfig` was made of."""
    dtype: str
    """In which numbers the network stood, such as float32."""
    source: str | None = None
    """Of a translation: the language that it was read in, as the checkpoint calls it."""
    target: str | None = None

    @property
    def goes_on(self) -> bool:
        """Whether the text goes on with what was read, rather than answering it."""
        return self.reading.way is Way.PROMPT


@dataclass(frozen=True, slots=True)
class EngineReport:
    """Which engine answers, and how well it agreed with torch before it was let to.

    The shares and differences are of a set of calibration texts; None of torch, the reference.
    """

    name: str
    """`torch`, `onnx-fp32` or `onnx-int8`."""
    same_labels: float | None = None
    """On how many texts the likeliest answer is that of torch, as a share; None of vectors, too."""
    largest_difference: float | None = None
    """Of any probability from that of torch, or of any cosine."""
    largest_batch_difference: float | None = None
    """Of any probability of a text in a batch from that of the text alone."""
    refused: str | None = None
    """The faster engine that did not agree well enough, if there was one."""
    refused_same_labels: float | None = None
    """On how many texts its likeliest answer was that of torch, at its best."""
    stays: str | None = None
    """Why torch answers and nothing faster, a `Reason`; None where that may yet come."""
