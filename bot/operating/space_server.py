"""A page that is shown from here: a process of its own, in its folder, as anybody would run it."""

import asyncio
import os
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bot.doors import Say
from bot.on_terminal.stopping import TERMINATE, until_stopped
from bot.settings import Settings
from bot.web_server import PortTaken, try_address
from handlers.texts import say
from handlers.texts.reasons import explain_system_error
from handlers.types import Language

_REFUSED = 2
_PORT, _HOST = "GRADIO_SERVER_PORT", "GRADIO_SERVER_NAME"
_LEAST, _NEXT_MAJOR = (6, 31), 7
_WANTED = ">=6.31,<7"
_LAST_PORT = 65535
_STOP_S = 5.0


async def what_lacks(language: Language) -> str | None:
    """Say what is not here that a page needs to be shown; None: nothing."""
    try:
        found = version("gradio")
    except PackageNotFoundError:
        return say(language, "space.no_gradio", wanted=_WANTED)
    numbers = tuple(int(part) for part in found.split(".")[:2] if part.isdecimal())
    if not _LEAST <= numbers < (_NEXT_MAJOR,):
        return say(language, "space.other_gradio", wanted=_WANTED, found=found)
    return await _port_lacks(os.environ.get(_PORT, ""), language)


async def serve(folder: Path, name: str, settings: Settings, language: Language, tell: Say) -> int:
    """Run the page; return 128 + the number of the signal that ends it, or 2 if it ends itself."""
    tell(say(language, "space.serves", name=name))
    return await until_stopped(_shown(folder, settings, language, tell), TERMINATE)


async def _shown(folder: Path, settings: Settings, language: Language, tell: Say) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "app.py", cwd=folder, env=_environment(settings)
    )
    try:
        code = await process.wait()
    finally:
        await _ended(process)
    tell(say(language, "space.ended", code=code))
    return _REFUSED


async def _port_lacks(port: str, language: Language) -> str | None:
    """What is no number of a port is left to Gradio to tell of."""
    if not port.isdecimal() or int(port) > _LAST_PORT:
        return None
    try:
        await try_address(os.environ.get(_HOST, "127.0.0.1"), int(port))
    except PortTaken as taken:
        reason = explain_system_error(taken.reason, language)
        return say(language, "space.no_port", host=taken.host, port=taken.port, reason=reason)
    return None


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    with suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), _STOP_S)
        return
    process.kill()
    await process.wait()


def _environment(settings: Settings) -> dict[str, str]:
    """What Tokki is set to holds for the page, too: it may fetch the weights itself."""
    given = {"HF_ENDPOINT": settings.hf_endpoint}
    if settings.hf_token:
        given["HF_TOKEN"] = settings.hf_token.get_secret_value()
    return {**os.environ, **{name: value for name, value in given.items() if value}}
