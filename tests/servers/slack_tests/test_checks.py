"""Every limit, held against what is just within and just beyond it."""

import copy
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.servers.slack_server import LoopbackSlack
from tests.servers.slack_server.checks.blocks import blocks
from tests.servers.slack_server.checks.messages import message
from tests.servers.slack_server.checks.views import view
from tests.servers.slack_tests.bot import app_of, plain


def mrkdwn(text: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, **more}


def section(text: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": "a", "text": plain(), **more}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def option(value: str = "v", **more: Any) -> dict[str, Any]:
    return {"text": plain(), "value": value, **more}


def select(**more: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "a", "options": [option()], **more}


def field(element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "input", "label": plain(), "element": element, **more}


def context(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "context", "elements": list(elements)}


def confirm(**more: Any) -> dict[str, Any]:
    texts = {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain()}
    return {**texts, **more}


def table(rows: int, columns: int, text: str = "x") -> dict[str, Any]:
    row = [{"type": "raw_text", "text": text}] * columns
    return {"type": "table", "rows": [row] * rows}


IMAGE = {"type": "image", "image_url": "https://example.com/x.png", "alt_text": "x"}
NUMBER = {
    "type": "number_input",
    "action_id": "a",
    "is_decimal_allowed": False,
    "max_value": "10",
}
TEXT_INPUT = {"type": "plain_text_input", "action_id": "a"}
RICH = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
}

GOOD = {
    "section": section("x" * 3000),
    "section with verbatim": {"type": "section", "text": mrkdwn("x", verbatim=True)},
    "fields": {"type": "section", "fields": [mrkdwn("x" * 2000)] * 10},
    "header": {"type": "header", "text": plain("x" * 150)},
    "context": context(mrkdwn(), plain(), IMAGE),
    "ten in a context": context(*[mrkdwn()] * 10),
    "twenty-five actions": actions(*(button(action_id=str(n)) for n in range(25))),
    "button": actions(button(text=plain("x" * 75), value="x" * 2000, style="primary")),
    "link": actions(button(url="https://example.com")),
    "confirm": actions(button(confirm=confirm(title=plain("x" * 100), style="danger"))),
    "select": actions(select(options=[option(str(n)) for n in range(100)])),
    "option": actions(select(options=[{"text": plain("x" * 75), "value": "x" * 150}])),
    "initial": actions(select(initial_option=option())),
    "groups": actions(
        {
            "type": "static_select",
            "action_id": "a",
            "option_groups": [{"label": plain(), "options": [option()]}],
        }
    ),
    "external": actions({"type": "external_select", "action_id": "a", "min_query_length": 0}),
    "users": actions({"type": "users_select", "action_id": "a"}),
    "overflow": section(accessory={"type": "overflow", "action_id": "a", "options": [option()]}),
    "radio": actions({"type": "radio_buttons", "action_id": "a", "options": [option()]}),
    "described": actions(select(options=[option(description=plain())])),
    "input": field({**TEXT_INPUT, "multiline": True, "max_length": 3000}, hint=plain()),
    "number": field(NUMBER),
    "date": field({"type": "datepicker", "action_id": "a"}),
    "image": {**IMAGE, "title": plain()},
    "slack file": {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "x"},
    "divider": {"type": "divider"},
    "markdown": {"type": "markdown", "text": "# x"},
    "table": table(100, 20),
    "rich text": RICH,
}


@pytest.mark.parametrize("block", GOOD.values(), ids=GOOD)
def test_what_is_within_the_limits(block: dict[str, Any]) -> None:
    assert blocks([block], "message", ()) == []


