"""The Web API under the unmodified AsyncWebClient, and by hand where that is too well-behaved."""

import asyncio
import io
import json
from collections.abc import Awaitable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack_server import LoopbackSlack, Rate
from tests.servers.slack_tests.bot import app_of


async def refused(call: Awaitable[Any]) -> Any:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response


@pytest.mark.parametrize("how", ["form", "json", "query", "get", "token in the body"])
async def test_arguments_come_in_many_ways(slack: LoopbackSlack, how: str) -> None:
    channel = slack.add_channel("general")
    args = {"channel": channel.id, "text": "hello"}
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    ways: dict[str, dict[str, Any]] = {
        "form": {"data": args, "headers": headers},
        "json": {"json": args, "headers": headers},
        "query": {"params": args, "headers": headers},
        "get": {"params": args, "headers": headers},
        "token in the body": {"data": {**args, "token": slack.bot_token}},
    }
    async with aiohttp.ClientSession() as session:
        verb = "GET" if how == "get" else "POST"
        url = f"{slack.api_url}chat.postMessage"
        async with session.request(verb, url, **ways[how]) as response:
            answer = await response.json()
    assert answer["ok"] is True
    assert [message.text for message in channel.messages] == ["hello"]
    assert answer["message"]["bot_id"] == slack.team.bot_id
    assert answer.get("warning") == ("missing_charset" if how == "json" else None)


@pytest.mark.parametrize(
    ("body", "kind", "error"),
    [
        ("{", "application/json", "invalid_json"),
        ("[]", "application/json", "json_not_object"),
        ("x", "text/xml", "invalid_post_type"),
        ('{"token": "TOKEN"}', "application/json", "not_authed"),
    ],
)
async def test_bodies_that_are_none(slack: LoopbackSlack, body: str, kind: str, error: str) -> None:
    async with aiohttp.ClientSession() as session:
        data = body.replace("TOKEN", slack.bot_token)
        url, headers = f"{slack.api_url}auth.test", {"Content-Type": kind}
        async with session.post(url, data=data, headers=headers) as response:
            assert (await response.json())["error"] == error


async def test_blocks_can_be_json_within_a_form(slack: LoopbackSlack) -> None:
    channel = slack.add_channel("general")
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "joy"}}]
    args = {"channel": channel.id, "text": "joy", "blocks": json.dumps(blocks)}
    await app_of(slack).client.api_call("chat.postMessage", data=args)
    assert channel.messages[0].blocks[0]["text"] == blocks[0]["text"]


async def test_json_is_not_seen_where_slack_takes_forms_only(slack: LoopbackSlack) -> None:
    slack.allow_violations = True
    mina = slack.add_person("mina")
    answer = await refused(app_of(slack).client.api_call("users.info", json={"user": mina.id}))
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: user"]
    assert slack.violations == ["users.info: takes no JSON: its arguments are not seen"]


async def test_who_may_not(slack: LoopbackSlack) -> None:
    slack.allow_violations = True
    client = app_of(slack).client
    assert (await refused(client.api_call("chat.shout")))["error"] == "unknown_method"
    for token, error in (
        ("xoxb-nobody", "invalid_auth"),
        (slack.app_token, "not_allowed_token_type"),
    ):
        answer = await refused(client.chat_postMessage(token=token, channel="C", text="x"))
        assert answer["error"] == error
    slack.scopes().discard("chat:write")
    answer = await refused(client.chat_postMessage(channel="C", text="x"))
    assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write")
    assert "commands" in answer["provided"]
    assert answer.headers["x-accepted-oauth-scopes"] == "chat:write"
    slack.revoke()
    assert (await refused(client.auth_test()))["error"] == "token_revoked"


async def test_who_am_i(slack: LoopbackSlack) -> None:
    answer = await app_of(slack).client.auth_test()
    assert answer["user_id"] == slack.team.bot.id
    assert answer["bot_id"] == slack.team.bot_id
    assert answer["team_id"] == slack.team.id
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")
    await app_of(slack).client.auth_revoke()
    assert (await refused(app_of(slack).client.auth_test()))["error"] == "token_revoked"


