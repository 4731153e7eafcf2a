"""The terminal door over the echo dispatcher: `python -m …run_echo DATA [--ko] [--json]`."""

import argparse
import asyncio
import sys
from pathlib import Path

from bot.on_terminal.session import ChatOptions, chat
from handlers.types import Actor, Language, Place, Role
from tests.bot.on_terminal.echo_dispatcher import EchoDispatcher


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--ko", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("-c", dest="command")
    given = parser.parse_args()
    language = Language.KOREAN if given.ko else Language.ENGLISH
    actor = Actor("mina", "Mina", Role.ADMIN, language)
    place = Place("terminal", "terminal:local", "terminal")
    options = ChatOptions(language, given.command, given.json)
    return asyncio.run(chat(EchoDispatcher(given.data), actor, place, given.data, options))


if __name__ == "__main__":
    sys.exit(main())
