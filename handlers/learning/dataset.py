"""How a text comes into a dataset: by what it is known, and on which side it goes."""

import hashlib
import re
import secrets
from dataclasses import dataclass

from handlers.learning.near_duplicates import fingerprint
from handlers.learning.split import side_of
from handlers.services import Services
from handlers.types import Actor, Role
from models.canonical import folded, identity_of, lowered
from storage.records import (
    NO_LABEL,
    Dataset,
    Fingerprint,
    NewExample,
    NewVote,
    Query,
    Side,
    Verdict,
    read_set,
)

_SALT = "salt_of_sides"


async def vote_on(
    services: Services, query: Query, actor: Actor, verdict: Verdict, label: str | None
) -> NewVote:
    """Return somebody's vote on an answer, with where its text goes if it is a new example."""
    group = folded(query.text)
    side = None
    if label is not None:
        told = [*read_set(label), NO_LABEL][0] if query.several else label
        counts = await services.storage.examples.sides(query, told)
        side = side_of(await salt_of(services, query.community) + group, counts)
    return NewVote(
        community=query.community,
        query_number=query.number,
        user=actor.id,
        verdict=verdict,
        label=label,
        dataset=name_after(query.model),
        canonical=identity_of(query.text),
        group_key=_digest(group, 8),
        side=side,
        is_moderator=actor.role >= Role.MODERATOR,
        fingerprint=fingerprint(group),
        query=query,
    )


@dataclass(frozen=True, slots=True)
class Keys:
    """By what a text is known in a dataset."""

    canonical: bytes
    """The same for texts that are the same example."""
    group: bytes
    """The same for texts that surely stand on one side."""
    fingerprint: Fingerprint


def keys_of(text: str) -> Keys:
    """Return by what a text is known."""
    group = folded(text)
    return Keys(identity_of(text), _digest(group, 8), fingerprint(group))


def new_example(
    dataset: Dataset, actor: Actor, text: str, source: str, key: str | None, side: Side | None
) -> NewExample:
    """Return a text for a dataset, with the label that somebody gives it, by its key."""
    keys = keys_of(text)
    return NewExample(
        community=dataset.community,
        dataset_id=dataset.id,
        user=actor.id,
        text=text,
        canonical=keys.canonical,
        group_key=keys.group,
        fingerprint=keys.fingerprint,
        source=source,
        labels=None if key is None else (key,),
        side=side,
        is_moderator=actor.role >= Role.MODERATOR,
    )


async def side_for(services: Services, dataset: Dataset, text: str, key: str) -> Side:
    """Return where a text goes whose first label is this, unless its group is somewhere already."""
    counts = await services.storage.examples.sides_of(dataset.community, dataset.id, key)
    return side_of(await salt_of(services, dataset.community) + folded(text), counts)


async def salt_of(services: Services, community: str) -> str:
    """What only this community has, so that nobody can choose a text that is measured on."""
    known = await services.storage.settings.all(community)
    if _SALT not in known:
        await services.storage.settings.put(community, _SALT, secrets.token_hex(16))
        known = await services.storage.settings.all(community)
    return str(known[_SALT])


def name_after(model: str) -> str:
    """Return the bare name of `org/Model@version`, as the names of our own models may be."""
    name = lowered(model.partition("@")[0].rpartition("/")[2])
    allowed = re.sub(r"[^a-z0-9가-힣_-]", "-", name)
    return allowed.strip("-_")[:32] or "ours"


def _digest(text: str, size: int) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest()
