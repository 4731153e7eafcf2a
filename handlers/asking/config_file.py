"""The button *config.json* under `/modelinfo`: the file as it stands."""

import json
import re

from handlers.asking.checkpoints import again
from handlers.coding.showing import to_copy
from handlers.services import Services
from handlers.table import ControlFamily
from handlers.types import Button, Press, Reply, UserError

_ID = re.compile(r"config:(?P<query>\d{1,15})")
_NAME = "config.json"


def config_button(query_number: int | None) -> tuple[Button, ...]:
    """Return it, or none under what was not kept."""
    return () if query_number is None else (Button(f"config:{query_number}", _NAME),)


async def press_config(press: Press, services: Services) -> Reply:
    """Show the config of a model that was looked at.

    Raises:
        UserError: the id is not ours, nobody looked at a model there, or it is gone.
        ModelError: its files cannot be read.
    """
    found = _ID.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    number = int(found["query"])
    query = await services.storage.queries.get(press.place.community, number)
    if query is None or query.command != "modelinfo":
        raise UserError("answer_gone", query=str(number))
    checkpoint = await again(services, press, query.model)
    config = await services.models.config(checkpoint)
    text = json.dumps(config, ensure_ascii=False, indent=2)
    return to_copy(text, _NAME, f"{checkpoint.full_name}: {_NAME}")


CONFIG = ControlFamily("config", press_config)
