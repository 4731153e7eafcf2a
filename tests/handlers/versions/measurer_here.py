"""The same measuring without a process of its own, which takes seconds to begin."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from models.finetune.plan import Example, Said
from models.measuring.wire import Measurement
from models.results import Checkpoint


class MeasurerHere:
    """`handlers.needs.models.Measurer`."""

    async def measure(
        self,
        checkpoints: Sequence[Checkpoint],
        labels: Sequence[str],
        examples: Sequence[Example],
        *,
        is_multi_label: bool = False,
    ) -> AsyncGenerator[Said | None, None]:
        """Ask each, as the child would."""
        from models.measuring.child import said_of  # noqa: PLC0415 - an import of seconds

        wanted = Measurement((), tuple(labels), tuple(examples), is_multi_label)
        for one in checkpoints:
            assert one.folder is not None
            yield await asyncio.to_thread(said_of, one.folder, wanted)
