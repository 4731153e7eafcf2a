"""Where what is logged belongs: whoever works for a request has its place with them."""

from contextvars import ContextVar

from handlers.types import Place

ASKED_IN: ContextVar[Place | None] = ContextVar("asked_in", default=None)
