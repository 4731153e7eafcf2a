"""What people write for a repository of models, a language and a task of the Hub."""

import re

from handlers.guard.hub_account import may_use_account
from handlers.services import Services
from handlers.types import Place, UserError
from handlers.writing.languages import code_of
from models.canonical import folded
from models.errors import HubFailed
from models.reasons import Reason

LONGEST_REPO = 300
_MODEL = re.compile(
    r"(?:https?://[^/\s]+/)?(?P<repo>[\w.-]{1,96}(?:/[\w.-]{1,96})?)"
    r"(?:(?:@|/tree/)(?P<revision>[\w./-]{1,100}))?/?",
    re.ASCII,
)
_LONGEST = 96
_CODE = re.compile(r"[a-z]{2,3}", re.ASCII)
_NOT_PUBLIC = frozenset({Reason.NOT_FOUND, Reason.BAD_TOKEN})


def model_of(typed: str) -> tuple[str, str | None]:
    """Return the repository and the revision that are meant by a name or the address of a page.

    Raises:
        UserError: it is neither.
    """
    found = _MODEL.fullmatch(typed.strip())
    repo_id = found["repo"] if found else ""
    if not found or len(repo_id) > _LONGEST or ".." in repo_id or "--" in repo_id:
        raise UserError("hub_no_model", value=typed)
    return repo_id, found["revision"]


def language_of(typed: str) -> str:
    """Return the code of a language, which may be written out in any of ours.

    Raises:
        UserError: there is no such language.
    """
    code = folded(code_of(typed))
    if not _CODE.fullmatch(code):
        raise UserError("hub_no_language", value=typed)
    return code


def in_this_place(error: HubFailed, services: Services, place: Place) -> Exception:
    """Return what is to be said: where the operator's account is not used, it is no advice."""
    is_hidden = services.data_sets.has_token and not may_use_account(services, place)
    if is_hidden and error.facts["reason"] in _NOT_PUBLIC:
        return UserError("hub_model_not_public", name=error.facts["name"])
    return error
