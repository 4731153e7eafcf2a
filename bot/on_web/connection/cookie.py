"""The cookie that says who is signed in, and the token that says that a form is ours."""

import re
from hashlib import sha256
from hmac import compare_digest

from aiohttp import web

_SECRET = re.compile(r"[0-9a-f]{64}")


class Cookie:
    """One cookie for all pages: no script can read it, and no other site has it sent along."""

    def __init__(self, url: str) -> None:
        """Make it for the site of an address; only on this machine alone it may be in the open."""
        self._is_secure = url.startswith("https:")
        self.name = "__Host-tokki" if self._is_secure else "tokki"

    def secret(self, request: web.Request) -> str | None:
        """Return the secret that a browser brings, if it looks like one."""
        found = request.cookies.get(self.name, "")
        return found if is_secret(found) else None

    def give(self, response: web.StreamResponse, secret: str, for_s: int) -> None:
        """Let a browser keep a secret for some time."""
        response.set_cookie(
            self.name,
            secret,
            max_age=for_s,
            path="/",
            secure=self._is_secure,
            httponly=True,
            samesite="Strict",
        )

    def take(self, response: web.StreamResponse) -> None:
        """Let a browser forget it."""
        response.del_cookie(
            self.name, path="/", secure=self._is_secure, httponly=True, samesite="Strict"
        )


def is_secret(text: str) -> bool:
    """Tell whether something looks like a secret of ours; anything else is not looked up."""
    return bool(_SECRET.fullmatch(text))


def token_of(secret: str) -> str:
    """Return what stands in every form of a session: nobody else can know it."""
    return sha256(f"form of {secret}".encode()).hexdigest()


def is_same(given: str, token: str) -> bool:
    """Compare two tokens, for as long whatever is in them."""
    return compare_digest(given.encode("utf-8", "replace"), token.encode())
