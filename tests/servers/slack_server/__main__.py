"""A standing server: `python -m tests.servers.slack_server --port 4300`.

With `--manifest FILE`, of `tokki slack manifest > FILE`, the app is made as Slack makes it.
"""

import argparse
import asyncio
import contextlib
import json
import signal
import sys
import threading
from pathlib import Path

from tests.servers.slack_server.kinds import Json
from tests.servers.slack_server.people.console import HELP, Console
from tests.servers.slack_server.server import LoopbackSlack


def _tell(text: str) -> None:
    print(text, flush=True)


async def serve(port: int, manifest: Json | None) -> None:
    """Serve until interrupted; what is typed is what a person does."""
    async with LoopbackSlack(port=port) as slack:
        slack.allow_violations = True
        if manifest:
            slack.manifest = manifest
        _tell(
            f"SLACK_API_URL={slack.api_url}\nSLACK_BOT_TOKEN={slack.bot_token}\n"
            f"SLACK_APP_TOKEN={slack.app_token}\nSLACK_SIGNING_SECRET={slack.signing_secret}\n"
        )
        _tell(HELP)
        console = Console(slack, _tell)
        lines = _typed(asyncio.get_running_loop())
        while (line := await lines.get()) is not None:
            await console.take(line)


def _typed(loop: asyncio.AbstractEventLoop) -> asyncio.Queue[str | None]:
    """Give lines as they are typed, and None once a signal asks to stop.

    The end of the input is no end of the server, which may stand without a keyboard.
    """
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, lines.put_nowait, None)

    def read() -> None:
        # The loop is closed before this daemon is, which then has nobody to tell.
        with contextlib.suppress(RuntimeError):
            for line in sys.stdin:
                loop.call_soon_threadsafe(lines.put_nowait, line)

    threading.Thread(target=read, name="typed", daemon=True).start()
    return lines


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="A Slack on loopback.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--manifest", type=Path, help="what the app may do, and its commands")
    given = parser.parse_args()
    manifest = json.loads(given.manifest.read_text("utf-8")) if given.manifest else None
    asyncio.run(serve(given.port, manifest))


if __name__ == "__main__":
    main()
