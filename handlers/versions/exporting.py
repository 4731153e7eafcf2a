"""`/version export`: a version with its card as one file that plain transformers load."""

from handlers.services import Services
from handlers.texts import say
from handlers.types import File, Reply, Request, UserError
from handlers.versions.card import wanted_version
from handlers.versions.card_facts import facts_of
from handlers.versions.card_text import card_of
from handlers.versions.naming import folder_name

LARGEST_BYTES = 256_000_000
"""A file is held in memory on its way, wherever it goes."""


async def export(request: Request, services: Services) -> Reply:
    """Answer `/version export version`.

    Raises:
        UserError: there is no such version here, or it is larger than this place takes.
        ModelError: its files are gone.
    """
    version = await wanted_version(services, request)
    language, name = request.actor.language, folder_name(version)
    most = min(request.place.most_file_bytes or LARGEST_BYTES, LARGEST_BYTES)
    sizes = await services.releases.sizes(version.folder, version.full_name)
    weights = sum(size for file, size in sizes.items() if file.endswith(".safetensors"))
    if weights > most:  # they cannot be packed any smaller
        raise _too_large(version.full_name, weights, most, version.folder)
    card = card_of(await facts_of(services, version), name)
    content = await services.releases.packed(version.folder, card, name)
    if len(content) > most:
        raise _too_large(version.full_name, len(content), most, version.folder)
    said = say(language, "release.exported", version=version.full_name, folder=name)
    footer = {"model": version.full_name, "size": f"{len(content) / 1e6:,.1f} MB"}
    return Reply(text=said, files=(File(f"{name}.zip", content),), footer=footer)


def _too_large(version: str, size: int, most: int, folder: str) -> UserError:
    facts = {"size": f"{size / 1e6:,.1f}", "most": f"{most / 1e6:,.1f}"}
    return UserError("export_too_large", version=version, folder=folder, **facts)
