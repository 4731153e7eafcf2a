"""A measurer that is right of the first model, and never comes to the second."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from models.finetune.plan import Example, Said
from models.results import Checkpoint


class SlowMeasurer:
    """`handlers.needs.models.Measurer`, for who wants to stop it half way."""

    def __init__(self) -> None:
        self.waits = asyncio.Event()
        self.is_left = False

    async def measure(
        self,
        checkpoints: Sequence[Checkpoint],
        labels: Sequence[str],
        examples: Sequence[Example],
        *,
        is_multi_label: bool = False,
    ) -> AsyncGenerator[Said | None, None]:
        """Answer for the first."""
        labels_right = tuple(example.label for example in examples)
        try:
            yield Said(labels_right, (0.9,) * len(examples), 1.0)
            self.waits.set()
            await asyncio.Event().wait()
        finally:
            self.is_left = True
