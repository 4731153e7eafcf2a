"""What is measured: contenders, checkpoints, cases and how often."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

Texts = Literal["distinct", "repeated", "one long"]

NAIVE = "naive"
INFINITY, PLAIN_ONNX = "infinity-emb", "plain onnxruntime"
TORCH, FP32, INT8, FASTEST = "tokki torch", "tokki onnx-fp32", "tokki onnx-int8", "tokki fastest"
SEQUENTIAL = "sequential torch"
OURS = (TORCH, FP32, INT8, FASTEST)

MINILM, BASE, SENTIMENT = "minilm", "bert-base", "sentiment"
BUNDLED = (SENTIMENT, "topics", "emotions")
CALLERS = (1, 8, 64, 256)
CROWD = 64
"""Callers of a case that stands for all others."""
_AIMED_AT = {(MINILM, 1), (MINILM, 64), (MINILM, 256), (BASE, 1)}
"""What the targets are about."""


@dataclass(frozen=True, slots=True)
class Contender:
    """Who answers."""

    name: str
    kind: str
    """The module in `askers`."""
    engine: str = ""
    python: str = sys.executable


CONTENDERS = {
    each.name: each
    for each in (
        Contender(NAIVE, "naive"),
        Contender(INFINITY, "infinity"),
        Contender(PLAIN_ONNX, "plain_onnx"),
        Contender(TORCH, "tokki", "torch"),
        Contender(FP32, "tokki", "onnx-fp32"),
        Contender(INT8, "tokki", "onnx-int8"),
        Contender(FASTEST, "tokki", "auto"),
    )
}
DEFAULT = (NAIVE, INFINITY, PLAIN_ONNX, TORCH, FP32, FASTEST)
REFERENCE = Contender(SEQUENTIAL, "sequential")


@dataclass(frozen=True, slots=True)
class Training:
    """How a body of real weights learns to classify."""

    files: str = ""
    """How the names of its public files begin; nothing: it learns made-up opinions."""
    is_head_only: bool = False
    """The body stays as it was."""
    steps: int = 0
    """Of a fine-tuning as a whole; 0: once through all texts."""


@dataclass(frozen=True, slots=True)
class Body:
    """A checkpoint's name and, of a random one, the size; `fitted_on` texts for its head."""

    name: str
    title: str
    hidden: int = 0
    layers: int = 0
    heads: int = 0
    intermediate: int = 0
    fitted_on: int = 0
    training: Training | None = None


_BANKING = "intent_en_banking77"
_LEARNED = {
    "opinions": ("fine-tuned on made-up opinions", Training(steps=48)),
    "trec": ("fine-tuned on TREC", Training("trec")),
    "trec-head": ("a head for TREC, body frozen", Training("trec", is_head_only=True)),
    "banking77": ("fine-tuned on Banking77", Training(_BANKING)),
    "banking77-head": ("a head for Banking77, body frozen", Training(_BANKING, is_head_only=True)),
}
REAL = {name: Body(name, title, training=training) for name, (title, training) in _LEARNED.items()}
"""Real trained weights: all have the body of all-MiniLM-L6-v2."""
BODIES = {
    MINILM: Body(MINILM, "MiniLM size", 384, 6, 12, 1536, 840),
    BASE: Body(BASE, "BERT-base size", 768, 12, 12, 3072, 400),
    SENTIMENT: Body(SENTIMENT, "the bundled sentiment"),
} | REAL
TINY = {
    MINILM: Body(MINILM, "tiny", 32, 2, 2, 64, 200),
    BASE: Body(BASE, "tiny, too", 48, 2, 2, 96, 200),
    SENTIMENT: BODIES[SENTIMENT],
} | {name: replace(body, training=Training(steps=3)) for name, body in REAL.items()}
ROUNDED = tuple(Body(name, f"the bundled {name}") for name in BUNDLED)
"""Beside those of real weights: on which the ways to round are compared."""


@dataclass(frozen=True, slots=True)
class Case:
    """One way to ask."""

    texts: Texts
    callers: int
    every_round: bool = False
    """A target is about it; the others run in the first round only."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that was chosen on the command line."""

    contenders: Sequence[Contender]
    bodies: Sequence[Body]
    callers: Sequence[int]
    rounds: int
    cores: Sequence[int]
    work: Path
    is_quick: bool = False
    is_whole: bool = False
    """Also the cases that take minutes and that no target is about."""
    ways_of: Sequence[Body] = ()
    """On which ways to round are compared."""
    data: Path | None = None
    """A folder of public files."""

    def exports(self, engine: str) -> Path:
        """Return where the exports of a choice are; in one folder only the last would stay."""
        return self.work / "exports" / engine

    def cases(self, body: Body, number: int) -> Iterator[Case]:
        """Return what is asked of a checkpoint in a round, counted from 0."""
        if body.training:
            yield Case("distinct", min(CROWD, max(self.callers)), every_round=True)
            return
        for case in _all_cases(body.name, self.is_whole):
            if case.callers in self.callers and (case.every_round or number == 0):
                yield case

    def contenders_of(self, body: Body) -> list[Contender]:
        """Return who answers for a checkpoint: infinity-emb is compared once, not for each head."""
        return [each for each in self.contenders if not body.training or each.name != INFINITY]

    def least_s(self, body: Body) -> float:
        """Return how long a case of distinct texts takes at least."""
        if self.is_quick:
            return 0.1
        return 1.5 if body.name == SENTIMENT else 2.5

    def least(self, case: Case) -> int:
        """Return how many texts are asked at least."""
        if self.is_quick:
            return 2 * case.callers
        return max(2 * case.callers, {"distinct": 64, "repeated": 192, "one long": 128}[case.texts])


def _all_cases(name: str, is_whole: bool) -> Iterator[Case]:
    for callers in CALLERS:
        yield Case("distinct", callers, (name, callers) in _AIMED_AT)
    for callers in CALLERS:
        if is_whole or name != BASE or callers == 64:
            yield Case("repeated", callers)
    if is_whole or name != BASE:
        yield Case("one long", 64)
