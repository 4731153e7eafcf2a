"""infinity-emb, as its documentation has it; runs in an environment of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.metadata import version
from typing import Any

from benchmarks.serving.askers import Options
from benchmarks.serving.runs.closed_loop import Answer


class Infinity:
    """Asks the engine."""

    def __init__(self, classify: Callable[..., Awaitable[Any]]) -> None:
        self._classify = classify

    async def ask(self, text: str) -> Answer:
        """Answer one message."""
        scores, _ = await self._classify(sentences=[text], raw_scores=False)
        return Answer({each["label"]: each["score"] for each in scores[0]})

    def about(self) -> dict[str, object]:
        """Say what answers."""
        return {"engine": f"torch, infinity-emb {version('infinity-emb')}"}


@asynccontextmanager
async def opened(options: Options) -> AsyncIterator[Infinity]:
    """Load the checkpoint."""
    library: Any = import_module("infinity_emb")

    arguments = library.EngineArgs(
        model_name_or_path=options.folder,
        engine="torch",
        device="cpu",
        dtype="float32",
        bettertransformer=False,
    )
    engine = library.AsyncEmbeddingEngine.from_args(arguments)
    async with engine:
        yield Infinity(engine.classify)
