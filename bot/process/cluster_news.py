"""What becomes of the cluster, told to whoever started `tokki run`."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from bot.doors import Say
from handlers.people.status import describe_cluster
from handlers.texts import say
from handlers.types import Language
from models.reasons import Reason
from models.reports import ClusterState

_LOOK_S = 1.0


async def tell_of_the_cluster(
    look: Callable[[], ClusterState | None], language: Language, tell: Say
) -> None:
    """Tell when it is found, lost or short of something, until this is cancelled."""
    before: ClusterState | None = None
    while (state := look()) is not None:
        # How many replicas there are changes with every crowd.
        news = replace(state, replicas=0)
        if news != before and state.reason != Reason.RAY_STARTING:
            tell(f"{say(language, 'status.cluster')}: {describe_cluster(state, language)}")
            before = news
        await asyncio.sleep(_LOOK_S)
