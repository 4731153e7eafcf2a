"""slack-bolt's app, which takes what nobody here is for: Slack would send it again and again.

The manifest may list more than we know of, such as the events of a newer Tokki.
"""

import logging
from collections.abc import Mapping

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse

_NOBODY = 404
_OBJECTS = ("event", "view", "message", "container", "enterprise")
_OBJECTS_OR_IDS = ("user", "channel", "team")
_LISTS = ("actions", "authorizations")

log = logging.getLogger(__name__)


class AcknowledgingApp(AsyncApp):
    """Answers everything that Slack delivers; with nothing, where there is no answer."""

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Answer; what is not in Slack's shape is dropped before anybody reads it."""
        if not _has_shape(req.body):
            log.warning("something that Slack would not send was dropped")
            return BoltResponse(status=200, body="")
        answer = await super().async_dispatch(req)
        return BoltResponse(status=200, body="") if answer.status == _NOBODY else answer


def _has_shape(body: Mapping[str, object]) -> bool:
    """Tell whether what slack-bolt and we look into is there to be looked into."""
    return (
        isinstance(body.get("type"), str | None)
        and all(isinstance(body.get(name), Mapping | None) for name in _OBJECTS)
        and all(isinstance(body.get(name), Mapping | str | None) for name in _OBJECTS_OR_IDS)
        and all(_are_objects(body.get(name) or []) for name in _LISTS)
    )


def _are_objects(listed: object) -> bool:
    return isinstance(listed, list) and all(isinstance(each, Mapping) for each in listed)
