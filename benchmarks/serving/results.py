"""What is measured, as plain data: `--json` prints it as it is."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Run:
    """One contender answered one load."""

    checkpoint: str
    texts: str
    callers: int
    round: int
    contender: str
    engine: str
    messages: int
    seconds: float
    messages_per_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    lag_999_ms: float
    """99.9 % of the event loop's turns came earlier than so much too late."""
    lag_worst_ms: float
    peak_bytes: int
    """The most memory of the process since its start."""
    gflop_per_s: float | None
    """Of those who say how many tokens they read."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the answers of a run compare with torch, asked one message after the other."""

    checkpoint: str
    texts: str
    callers: int
    contender: str
    engine: str
    checked: int
    different_labels: int
    largest_difference: float
    """Of any probability."""


@dataclass(frozen=True, slots=True)
class Absent:
    """Who could not take part, and why."""

    checkpoint: str
    contender: str
    """Nobody in particular where the checkpoint itself is absent."""
    reason: str


@dataclass(frozen=True, slots=True)
class Peak:
    """How fast the products of a checkpoint's shapes ran, and nothing else."""

    checkpoint: str
    round: int
    unit: str
    """`fp32` or `int8`."""
    how: str
    gflop_per_s: float


@dataclass(frozen=True, slots=True)
class Start:
    """Fresh processes until their first line of output."""

    name: str
    seconds: list[float]
    said: str
    """The line."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How answers to a set of texts compare with torch; see `models.exporting.agreement`."""

    texts: int
    same_labels: float
    same_decided: float
    largest_difference: float
    drift: float
    is_enough: bool


@dataclass(frozen=True, slots=True)
class Way:
    """A way to round a checkpoint's network."""

    checkpoint: str
    name: str
    is_ours: bool
    """Whether Tokki tries it; it takes the first that is enough."""
    exact_share: float
    """Of the products: so many are in float32."""
    gate: Judgement
    """On the texts that decide."""
    own: Judgement
    """On the checkpoint's own test texts."""
    to_float32: list[float]
    """How many times as fast as the float32 network, on one core, in each round."""
    to_torch: list[float]


@dataclass(slots=True)
class Results:
    """Everything."""

    machine: dict[str, Any]
    command: str
    date: str
    rounds: int
    took_s: float = 0.0
    checkpoints: dict[str, dict[str, Any]] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    absent: list[Absent] = field(default_factory=list)
    engines: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By checkpoint, then contender: what it said of itself."""
    peaks: list[Peak] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    starts: list[Start] = field(default_factory=list)
    repetition: dict[str, float] = field(default_factory=dict)
    """Of repeated texts, by `checkpoint, callers`: which share had been asked before."""
