"""A page that does nothing, of so many bytes: `python -m benchmarks.web.plain PORT SIZE`."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientError, ClientSession, web


@asynccontextmanager
async def plain_page(port: int, size: int) -> AsyncIterator[int]:
    """Serve it in a process of its own, whose number is given."""
    command = (sys.executable, "-m", "benchmarks.web.plain", str(port), str(size))
    process = await asyncio.create_subprocess_exec(*command)
    try:
        await _listens(f"http://127.0.0.1:{port}/")
        yield process.pid
    finally:
        process.terminate()
        await process.wait()


async def _listens(url: str) -> None:
    async with asyncio.timeout(30), ClientSession() as session:
        while True:
            try:
                async with session.post(url):
                    return
            except ClientError:
                await asyncio.sleep(0.1)


def _serve(port: int, size: int) -> None:
    async def give(request: web.Request) -> web.Response:
        await request.post()
        return web.Response(text="x" * size, content_type="text/html")

    app = web.Application()
    app.router.add_post("/", give)
    web.run_app(app, host="127.0.0.1", port=port, print=None)


if __name__ == "__main__":
    _serve(*map(int, sys.argv[1:]))
