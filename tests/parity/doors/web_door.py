"""The pages: a browser without scripts before the real `tokki run`, let in by `/web` on Discord."""

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import ClientError

from tests.parity.doors.door import Control, VisibleAnswer
from tests.parity.doors.process import LONG_S, LoopThread, TokkiRun
from tests.servers.browser import Browser, Element, Shown
from tests.servers.discord_server import LoopbackDiscord
from tests.servers.ports import free_port
from tests.waiting import PATIENCE_S, until

_MANAGE_GUILD = 1 << 5
_LINK = re.compile(r"http://\S+/web/in/[0-9a-f]{64}")


class WebDoor:
    """A server's admin in a browser; each answer is an article of a page."""

    def __init__(self, data_dir: Path) -> None:
        self._port = free_port()
        self.loop = LoopThread()
        self.discord = LoopbackDiscord()
        self.loop.do(self.discord.__aenter__())
        self.guild = self.discord.add_guild("Lab")
        self.channel = self.guild.add_channel("general")
        admins = self.guild.add_role("admins", _MANAGE_GUILD)
        self.boss = self.discord.add_person("boss")
        self.guild.join(self.boss, permissions=_MANAGE_GUILD, roles=[admins])
        self._data_dir = data_dir
        self._begun = ""
        self._said: list[str] = []
        self._tokki = self._start()
        self._browsers: list[Browser] = []
        self.browser = self.signed_in(self.boss)

    def signed_in(self, person: object) -> Browser:
        """Let somebody type `/web`, and open the link in a browser of their own."""
        browser = self.loop.do(self._signed_in(person))
        self._browsers.append(browser)
        return browser

    def ask(self, command: str, **options: str | int) -> VisibleAnswer:
        return self._answered(self._sent(command, options))

    def begin(self, command: str, **options: str | int) -> None:
        self._follow(self._sent(command, options))

    def give(self, command: str, name: str, content: bytes) -> VisibleAnswer:
        """Give a file; what takes long tells so with a control that ends it."""
        shown = self._sent(command, {}, {"file": (name, content)})
        self._follow(shown)
        return self._when(shown, lambda one: _is_done(one) or bool(_seen(shown, one).controls))

    def begin_push(self, seen: VisibleAnswer, control: Control) -> None:
        self._follow(self._pressed(seen, control.id), seen.text)

    def finish(self, says: str) -> VisibleAnswer:
        return self.loop.do(self._finish(says), LONG_S)

    def file(self, seen: VisibleAnswer) -> bytes:
        async def find() -> Element | None:
            shown = await self.browser.get(self._begun)
            links = shown.page.one("article").all("a")
            return links[0] if links else None

        async def load() -> bytes:
            link = await until(find, "a file")
            assert link
            return (await self.browser.download(link.attributes["href"]))[0]

        return self.loop.do(load())

    def progress(self) -> str:
        return "\n".join(self._said)

    def push(self, seen: VisibleAnswer, control: Control) -> VisibleAnswer:
        return self._answered(self._pressed(seen, control.id))

    def choose(self, seen: VisibleAnswer, option: str) -> VisibleAnswer:
        _, article = _handle(seen)
        form = next(one for one in article.all("form") if one.all("select"))
        return self._answered(self.loop.do(self.browser.submit(form, {"value": option})))

    def pictured(self, seen: VisibleAnswer) -> str:
        _, article = _handle(seen)
        pictures = article.all("img")
        for one in pictures:
            body, headers = self.loop.do(self.browser.download(one.attributes["src"]))
            assert body.startswith(b"\x89PNG") and headers["Content-Type"] == "image/png"
        return "\n".join(one.attributes["alt"] for one in pictures)

    def restart(self) -> None:
        self._tokki.stop()
        self._begin_anew()

    def end(self) -> None:
        self._tokki.kill()
        self._begin_anew()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._tokki.kill()
        try:
            for browser in self._browsers:
                self.loop.do(browser.session.close())
            self.loop.do(self.discord.__aexit__(kind, error, trace))
        finally:
            self.loop.close()

    def _begin_anew(self) -> None:
        self.loop.do(self.discord.cut())
        self._tokki = self._start()
        self.loop.do(until(self._lets_in, "the pages are there again"))

    def _start(self) -> TokkiRun:
        settings = {
            **self.discord.settings,
            "TOKKI_HTTP_PORT": str(self._port),
            "TOKKI_WEB_URL": f"http://127.0.0.1:{self._port}",
        }
        tokki = TokkiRun(self._data_dir, settings)
        self.loop.do(self.discord.ready())
        return tokki

    async def _lets_in(self) -> bool:
        try:
            return (await self.browser.get("/web/ask")).status == 200
        except ClientError:
            return False

    async def _signed_in(self, person: object) -> Browser:
        asked = await person.slash(self.channel, "web")
        answer = await asked.answered()
        assert answer.is_ephemeral
        assert "share" not in [one["custom_id"] for one in answer.controls]  # it lets anybody in
        found = _LINK.search(answer.text.replace("\\", ""))
        assert found, answer.text
        browser = Browser(f"http://127.0.0.1:{self._port}")
        home = await browser.sign_in(found[0])
        assert home.path == "/web", home.text
        return browser

    def _sent(
        self,
        command: str,
        options: Mapping[str, str | int],
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> Shown:
        return self.loop.do(self._fill_in(command, options, files))

    async def _fill_in(
        self,
        command: str,
        options: Mapping[str, str | int],
        files: Mapping[str, tuple[str, bytes]] | None,
    ) -> Shown:
        shown = await self.browser.get(f"/web/ask/{command.replace(' ', '/')}")
        (form,) = shown.page.one("main").all("form")
        values = {name: str(value) for name, value in options.items()}
        return await self.browser.submit(form, values, files=files)

    def _pressed(self, seen: VisibleAnswer, control: str) -> Shown:
        _, article = _handle(seen)
        form = next(one for one in article.all("form") if one.all("button", value=control))
        return self.loop.do(self.browser.submit(form, button=control))

    def _follow(self, shown: Shown, before: str = "") -> None:
        """Wait until something new is said of it, and go on from there."""
        self._begun, self._said = shown.url, []
        self._when(shown, lambda one: _is_done(one) or one.text not in ("", before))

    def _answered(self, shown: Shown) -> VisibleAnswer:
        return self._when(shown, _is_done)

    def _when(self, shown: Shown, fits: Callable[[Element], bool]) -> VisibleAnswer:
        return self.loop.do(self._wait(shown, fits))

    async def _wait(self, shown: Shown, fits: Callable[[Element], bool]) -> VisibleAnswer:
        end = time.monotonic() + PATIENCE_S
        while not fits(article := _article(shown)):
            assert time.monotonic() < end, shown.text
            await asyncio.sleep(0.05)
            shown = await self.browser.get(shown.url)
        return _seen(shown, article)

    async def _finish(self, says: str) -> VisibleAnswer:
        async def find() -> VisibleAnswer | None:
            shown = await self.browser.get(self._begun)
            seen = _seen(shown, _article(shown))
            if not self._said or self._said[-1] != seen.text:
                self._said.append(seen.text)
            return seen if says in seen.text else None

        found = await until(find, says, lambda: self._said[-3:], LONG_S)
        assert found
        return found


def _article(shown: Shown) -> Element:
    """The answer that a page was opened for, or what is wrong with what was filled in."""
    articles = shown.page.all("article")
    if not articles:
        return Element("article", {"data-done": "yes"}, [shown.page.one("main")])
    opened = re.search(r"[?&]at=(\w+)", shown.url)
    wanted = f"answer-{opened[1]}" if opened else articles[0].attributes["id"]
    return next(one for one in articles if one.attributes["id"] == wanted)


def _is_done(article: Element) -> bool:
    return article.attributes["data-done"] == "yes"


def _seen(shown: Shown, article: Element) -> VisibleAnswer:
    return VisibleAnswer(article.text, (*_controls(article),), (shown, article))


def _controls(article: Element) -> list[Control]:
    found = [
        Control(one.attributes["value"], one.text) for one in article.all("button", name="control")
    ]
    for form in article.all("form"):
        for select in form.all("select"):
            control = form.one("input", name="control").attributes["value"]
            values = (one.attributes["value"] for one in select.all("option"))
            options = tuple(value for value in values if value)
            found.append(Control(control, form.one("label").text, options))
    return found


def _handle(seen: VisibleAnswer) -> tuple[Shown, Element]:
    assert isinstance(seen.handle, tuple)
    shown, article = seen.handle
    return shown, article
