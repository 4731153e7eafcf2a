"""What a failed fetch means to people: one word for translators, and one sentence."""

import errno

import httpx2
from huggingface_hub.errors import (
    FileMetadataError,
    GatedRepoError,
    HfHubHTTPError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from models.hub.client import FetchError

REASONS = {
    "offline": "Downloads are turned off (HF_HUB_OFFLINE).",
    "unreachable": "The Hub cannot be reached; check the network.",
    "broken_off": "The connection broke off; what had come whole is kept. Try again.",
    "rate_limited": "The Hub has had too many requests from here; try again later.",
    "server": "The Hub has trouble of its own; try again later.",
    "odd_answer": "What answered is not a Hub as we know it; check HF_ENDPOINT.",
    "not_found": "The Hub has no such repository, or it is private and HF_TOKEN may not read it.",
    "no_revision": "The repository has no such revision.",
    "gated": "It is gated: agree to its terms on its page on the Hub, then set HF_TOKEN.",
    "no_access": "It is gated, and the account of HF_TOKEN has not been given access.",
    "bad_token": "The Hub does not accept the token in HF_TOKEN.",
    "forbidden": "The account of HF_TOKEN may not read it.",
    "damaged": "What came is not what the Hub had announced; it is not used.",
    "disk_full": "The disk is full.",
    "cache": "Tokki cannot write to its cache of models.",
}
"""By cause. `rate_limited` may be followed by how long."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SERVER_ERROR = 500
_STATUSES = {401: "bad_token", 403: "forbidden", 408: "unreachable", 429: "rate_limited"}
_LONG_S = 120

# The first that fits counts: a gated repository is also one that was not found.
_CAUSES: tuple[tuple[type[Exception], str], ...] = (
    (OfflineModeIsEnabled, "offline"),
    (GatedRepoError, "gated"),
    (RepositoryNotFoundError, "not_found"),
    (RevisionNotFoundError, "no_revision"),
    (RemoteEntryNotFoundError, "damaged"),
    (FileMetadataError, "odd_answer"),
    (httpx2.TransportError, "broken_off"),
)


def explain(error: Exception, has_token: bool) -> tuple[str, str]:
    """Return the cause, and the reason as a sentence."""
    # The library's "not found here, and the Hub could not be asked" hides why it could not.
    while isinstance(error, LocalEntryNotFoundError) and isinstance(error.__cause__, Exception):
        error = error.__cause__
    cause = _cause(error)
    if cause == "gated" and has_token:
        cause = "no_access"
    return cause, REASONS[cause] + _how_long(error)


def _cause(error: Exception) -> str:
    if isinstance(error, FetchError):
        return error.cause
    for kind, cause in _CAUSES:
        if isinstance(error, kind):
            return cause
    if isinstance(error, HfHubHTTPError):
        return _cause_by_status(error.response.status_code)
    return _cause_by_errno(error.errno) if isinstance(error, OSError) else "odd_answer"


def _cause_by_status(status: int) -> str:
    return _STATUSES.get(status, "server" if status >= _SERVER_ERROR else "odd_answer")


def _cause_by_errno(number: int | None) -> str:
    """huggingface_hub's own check of a file's size raises an OSError without a number."""
    if number is None:
        return "damaged"
    return "disk_full" if number in _FULL else "cache"


def _how_long(error: Exception) -> str:
    if not isinstance(error, FetchError) or not error.wait_s:
        return ""
    if error.wait_s < _LONG_S:
        return f" It asks to wait {error.wait_s} seconds."
    return f" It asks to wait {-(-error.wait_s // 60)} minutes."