async def test_people_and_their_groups(slack: LoopbackSlack) -> None:
    client = app_of(slack).client
    mina = slack.add_person("mina", locale="ko-KR", is_owner=True)
    group = slack.add_user_group("helpers", [mina])
    user = (await client.users_info(user=mina.id))["user"]
    assert "locale" not in user
    assert (user["is_admin"], user["is_owner"]) == (True, True)
    user = (await client.users_info(user=mina.id, include_locale=True))["user"]
    assert user["locale"] == "ko-KR"
    assert (await client.users_profile_get(user=mina.id))["profile"]["display_name"] == "mina"
    groups = (await client.usergroups_list())["usergroups"]
    assert [one["handle"] for one in groups] == ["helpers"]
    users = (await client.usergroups_users_list(usergroup=group.id))["users"]
    assert users == [mina.id]
    assert (await refused(client.users_info(user="U1")))["error"] == "user_not_found"
    unknown = client.usergroups_users_list(usergroup="S1")
    assert (await refused(unknown))["error"] == "no_such_subteam"
    names = [
        person["name"]
        async for page in await client.users_list(limit=1)
        for person in page["members"]
    ]
    assert names == ["tokki", "mina"]


async def test_channels(slack: LoopbackSlack) -> None:
    client = app_of(slack).client
    mina, joon = slack.add_person("mina"), slack.add_person("joon")
    general = slack.add_channel("general")
    hidden = slack.add_channel("hidden", members=[mina], is_private=True, with_bot=False)
    assert (await client.conversations_info(channel=general.id))["channel"]["is_member"] is True
    unseen = client.conversations_info(channel=hidden.id)
    assert (await refused(unseen))["error"] == "channel_not_found"
    opened = (await client.conversations_open(users=mina.id))["channel"]["id"]
    assert opened == slack.dm(mina).id
    group = (await client.conversations_open(users=[mina.id, joon.id]))["channel"]["id"]
    assert group.startswith("G")
    listed = (await client.conversations_list(types="public_channel,private_channel"))["channels"]
    assert [one["name"] for one in listed] == ["general"]
    members = (await client.conversations_members(channel=opened))["members"]
    assert set(members) == {mina.id, slack.team.bot.id}
    assert (await client.team_info())["team"]["domain"] == "loopback"
    assert (await client.bots_info(bot=slack.team.bot_id))["bot"]["user_id"] == slack.team.bot.id


async def test_where_the_bot_may_post(slack: LoopbackSlack) -> None:
    client, mina = app_of(slack).client, slack.add_person("mina")
    outside = slack.add_channel("outside", with_bot=False)
    among = slack.dm(mina, slack.add_person("joon"))
    answer = await refused(client.chat_postMessage(channel=outside.id, text="x"))
    assert answer["error"] == "not_in_channel"
    answer = await refused(client.chat_postMessage(channel=among.id, text="x"))
    assert answer["error"] == "channel_not_found"
    slack.scopes().add("chat:write.public")
    await client.chat_postMessage(channel=outside.id, text="x")
    await client.chat_postMessage(channel=mina.id, text="to you")
    assert slack.dm(mina).messages[0].text == "to you"
    outside.is_archived = True
    answer = await refused(client.chat_postMessage(channel=outside.id, text="x"))
    assert answer["error"] == "is_archived"


