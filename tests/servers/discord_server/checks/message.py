"""Limits of messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.servers.discord_server import kinds
from tests.servers.discord_server.checks.component import component_problems
from tests.servers.discord_server.checks.embed import embeds_problems
from tests.servers.discord_server.checks.problem import Path, Problem, too_long, too_many
from tests.servers.discord_server.kinds import Json
from tests.servers.discord_server.message import Shown, walk
from tests.servers.discord_server.rest.received import Upload

SENDABLE = (
    kinds.SUPPRESS_EMBEDS | kinds.EPHEMERAL | kinds.SUPPRESS_NOTIFICATIONS | kinds.COMPONENTS_V2
)

LEGACY = ("content", "embeds", "poll", "sticker_ids")
"""What a message made of components alone has not."""


@dataclass(frozen=True)
class Sent:
    """A message as the bot sends it, and what it takes the place of."""

    body: Json
    uploads: Sequence[Upload]
    before: Shown | None = None
    in_interaction: bool = True

    def now(self, key: str) -> Any:
        """Give what it will have: what is sent, or what was there."""
        kept = None if self.before is None else getattr(self.before, key, None)
        return self.body.get(key, kept)

    @property
    def flags(self) -> int:
        """The flags that are sent."""
        return self.body.get("flags") or 0

    @property
    def is_v2(self) -> bool:
        """Whether it will be made of components alone."""
        given = self.body.get("flags")
        flags = self.now("flags") if given is None else given
        return bool((flags or 0) & kinds.COMPONENTS_V2)


def message_problems(sent: Sent, must_not_ping: bool, at: Path = ()) -> list[Problem]:
    """Find what is wrong with a message."""
    body = sent.body
    problems = [
        *_flag_problems(sent, at),
        *too_long((*at, "content"), body.get("content"), 2000),
        *embeds_problems(body.get("embeds") or [], (*at, "embeds")),
        *component_problems(body.get("components") or [], sent.is_v2, (*at, "components")),
        *_file_problems(sent, at),
        *_reference_problems(sent, at),
        *too_long((*at, "nonce"), None if "nonce" not in body else str(body["nonce"]), 25),
    ]
    if must_not_ping and any(body.get(key) for key in ("content", "embeds", "components")):
        problems += _mention_problems(body.get("allowed_mentions"), (*at, "allowed_mentions"))
    return problems


def _flag_problems(sent: Sent, at: Path) -> list[Problem]:
    problems = []
    if sent.flags & ~SENDABLE:
        problems.append(Problem((*at, "flags"), f"flags {sent.flags:#x} cannot be sent"))
    if sent.flags & kinds.EPHEMERAL and not sent.in_interaction:
        problems.append(Problem((*at, "flags"), "only answers to interactions can be ephemeral"))
    was_v2 = sent.before is not None and sent.before.flags & kinds.COMPONENTS_V2
    if was_v2 and not sent.is_v2:
        problems.append(Problem((*at, "flags"), "IS_COMPONENTS_V2 cannot be taken away"))
    if sent.is_v2:
        problems += [
            Problem((*at, key), f"no {key} with IS_COMPONENTS_V2", "MESSAGE_CANNOT_USE_LEGACY")
            for key in LEGACY
            if sent.now(key)
        ]
    return problems


def _file_problems(sent: Sent, at: Path) -> list[Problem]:
    listed = sent.body.get("attachments")
    kept = [] if sent.before is None else [one.id for one in sent.before.attachments]
    indexes = [upload.index for upload in sent.uploads]
    where = (*at, "attachments")
    if listed is None:
        return too_many(where, kept + indexes, 10)
    problems = too_many(where, listed, 10)
    for number, one in enumerate(listed):
        if int(one.get("id", -1)) not in (*kept, *indexes):
            message = f"attachment {one.get('id')} is neither uploaded nor there already"
            problems.append(Problem((*where, number, "id"), message))
        problems += too_long((*where, number, "description"), one.get("description"), 1024)
    told = {int(one.get("id", -1)) for one in listed}
    for upload in sent.uploads:
        if upload.index not in told:
            problems.append(Problem(where, f"files[{upload.index}] is not among them"))
    return problems


def _reference_problems(sent: Sent, at: Path) -> list[Problem]:
    names = _names(sent)
    embeds, components = sent.body.get("embeds") or [], sent.body.get("components") or []
    urls = [str(one.get("url")) for one in references(embeds, components)]
    meant = {url.removeprefix("attachment://") for url in urls if url.startswith("attachment://")}
    problems = [
        Problem((*at, "attachments"), f"attachment://{name} is not uploaded ({sorted(names)})")
        for name in sorted(meant - names)
    ]
    if sent.is_v2:
        # Discord takes it, but nobody sees a file that no component shows.
        problems += [
            Problem((*at, "components"), f"no component shows {upload.name}", is_refused=False)
            for upload in sent.uploads
            if _name(sent, upload) not in meant
        ]
    return problems


def _names(sent: Sent) -> set[str]:
    kept = [] if sent.before is None else [one.name for one in sent.before.attachments]
    return {*kept, *(_name(sent, upload) for upload in sent.uploads)}


def _name(sent: Sent, upload: Upload) -> str:
    for one in sent.body.get("attachments") or []:
        if str(one.get("id")) == str(upload.index) and one.get("filename"):
            return str(one["filename"])
    return upload.name


def _mention_problems(allowed: Any, where: Path) -> list[Problem]:
    """Hold a message against the rule that the bot pings nobody: ours, not Discord's."""
    if not isinstance(allowed, dict) or allowed.get("parse") != []:
        return [Problem(where, f"must be there and parse nothing, not {allowed}", is_refused=False)]
    if allowed.get("users") or allowed.get("roles") or allowed.get("replied_user"):
        return [Problem(where, f"pings somebody: {allowed}", is_refused=False)]
    return []


def references(embeds: list[Json], components: list[Json]) -> list[Json]:
    """Give every object with a `url` that may mean an uploaded file."""
    found = [embed.get(key) for embed in embeds for key in ("image", "thumbnail")]
    for component in walk(components):
        for media in (component, *(component.get("items") or [])):
            found += [media.get("media"), media.get("file")]
    return [one for one in found if isinstance(one, dict)]
