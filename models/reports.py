"""What the engine tells of itself and of its checkpoints: plain data, free of torch."""

from dataclasses import dataclass
from enum import StrEnum

from models.results import Aggregation, Checkpoint, EngineReport


class ProblemType(StrEnum):
    """How a classifier's outputs are read, by the names that transformers has for it."""

    SINGLE_LABEL = "single_label_classification"
    """One of the labels: probabilities that sum to 1."""
    MULTI_LABEL = "multi_label_classification"
    """Each label by itself; with one label a question of yes or no."""
    REGRESSION = "regression"
    """Values on scales of the checkpoint's own, which nobody can call right or wrong."""


@dataclass(frozen=True, slots=True)
class Figure:
    """How good a checkpoint was where somebody measured it."""

    measure: str
    """Such as `accuracy`."""
    share: float
    """Of 1."""
    test: str
    """On which texts."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What a checkpoint is for, without loading anything of it."""

    task: str | None
    """A `Task`, or the Hub's name of what we do not do; "" of a body; None: nobody can tell."""
    labels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    """Codes, as its card has them."""
    heading: str | None = None
    """What its author calls it, in their own language."""
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """What the engine holds at this moment."""

    loaded: int
    """How many checkpoints are in memory."""
    memory_bytes: int
    budget_bytes: int
    waiting: int
    """How many questions wait for a batch."""
    answers_bytes: int
    """Of the answers that are remembered."""


@dataclass(frozen=True, slots=True)
class ClusterState:
    """How the machines fare that answer besides this one."""

    is_here: bool
    replicas: int
    reason: str
    """Why they do not answer, a `Reason`; empty where they do."""
    store: str = ""
    """Why the store between them and this one takes nothing, a `Reason`; empty where it does."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What somebody who asked now would find before them, by measure of the latest answers."""

    before: int
    """How many would be answered first."""
    seconds: float
    is_loaded: bool = True
    usual_load_s: float | None = None
    """How long loading has usually taken here, of what is not loaded; None: nobody knows."""


@dataclass(frozen=True, slots=True)
class LoadState:
    """How a checkpoint fares in the cache."""

    is_loaded: bool
    is_loading: bool
    memory_bytes: int
    hits: int
    load_time_s: float | None
    p50_ms: float | None
    p95_ms: float | None
    engine: EngineReport | None = None
    """None until it is loaded."""
    reused: int = 0
    """How many answers were remembered ones, or shared with somebody who asked the same."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What config, weights, tokenizer and card of a checkpoint say. None where they say nothing."""

    checkpoint: Checkpoint
    revision: str
    """The commit on the Hub; elsewhere 12 digits of a SHA-256 over the weights."""
    task: str
    """A `Task`, or the Hub's name of what we do not do; "" where nothing says."""
    model_type: str
    architecture: str | None
    head: str
    """The class that Tokki would load."""
    is_head_fresh: bool
    labels: tuple[tuple[int, str], ...]
    is_multi_label: bool
    layers: int | None
    attention_heads: int | None
    hidden_size: int | None
    vocabulary_size: int | None
    parameters: int
    dtype: str
    size_bytes: int
    tokenizer_class: str
    is_tokenizer_by_file: bool
    """Whether its tokenizer.json is followed where that class would cut texts otherwise."""
    limit: int | None
    languages: tuple[str, ...]
    licence: str | None
    base: str | None
    """The checkpoint that it was trained from, where its card says so."""
    state: LoadState


@dataclass(frozen=True, slots=True)
class Postprocessing:
    """What is done with a network's outputs until they are an answer."""

    problem_type: ProblemType
    temperature: float
    """Logits of a classifier are divided by it."""
    has_letters: bool
    """Whether a model of letters has a say beside the network."""
    poolings: tuple[str, ...]
    """How states of tokens become one vector, by the names of sentence-transformers."""
    has_dense: bool
    """Whether dense layers follow the pooling."""
    is_normalized: bool
    is_lower_case: bool
    most_tokens: int | None
    aggregation: Aggregation | None
    """How a tagger's spans are put together unless somebody says."""
    unsure_below: float | None
    """As of a `Classification`, as the next."""
    likely_from: float | None
    is_for_comparing: bool
    """As of a `TextVector`."""


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """How far a download has come."""

    name: str
    done_bytes: int
    total_bytes: int
