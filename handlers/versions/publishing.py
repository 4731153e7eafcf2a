"""`/version publish`: a version on the Hugging Face Hub, once an admin has seen what that shows.

What is to be published is kept for a day, for the admin who asked: `release:<number>:do`.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from handlers.exporting.repository import Repository, check_account, full_name
from handlers.guard.audit import deed
from handlers.services import Services
from handlers.table import ControlFamily
from handlers.texts import say
from handlers.types import (
    Actor,
    Button,
    Language,
    Press,
    Reply,
    Request,
    Role,
    Table,
    UserError,
)
from handlers.versions.card import renew_card, wanted_version
from handlers.versions.card_facts import facts_of
from handlers.versions.card_text import card_of
from handlers.versions.page import Page
from handlers.versions.space import examples_in, space_of, training_is_due
from models.errors import HubFailed
from models.releases.card import ModelCard
from storage.records import Deed, NewAuditEntry, Version

_ID = re.compile(r"release:(?P<number>\d{1,15}):do", re.ASCII)
_SOURCE = "release"


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be published, in words that can be kept as JSON."""

    name: str
    number: int
    repo_id: str
    is_private: bool
    digest: str
    """Of the card: nothing is published that nobody has been told of."""
    has_space: bool = False
    """Whether its page goes along, under the same name."""
    examples: tuple[str, ...] = ()
    """What is offered on it; none: sentences that are nobody's."""


async def publish(request: Request, services: Services) -> Reply:
    """Answer `/version publish version repo [private] [space] [examples]`.

    Raises:
        UserError: there is no such version, no account, no such name, or not here.
        ModelError: its files are gone.
    """
    given, place, language = request.options, request.place, request.actor.language
    check_account(services, place)
    version = await wanted_version(services, request)
    sizes = await services.releases.sizes(version.folder, version.full_name)
    repo_id = await full_name(services.releases.repositories, str(given["repo"]))
    card = await _card(services, version, repo_id)
    examples = examples_in(str(given.get("examples", "")))
    plan = _Plan(
        version.name,
        version.number,
        repo_id,
        is_private=given.get("private") != "no",
        digest=_digest(card),
        has_space=given.get("space", "yes" if examples else "no") == "yes",
        examples=examples,
    )
    number = await services.storage.drafts.keep(
        place.community, request.actor.id, json.dumps(asdict(plan)), _SOURCE
    )
    notes = []
    if await _repository(services, version, plan).is_known():
        notes.append(say(language, "release.again", version=version.full_name))
    if await training_is_due(services, place.community, version.full_name):
        notes.append(say(language, "space.due", version=version.full_name))
    if plan.has_space:
        notes += (await _page(services, version, plan, card)).told(language)
    return _question(number, plan, version, sizes, language, notes)


async def press_release(press: Press, services: Services) -> Reply:
    """Publish what somebody has been told of.

    Raises:
        UserError: the id is not ours, it is kept no more, it has changed since, or it failed.
        ModelError: its files are gone.
    """
    found = _ID.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    community, actor, number = press.place.community, press.actor, int(found["number"])
    check_account(services, press.place)
    draft = await services.storage.drafts.get(community, number, actor.id)
    if draft is None or draft.source != _SOURCE:
        raise UserError("publish_gone")
    plan = _Plan(**json.loads(draft.text))
    version = await services.storage.versions.find(community, plan.name, plan.number)
    if version is None:
        raise UserError("publish_gone")
    await services.releases.sizes(version.folder, version.full_name)  # they are still there
    card = await _card(services, version, plan.repo_id)
    if _digest(card) != plan.digest:
        raise UserError("card_changed", version=version.full_name)
    await press.progress(Reply(text=say(actor.language, "exporting.publishing", repo=plan.repo_id)))
    reply = await _published(services, version, plan, card, actor)
    await services.storage.drafts.forget(community, number, actor.id)
    return reply


RELEASING = ControlFamily("release", press_release, Role.ADMIN, is_in_place=True, is_long=True)


async def _published(
    services: Services, version: Version, plan: _Plan, card: ModelCard, actor: Actor
) -> Reply:
    """Make it, for nobody to see; put all of it in at once; then show it, if it shall be seen."""
    language, repository = actor.language, _repository(services, version, plan)
    page = await _page(services, version, plan, card) if plan.has_space else None
    message = say(language, "release.commit", version=version.full_name)
    try:
        await repository.ensure_made()
        published = await services.releases.put(version.folder, card, plan.repo_id, message)
    except HubFailed as error:
        raise UserError("publish_failed", **error.facts) from error
    await repository.remember(_deed(actor, version, plan))
    await renew_card(services, version.community, version.name, version.number)
    lines = [say(language, "release.published", version=version.full_name), published.address]
    if hidden := await repository.show(language):
        lines.insert(1, hidden)
    if page:
        lines += await page.published(actor, published.revision)
    return Reply(title=plan.repo_id, text="\n".join(lines))


async def _card(services: Services, version: Version, repo_id: str) -> ModelCard:
    return card_of(await facts_of(services, version), repo_id)


async def _page(services: Services, version: Version, plan: _Plan, card: ModelCard) -> Page:
    checkpoint = services.models.trained(version.name, version.number, version.folder)
    space = await space_of(services, version.community, checkpoint, card.body, plan.examples)
    return Page(services, version, space, plan.repo_id, plan.is_private)


def _digest(card: ModelCard) -> str:
    return hashlib.sha256(json.dumps(asdict(card)).encode()).hexdigest()


def _question(
    number: int,
    plan: _Plan,
    version: Version,
    sizes: Mapping[str, int],
    language: Language,
    notes: Sequence[str],
) -> Reply:
    labels = ", ".join(version.label_set)
    lines = [
        say(language, "exporting.only_you" if plan.is_private else "exporting.everybody"),
        say(language, "release.shows", n=len(version.label_set), labels=labels),
        say(language, "release.no_texts"),
        *notes,
    ]
    columns = (say(language, "release.file"), "MB")
    rows = tuple((file, f"{size / 1e6:,.1f}") for file, size in sizes.items())
    return Reply(
        title=say(language, "release.ask", version=version.full_name, repo=plan.repo_id),
        text="\n".join(lines),
        table=Table(columns, rows),
        controls=(Button(f"release:{number}:do", say(language, "exporting.do"), "bad"),),
    )


def _deed(actor: Actor, version: Version, plan: _Plan) -> NewAuditEntry:
    seen_by = "account" if plan.is_private else "everybody"
    facts = {"version": version.full_name, "repo": plan.repo_id, "seen_by": seen_by}
    return deed(actor, version.community, Deed.PUBLISHED, **facts)


def _repository(services: Services, version: Version, plan: _Plan) -> Repository:
    account, key = services.releases.repositories, f"published_model:{version.name}"
    return Repository(services, account, version.community, key, plan.repo_id, plan.is_private)
