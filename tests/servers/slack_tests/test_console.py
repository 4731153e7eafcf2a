"""The standing server, and the person at its keyboard."""

import asyncio
import os
import signal
import sys
from typing import Any

from tests.servers.slack_server import LoopbackSlack
from tests.servers.slack_server.people.console import Console
from tests.servers.slack_tests.bot import app_of, plain, running
from tests.waiting import within


def bot(slack: LoopbackSlack) -> Any:
    app = app_of(slack)
    button = {"type": "button", "action_id": "ok", "text": plain("OK")}
    element = {"type": "plain_text_input", "action_id": "v"}
    field = {"type": "input", "block_id": "text", "label": plain("Text"), "element": element}
    form = {"type": "modal", "callback_id": "form", "title": plain("Form")}

    @app.command("/classify")
    async def classify(ack: Any, client: Any, command: dict[str, Any]) -> None:
        await ack()
        blocks = [{"type": "actions", "elements": [button]}]
        channel = command["channel_id"]
        await client.chat_postMessage(channel=channel, text=command["text"], blocks=blocks)

    @app.action("ok")
    async def press(ack: Any, client: Any, body: dict[str, Any]) -> None:
        await ack()
        view = {**form, "submit": plain("Go"), "blocks": [field]}
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("form")
    async def submitted(ack: Any, client: Any, body: dict[str, Any]) -> None:
        await ack()
        text = body["view"]["state"]["values"]["text"]["v"]["value"]
        await client.chat_postMessage(channel=body["user"]["id"], text=text)

    return app


async def test_a_person_at_the_keyboard() -> None:
    seen: asyncio.Queue[str] = asyncio.Queue()

    async def saw(wanted: str) -> None:
        async with within(wanted):
            while wanted not in (line := await seen.get()):
                assert not line.startswith("?"), line

    async with LoopbackSlack() as slack:
        console = Console(slack, seen.put_nowait)
        async with running(slack, bot(slack)):
            await console.take("/classify joy\n")
            await saw("[OK]")
            await console.take("!press OK")
            await saw("text: plain_text_input")
            await console.take("!dm")
            await console.take("!submit text=I love this")
            await saw("#directmessage tokki: I love this")
            await console.take("!press Nothing")
            assert "no control 'Nothing'" in await seen.get()
            await console.take("!what")
            await saw("!submit FIELD=VALUE")
            await console.take("!as joon ko-KR")
            await console.take("!in #random")
            await console.take("hello")
            await saw("#random joon: hello")


async def test_a_command_that_nobody_takes_is_told() -> None:
    seen: asyncio.Queue[str] = asyncio.Queue()
    async with LoopbackSlack() as slack:
        console = Console(slack, seen.put_nowait)
        await console.take("/nobody")
        assert await seen.get() == "/nobody failed with the error 'dispatch_failed'"


async def test_the_standing_server() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.servers.slack_server", "--port", "0"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": "."},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    first = await process.stdout.readline()
    assert first.startswith(b"SLACK_API_URL=http://127.0.0.1:")
    process.stdin.write(b"hello\n")
    async with within("what mina says"):
        while b"#general mina: hello" not in await process.stdout.readline():
            pass
    process.stdin.close()
    process.send_signal(signal.SIGINT)
    assert await process.wait() == 0
