"""Rows of the viewer, whose body is measured as it comes."""

import asyncio
from pathlib import Path
from threading import Event

import pytest

from models.hub.data.viewer import rows, splits
from models.hub.download import GivenUp
from models.hub.listing import Wanted
from tests.models.hub.test_patience import dripping

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"


def wanted(url: str) -> Wanted:
    return Wanted("org/rows", "org/rows", "", Path(), url.rstrip("/"), None, 0, "dataset")


async def test_who_drips_rows_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.hub.download.LOOKED_AT_EVERY_S", 0.3)
    async with dripping(HEAD, b"{") as url:
        place = ("default", "train")
        assert await asyncio.to_thread(rows, wanted(url), place, 0, 10, Event()) is None
        assert await asyncio.to_thread(splits, wanted(url), Event()) == []


async def test_rows_that_nobody_waits_for_stop_coming() -> None:
    stop = Event()
    async with dripping(HEAD, b"{") as url:
        coming = asyncio.create_task(asyncio.to_thread(splits, wanted(url), stop))
        stop.set()
        with pytest.raises(GivenUp):
            await coming
