"""What an untrained model of the same form would say: never an answer, so never voted on."""

from handlers.asking.classifying.kept_answer import kept_answer
from handlers.services import Services
from handlers.table import ControlFamily
from handlers.texts import say
from handlers.types import Bar, Button, Language, Press, Reply, UserError

_SEED = 0
"""It says the same whenever it is asked the same."""


def untrained_button(query_number: int, language: Language) -> Button:
    """Return the button of one answer."""
    return Button(f"untrained:{query_number}", say(language, "untrained.ask"))


async def press_untrained(press: Press, services: Services) -> Reply:
    """Show what it says; nothing of it is kept.

    Raises:
        UserError: the id is not ours, the answer is gone, or the model is too large to build
            or gives values.
        ModelError: the model cannot be used.
    """
    language = press.actor.language
    kept = await kept_answer(press, services)
    answer = await services.models.untrained(kept.checkpoint, kept.question, _SEED)
    if answer is None:
        raise UserError("untrained_too_large", model=kept.checkpoint.full_name)
    if answer.is_regression:
        raise UserError("unknown_control", control=press.control)
    return Reply(
        title=say(language, "untrained.title"),
        text=say(language, "untrained.said", model=kept.checkpoint.full_name, seed=_SEED),
        bars=tuple(Bar(each.label, each.score) for each in answer.scores),
        footer={"model": say(language, "untrained.model", model=kept.checkpoint.name)},
    )


UNTRAINED = ControlFamily("untrained", press_untrained)