async def test_messages_are_edited_and_deleted(slack: LoopbackSlack) -> None:
    client, mina = app_of(slack).client, slack.add_person("mina")
    general = slack.add_channel("general")
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "joy"}}
    posted = await client.chat_postMessage(channel=general.id, text="joy", blocks=[section])
    message = general.all[posted["ts"]]
    await client.chat_update(channel=general.id, ts=message.ts, text="still joy")
    assert message.text_shown == "joy"
    await client.chat_update(channel=general.id, ts=message.ts, text="no more", blocks=[])
    assert message.text_shown == "no more"
    long = client.chat_update(channel=general.id, ts=message.ts, text="x" * 4001)
    assert (await refused(long))["error"] == "msg_too_long"
    await client.chat_delete(channel=general.id, ts=message.ts)
    assert general.messages == []
    gone = client.chat_update(channel=general.id, ts=message.ts, text="x")
    assert (await refused(gone))["error"] == "message_not_found"
    theirs = await mina.write(general, "mine")
    edit = client.chat_update(channel=general.id, ts=theirs.ts, text="x")
    assert (await refused(edit))["error"] == "cant_update_message"
    delete = client.chat_delete(channel=general.id, ts=theirs.ts)
    assert (await refused(delete))["error"] == "cant_delete_message"
    lost = client.chat_postMessage(channel=general.id, text="x", thread_ts="1.000001")
    assert (await refused(lost))["error"] == "thread_not_found"


async def test_an_ephemeral_message_cannot_be_edited(slack: LoopbackSlack) -> None:
    client, mina = app_of(slack).client, slack.add_person("mina")
    general = slack.add_channel("general")
    posted = await client.chat_postEphemeral(channel=general.id, user=mina.id, text="psst")
    message = general.all[posted["message_ts"]]
    assert message.is_ephemeral
    edit = client.chat_update(channel=general.id, ts=message.ts, text="x")
    assert (await refused(edit))["error"] == "message_not_found"
    private = slack.add_channel("private", members=[], is_private=True)
    lost = client.chat_postEphemeral(channel=private.id, user=mina.id, text="psst")
    assert (await refused(lost))["error"] == "user_not_in_channel"


async def test_a_file_is_uploaded_in_three_steps(slack: LoopbackSlack) -> None:
    client, mina = app_of(slack).client, slack.add_person("mina")
    general = slack.add_channel("general")
    written = await mina.write(general, "look")
    answer = await client.files_upload_v2(
        channel=general.id,
        file=b"PNG",
        filename="chart.png",
        title="Chart",
        alt_txt="joy 98 %",
        initial_comment="Your chart",
        thread_ts=written.ts,
    )
    message = general.messages[1]
    assert message.text_shown == "Your chart"
    assert message.thread_ts == written.ts
    file = message.files[0]
    assert (file.name, file.title, file.alt_text, file.body) == (
        "chart.png",
        "Chart",
        "joy 98 %",
        b"PNG",
    )
    assert answer["file"]["id"] == file.id
    assert slack.count("upload") == 1
    async with aiohttp.ClientSession() as session:
        url = (await client.files_info(file=file.id))["file"]["url_private"]
        async with session.get(url) as response:
            assert response.content_type == "text/html"
        headers = {"Authorization": f"Bearer {slack.bot_token}"}
        async with session.get(url, headers=headers) as response:
            assert await response.read() == b"PNG"


async def test_a_picture_has_alt_text_and_can_be_shown_in_blocks(slack: LoopbackSlack) -> None:
    slack.allow_violations = True
    client, channel = app_of(slack).client, slack.add_channel("general")
    answer = await client.files_upload_v2(file=b"PNG", filename="chart.png")
    assert slack.violations == [
        "files.getUploadURLExternal: 'chart.png' is a picture without alt_txt"
    ]
    for file_id, error in ((answer["file"]["id"], None), ("F0", "invalid_blocks")):
        image = {"type": "image", "slack_file": {"id": file_id}, "alt_text": "joy 98 %"}
        post = client.chat_postMessage(channel=channel.id, text="joy", blocks=[image])
        if error:
            assert (await refused(post))["error"] == error
        else:
            await post


