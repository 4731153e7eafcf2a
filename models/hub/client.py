"""How huggingface_hub behaves inside Tokki.

It takes its settings from the environment when it is imported, waits as long as a server asks
(an hour, if it says so) and gives a dead network 23 seconds, or 6 minutes once a download has
begun. A bot must answer. So it gets its own HTTP client, by its own `set_client_factory`, and
the values that have no argument are set on its `constants`. Both are of the whole process.

Slow to import (0.1 s): only the thread of a download does.
"""

import functools
import logging
import re
import time
from typing import Any

import httpx2
from huggingface_hub import constants, is_offline_mode, set_client_factory
from huggingface_hub.errors import OfflineModeIsEnabled
from huggingface_hub.utils.tqdm import disable_progress_bars

from models.hub.patience import Patience
from models.reasons import Reason

CONNECT_S = 3.0
READ_S = 10.0
PAUSE_S = 1.0
PATIENCE_S = 5
"""A longer wait than this, asked by the Hub, is left to people."""

_TOO_MANY_REQUESTS = 429
_BLOB_NAME = re.compile(r'(W/)?"?[\w-]{1,128}"?', re.ASCII)
_RESET = re.compile(r"r\s*=\s*0\s*;\s*t\s*=\s*(\d+)")


class FetchError(OSError):
    """A fetch failed.

    None of huggingface_hub's own retries starts from it.
    """

    def __init__(self, cause: Reason, detail: str = "", wait_s: int = 0) -> None:
        super().__init__(f"{cause}: {detail}")
        self.cause = cause
        self.wait_s = wait_s


class Client(httpx2.Client):
    """Tries a broken connection once more, then gives up in a way that nobody retries."""

    def send(self, request: httpx2.Request, **how: Any) -> httpx2.Response:  # noqa: ANN401
        """Send within our own time limits, whatever the caller's were."""
        if is_offline_mode():
            raise OfflineModeIsEnabled("HF_HUB_OFFLINE is set")
        request.extensions["timeout"] = _capped(request.extensions.get("timeout") or {})
        patience = Patience()
        request.extensions["trace"] = patience.trace
        try:
            response = self._send_twice(request, patience, **how)
        except httpx2.TransportError as error:
            if patience.is_over:
                raise FetchError(Reason.DRIPPING, str(error)) from error
            if isinstance(error, (httpx2.ConnectError, httpx2.TimeoutException)):
                raise FetchError(Reason.UNREACHABLE, str(error)) from error
            raise
        finally:
            patience.end()
        return _accepted(response)

    def _send_twice(
        self,
        request: httpx2.Request,
        patience: Patience,
        **how: Any,  # noqa: ANN401
    ) -> httpx2.Response:
        try:
            return super().send(request, **how)
        except (httpx2.NetworkError, httpx2.RemoteProtocolError, httpx2.ConnectTimeout):
            # A file that was sent in part is begun again by huggingface_hub, which can rewind it.
            if patience.is_over or not isinstance(request.stream, httpx2.ByteStream):
                raise
            patience.end()
            time.sleep(PAUSE_S)
            return super().send(request, **how)


@functools.cache
def configure() -> None:
    """Make huggingface_hub quiet and impatient; the first call counts."""
    # Otherwise it asks the real Hub, whatever the endpoint, for a list of coding agents.
    constants.HF_HUB_DISABLE_TELEMETRY = True
    # Plain HTTP can be counted, stopped and checked as it comes; hf_xet brings its own client.
    constants.HF_HUB_DISABLE_XET = True
    constants.HF_HUB_DISABLE_SYMLINKS_WARNING = True
    # The default, 10 MiB, is a step of progress that takes minutes on a slow line.
    constants.DOWNLOAD_CHUNK_SIZE = 64 * 1024
    # Its own handler writes to stderr, across a terminal that somebody is typing in.
    logging.getLogger("huggingface_hub").handlers.clear()
    disable_progress_bars()
    # Each request has a connection of its own, which can be cut without cutting another's.
    alone = httpx2.Limits(max_keepalive_connections=0)
    set_client_factory(lambda: Client(follow_redirects=True, limits=alone))


def _capped(timeout: dict[str, float | None]) -> dict[str, float]:
    limits = {"connect": CONNECT_S, "read": READ_S, "write": READ_S, "pool": READ_S}
    return {what: min(limit, timeout.get(what) or limit) for what, limit in limits.items()}


def _accepted(response: httpx2.Response) -> httpx2.Response:
    try:
        _check_wait(response)
        _check_content(response)
        _check_blob_name(response)
    except FetchError:
        response.close()
        raise
    return response


def _check_wait(response: httpx2.Response) -> None:
    asked = response.headers.get("Retry-After", "")
    if response.status_code == _TOO_MANY_REQUESTS:
        # The Hub's other way to say it: `RateLimit: "api";r=0;t=55`
        reset = _RESET.search(response.headers.get("RateLimit", ""))
        asked = reset[1] if reset else asked
    if response.is_error and asked.isdecimal() and int(asked) > PATIENCE_S:
        raise FetchError(Reason.RATE_LIMITED, str(response.url), wait_s=int(asked))


def _check_content(response: httpx2.Response) -> None:
    """Refuse a page for people: what is fetched of a Hub never is one."""
    if response.is_success and response.headers.get("Content-Type", "").startswith("text/html"):
        raise FetchError(Reason.PAGE_INSTEAD, str(response.url))


def _check_blob_name(response: httpx2.Response) -> None:
    """Refuse an ETag that would be a path: huggingface_hub names a file in the cache after it."""
    if response.request.method == "HEAD":
        for header in ("ETag", "X-Linked-Etag"):
            name = response.headers.get(header)
            if name is not None and not _BLOB_NAME.fullmatch(name):
                raise FetchError(Reason.ODD_ANSWER, f"{header}: {name!r}")
