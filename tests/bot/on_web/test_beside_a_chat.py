"""At a terminal, `/web` leads to pages that the chat itself serves."""

import asyncio
import re

from tests.bot.on_web.conftest import asked
from tests.parity.doors.json_chat import JsonChat
from tests.servers.browser import Browser
from tests.servers.ports import free_port


async def test_whoever_chats_at_a_terminal_is_its_admin_in_the_browser(tmp_path, monkeypatch):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    monkeypatch.setenv("TOKKI_WEB_URL", url)
    monkeypatch.setenv("TOKKI_HTTP_PORT", str(port))
    with JsonChat(tmp_path) as chat:
        said = (await asyncio.to_thread(chat.say, "/web"))["text"]
        (link,) = re.findall(r"http://\S+/web/in/[0-9a-f]{64}", said)
        async with Browser(url) as browser:
            assert "local · admin" in (await browser.sign_in(link)).html
            assert "sentiment@0" in (await asked(browser, "models")).text
            for _ in range(40):  # nobody has to be slowed down in a place of their own
                shown = await browser.get("/web/ask/help")
            assert shown.status == 200
