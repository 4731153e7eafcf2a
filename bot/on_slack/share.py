"""The "Share" button under a private answer: the same, once, for the whole channel."""

from collections import OrderedDict

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.on_slack import asked
from bot.on_slack.asked import Body
from bot.on_slack.blocks import context
from bot.on_slack.shareable import unpack
from bot.on_slack.web import retry_handlers
from handlers.texts import say
from handlers.types import Actor

_KEPT = 10_000


class Sharing:
    """Publishes private answers; two presses at once count once."""

    def __init__(self) -> None:
        self._shared: OrderedDict[str, None] = OrderedDict()

    async def share(self, web: AsyncWebClient, body: Body, value: str, actor: Actor) -> None:
        """Publish what the pressed button carries.

        Raises:
            UserError: it carries nothing of ours.
            SlackApiError: Slack does not take it.
        """
        blocks, text = unpack(value)
        origin = asked.origin_of(body)
        message = str((body.get("container") or {}).get("message_ts"))
        if message in self._shared:
            return
        self._shared[message] = None
        if len(self._shared) > _KEPT:
            self._shared.popitem(last=False)
        by = context(say(actor.language, "door.shared_by", name=actor.name))
        hook = AsyncWebhookClient(origin.response_url, retry_handlers=retry_handlers())
        try:
            await web.chat_postMessage(
                channel=origin.channel,
                thread_ts=origin.thread or None,
                blocks=[*blocks, by],
                text=text,
                unfurl_links=False,
                unfurl_media=False,
            )
        except SlackApiError:  # a conversation that Tokki is not in
            await hook.send(
                text=text, blocks=[*blocks, by], response_type="in_channel", replace_original=False
            )
        await hook.send(text=text, blocks=blocks, replace_original=True)
