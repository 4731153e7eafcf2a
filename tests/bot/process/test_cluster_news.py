"""Who started `tokki run` reads what becomes of the cluster, each thing once."""

from bot.process.cluster_news import tell_of_the_cluster
from handlers.types import Language
from models.reasons import Reason
from models.reports import ClusterState


async def test_each_change_is_told_once_and_how_many_replicas_there_are_is_none():
    states = iter(
        (
            ClusterState(False, 0, Reason.RAY_STARTING),
            ClusterState(False, 0, Reason.RAY_UNAUTHORIZED),
            ClusterState(True, 1, ""),
            ClusterState(True, 2, ""),
            ClusterState(True, 2, "", Reason.STORE_FULL),
        )
    )
    said: list[str] = []
    await tell_of_the_cluster(lambda: next(states, None), Language.ENGLISH, said.append)
    away, here, full = said
    assert away.startswith("Ray: away") and "RAY_AUTH_TOKEN" in away
    assert here == "Ray: answers, with 1 replica"
    assert "2 replicas, but only for bundled models" in full and "is full." in full
