"""The first lines of a chat."""

from bot.on_terminal.conversation import Conversation
from bot.on_terminal.drawing.visible import visible_line
from bot.on_terminal.phrases import phrases


def greeting(conversation: Conversation, color: bool) -> str:
    """Return who speaks, to whom, and what to type first."""
    said = phrases(conversation.language)
    actor = conversation.actor
    hello = said.hello.format(name=visible_line(actor.name), role=said.roles[actor.role])
    welcome = f"\x1b[1;36m{said.welcome}\x1b[0m" if color else said.welcome
    return f"{welcome}\n{hello}\n{said.how}\n\n"