LONG_ID = "x" * 256
BAD = {
    "text": (section("x" * 3001), "less than 3001", "/blocks/0/text/text"),
    "no text": (section(""), "more than 0", "/blocks/0/text/text"),
    "neither": ({"type": "section"}, "either `text` or `fields`", "/blocks/0"),
    "field": ({"type": "section", "fields": [mrkdwn("x" * 2001)]}, "less than 2001", "/fields/0"),
    "fields": ({"type": "section", "fields": [mrkdwn()] * 11}, "no more than 10", "/fields"),
    "header": ({"type": "header", "text": plain("x" * 151)}, "less than 151", "/0/text/text"),
    "emoji": ({"type": "header", "text": plain("😀" * 76)}, "less than 151", "/0/text/text"),
    "mrkdwn header": ({"type": "header", "text": mrkdwn()}, "unsupported type", "/text/type"),
    "actions": (actions(*(button(action_id=str(n)) for n in range(26))), "than 25", "/elements"),
    "no actions": (actions(), "no fewer than 1", "/elements"),
    "same action_id": (actions(button(), button()), "action_id already exists", "/elements"),
    "context": (context(*[mrkdwn()] * 11), "no more than 10", "/elements"),
    "button in context": (context(button()), "unsupported type", "/elements/0/type"),
    "label": (actions(button(text=plain("x" * 76))), "less than 76", "/text/text"),
    "mrkdwn label": (actions(button(text=mrkdwn())), "unsupported type: mrkdwn", "/text/type"),
    "value": (actions(button(value="x" * 2001)), "less than 2001", "/value"),
    "url": (actions(button(url="x" * 3001)), "less than 3001", "/url"),
    "style": (actions(button(style="red")), "primary or danger", "/style"),
    "action_id": (actions(button(action_id=LONG_ID)), "less than 256", "/action_id"),
    "block_id": (section(block_id=LONG_ID), "less than 256", "/block_id"),
    "options": (actions(select(options=[option()] * 101)), "no more than 100", "/options"),
    "no options": (actions(select(options=[])), "no fewer than 1", "/options"),
    "same value": (actions(select(options=[option()] * 2)), "value already exists", "/options"),
    "option text": (
        actions(select(options=[{"text": plain("x" * 76), "value": "v"}])),
        "less than 76",
        "/options/0/text/text",
    ),
    "option value": (actions(select(options=[option("x" * 151)])), "less than 151", "/value"),
    "option mrkdwn": (
        actions(select(options=[{"text": mrkdwn(), "value": "v"}])),
        "unsupported type",
        "/options/0/text/type",
    ),
    "unknown initial": (
        actions(select(initial_option=option("w"))),
        "must match exactly one",
        "/initial_option",
    ),
    "placeholder": (actions(select(placeholder=plain("x" * 151))), "less than 151", "/text"),
    "overflow": (
        actions({"type": "overflow", "action_id": "a", "options": [option()] * 6}),
        "no more than 5",
        "/options",
    ),
    "radio": (
        actions({"type": "radio_buttons", "action_id": "a", "options": [option()] * 11}),
        "no more than 10",
        "/options",
    ),
    "confirm": (actions(button(confirm=confirm(deny=plain("x" * 31)))), "than 31", "/deny/text"),
    "no alt_text": ({"type": "image", "image_url": "x"}, "missing required", "/blocks/0"),
    "two images": ({**IMAGE, "slack_file": {"id": "F"}}, "either `image_url`", "/blocks/0"),
    "input label": (field(TEXT_INPUT, label=plain("x" * 2001)), "less than 2001", "/label"),
    "input of a button": (field(button()), "unsupported type", "/element/type"),
    "max_length": (field({**TEXT_INPUT, "max_length": 3001}), "from 1 to 3000", "/max_length"),
    "number": (field({**NUMBER, "initial_value": "11"}), "from min", "_value"),
    "rows": (table(101, 1), "no more than 100", "/rows"),
    "columns": (table(1, 21), "no more than 20", "/rows/0"),
    "table text": (table(100, 20, "x" * 6), "10000 characters", "/rows"),
    "markdown": ({"type": "markdown", "text": "x" * 12_001}, "less than 12001", "/text"),
    "unknown block": ({"type": "paragraph"}, "unsupported type: paragraph", "/type"),
    "unknown key": (section(colour="red"), "invalid additional property: colour", "/blocks/0"),
    "emoji in mrkdwn": (
        {"type": "section", "text": mrkdwn(emoji=True)},
        "additional property: emoji",
        "/text",
    ),
    "verbatim in plain": (
        {"type": "section", "text": {**plain(), "verbatim": True}},
        "additional property: verbatim",
        "/text",
    ),
    "no block": ("x", "must be an object", "/blocks/0"),
}


