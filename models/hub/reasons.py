"""What a failed fetch means to people."""

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

from models.errors import HubFailed
from models.hub.client import FetchError
from models.hub.listing import Wanted
from models.reasons import Reason

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SERVER_ERROR = 500
_STATUSES = {
    401: Reason.BAD_TOKEN,
    403: Reason.FORBIDDEN,
    408: Reason.UNREACHABLE,
    416: Reason.BROKEN_OFF,  # what broke off cannot be taken up where it did
    429: Reason.RATE_LIMITED,
}
_LONG_S = 120

# The first that fits counts: a gated repository is also one that was not found.
_CAUSES: tuple[tuple[type[Exception], Reason], ...] = (
    (OfflineModeIsEnabled, Reason.OFFLINE),
    (GatedRepoError, Reason.GATED),
    (RepositoryNotFoundError, Reason.NOT_FOUND),
    (RevisionNotFoundError, Reason.NO_REVISION),
    (RemoteEntryNotFoundError, Reason.DAMAGED),
    (FileMetadataError, Reason.ODD_ANSWER),
    (httpx2.TransportError, Reason.BROKEN_OFF),
)


def failed(wanted: Wanted, error: Exception) -> HubFailed:
    """Return what is raised where a fetch of something fails."""
    return HubFailed(name=wanted.name, reason=explain(error, has_token=wanted.token is not None))


def explain(error: Exception, has_token: bool) -> str:
    """Return the reason, with how long to wait where the Hub says so."""
    # The library's "not found here, and the Hub could not be asked" hides why it could not.
    while isinstance(error, LocalEntryNotFoundError) and isinstance(error.__cause__, Exception):
        error = error.__cause__
    if isinstance(error, FetchError) and error.wait_s:
        return _how_long(error.wait_s)
    cause = _cause(error)
    return Reason.NO_ACCESS if cause is Reason.GATED and has_token else cause


def _cause(error: Exception) -> Reason:
    if isinstance(error, FetchError):
        return error.cause
    for kind, cause in _CAUSES:
        if isinstance(error, kind):
            return cause
    if isinstance(error, HfHubHTTPError):
        return _cause_by_status(error.response.status_code)
    return _cause_by_errno(error.errno) if isinstance(error, OSError) else Reason.ODD_ANSWER


def _cause_by_status(status: int) -> Reason:
    return _STATUSES.get(status, Reason.SERVER if status >= _SERVER_ERROR else Reason.ODD_ANSWER)


def _cause_by_errno(number: int | None) -> Reason:
    """huggingface_hub's own check of a file's size raises an OSError without a number."""
    if number is None:
        return Reason.DAMAGED
    return Reason.DISK_FULL if number in _FULL else Reason.CACHE


def _how_long(wait_s: int) -> str:
    if wait_s < _LONG_S:
        return Reason.RATE_LIMITED_SECONDS.of(wait_s)
    return Reason.RATE_LIMITED_MINUTES.of(-(-wait_s // 60))
