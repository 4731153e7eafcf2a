"""A Discord to try a bot against by hand: `python -m tests.servers.discord_server --port 4400`."""

import argparse
import asyncio
import contextlib
import sys

from tests.servers.discord_server import LoopbackDiscord
from tests.servers.discord_server.people.permissions import ADMINISTRATOR
from tests.servers.discord_server.people.typist import HELP, Typist


async def serve(port: int, token: str | None) -> None:
    """Serve until interrupted; a person types what comes on standard input."""
    async with LoopbackDiscord(port=port, token=token) as discord:
        discord.allow_violations = True
        guild = discord.add_guild("Lab")
        channel = guild.add_channel("general")
        you = discord.add_person("you")
        guild.join(you, permissions=ADMINISTRATOR)
        _tell(f"DISCORD_API_URL={discord.api_url}\nDISCORD_TOKEN={discord.token}\n{HELP}")
        typist = Typist(discord, you, channel, _tell)
        lines = await _standard_input()
        while line := await lines.readline():
            await typist.do(line.decode())
            while discord.violations:
                _tell(f"! {discord.violations.pop(0)}")
        await asyncio.Event().wait()


async def _standard_input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    with contextlib.suppress(ValueError):  # a file or /dev/null cannot be waited for
        protocol = asyncio.StreamReaderProtocol(reader)
        await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
        return reader
    reader.feed_eof()
    return reader


def _tell(text: str) -> None:
    print(text, flush=True)


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=4400)
    parser.add_argument("--token", help="the bot's token; by default a new one")
    chosen = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(chosen.port, chosen.token))


if __name__ == "__main__":
    main()