@pytest.mark.parametrize(("block", "said", "where"), BAD.values(), ids=BAD)
def test_what_is_beyond_the_limits(block: Any, said: str, where: str) -> None:
    found = blocks([block], "message", ())
    assert any(said in one.told and where in one.told for one in found), found
    assert any(one.is_refused for one in found)


@pytest.mark.parametrize(
    ("things", "surface", "said"),
    [
        ([section()] * 51, "message", "no more than 50"),
        ([section()] * 101, "home", "no more than 100"),
        ([section(block_id="a"), section(block_id="a")], "message", "block_id already exists"),
        ([table(1, 1), table(1, 1)], "message", "only one table"),
        ([table(1, 1)], "modal", "unsupported type: table"),
        ([], "modal", "no fewer than 1"),
        ("[]", "message", "must be an array"),
    ],
)
def test_what_blocks_may_not_be_together(things: Any, surface: Any, said: str) -> None:
    assert any(said in one.told for one in blocks(things, surface, ()))


MODAL = {"type": "modal", "title": plain("x" * 24), "blocks": [section()]}
FORM = {**MODAL, "submit": plain(), "blocks": [field(TEXT_INPUT)]}


@pytest.mark.parametrize(
    "good",
    [
        MODAL,
        FORM,
        {**FORM, "close": plain(), "private_metadata": "x" * 3000, "callback_id": "x" * 255},
        {**FORM, "notify_on_close": True, "clear_on_close": True, "external_id": "x"},
        {"type": "home", "blocks": [section()] * 100},
    ],
)
def test_good_views(good: dict[str, Any]) -> None:
    assert view(good, ()) == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"title": plain("x" * 25)}, "less than 25"),
        ({"title": mrkdwn()}, "unsupported type: mrkdwn"),
        ({"submit": plain("x" * 25)}, "less than 25"),
        ({"close": plain("x" * 25)}, "less than 25"),
        ({"private_metadata": "x" * 3001}, "less than 3001"),
        ({"callback_id": "x" * 256}, "less than 256"),
        ({"blocks": [field(TEXT_INPUT)]}, "`submit` is required"),
        ({"blocks": [section()] * 101}, "no more than 100"),
        ({"colour": "red"}, "additional property: colour"),
        ({"type": "sheet"}, "unsupported type: sheet"),
        ({"type": "home"}, "additional property: title"),
    ],
)
def test_bad_views(more: dict[str, Any], said: str) -> None:
    assert any(said in one.told for one in view({**MODAL, **more}, ()) if one.is_refused)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<!channel> hi", "'<!channel>' acts"),
        ("<!here|here>", "acts"),
        ("<!everyone>", "acts"),
        ("<@U0000000001>", "acts"),
        ("<#C0000000001>", "acts"),
        ("<!subteam^S1>", "acts"),
        ("<!date^1|{date}|x>", "acts"),
        ("<https://example.com|here>", "acts"),
        ("<mailto:a@example.com>", "acts"),
        ("a & b", "unescaped &"),
        ("a &nbsp; b", "unescaped &"),
        ("a < b", "unescaped < or >"),
        ("a > b", "unescaped < or >"),
        ("I <3 you > me", "unescaped < or >"),
        ("@channel look", "'@channel' acts, since verbatim is not true"),
        ("see https://example.com/x", "since verbatim is not true"),
    ],
)
def test_texts_that_act_or_are_not_escaped(text: str, said: str) -> None:
    found = [one for one in blocks([section(text)], "message", ()) if not one.is_refused]
    assert any(said in one.message for one in found), found
    if "acts" in said:
        assert blocks([section(text)], "message", ("<",)) == []
    assert blocks([{"type": "section", "text": plain(text)}], "message", ()) == []


