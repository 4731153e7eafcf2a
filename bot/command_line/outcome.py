"""How a command goes, told to the operator, and the exit code that it ends with."""

import asyncio
import gc
import signal
import sys
from collections.abc import Coroutine
from typing import NoReturn, TextIO

import typer

from bot.command_line.language import language_of
from bot.configuration.complaints import explain_value
from bot.on_terminal.streams import width
from bot.settings import BadSetting, Settings

USER_ERROR, CRASH = 2, 1


def tell(sentence: str) -> None:
    """Say something to the operator, in a line; on a terminal without cutting words."""
    typer.echo(_fitting(sentence, sys.stdout))


def complain(sentence: str) -> None:
    typer.echo(_fitting(sentence, sys.stderr), err=True)


def _fitting(sentence: str, stream: TextIO) -> str:
    if not stream.isatty():
        return sentence
    from bot.on_terminal.drawing.wrapping import wrapped  # noqa: PLC0415 - it needs rich

    return wrapped(sentence, width())


def finish(
    work: Coroutine[None, None, int],
    settings: Settings,
    *,
    as_json: bool = False,
    keeps: bool = True,
) -> NoReturn:
    """Do what was asked for, and exit with how it went."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # from here on there is a way out
    try:
        code = asyncio.run(_guarded(work, settings, as_json=as_json, keeps=keeps))
    except KeyboardInterrupt:
        code = 130
    raise typer.Exit(code)


async def _guarded(
    work: Coroutine[None, None, int], settings: Settings, *, as_json: bool, keeps: bool
) -> int:
    """Return the exit code of some work; say what stands in its way.

    One that `keeps` nothing, or sees to that itself, finds the data folder as it is.
    """
    # Imported here so that `tokki --help` does not wait for the database and the prompt.
    from bot.data_folder import prepare  # noqa: PLC0415
    from bot.on_terminal.startup import say_failure  # noqa: PLC0415
    from handlers.guard.failures import crash, known_failure  # noqa: PLC0415
    from storage.errors import StorageError  # noqa: PLC0415

    gc.freeze()  # modules live for ever, and cost later full runs nothing
    gc.enable()
    language = language_of(settings)
    try:
        if keeps:
            prepare(settings)
        return await work
    except BadSetting as error:
        complain(explain_value(error.name, error.problem, language))
        return USER_ERROR
    except StorageError as error:
        say_failure(known_failure(error, language), language, as_json=as_json)
        return USER_ERROR
    except Exception as error:
        say_failure(crash(error, "the command line", language), language, as_json=as_json)
        return CRASH
    finally:
        work.close()
