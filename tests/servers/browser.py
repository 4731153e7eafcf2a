"""A browser without scripts: it loads pages, keeps cookies, and sends the forms that it finds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import aiohttp

_VOID = frozenset({"meta", "link", "input", "img", "br", "hr"})
_BLOCKS = frozenset({"p", "h1", "h2", "h3", "tr", "li", "div", "table", "pre", "figure", "article"})
_UNSEEN = frozenset({"form", "script", "style", "head", "noscript"})


@dataclass(eq=False)
class Element:
    """An element of a page."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    parts: list[Element | str] = field(default_factory=list)

    def all(self, tag: str, **wanted: str) -> list[Element]:
        """Every element of a kind in it, with some attributes."""
        return [
            one
            for one in self.walk()
            if one.tag == tag and all(one.attributes.get(k) == v for k, v in wanted.items())
        ]

    def one(self, tag: str, **wanted: str) -> Element:
        """The only such element."""
        (found,) = self.all(tag, **wanted)
        return found

    def walk(self) -> Iterator[Element]:
        yield self
        for part in self.parts:
            if isinstance(part, Element):
                yield from part.walk()

    @property
    def text(self) -> str:
        """What people read in it, a line a block; nothing of its forms."""
        lines = "".join(self._words()).split("\n")
        return "\n".join(line.strip() for line in lines if line.strip())

    def _words(self) -> Iterator[str]:
        for part in self.parts:
            if isinstance(part, str):
                yield part
            elif part.tag not in _UNSEEN and part.attributes.get("role") != "status":
                yield "\n" if part.tag in _BLOCKS else ""
                yield from part._words()
                yield " " if part.tag in ("td", "th") else ""
                yield "\n" if part.tag in _BLOCKS else ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("document")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].parts.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].parts.append(data)


@dataclass(frozen=True)
class Shown:
    """A page as it was loaded."""

    status: int
    url: str
    headers: Mapping[str, str]
    html: str

    @property
    def page(self) -> Element:
        reader = _Reader()
        reader.feed(self.html)
        reader.close()
        return reader.root

    @property
    def text(self) -> str:
        return self.page.text

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


class Browser:
    """One browser of one person."""

    def __init__(self, url: str, language: str = "en") -> None:
        self.url = url
        jar = aiohttp.CookieJar(unsafe=True)  # as for an address of digits
        self._headers = {"Accept-Language": language}
        self.session = aiohttp.ClientSession(cookie_jar=jar, headers=self._headers)

    async def get(self, path: str, **headers: str) -> Shown:
        """Load a page."""
        async with self.session.get(urljoin(self.url, path), headers=headers) as answer:
            return await _shown(answer)

    async def download(self, path: str) -> tuple[bytes, Mapping[str, str]]:
        """Load what is no page."""
        async with self.session.get(urljoin(self.url, path)) as answer:
            answer.raise_for_status()
            return await answer.read(), answer.headers

    async def post(
        self, path: str, values: Mapping[str, str] | aiohttp.FormData, **headers: str
    ) -> Shown:
        """Send a form, and load what comes of it."""
        headers = {"Origin": self.url, **headers}
        url = urljoin(self.url, path)
        async with self.session.post(url, data=values, headers=headers) as answer:
            return await _shown(answer)

    async def submit(
        self,
        form: Element,
        values: Mapping[str, str] | None = None,
        button: str | None = None,
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> Shown:
        """Fill in a form, and press its button of that value, or the only one."""
        sent = {**_defaults(form), **(values or {})}
        unknown = {*sent, *(files or {})} - {one.attributes.get("name") for one in form.walk()}
        assert not unknown, f"the form has no {unknown}"
        if button is not None:
            sent["control"] = form.one("button", value=button).attributes["value"]
        path = form.attributes["action"]
        if form.attributes.get("enctype") != "multipart/form-data":
            return await self.post(path, sent)
        data = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
        for name, value in sent.items():
            data.add_field(name, value)
        for name, (file, content) in (files or {}).items():
            data.add_field(name, content, filename=file, content_type="application/octet-stream")
        return await self.post(path, data)

    async def sign_in(self, link: str) -> Shown:
        """Open a link of `/web`, and press its button."""
        shown = await self.get(link)
        assert shown.status == 200, shown.text
        return await self.submit(shown.page.one("form"))

    async def settled(self, shown: Shown, at_most_s: float = 60) -> Shown:
        """Load a page again and again until all answers on it are there."""
        async with asyncio.timeout(at_most_s):
            while shown.page.all("article", **{"data-done": "no"}):
                await asyncio.sleep(0.1)
                shown = await self.get(shown.url)
        return shown

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.session.close()


async def _shown(answer: aiohttp.ClientResponse) -> Shown:
    return Shown(answer.status, str(answer.url), answer.headers, await answer.text())


def _defaults(form: Element) -> dict[str, str]:
    """What a form sends that nobody has touched."""
    values: dict[str, str] = {}
    for one in form.walk():
        name = one.attributes.get("name")
        if name is None or one.attributes.get("type") == "file":
            continue
        if one.tag == "input":
            values[name] = one.attributes.get("value", "")
        elif one.tag == "textarea":
            values[name] = "".join(map(str, one.parts)).removeprefix("\n")
        elif one.tag == "select":
            chosen = [o for o in one.all("option") if "selected" in o.attributes] or one.all(
                "option"
            )
            values[name] = chosen[0].attributes["value"]
    return values