@pytest.mark.parametrize(
    "text",
    ["a &amp; b &lt; c", "> a quotation", "&amp;lt;", "*bold* `code`", "mail@channel.com", "@mina"],
)
def test_texts_that_do_not(text: str) -> None:
    assert blocks([section(text)], "message", ()) == []


def test_a_header_is_one_line() -> None:
    (problem,) = blocks([{"type": "header", "text": plain("a\nb")}], "message", ())
    assert "several lines" in problem.message and not problem.is_refused


def test_verbatim_keeps_bare_links_quiet() -> None:
    text = "@here https://example.com"
    quiet = {"type": "section", "text": mrkdwn(text, verbatim=True)}
    assert blocks([quiet], "message", ()) == []


def test_what_may_be_mentioned_can_be_said() -> None:
    allowed = ("<!date^", "<https://huggingface.co/")
    text = "<!date^1|{date}|x> <https://huggingface.co/a|a>"
    assert blocks([section(text)], "message", allowed) == []
    assert len(blocks([section(text + " <!here>")], "message", allowed)) == 1


def test_rich_text_does_not_mention() -> None:
    rich = copy.deepcopy(RICH)
    rich["elements"][0]["elements"].append({"type": "broadcast", "range": "here"})
    assert "mentions a broadcast" in str(blocks([rich], "message", ())[0])
    assert blocks([rich], "message", ("<",)) == []


@pytest.mark.parametrize(
    ("body", "said", "error"),
    [
        ({"blocks": [section()]}, "missing: it is what notifications", None),
        ({"text": " ", "blocks": [section()]}, "missing: it is", None),
        ({"text": "x" * 4001}, "4000 characters", None),
        ({"text": "x" * 40_001}, "too long", "msg_too_long"),
        ({"text": "x", "blocks": "[{"}, "no JSON", "invalid_blocks_format"),
        ({"text": "x", "blocks": [section("x" * 2500)] * 5}, "12000", "msg_blocks_too_long"),
        ({"text": "x", "parse": "full"}, "makes names in users' texts act", None),
        ({"text": "x", "link_names": True}, "makes names in users' texts act", None),
        ({"text": "x", "attachments": [{"text": "<!here>"}]}, "acts", None),
    ],
)
def test_messages(body: dict[str, Any], said: str, error: str | None) -> None:
    found = message(body, (), 12_000)
    assert any(said in one.told and one.error == error for one in found), found


async def test_slack_says_what_is_wrong_and_where() -> None:
    async with LoopbackSlack() as slack:
        slack.allow_violations = True
        client, channel = app_of(slack).client, slack.add_channel("general")
        long = [section("x" * 3001)]
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=channel.id, text="x", blocks=long)
        said = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
        answer = caught.value.response
        assert (answer["error"], answer["errors"]) == ("invalid_blocks", [said])
        assert answer["response_metadata"]["messages"] == [f"[ERROR] {said}"]
        assert slack.violations == [f"chat.postMessage: {said}"]
        assert channel.messages == []
        many = [section("x" * 2500)] * 5
        with pytest.raises(SlackApiError, match="msg_blocks_too_long"):
            await client.chat_postMessage(channel=channel.id, text="x", blocks=many)


async def test_violations_are_errors_at_the_end() -> None:
    with pytest.raises(AssertionError, match=r"broke Slack's rules:\nchat.postMessage: .*<!here>"):
        async with LoopbackSlack() as slack:
            channel = slack.add_channel("general")
            await app_of(slack).client.chat_postMessage(channel=channel.id, text="<!here>")


async def test_nothing_is_checked_without_validation() -> None:
    async with LoopbackSlack(validate=False) as slack:
        channel = slack.add_channel("general")
        blocks_ = [section("x" * 3001)]
        client = app_of(slack).client
        await client.chat_postMessage(channel=channel.id, text="<!here>", blocks=blocks_)
    assert len(channel.messages) == 1
