"""A classification that was given before, asked again as it was."""

import re
from dataclasses import dataclass

from handlers.asking.checkpoints import again
from handlers.services import Services
from handlers.types import Press, UserError
from models.results import Checkpoint
from models.tasks.classification import TextToClassify

_ID = re.compile(r"[a-z]+:(?P<query>\d{1,15})")


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """Which model was asked what."""

    number: int
    checkpoint: Checkpoint
    question: TextToClassify


async def kept_answer(press: Press, services: Services) -> KeptAnswer:
    """Return the question that the id of a control names.

    Raises:
        UserError: the id is not ours, or there is no such question here; or its model is gone.
    """
    found = _ID.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    number = int(found["query"])
    query = await services.storage.queries.get(press.place.community, number)
    if query is None or query.command != "classify":
        raise UserError("answer_gone", query=str(number))
    checkpoint = await again(services, press, query.model)
    pair = query.result.get("pair")
    question = TextToClassify(query.text, pair if isinstance(pair, str) else None)
    return KeptAnswer(number, checkpoint, question)
