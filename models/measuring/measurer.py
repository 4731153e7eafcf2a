"""`handlers.needs.models.Measurer`: asks classifiers about texts, beside the chat."""

import asyncio
import logging
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress

from models.child_process import hand_over, start
from models.finetune.following import threads
from models.finetune.plan import Example, Said
from models.measuring.wire import Measurement, decode_said, encode
from models.results import Checkpoint

_LOGGED_BYTES = 4096

log = logging.getLogger(__name__)


class Measurer:
    """Starts a child process for each measurement; leaving the loop over its answers ends it."""

    async def measure(
        self,
        checkpoints: Sequence[Checkpoint],
        labels: Sequence[str],
        examples: Sequence[Example],
        *,
        is_multi_label: bool = False,
    ) -> AsyncGenerator[Said | None, None]:
        """Yield what each classifier said of the texts, or None where it could not be asked.

        They are asked one after the other, by the code that measures a training, and their
        computing is timed as there. Each has its files on the disk.
        """
        folders = [one.folder for one in checkpoints if one.folder is not None]
        assert len(folders) == len(checkpoints), "they are fetched"
        wanted = Measurement(tuple(folders), tuple(labels), tuple(examples), is_multi_label)
        child = await start("models.measuring.child", threads(), stderr=asyncio.subprocess.PIPE)
        complaints = asyncio.create_task(_complaints(child))
        try:
            await hand_over(child, encode(wanted))
            for _ in checkpoints:
                yield await _next(child)
        finally:
            await _end(child)
            if said := (await complaints)[-_LOGGED_BYTES:]:
                log.info("measuring: %s", said.decode(errors="replace"))


async def _next(child: Process) -> Said | None:
    assert child.stdout is not None
    line = await child.stdout.readline()
    return decode_said(line) if line.endswith(b"\n") else None


async def _complaints(child: Process) -> bytes:
    """All of it is read, so that a child that complains a lot never waits for us."""
    assert child.stderr is not None
    return await child.stderr.read()


async def _end(child: Process) -> None:
    if child.stdin is not None:
        child.stdin.close()  # which ends it, too
    if child.returncode is None:
        with suppress(ProcessLookupError):
            child.kill()
    await child.wait()
