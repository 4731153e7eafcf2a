"""The first lines of a chat."""

from bot.on_terminal.conversation import Conversation
from bot.on_terminal.drawing.visible import visible_line
from bot.on_terminal.drawing.wrapping import wrapped
from handlers.texts import say


def greeting(conversation: Conversation, width: int, color: bool) -> str:
    """Return who speaks, to whom, and what to type first."""
    actor, language = conversation.actor, conversation.language
    role = say(language, f"role.{actor.role.name.lower()}")
    hello = say(language, "terminal.hello", name=visible_line(actor.name), role=role)
    welcome = say(language, "terminal.welcome")
    welcome = f"\x1b[1;36m{welcome}\x1b[0m" if color else welcome
    how = wrapped(f"{hello}\n{say(language, 'terminal.how')}", width)
    return f"{welcome}\n{how}\n\n"