async def test_a_file_must_be_whole_and_is_completed_once(slack: LoopbackSlack) -> None:
    slack.allow_violations = True
    client = app_of(slack).client
    address = await client.files_getUploadURLExternal(filename="a.txt", length=3)
    files = [{"id": address["file_id"], "title": "a"}]
    early = client.files_completeUploadExternal(files=files)
    assert (await refused(early))["error"] == "file_not_found"
    async with aiohttp.ClientSession() as session:
        async with session.post(address["upload_url"], data=b"ab") as response:
            assert response.status == 400
        async with session.post(
            address["upload_url"], data={"file": io.BytesIO(b"abc")}
        ) as response:
            assert (response.status, await response.text()) == (200, "OK - 3")
    await client.files_completeUploadExternal(files=files)
    again = client.files_completeUploadExternal(files=files)
    assert (await refused(again))["error"] == "file_not_found"
    assert slack.violations == ["upload: 2 bytes came of 3"]


async def test_a_channel_takes_one_message_a_second(slack: LoopbackSlack) -> None:
    slack.web_api.rates.limits["chat.postMessage"] = Rate(per_s=1, burst=2)
    client = app_of(slack).client
    first, second = slack.add_channel("first"), slack.add_channel("second")
    for _ in range(2):
        await client.chat_postMessage(channel=first.id, text="x")
    answer = await refused(client.chat_postMessage(channel=first.id, text="x"))
    assert (answer.status_code, answer["error"]) == (429, "ratelimited")
    assert answer.headers["Retry-After"] == "1"
    await client.chat_postMessage(channel=second.id, text="x")
    assert slack.web_api.rates.exceeded == 1


async def test_a_client_that_waits_gets_through(slack: LoopbackSlack) -> None:
    channel = slack.add_channel("general")
    fault = slack.fail(method="chat.postMessage", status=429, retry_after=0)
    client = AsyncWebClient(
        slack.bot_token,
        base_url=slack.api_url,
        retry_handlers=[AsyncConnectionErrorRetryHandler(), AsyncRateLimitErrorRetryHandler()],
    )
    await client.chat_postMessage(channel=channel.id, text="x")
    assert fault.struck == 1
    assert slack.count("chat.postMessage") == 2
    assert len(channel.messages) == 1


async def test_faults(slack: LoopbackSlack) -> None:
    channel = slack.add_channel("general")
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
    slack.fail(method="chat.*", error="msg_blocks_too_long")
    answer = await refused(client.chat_postMessage(channel=channel.id, text="x"))
    assert answer["error"] == "msg_blocks_too_long"
    slack.fail(method="chat.*", status=500)
    answer = await refused(client.chat_postMessage(channel=channel.id, text="x"))
    assert (answer.status_code, answer["error"]) == (500, "internal_error")
    client.retry_handlers = [AsyncServerErrorRetryHandler()]
    slack.fail(method="chat.*", status=503)
    await client.chat_postMessage(channel=channel.id, text="one")
    slack.fail(method="chat.*", status=500, takes_effect=True)
    await client.chat_postMessage(channel=channel.id, text="two")
    assert [message.text for message in channel.messages] == ["one", "two", "two"]


async def test_a_connection_that_breaks_and_one_that_is_slow(slack: LoopbackSlack) -> None:
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    slack.fail(method="auth.test", cuts=True)
    with pytest.raises(aiohttp.ClientError):
        await client.auth_test()
    slack.fail(method="auth.test", delay_s=0.2)
    client.timeout = 0.05
    with pytest.raises(asyncio.TimeoutError):
        await client.auth_test()
    client.timeout = 30
    assert (await client.auth_test())["ok"]


async def test_a_manifest_can_be_held_against_what_is_wanted(slack: LoopbackSlack) -> None:
    slack.manifest = {"display_information": {"name": "Tokki"}}
    client = AsyncWebClient(slack.config_token, base_url=slack.api_url)
    answer = await client.apps_manifest_export(app_id=slack.world.app_id)
    assert answer["manifest"] == slack.manifest
    bot = app_of(slack).client.apps_manifest_export(app_id=slack.world.app_id)
    assert (await refused(bot))["error"] == "not_allowed_token_type"
