"""Deliveries as signed posts to the app's address."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import aiohttp

from tests.servers.slack_server.deliveries.delivery import Delivery
from tests.servers.slack_server.deliveries.postman import Postman
from tests.servers.slack_server.kinds import COMMAND, EVENT, Json

FORM = "application/x-www-form-urlencoded"


class HttpDelivery:
    """Posts to one address."""

    waits = False

    def __init__(self, url: str, signing_secret: str, postman: Postman) -> None:
        self.url = url
        self.forge_signature = False
        """Whether the last digit of every signature is another one."""
        self.shift_s = 0.0
        """How far the timestamps are from the present; signatures are right for them."""
        self.statuses: list[int] = []
        """What the app has answered."""
        self._secret = signing_secret
        self._postman = postman
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, delivery: Delivery, attempt: int, reason: str | None) -> bool:
        """Post something, beside whatever else is going on."""
        task = asyncio.create_task(self._deliver(delivery, attempt, reason))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def challenge(self) -> bool:
        """Verify the address, as Slack does when one is set."""
        asked = {"type": "url_verification", "challenge": "loopback", "token": "x"}
        _, answer = await self._post("application/json", json.dumps(asked), {})
        return answer in ({"challenge": "loopback"}, {"text": "loopback"})

    async def close(self) -> None:
        """Stop."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def _deliver(self, delivery: Delivery, attempt: int, reason: str | None) -> None:
        kind, body = _body(delivery)
        again = {}
        if reason is not None:
            name = {"timeout": "http_timeout"}.get(reason, reason)
            again = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": name}
        try:
            status, answer = await self._post(kind, body, again)
        except aiohttp.ClientError:
            self._postman.failed(delivery, attempt, "dispatch_failed", "connection_failed")
            return
        if status == 200:
            self._postman.acknowledge(delivery.envelope_id, answer)
        else:
            self._postman.failed(delivery, attempt, "http_service_error", "http_error")

    async def _post(self, kind: str, body: str, more: dict[str, str]) -> tuple[int, Json | None]:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        headers = {"Content-Type": kind, **self._signature(body), **more}
        async with self._session.post(self.url, data=body.encode(), headers=headers) as response:
            self.statuses.append(response.status)
            text = await response.text()
            is_json = response.content_type == "application/json"
            return response.status, _answer(text, is_json=is_json)

    def _signature(self, body: str) -> dict[str, str]:
        timestamp = str(int(time.time() + self.shift_s))
        signed = f"v0:{timestamp}:{body}".encode()
        digest = hmac.new(self._secret.encode(), signed, hashlib.sha256).hexdigest()
        if self.forge_signature:
            digest = digest[:-1] + ("0" if digest[-1] != "0" else "1")
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


def _body(delivery: Delivery) -> tuple[str, str]:
    if delivery.kind == EVENT:
        return "application/json", json.dumps(delivery.payload)
    if delivery.kind == COMMAND:
        return FORM, urlencode(delivery.payload)
    return FORM, urlencode({"payload": json.dumps(delivery.payload)})


def _answer(text: str, *, is_json: bool) -> Json | None:
    if not text:
        return None
    if not is_json:
        return {"text": text}
    found = json.loads(text)
    return found if isinstance(found, dict) and found else None
