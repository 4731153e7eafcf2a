"""What people see of a body that the bot sent: a message's next version."""

from __future__ import annotations

import copy

from tests.servers.discord_server import kinds
from tests.servers.discord_server.attachment import Attachment
from tests.servers.discord_server.channel import Channel
from tests.servers.discord_server.checks.message import Sent, message_problems, references
from tests.servers.discord_server.kinds import Json
from tests.servers.discord_server.message import Shown, walk
from tests.servers.discord_server.rest.endpoint import Call
from tests.servers.discord_server.rest.refusal import Refusal


def shown(
    call: Call,
    channel: Channel,
    body: Json,
    before: Shown | None = None,
    *,
    in_interaction: bool = True,
    at: tuple[str, ...] = (),
) -> Shown:
    """Check a body and give what it shows; `at` is where it stands in the request."""
    uploads = call.received.uploads
    if any(len(upload.body) > kinds.FILE_SIZE_LIMIT for upload in uploads):
        call.checker.inspect_size(call)
        raise Refusal(413, 40005)
    if call.checker.is_on:
        sent = Sent(body, uploads, before, in_interaction)
        call.checker.inspect(call, message_problems(sent, call.checker.must_not_ping, at))
    after = _drawn(call, channel, body, before or Shown())
    if before is not None:
        # What was once for all eyes stays so, and the other way round.
        after.flags = after.flags & ~kinds.EPHEMERAL | before.flags & kinds.EPHEMERAL
    if after.is_empty and "poll" not in body:
        call.checker.note_empty(call)
        raise Refusal(400, 50006)
    return after


def _drawn(call: Call, channel: Channel, body: Json, before: Shown) -> Shown:
    attachments = _attached(call, channel, body, before)
    urls = {one.name: one.url for one in attachments}
    after = Shown(
        content=body.get("content", before.content) or "",
        embeds=copy.deepcopy(body.get("embeds", before.embeds) or []),
        components=copy.deepcopy(body.get("components", before.components) or []),
        attachments=attachments,
        flags=_flags(body, before),
    )
    for embed in after.embeds:
        embed.setdefault("type", "rich")
    for number, component in enumerate(walk(after.components), 1):
        component["id"] = component.get("id") or number
    for reference in references(after.embeds, after.components):
        _resolve(reference, urls)
    return after


def _flags(body: Json, before: Shown) -> int:
    given: int | None = body.get("flags")
    return (before.flags if given is None else given) & ~kinds.LOADING


def _attached(call: Call, channel: Channel, body: Json, before: Shown) -> list[Attachment]:
    """Give the files it has now: those that were kept, then the new ones."""
    listed = body.get("attachments")
    kept = before.attachments
    about: dict[int, Json] = {}
    if listed is not None:
        about = {int(one["id"]): one for one in listed}
        kept = [one for one in kept if one.id in about]
    fresh = []
    for upload in call.received.uploads:
        told = about.get(upload.index, {})
        file = (told.get("filename") or upload.name, None, upload.body)
        fresh.append(call.world.attach(channel, file, told.get("description")))
    return kept + fresh


def _resolve(reference: Json, urls: dict[str, str]) -> None:
    url = str(reference.get("url"))
    name = url.removeprefix("attachment://")
    if name != url and name in urls:
        reference |= {"url": urls[name], "proxy_url": urls[name]}
