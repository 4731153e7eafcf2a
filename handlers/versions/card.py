"""`/version card`: where a version comes from and how good it is; its README.md goes along."""

import logging
from collections.abc import Mapping

from handlers.asking.checkpoints import provided_names
from handlers.services import Services
from handlers.texts import say
from handlers.training.charts.showing import charts_button
from handlers.types import File, Reply, Request, Table, UserError
from handlers.versions.card_facts import facts_of
from handlers.versions.card_text import card_of, cells_of, gate_word, learned_from, limits
from handlers.versions.naming import folder_name, trained_version
from handlers.versions.page import address_of
from models.canonical import lowered
from models.errors import ModelError
from storage.errors import StorageError
from storage.records import Version

log = logging.getLogger(__name__)


async def show_card(request: Request, services: Services) -> Reply:
    """Answer `/version card version`: one such as `ours@2`, or a name for what it means now.

    Raises:
        UserError: there is no such version here.
    """
    version = await wanted_version(services, request)
    language = request.actor.language
    facts = await facts_of(services, version)
    name = folder_name(version)
    text = await services.releases.text(version.folder, card_of(facts, name))
    lines = [gate_word(facts, language), *learned_from(facts, language)]
    lines += [f"- {each}" for each in limits(facts, language)]
    table = None
    if report := facts.report:
        rows = [
            (say(language, f"finetune.{measure}"), cell)
            for measure, cell in cells_of(report.new).items()
        ]
        measured = say(language, "card.on_texts", n=report.texts)
        table = Table((measured, version.full_name), tuple(rows))
    return Reply(
        title=say(language, "card.title", name=version.full_name),
        text="\n".join(lines),
        table=table,
        controls=charts_button(version, language),
        files=(File(f"{name}.md", text.encode("utf-8", "replace")),),
        footer={"model": version.full_name, "base": version.base, **await _page(services, version)},
    )


async def _page(services: Services, version: Version) -> Mapping[str, str]:
    address = await address_of(services, version)
    return {"space": address} if address else {}


async def wanted_version(services: Services, request: Request) -> Version:
    """Return the version that somebody typed; of a bare name, the one that it means.

    Raises:
        UserError: there is none, or the name means what the operator provides.
    """
    community, typed = request.place.community, lowered(str(request.options["version"]))
    if "@" not in typed:
        live = await services.storage.live_versions.get(community, typed)
        is_provided = typed in await provided_names(services, community)
        is_theirs = live is not None and (live.decided_by or not is_provided)
        if live is None or not is_theirs or live.number == 0:
            raise UserError("version_wanted", typed=typed)
        typed = f"{typed}@{live.number}"
    return await trained_version(services, community, typed)


async def renew_card(services: Services, community: str, name: str, number: int) -> None:
    """Write the card of a version anew; where that fails, the old one stays."""
    try:
        version = await services.storage.versions.find(community, name, number)
        if version is not None:
            card = card_of(await facts_of(services, version), folder_name(version))
            await services.releases.write_card(version.folder, card)
    except (ModelError, StorageError, OSError):
        log.warning("the card of %s@%s could not be written", name, number, exc_info=True)
