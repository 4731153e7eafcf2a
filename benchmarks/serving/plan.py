"""What is measured: contenders, checkpoints, cases and how often."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Texts = Literal["distinct", "repeated", "one long"]

NAIVE = "naive"
INFINITY = "infinity-emb"
TORCH, FP32, INT8, FASTEST = "tokki torch", "tokki onnx-fp32", "tokki onnx-int8", "tokki fastest"
SEQUENTIAL = "sequential torch"
OURS = (TORCH, FP32, INT8, FASTEST)

MINILM, BASE, SENTIMENT = "minilm", "bert-base", "sentiment"
CALLERS = (1, 8, 64, 256)
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
        Contender(TORCH, "tokki", "torch"),
        Contender(FP32, "tokki", "onnx-fp32"),
        Contender(INT8, "tokki", "onnx-int8"),
        Contender(FASTEST, "tokki", "auto"),
    )
}
DEFAULT = (NAIVE, INFINITY, TORCH, FP32, FASTEST)
REFERENCE = Contender(SEQUENTIAL, "sequential")


@dataclass(frozen=True, slots=True)
class Body:
    """A checkpoint's name and the size of its network; `fitted_on` texts for its head."""

    name: str
    title: str
    hidden: int = 0
    layers: int = 0
    heads: int = 0
    intermediate: int = 0
    fitted_on: int = 0


BODIES = {
    MINILM: Body(MINILM, "MiniLM size", 384, 6, 12, 1536, 840),
    BASE: Body(BASE, "BERT-base size", 768, 12, 12, 3072, 400),
    SENTIMENT: Body(SENTIMENT, "the bundled sentiment"),
}
TINY = {
    MINILM: Body(MINILM, "tiny", 32, 2, 2, 64, 200),
    BASE: Body(BASE, "tiny, too", 48, 2, 2, 96, 200),
    SENTIMENT: BODIES[SENTIMENT],
}


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

    def exports(self, engine: str) -> Path:
        """Return where the exports of a choice are; in one folder only the last would stay."""
        return self.work / "exports" / engine

    def cases(self, body: Body, number: int) -> Iterator[Case]:
        """Return what is asked of a checkpoint in a round, counted from 0."""
        for case in _all_cases(body.name, self.is_whole):
            if case.callers in self.callers and (case.every_round or number == 0):
                yield case

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
