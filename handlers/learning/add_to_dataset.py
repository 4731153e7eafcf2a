"""The message action "Add to dataset"."""

from handlers.services import Services
from handlers.table import Bilingual, Command, text_option
from handlers.types import Reply, Request, Role, UserError, Visibility


async def add_to_dataset(request: Request, services: Services) -> Reply:
    """Say that no community has a dataset yet, and what teaches the models today.

    Raises:
        UserError: always.
    """
    raise UserError("no_dataset")


ADD_TO_DATASET = Command(
    name=Bilingual("dataset-add", "데이터셋-추가"),
    description=Bilingual("Keep a text as an example", "글을 예시로 모아요"),
    handler=add_to_dataset,
    role=Role.MODERATOR,
    visibility=Visibility.PRIVATE,
    options=(text_option("The text to keep", "모을 글"),),
)
"""Only a message action so far."""
