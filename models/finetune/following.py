"""One training in a process of its own: it gets its plan, is listened to, and is seen off."""

import asyncio
import dataclasses
import os
import time
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import IO

from models.child_process import hand_over, start
from models.errors import TrainingFailed, TrainingKilled
from models.finetune.mailbox import Mailbox
from models.finetune.plan import TrainingOutcome, TrainingPlan, TrainingProgress
from models.finetune.wire import Event, TrainingFailure, decode_event, encode_plan
from models.machine import Machine
from models.reasons import Reason

_GRACE_S = 5.0
_STILL_STARTING_S = 2.0
"""A training has its libraries to import first, which is silent and takes seconds."""
_LOGGED_BYTES = 4096
_SIGKILL = 9


def threads() -> int:
    """Threads that a training may use: one core is left to the chat, where there are several."""
    return max(1, Machine().cores() - 1)


async def run(
    plan: TrainingPlan,
    report: Callable[[TrainingProgress], Awaitable[None]],
    complaints: IO[bytes],
) -> TrainingOutcome:
    """Return what comes of a training, whose last words stand in `complaints`."""
    started = time.monotonic()
    child = await start("models.finetune.child", threads(), stderr=complaints)
    try:
        await hand_over(child, encode_plan(plan))
        mailbox: Mailbox[TrainingProgress] = Mailbox()
        reading = asyncio.create_task(_read(child, mailbox))
        try:
            async for progress in mailbox:
                elapsed_s = time.monotonic() - started
                await report(dataclasses.replace(progress, elapsed_s=elapsed_s))
            outcome = _outcome(await reading, await child.wait())
            return dataclasses.replace(outcome, seconds=time.monotonic() - started)
        finally:
            reading.cancel()
    finally:
        await _end(child)


async def _read(child: Process, mailbox: Mailbox[TrainingProgress]) -> Event | None:
    """Pass progress on until the child has said its last word, and return that."""
    assert child.stdout is not None
    starting: TrainingProgress | None = None
    try:
        while line := await _line(child.stdout, starting, mailbox):
            event = decode_event(line)
            if not isinstance(event, TrainingProgress):
                return event
            starting = event if event.phase == "starting" else None
            mailbox.put(event)
    finally:
        mailbox.close()
    return None


async def _line(
    stdout: asyncio.StreamReader,
    starting: TrainingProgress | None,
    mailbox: Mailbox[TrainingProgress],
) -> bytes:
    """Return the next line, or b"" at the end; say now and then that it still starts."""
    while True:
        try:
            async with asyncio.timeout(_STILL_STARTING_S if starting else None):
                return await stdout.readline()
        except TimeoutError:
            assert starting is not None
            mailbox.put(starting)


def _outcome(last: Event | None, exit_code: int) -> TrainingOutcome:
    if isinstance(last, TrainingOutcome):
        return last
    if isinstance(last, TrainingFailure):
        raise TrainingFailed(reason=last.reason)
    if exit_code == -_SIGKILL:
        raise TrainingKilled(reason=Reason.TRAINING_KILLED)
    raise TrainingFailed(reason=Reason.TRAINING_SILENT)


async def _end(child: Process) -> None:
    """See the child off: asked first, killed after a while, and reaped by the event loop."""
    if child.stdin is not None:
        child.stdin.close()
    if child.returncode is not None:
        return
    try:
        child.terminate()
        with suppress(TimeoutError):
            async with asyncio.timeout(_GRACE_S):
                await child.wait()
    finally:
        if child.returncode is None:
            child.kill()
    await child.wait()


def tail(complaints: IO[bytes]) -> str:
    """The last of what the child wrote to standard error."""
    size = complaints.seek(0, os.SEEK_END)
    complaints.seek(max(0, size - _LOGGED_BYTES))
    return complaints.read().decode(errors="replace")
