"""The message action "Add to dataset"."""

from handlers.services import Services
from handlers.types import Reply, Request, UserError


async def add_to_dataset(request: Request, services: Services) -> Reply:
    """Say that no community has a dataset yet, and what teaches the models today.

    Raises:
        UserError: always.
    """
    raise UserError("no_dataset")
