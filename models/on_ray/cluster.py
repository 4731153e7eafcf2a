"""The cluster as a bot has it: looked for with patience, lost at any time, and found again.

Whatever is asked of it may be asked again, as an answer changes nothing. So a call whose replica,
proxy or node dies goes to another one for a while, and comes back as `Away` after that.
"""

import asyncio
import logging
import random
import shlex
import threading
import uuid
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import replace

import httpx2
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_after_delay,
    stop_all,
    stop_any,
    stop_when_event_set,
    wait_random_exponential,
)
from tenacity.nap import sleep_using_event

from models.errors import Busy
from models.on_ray.dashboard import Dashboard, NotThere, Serving
from models.on_ray.deployment import Deployment
from models.on_ray.wire import CONTENT_TYPE, Answered, Asked, Unreadable, decode, encode
from models.reasons import Reason
from models.reports import ClusterState
from models.serving.elsewhere import Away

_RUNNING = "RUNNING"
_ALIVE = frozenset({_RUNNING, "DEPLOYING"})
_ENDED = frozenset({"SUCCEEDED", "FAILED", "STOPPED"})
_LOOK_S = 5.0
_LONGEST_DEPLOY_S = 300.0
_LONGEST_PAUSE_S = 60.0
"""Between two looks for a cluster that is not there."""
PATIENCE_S = 20.0
"""A new replica takes some seconds."""
_LONGEST_CALL_S = 60.0
_CONNECT_S = 3.0
_CALLS = 64
_MODEL_HEADER = "serve_multiplexed_model_id"
_FULL = 503

log = logging.getLogger(__name__)


class _Lost(Exception):
    """A call came to nothing, by no fault of what was asked."""


class _Full(_Lost):
    """Nobody there takes more."""


