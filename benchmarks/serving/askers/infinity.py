"""infinity-emb, as its documentation has it; runs in an environment of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from benchmarks.serving.askers import Options
from benchmarks.serving.closed_loop import Answer


class Infinity:
    """Asks the engine."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    async def ask(self, text: str) -> Answer:
        """Answer one message."""
        scores, _ = await self._engine.classify(sentences=[text], raw_scores=False)
        return Answer({each["label"]: each["score"] for each in scores[0]})

    def about(self) -> dict[str, object]:
        """Say what answers."""
        from importlib.metadata import version  # noqa: PLC0415

        return {"engine": f"torch, infinity-emb {version('infinity-emb')}"}


@asynccontextmanager
async def opened(options: Options) -> AsyncIterator[Infinity]:
    """Load the checkpoint."""
    from infinity_emb import AsyncEmbeddingEngine, EngineArgs  # noqa: PLC0415

    arguments = EngineArgs(
        model_name_or_path=options.folder,
        engine="torch",
        device="cpu",
        dtype="float32",
        bettertransformer=False,
    )
    async with AsyncEmbeddingEngine.from_args(arguments) as engine:
        yield Infinity(engine)
