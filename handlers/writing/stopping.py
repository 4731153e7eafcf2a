"""The button under a text that is being written: who asked for it, or a moderator, stops it."""

import re

from handlers.others import WRITING_STOPPED
from handlers.services import Services
from handlers.table import ControlFamily
from handlers.texts import say
from handlers.types import Button, Language, Press, Reply, Role, UserError
from handlers.writing.writings import Writing

_ID = re.compile(r"write:(?P<key>[0-9a-f]{16}):stop")


def stop_button(writing: Writing, language: Language) -> Button:
    """Return the button that stops a text."""
    return Button(f"write:{writing.key}:stop", say(language, "writing.stop"), "bad", key="s")


async def press_stop(press: Press, services: Services) -> Reply:
    """Stop a text; what is written of it stays.

    Raises:
        UserError: the id is not ours, nothing is written any more, or somebody else asked.
    """
    found = _ID.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    writing = services.writings.find(press.place.community, found["key"])
    if writing is None:
        await _let_others_stop(press, services, found["key"])
    elif writing.user != press.actor.id and press.actor.role < Role.MODERATOR:
        raise UserError("not_your_text")
    else:
        writing.stop()
    return Reply(text=say(press.actor.language, "writing.stopping"))


async def _let_others_stop(press: Press, services: Services, key: str) -> None:
    """It may be another process that writes, which alone knows who asked for it."""
    if not services.others.is_shared:
        raise UserError("nothing_written")
    whose = {"community": press.place.community, "user": press.actor.id}
    is_moderator = press.actor.role >= Role.MODERATOR
    await services.others.tell(WRITING_STOPPED, key=key, is_moderator=is_moderator, **whose)


STOPPING = ControlFamily("write", press_stop)
