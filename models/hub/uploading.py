"""Publish on the Hub. Everything here blocks, so it runs in a thread of its own."""

import re

from huggingface_hub import CommitOperationAdd, HfApi
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError

from models.errors import HubFailed
from models.hub.client import FetchError, configure
from models.hub.data_set import Publication, Published
from models.hub.download import FAILURES
from models.hub.listing import NOBODY, Wanted
from models.hub.reasons import explain
from models.reasons import Reason

_FAILURES = (*FAILURES, RuntimeError)
"""It wraps what goes wrong with a large file in a RuntimeError."""
_BY_STATUS: dict[int, str] = {
    402: Reason.NEEDS_PLAN,
    409: Reason.NAME_TAKEN,
    413: Reason.TOO_LARGE_THERE,
}
_NAME = re.compile(r"[\w.-]{1,96}", re.ASCII)
_ROOMS = {"dataset": "datasets/", "space": "spaces/"}


def account(wanted: Wanted) -> str:
    """Return the name of the account of the token.

    Raises:
        HubFailed: the Hub does not take the token, or could not say.
    """
    try:
        said = _api(wanted).whoami(token=wanted.auth or None)
        name = said.get("name") if isinstance(said, dict) else None
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise FetchError(Reason.ODD_ANSWER, "nobody's token")
    except _FAILURES as error:
        raise _failed(wanted, error) from error
    return name


def is_there(wanted: Wanted) -> bool:
    """Tell whether there is a repository, as far as the account may know.

    Raises:
        HubFailed: the Hub could not say.
    """
    try:
        _api(wanted).repo_info(wanted.repo_id, repo_type=wanted.repo_type)
    except RepositoryNotFoundError:
        return False
    except (*_FAILURES, TypeError, KeyError, AttributeError) as error:
        raise _failed(wanted, error) from error
    return True


def make(wanted: Wanted) -> None:
    """Make an empty repository that nobody else sees.

    Raises:
        HubFailed: there is one of that name, the token does not suffice, or it failed.
    """
    try:
        _api(wanted).create_repo(
            wanted.repo_id,
            repo_type=wanted.repo_type,
            private=True,
            space_sdk="gradio" if wanted.repo_type == "space" else None,
        )
    except _FAILURES as error:
        raise _failed(wanted, error) from error


def put(wanted: Wanted, new: Publication) -> Published:
    """Put files in as one commit.

    Raises:
        HubFailed: the token does not suffice, or it failed; nothing of it is there then.
    """
    api = _api(wanted)
    added = [CommitOperationAdd(path, content) for path, content in new.files.items()]
    try:
        commit = api.create_commit(
            repo_id=wanted.repo_id,
            repo_type=wanted.repo_type,
            operations=added,
            commit_message=new.message,
        )
    except _FAILURES as error:
        raise _failed(wanted, error) from error
    room = _ROOMS.get(wanted.repo_type, "")
    return Published(f"{api.endpoint}/{room}{wanted.repo_id}", str(commit.oid))


def show(wanted: Wanted, *, is_private: bool) -> None:
    """Let everybody see a repository, or only those of its account.

    Raises:
        HubFailed: the token does not suffice, or it failed.
    """
    try:
        _api(wanted).update_repo_settings(
            wanted.repo_id, repo_type=wanted.repo_type, private=is_private
        )
    except _FAILURES as error:
        raise _failed(wanted, error) from error


def _api(wanted: Wanted) -> HfApi:
    configure()
    return HfApi(endpoint=wanted.endpoint, token=wanted.auth, headers=NOBODY)


def _failed(wanted: Wanted, error: Exception) -> HubFailed:
    while isinstance(error, RuntimeError) and isinstance(error.__cause__, Exception):
        error = error.__cause__
    reason = explain(error, has_token=True)
    if isinstance(error, HfHubHTTPError):
        reason = _BY_STATUS.get(error.response.status_code, reason)
    return HubFailed(name=wanted.name, reason=_OF_UPLOADS.get(reason, reason))


_OF_UPLOADS: dict[str, str] = {
    Reason.BROKEN_OFF: Reason.UPLOAD_BROKEN_OFF,
    Reason.DAMAGED: Reason.UPLOAD_BROKEN_OFF,
    Reason.FORBIDDEN: Reason.MAY_NOT_WRITE,
}
