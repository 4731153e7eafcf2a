"""Windows for what stays open: answers to presses in one are shown in it, others open one."""

from bot.answering.routing import Visit
from bot.on_slack.connection.deliveries import Deliveries, Delivery
from bot.on_slack.incoming.people import place_of
from bot.on_slack.showing.window import Window, open_window, window_in
from handlers.types import Actor, Role


class Windows:
    """Finds or opens the window of an answer."""

    def __init__(self, deliveries: Deliveries, prefix: str) -> None:
        self._deliveries = deliveries
        self._prefix = prefix

    async def visit(self, delivery: Delivery, actor: Actor) -> Visit:
        """Return who asks, and their window.

        They are asked for again if there was no time for it: what stays open knows by itself what
        somebody may.

        Raises:
            UserError: Slack finds it too late to open one.
            SlackApiError: Slack does not take it.
        """
        screen = self._there(delivery, actor)
        if screen is None:
            trigger = str(delivery.body.get("trigger_id"))
            screen = await open_window(delivery.web, trigger, delivery.origin, actor, self._prefix)
        actor = await self._deliveries.surely(delivery, actor, Role.ADMIN)
        place = place_of(delivery.team, delivery.origin.channel)
        return Visit(actor, place, lambda _: screen)

    def _there(self, delivery: Delivery, actor: Actor) -> Window | None:
        view = window_in(delivery.body)
        if view is None:
            return None
        blocks = [block for block in view.get("blocks") or () if isinstance(block, dict)]
        view_id = str(view.get("id", ""))
        return Window(delivery.web, view_id, delivery.origin, actor, self._prefix, blocks)
