"""Forms and homes through slack-bolt."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from tests.servers.slack_server import LoopbackSlack
from tests.servers.slack_tests.bot import app_of, plain, running
from tests.waiting import until


def field(name: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    element = {**element, "action_id": f"{name}.value"}
    return {"type": "input", "block_id": name, "label": plain(name), "element": element, **more}


def form(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "classify",
        "title": plain("Classify"),
        "submit": plain("Go"),
        "blocks": list(blocks),
        **more,
    }


TEXT = field("text", {"type": "plain_text_input", "multiline": True, "max_length": 20})
MODEL = field("model", {"type": "external_select", "min_query_length": 0}, optional=True)
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "joy"}}


def opening(slack: LoopbackSlack, view: dict[str, Any]) -> Any:
    """Make an app whose /classify opens a form; what is submitted is kept in app.submitted."""
    app = app_of(slack)
    app.submitted = asyncio.Queue()

    @app.command("/classify")
    async def classify(ack: Any, client: Any, body: dict[str, Any]) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.options("model.value")
    async def models(ack: Any) -> None:
        await ack(options=[{"text": plain("MiniLM"), "value": "minilm"}])

    return app


async def test_a_form_from_its_opening_to_the_answer(slack: LoopbackSlack) -> None:
    app, came = opening(slack, form(TEXT, MODEL)), []

    @app.view("classify")
    async def submitted(ack: Any, client: Any, body: dict[str, Any]) -> None:
        await ack()
        came.append(body["view"]["state"]["values"])
        await client.chat_postMessage(channel=general.id, text="joy")

    mina, general = slack.add_person("mina"), slack.add_channel("general")
    async with running(slack, app):
        asked = await mina.command(general, "/classify")
        view = await asked.opened()
        assert view.text_shown == "Classify\ntext\nmodel"
        await mina.suggest(view, "model.value", "mini")
        sent = await mina.submit(view, {"text": "a < b\n& c", "model.value": "minilm"})
        assert sent.response_action is None
        assert (await sent.answered()).text_shown == "joy"
    assert came[0]["text"]["text.value"] == {"type": "plain_text_input", "value": "a < b\n& c"}
    assert came[0]["model"]["model.value"]["selected_option"]["value"] == "minilm"
    assert not view.is_open
    assert mina.views == []
    with pytest.raises(AssertionError, match="is closed"):
        await mina.submit(view, {"text": "again"})


async def test_a_file_of_a_form_is_told_of_and_fetched_with_the_token(slack: LoopbackSlack) -> None:
    taken = field("file", {"type": "file_input", "filetypes": ["csv"], "max_files": 1})
    app, came = opening(slack, form(taken)), []

    @app.view("classify")
    async def submitted(ack: Any, client: Any, body: dict[str, Any]) -> None:
        await ack()
        [file] = body["view"]["state"]["values"]["file"]["file.value"]["files"]
        info = await client.files_info(file=file["id"])
        came.append((file["name"], file["size"], info["file"]["url_private"]))

    mina, general = slack.add_person("mina"), slack.add_channel("general")
    async with running(slack, app):
        view = await (await mina.command(general, "/classify")).opened()
        with pytest.raises(AssertionError, match="csv"):
            await mina.submit(view, {"file": [mina.upload("notes.exe", b"milk")]})
        with pytest.raises(AssertionError, match="must be filled in"):
            await mina.submit(view, {})
        await mina.submit(view, {"file": [mina.upload("notes.csv", b"milk")]})
        await until(lambda: came, "the submission")
        (name, size, address), told = came[0], []
        async with aiohttp.ClientSession() as session:
            for token in (slack.bot_token, "none"):
                bearer = {"Authorization": f"Bearer {token}"}
                told.append(await (await session.get(address, headers=bearer)).read())
    assert (name, size) == ("notes.csv", 4)
    assert told == [b"milk", b"<html>Sign in</html>"]


async def test_a_form_can_be_submitted_twice_on_purpose(slack: LoopbackSlack) -> None:
    app, came = opening(slack, form(TEXT)), []

    @app.view("classify")
    async def submitted(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        came.append(body["view"]["id"])

    mina, general = slack.add_person("mina"), slack.add_channel("general")
    async with running(slack, app):
        view = await (await mina.command(general, "/classify")).opened()
        await mina.submit(view, {"text": "once"})
        await mina.submit(view, {"text": "twice"}, check=False)
    assert came == [view.id, view.id]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "'text' must be filled in"),
        ({"text": "x" * 21}, "at most 20"),
        ({"text": "x", "colour": "red"}, "has no"),
        ({"text": "x", "model": "minilm"}, "no option 'minilm'"),
    ],
)
async def test_what_slacks_client_refuses(
    slack: LoopbackSlack, values: dict[str, str], said: str
) -> None:
    mina, general = slack.add_person("mina"), slack.add_channel("general")
    async with running(slack, opening(slack, form(TEXT, MODEL))):
        view = await (await mina.command(general, "/classify")).opened()
        with pytest.raises(AssertionError, match=said):
            await mina.submit(view, values)


async def test_errors_and_updates_and_pushes_by_acknowledgement(slack: LoopbackSlack) -> None:
    app = opening(slack, form(TEXT))
    answers = [
        {"response_action": "errors", "errors": {"text": "too short"}},
        {"response_action": "update", "view": form(TEXT, SECTION)},
        {"response_action": "push", "view": form(TEXT, title=plain("Second"))},
        {"response_action": "push", "view": form(TEXT, title=plain("Third"))},
        {"response_action": "clear"},
    ]

    @app.view("classify")
    async def submitted(ack: Any) -> None:
        await ack(answers.pop(0))

    mina, general = slack.add_person("mina"), slack.add_channel("general")
    async with running(slack, app):
        view = await (await mina.command(general, "/classify")).opened()
        asked = await mina.submit(view, {"text": "x"})
        assert asked.response_action == "errors"
        assert asked.errors == {"text": "too short"}
        asked = await mina.submit(view, {"text": "x"})
        assert asked.view is view
        assert view.text_shown == "Classify\ntext\njoy"
        second = (await mina.submit(view, {"text": "x"})).view
        assert second is not None
        assert second.title == "Second"
        with pytest.raises(AssertionError, match="lies under another view"):
            await mina.submit(view, {"text": "x"})
        third = (await mina.submit(second, {"text": "x"})).view
        assert mina.views == [view, second, third]
        await mina.submit(third, {"text": "x"})
    assert mina.views == []
    assert not any(one.is_open for one in (view, second, third) if one)


async def test_errors_for_what_is_no_input_are_violations(slack: LoopbackSlack) -> None:
    slack.allow_violations = True
    app = opening(slack, form(TEXT))

    @app.view("classify")
    async def submitted(ack: Any) -> None:
        await ack(response_action="errors", errors={"text.value": "too short"})

    mina, general = slack.add_person("mina"), slack.add_channel("general")
    async with running(slack, app):
        view = await (await mina.command(general, "/classify")).opened()
        await mina.submit(view, {"text": "x"})
    assert "no input block 'text.value'" in slack.violations[0]


async def refused(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_a_trigger_is_good_once_and_for_three_seconds(slack: LoopbackSlack) -> None:
    app, bodies = app_of(slack), asyncio.Queue[dict[str, Any]]()

    @app.command("/classify")
    async def classify(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        await bodies.put(body)

    mina, general = slack.add_person("mina"), slack.add_channel("general")
    client = app.client
    async with running(slack, app):
        asked = await mina.command(general, "/classify")
        trigger_id = (await bodies.get())["trigger_id"]
        await client.views_open(trigger_id=trigger_id, view=form(TEXT))
        assert asked.view is not None
        again = client.views_open(trigger_id=trigger_id, view=form(TEXT))
        assert await refused(again) == "exchanged_trigger_id"
        asked = await mina.command(general, "/classify")
        assert asked.trigger is not None
        asked.trigger.expire()
        late = client.views_open(trigger_id=asked.trigger.id, view=form(TEXT))
        assert await refused(late) == "expired_trigger_id"
        unknown = client.views_open(trigger_id="1.2.3", view=form(TEXT))
        assert await refused(unknown) == "invalid_trigger_id"
        slack.world.triggers.lives_s = 0.01
        asked = await mina.command(general, "/classify")
        await asyncio.sleep(0.05)
        assert asked.trigger is not None
        late = client.views_open(trigger_id=asked.trigger.id, view=form(TEXT))
        assert await refused(late) == "expired_trigger_id"


async def test_views_are_three_deep_and_updated_by_hash(slack: LoopbackSlack) -> None:
    button = {"type": "button", "action_id": "more", "text": plain("More")}
    row = {"type": "actions", "elements": [button]}
    app, errors = opening(slack, form(TEXT, row)), asyncio.Queue[str]()

    @app.action("more")
    async def more(ack: Any, client: Any, body: dict[str, Any]) -> None:
        await ack()
        try:
            await client.views_push(trigger_id=body["trigger_id"], view=form(TEXT, row))
        except SlackApiError as error:
            await errors.put(error.response["error"])

    mina, general = slack.add_person("mina"), slack.add_channel("general")
    async with running(slack, app):
        view = await (await mina.command(general, "/classify")).opened()
        second = await (await mina.press(view, "More")).opened()
        third = await (await mina.press(second, "More")).opened()
        assert mina.views == [view, second, third]
        await mina.press(third, "More")
        assert await errors.get() == "push_limit_reached"
        old = third.hash
        update = app.client.views_update
        await update(view_id=third.id, hash=old, view=form(TEXT, SECTION))
        await third.until(lambda one: "joy" in one.text_shown)
        stale = update(view_id=third.id, hash=old, view=form(TEXT))
        assert await refused(stale) == "hash_conflict"
        await mina.close(third)
        assert mina.views == [view, second]
        gone = update(view_id=third.id, view=form(TEXT))
        assert await refused(gone) == "not_found"


async def test_what_is_filled_in_comes_with_a_press(slack: LoopbackSlack) -> None:
    button = {"type": "button", "action_id": "try", "text": plain("Try")}
    row = {"type": "actions", "elements": [button]}
    app, came = opening(slack, form(TEXT, row)), asyncio.Queue[Any]()

    @app.action("try")
    async def preview(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        await came.put(body["view"]["state"]["values"]["text"]["text.value"]["value"])

    mina, general = slack.add_person("mina"), slack.add_channel("general")
    async with running(slack, app):
        view = await (await mina.command(general, "/classify")).opened()
        await mina.fill(view, {"text": "half of it"})
        await mina.press(view, "Try")
        assert await came.get() == "half of it"
        with pytest.raises(AssertionError, match="has no dispatch_action"):
            await mina.select(view, "text.value", "x")


async def test_a_view_can_be_named_by_the_bot(slack: LoopbackSlack) -> None:
    client = app_of(slack).client
    mina, general = slack.add_person("mina"), slack.add_channel("general")
    named = form(TEXT, external_id="job:1")
    async with running(slack, opening(slack, named)):
        view = await (await mina.command(general, "/classify")).opened()
        update = client.views_update
        await update(external_id="job:1", view=form(TEXT, SECTION, external_id="job:1"))
        assert view.text_shown == "Classify\ntext\njoy"
        asked = await mina.command(general, "/nobody")
        assert asked.trigger is not None
        again = client.views_open(trigger_id=asked.trigger.id, view=named)
        assert await refused(again) == "duplicate_external_id"
        gone = update(external_id="job:2", view=named)
        assert await refused(gone) == "not_found"


async def test_closing_is_told_on_request(slack: LoopbackSlack) -> None:
    app, closed = opening(slack, form(TEXT, notify_on_close=True)), asyncio.Queue[bool]()

    @app.view_closed("classify")
    async def close(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        await closed.put(body["is_cleared"])

    mina, general = slack.add_person("mina"), slack.add_channel("general")
    async with running(slack, app):
        view = await (await mina.command(general, "/classify")).opened()
        assert await mina.close(view) is not None
        assert await closed.get() is False


async def test_a_home_is_published_when_it_is_opened(slack: LoopbackSlack) -> None:
    app = app_of(slack)
    button = {"type": "button", "action_id": "help", "text": plain("Help")}

    @app.event("app_home_opened")
    async def home(event: dict[str, Any], client: Any) -> None:
        first = "hello" if "view" not in event else "again"
        section = {**SECTION, "text": {"type": "mrkdwn", "text": first}, "accessory": button}
        await client.views_publish(
            user_id=event["user"], view={"type": "home", "blocks": [section]}
        )

    @app.action("help")
    async def more(ack: Any, client: Any, body: dict[str, Any]) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form(SECTION))

    mina = slack.add_person("mina")
    async with running(slack, app):
        first = await mina.open_home()
        assert first.text_shown == "hello"
        second = await mina.open_home()
        assert (second, second.text_shown) == (first, "again")
        view = await (await mina.press(second, "Help")).opened()
        assert view.text_shown == "Classify\njoy"
    assert slack.events[1].payload["event"]["view"]["id"] == first.id


async def test_a_home_that_is_not_published(slack: LoopbackSlack) -> None:
    with pytest.raises(AssertionError, match=r"views\.publish was not called for mina"):
        await slack.add_person("mina").open_home(0.05)
