"""Somebody at a real browser, of which everything is noted that should not happen."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page, Request, Response

_NAMES = ("chromium", "chromium-browser", "google-chrome")


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start the browser of the system; a test that needs it is skipped where there is none."""
    api = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("Chromium is not installed")
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with api.async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=as_root)
        try:
            yield browser
        finally:
            await browser.close()


class Person:
    """One browser profile of one person."""

    def __init__(self, context: BrowserContext, page: Page, url: str) -> None:
        self.context = context
        self.page = page
        self.troubles: list[str] = []
        """Errors of scripts, breaches of the content policy, and what went elsewhere."""
        self._url = url
        context.on("request", self._asked)
        context.on("response", self._answered)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.troubles.append(str(error.error)))

    async def open(self, path: str) -> Page:
        """Load a page of ours."""
        await self.page.goto(f"{self._url}{path}")
        return self.page

    async def sign_in(self, link: str) -> None:
        """Open a link of `/web`, and press its button."""
        await self.page.goto(link)
        await self.page.locator("main button").click()
        await self.page.wait_for_url(f"{self._url}/web")

    async def settled(self) -> None:
        """Wait until all answers on the page are there."""
        await self.page.locator("[data-done=yes]").first.wait_for()
        await self.page.locator("[data-done=no]").wait_for(state="detached")

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self._url).netloc:
            self.troubles.append(f"asked {request.url}")

    def _answered(self, response: Response) -> None:
        """A page may say no; what a page is made of has to be there."""
        is_part = response.request.resource_type in ("stylesheet", "script", "image", "font")
        if is_part and response.status >= 400:
            self.troubles.append(f"{response.status} {response.url}")

    def _said(self, message: Any) -> None:
        is_loading = message.text.startswith("Failed to load resource")
        if message.type in ("error", "warning") and not is_loading:
            self.troubles.append(message.text)
