"""files.*: an address to upload to, and what is done with the file then."""

from __future__ import annotations

from typing import Any

from tests.servers.slack_server.ids import secret
from tests.servers.slack_server.kinds import Json
from tests.servers.slack_server.seen.posting import content_of
from tests.servers.slack_server.web_api.method import Call, Method
from tests.servers.slack_server.web_api.refusal import Refusal
from tests.servers.slack_server.web_api.upload import File

PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")


def _get_upload_url(call: Call) -> Json:
    name, length = str(call.needs("filename")), int(call.needs("length"))
    if length <= 0:
        raise Refusal("invalid_arguments")
    file = File(call.world.ids.take("F"), call.team, name, length, call.args.get("alt_txt"))
    file.owner_id, file.address = call.team.bot.id, call.world.address
    if name.lower().endswith(PICTURES) and not file.alt_text:
        call.world.checker.note(call.received, f"{name!r} is a picture without alt_txt")
    if len(file.alt_text or "") > 1000:
        raise Refusal("alt_txt_too_large")
    call.world.files[file.id] = file
    url = f"{call.world.address}/upload/v1/{file.id}/{secret()}"
    return {"upload_url": url, "file_id": file.id}


def _complete(call: Call) -> Json:
    wanted = call.needs("files")
    if not isinstance(wanted, list):
        raise Refusal("invalid_arguments")
    files = [_uploaded(call, one) for one in wanted]
    ids = str(call.args.get("channel_id") or call.args.get("channels") or "")
    for channel_id in filter(None, ids.split(",")):
        _share(call, files, channel_id)
    for file in files:
        file.is_complete = True
    return {"files": [{"id": file.id, "title": file.title, **file.json()} for file in files]}


def _uploaded(call: Call, one: Any) -> File:
    file = call.world.files.get(str(one.get("id"))) if isinstance(one, dict) else None
    if file is None or file.team is not call.team or file.body is None or file.is_complete:
        raise Refusal("file_not_found")
    file.title = one.get("title") or file.name
    return file


def _share(call: Call, files: list[File], channel_id: str) -> None:
    call.args["channel_id"] = channel_id
    channel = call.channel("channel_id")
    if not channel.has_bot:
        raise Refusal("not_in_channel")
    body = {"text": call.args.get("initial_comment"), "blocks": call.args.get("blocks")}
    call.world.checker.message(call.received, {**body, "text": body["text"] or " "})
    content = content_of(body, call.world.ids)
    content.files = files
    thread_ts = call.args.get("thread_ts")
    if thread_ts is not None and thread_ts not in channel.all:
        raise Refusal("thread_not_found")
    for file in files:
        file.shared_in.append(channel.id)
    channel.put(call.world.message(channel, call.team.bot, content, thread_ts=thread_ts))


def _info(call: Call) -> Json:
    file = call.world.files.get(str(call.needs("file")))
    if file is None or file.team is not call.team or not file.is_complete:
        raise Refusal("file_not_found")
    return {"file": file.json()}


METHODS = (
    Method("files.getUploadURLExternal", _get_upload_url, "files:write", takes_json=False),
    Method("files.completeUploadExternal", _complete, "files:write"),
    Method("files.info", _info, "files:read", takes_json=False),
)
