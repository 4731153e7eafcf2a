"""`/web`: a private link to the pages for a browser, in which somebody is who they are here.

Each link works once, for five minutes; `web:out` ends it and all that was signed in before.
"""

import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from handlers.services import Services
from handlers.table import Bilingual, Command, ControlFamily
from handlers.texts import say
from handlers.types import Button, Press, Reply, Request, UserError, Visibility
from storage.records import NewWebLink

LINK_FOR = timedelta(minutes=5)
PATH = "/web"
"""Where the pages begin."""
SIGN_IN = f"{PATH}/in/"
"""Stands before the secret of a link. It is of letters and digits: no platform changes those."""
_OUT = "web:out"
_SECRET_BYTES = 32


def new_secret() -> str:
    """Return what nobody can guess."""
    return secrets.token_hex(_SECRET_BYTES)


def digest_of(secret: str) -> bytes:
    """Return what is kept of a secret."""
    return sha256(secret.encode()).digest()


async def web(request: Request, services: Services) -> Reply:
    """Answer `/web`.

    Raises:
        UserError: there are no pages.
    """
    address = services.rules.web_url
    if not address:
        raise UserError("web_off")
    actor, community, secret = request.actor, request.place.community, new_secret()
    until = datetime.now(UTC) + LINK_FOR
    sessions = services.storage.web_sessions
    await sessions.invite(NewWebLink(community, actor.id, digest_of(secret), actor.language, until))
    language, signed_in = actor.language, await sessions.count(community, actor.id)
    text = say(language, "web.link", minutes=LINK_FOR.seconds // 60)
    return Reply(
        title=say(language, "web.title"),
        text=f"{text}\n{address}{SIGN_IN}{secret}",
        controls=(Button(_OUT, say(language, "web.out", browsers=signed_in), "bad"),)
        if signed_in
        else (),
    )


async def press_web(press: Press, services: Services) -> Reply:
    """Sign somebody out everywhere.

    Raises:
        UserError: the id is not ours.
    """
    if press.control != _OUT:
        raise UserError("unknown_control", control=press.control)
    await services.storage.web_sessions.end_all(press.place.community, press.actor.id)
    return Reply(text=say(press.actor.language, "web.out_now"))


WEB = Command(
    name=Bilingual("web", "웹"),
    description=Bilingual(
        "A private link to pages for your browser", "브라우저로 볼 수 있는 나만의 링크를 줘요"
    ),
    handler=web,
    visibility=Visibility.PRIVATE,
    is_shareable=False,  # whoever opens the link is them
    is_quick=True,
    example=Bilingual("/web", "/웹"),
)
WEB_OUT = ControlFamily("web", press_web, is_in_place=True)
