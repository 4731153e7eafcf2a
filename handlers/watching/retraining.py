"""The button under an alarm that trains what answers again, `retrain:<name>@<number>`."""

import re

from handlers.services import Services
from handlers.table import ControlFamily
from handlers.texts import say
from handlers.training.command import FINETUNE, finetune
from handlers.types import Button, Language, Press, Reply, Request, Role, UserError, Visibility
from handlers.versions.learned_from import dataset_of_name

_ID = re.compile(r"retrain:(?P<name>[^:@\s/]{1,64})@\d{1,9}", re.ASCII)


def retrain_button(model: str, language: Language) -> tuple[Button, ...]:
    """Return the button that trains the next version of a model, by its full name.

    One of the Hub's, such as `owner/name@4f3a2b1`, has no next version.
    """
    control = f"retrain:{model}"
    if not (found := _ID.fullmatch(control)):
        return ()
    return (Button(control, say(language, "watch.retrain", name=found["name"])),)


async def press_retrain(press: Press, services: Services) -> Reply:
    """Train the next version of a name as `/finetune` does, from what its versions learn from.

    Raises:
        UserError: the id is not ours, or as `/finetune`.
    """
    found = _ID.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    options = {"name": found["name"]}
    dataset = await dataset_of_name(services, press.place.community, found["name"])
    if dataset is not None:
        options["dataset"] = dataset.name
    return await finetune(
        Request(FINETUNE, options, press.actor, press.place, press.progress), services
    )


RETRAIN = ControlFamily("retrain", press_retrain, Role.ADMIN, Visibility.PUBLIC, is_long=True)
