"""What is logged while a request is answered names its place."""

from dataclasses import replace

from handlers.guard.log_context import ASKED_IN
from handlers.types import Request


async def test_a_request_is_named_while_it_is_answered(bot):
    seen = []

    async def look(_request, _services):
        seen.append(ASKED_IN.get())
        raise ZeroDivisionError

    async def quiet(_reply): ...

    command = replace(bot.dispatcher.table.find("help"), handler=look)
    await bot.dispatcher.run(Request(command, {}, bot.actor, bot.place, quiet))
    assert seen == [bot.place] and ASKED_IN.get() is None
