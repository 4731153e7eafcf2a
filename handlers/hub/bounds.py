"""What of the Hub may be added where, as the operator has decided."""

from handlers.services import Services
from handlers.types import Actor, Place, UserError
from models.canonical import folded
from models.errors import TooLarge
from models.hub.repository import ModelPage
from models.units import MB
from storage.records import NewHubModel

FILE_SETTING = "TOKKI_HUB_FILE_MB"


def may_add(services: Services, place: Place) -> bool:
    """Whether the operator lets admins of a place add models."""
    return place.is_private_property or place.community in services.rules.adding.communities


def check_place(services: Services, place: Place) -> None:
    """Refuse where the operator lets nobody add models.

    Raises:
        UserError: here.
    """
    if not may_add(services, place):
        raise UserError("hub_add_not_here", community=place.community)


async def check_model(
    services: Services, page: ModelPage, name: str, actor: Actor, place: Place
) -> None:
    """Refuse what cannot be run, or is beyond what the operator allows.

    Raises:
        UserError: its licence is none of those, or the community has no room for it.
        ModelError: it cannot be run, or one of its files is too large.
        StorageError: with it, all that was added would take too much.
    """
    if page.refusal is not None:
        raise page.refusal
    rules = services.rules.adding
    if rules.licenses and folded(page.license or "") not in rules.licenses:
        licenses = sorted(rules.licenses)
        raise UserError("hub_license", name=page.repo_id, license=page.license or "–", may=licenses)
    if page.largest_bytes > rules.largest_bytes:
        size_mb, limit_mb = -(-page.largest_bytes // MB), rules.largest_bytes // MB
        facts = {"size_mb": size_mb, "limit_mb": limit_mb, "setting": FILE_SETTING}
        raise TooLarge(name=page.repo_id, **facts)
    what = (page.repo_id, page.revision, page.download_bytes, page.license)
    new = NewHubModel(place.community, actor.id, name, *what)
    await services.room.check_coming(services, place.community, page.download_bytes)
    await services.storage.hub_models.check_room(new, rules.most_bytes)