class Cluster:
    """Belongs to one event loop, but for `ask`."""

    def __init__(
        self, dashboard: Dashboard, deployment: Deployment, patience_s: float = PATIENCE_S
    ) -> None:
        """Begin nothing yet; a call is tried again for as long as `patience_s`."""
        self.patience_s = patience_s
        self.dashboard = dashboard
        self.deployment = deployment
        self._client = httpx2.AsyncClient(
            timeout=httpx2.Timeout(_LONGEST_CALL_S, connect=_CONNECT_S),
            limits=httpx2.Limits(max_connections=_CALLS),
            trust_env=False,
        )
        self._urls: tuple[str, ...] = ()
        self._replicas = 0
        self.times_found = 0
        """What could not be had of it may be had the next time."""
        self._reason: str = Reason.RAY_STARTING
        self._lost = asyncio.Event()
        self._closing = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._calls: dict[Future[httpx2.Response], str] = {}
        """Those under way, each with where it goes."""

    @property
    def is_here(self) -> bool:
        """Whether it answers, as far as is known."""
        return bool(self._urls)

    @property
    def state(self) -> ClusterState:
        """Tell how it fares."""
        return ClusterState(self.is_here, self._replicas, "" if self.is_here else self._reason)

    async def watch(self, when_here: Callable[[], Awaitable[None]]) -> None:
        """Look for it, and again whenever it is lost, until this is cancelled.

        `when_here` is called when it is found, and now and then while it is here.
        """
        self._loop = asyncio.get_running_loop()
        while True:
            await self._find()
            log.info("Ray answers: %s", ", ".join(self._urls))
            await self._until_lost(when_here)
            log.warning("Ray answers no more: %s", self._reason)

    def ask(self, asked: Asked) -> Answered:
        """Have questions answered; waits, and is for threads, any of them.

        Raises:
            Away: nobody there can, for now.
        """
        # Whoever asked a machine that then said nothing for long asks another, too.
        tried_enough = stop_all(stop_after_delay(self.patience_s), stop_after_attempt(2))
        retrying = Retrying(
            retry=retry_if_exception_type(_Lost),
            wait=wait_random_exponential(multiplier=0.2, max=3),
            stop=stop_any(tried_enough, stop_when_event_set(self._closing)),
            sleep=sleep_using_event(self._closing),
            reraise=True,
        )
        try:
            answered = retrying(self._once, asked)
        except _Full:
            busy = Busy(name=f"{asked.model.name}@{asked.model.version}", seconds=1)
            return Answered((busy,) * len(asked.questions))
        except _Lost as lost:
            log.warning("A call to Ray came to nothing: %s", lost)
            if self._loop:
                with suppress(RuntimeError):  # the loop is closed
                    self._loop.call_soon_threadsafe(self._lose, str(Reason.RAY_UNREACHABLE))
            raise Away from lost
        if answered.refusal:
            log.warning("Ray cannot have %s: %s", asked.model.name, answered.refusal)
            raise Away
        return answered

    async def close(self) -> None:
        """Let nobody wait any more."""
        self._closing.set()
        self._give_up(self._calls.values())
        self._urls = ()
        await self._client.aclose()
        self.dashboard.close()

    def _once(self, asked: Asked) -> Answered:
        urls, loop = self._urls, self._loop
        if not urls or not loop:
            raise Away
        url = random.choice(urls)  # noqa: S311 - to share the load
        call = asyncio.run_coroutine_threadsafe(self._post(url, asked), loop)
        self._calls[call] = url
        try:
            response = call.result()
            if response.status_code == _FULL:
                raise _Full(response.text)
            if response.headers.get("content-type") != CONTENT_TYPE:
                raise _Lost(f"{response.status_code} {response.text[:200]}")
            return decode(response.content, Answered)
        except CancelledError:
            raise _Lost("whom it went to is gone") from None
        except (httpx2.TransportError, Unreadable) as error:
            raise _Lost(f"{type(error).__name__}: {error}") from error
        finally:
            self._calls.pop(call, None)

    async def _post(self, url: str, asked: Asked) -> httpx2.Response:
        headers = {"content-type": CONTENT_TYPE, _MODEL_HEADER: asked.model.id}
        return await self._client.post(url, content=encode(asked), headers=headers)

    async def _find(self) -> None:
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(NotThere),
            wait=wait_random_exponential(multiplier=2, max=_LONGEST_PAUSE_S),
            before_sleep=self._note,
        )
        serving: Serving = await retrying(self._deployed)
        self._lost.clear()
        self.times_found += 1
        self._take(serving)

    def _note(self, state: RetryCallState) -> None:
        failure = state.outcome.exception() if state.outcome else None
        if str(failure) != self._reason:
            log.warning("Ray does not answer: %s", failure)
        self._reason = str(failure)

    async def _deployed(self) -> Serving:
        await asyncio.to_thread(self.dashboard.require_known_ray)
        serving = await self._serving()
        if serving.status != _RUNNING:
            await self._deploy()
            serving = await self._serving()
        if serving.status != _RUNNING or not serving.urls:
            raise NotThere(Reason.RAY_NOT_READY.of(serving.status or "-"))
        return await self._tried_out(serving)

    async def _serving(self) -> Serving:
        return await asyncio.to_thread(self.dashboard.serving, self.deployment.name)

    async def _deploy(self) -> None:
        """Let the cluster do it: it runs our own module, by its name, as installed there."""
        job = f"tokki-deploy-{uuid.uuid4().hex[:8]}"
        command = f"python -m models.on_ray.deploy {shlex.quote(self.deployment.as_word())}"
        await asyncio.to_thread(self.dashboard.submit, job, command, 0)
        try:
            async with asyncio.timeout(_LONGEST_DEPLOY_S):
                status = await self._ended(job)
        except TimeoutError:
            raise NotThere(Reason.RAY_NOT_READY.of("DEPLOYING")) from None
        if status != "SUCCEEDED":
            log.error("Ray has not deployed: %s", await asyncio.to_thread(self.dashboard.log, job))
            raise NotThere(Reason.RAY_NOT_READY.of(status))

    async def _ended(self, job: str) -> str:
        while True:
            status = await asyncio.to_thread(self.dashboard.status, job)
            if status in _ENDED:
                return status
            await asyncio.sleep(1.0)

    async def _until_lost(self, when_here: Callable[[], Awaitable[None]]) -> None:
        while self.is_here:
            await when_here()
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_S):
                    await self._lost.wait()
            if self.is_here:
                await self._look()

    async def _look(self) -> None:
        """Where the head is gone, those on other nodes may still answer."""
        try:
            serving = await self._serving()
        except NotThere as error:
            if not await self._replicas_answer():
                self._lose(str(error))
            return
        # Where a node has died that answered, it is unhealthy until there is another replica.
        is_alive = serving.replicas if serving.status == "UNHEALTHY" else serving.status in _ALIVE
        if is_alive and serving.urls:
            self._take(serving)
        else:
            self._lose(Reason.RAY_NOT_READY.of(serving.status or "-"))

    async def _tried_out(self, serving: Serving) -> Serving:
        """Return it with the proxies through which a replica says something.

        Nobody may have let us through to where Serve listens, or one node's proxy may be ill.
        """
        failures = [await self._failure(url) for url in serving.urls]
        answer = [url for url, failed in zip(serving.urls, failures, strict=True) if not failed]
        if not answer:
            raise NotThere(next(filter(None, failures)))
        return replace(serving, urls=tuple(answer))

    async def _failure(self, url: str) -> str:
        """Return a `Reason`, or nothing; by a new connection, which may lead elsewhere."""
        try:
            response = await self._client.get(url, headers={"connection": "close"})
        except httpx2.TransportError:
            return Reason.RAY_SHUT.of(httpx2.URL(url).netloc.decode())
        if response.headers.get("content-type") == CONTENT_TYPE:
            return ""
        log.warning("Serve says %s: %s", response.status_code, response.text[:200])
        return Reason.RAY_REFUSES.of(response.status_code)

    async def _replicas_answer(self) -> bool:
        for url in self._urls:
            with suppress(httpx2.HTTPError):
                if (await self._client.get(url, timeout=_LOOK_S)).is_success:
                    return True
        return False

    def _take(self, serving: Serving) -> None:
        self._give_up(set(self._urls) - set(serving.urls))
        self._urls, self._replicas = serving.urls, serving.replicas

    def _lose(self, reason: str) -> None:
        self._give_up(self._urls)
        self._urls, self._replicas, self._reason = (), 0, reason
        self._lost.set()

    def _give_up(self, urls: Collection[str]) -> None:
        """Let nobody wait for those that are gone: a machine without power says nothing."""
        for call, url in tuple(self._calls.items()):
            if url in urls:
                call.cancel()
