"""What stands around the input: the line above it while something runs, the toolbar beneath."""

from collections.abc import Mapping

from bot.on_terminal.conversation import Conversation
from bot.on_terminal.drawing.keys import Pressable
from bot.on_terminal.drawing.render import summary
from bot.on_terminal.drawing.visible import visible_line
from bot.on_terminal.drawing.wrapping import shortened
from bot.on_terminal.interactive.work import Job, Work
from handlers.texts import say
from handlers.types import Language

QUICK_S = 0.3
"""An answer that comes sooner needs no progress line."""

_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_FRAMES_PER_S = 10
_LONGEST_LABEL = 16


def progress_line(work: Work, conversation: Conversation, width: int) -> str:
    """Return what the order in front last said, or nothing while it is quick."""
    job = work.front
    if job is None or job.age_s < QUICK_S:
        return ""
    language = conversation.language
    parts = [_said(job, language)]
    if job.age_s >= 1:
        parts.append(f"{job.age_s:.0f} s")
    parts.append(say(language, "terminal.cancels"))
    if work.waiting:
        parts.append(say(language, "terminal.waiting", count=work.waiting))
    frame = _FRAMES[int(job.age_s * _FRAMES_PER_S) % len(_FRAMES)]
    return shortened(f"{frame} {' · '.join(parts)}", width)


def toolbar(
    work: Work, conversation: Conversation, keys: Mapping[str, Pressable], width: int
) -> str:
    """Return who you are, how the background jobs fare, and what a single key presses."""
    actor, language = conversation.actor, conversation.language
    role = say(language, f"role.{actor.role.name.lower()}")
    parts = [f"{visible_line(actor.name)} ({role})"]
    parts += [_said(job, language) for job in work.beside]
    if keys:
        parts.append(keys_in_words(keys))
    return shortened(f" {' │ '.join(parts)}", width)


def keys_in_words(keys: Mapping[str, Pressable]) -> str:
    """Return what each key presses, in a line."""
    return "  ".join(f"[{char}] {_label(key)}" for char, key in keys.items())


def _said(job: Job, language: Language) -> str:
    return (job.said and summary(job.said)) or say(language, "terminal.working")


def _label(key: Pressable) -> str:
    return shortened(visible_line(key.label), _LONGEST_LABEL)
