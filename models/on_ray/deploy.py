"""`python -m models.on_ray.deploy WORD`, as a job of the cluster: lets Serve have our replicas."""

import sys

from ray import serve
from ray.serve.config import AutoscalingConfig, HTTPOptions

from models.on_ray.deployment import Deployment
from models.on_ray.replica import Answers

_CALLS_A_REPLICA = 2
"""Calls under way for which one more replica is started, each of up to hundreds of questions."""
_MOST_CALLS = 16
_MOST_WAITING = 256
_UNASKED_S = 1800.0
"""After so long without a question the last replica ends, too."""


def deploy(deployment: Deployment) -> None:
    """Begin it, or bring it up to date; return when it answers."""
    http = HTTPOptions(host="0.0.0.0", port=deployment.port)  # noqa: S104 - a network of one's own
    serve.start(proxy_location="EveryNode", http_options=http)
    answers = serve.deployment(
        name="Answers",
        ray_actor_options={"num_cpus": deployment.cores, "num_gpus": deployment.gpus},
        max_ongoing_requests=_MOST_CALLS,
        max_queued_requests=_MOST_WAITING,
        autoscaling_config=AutoscalingConfig(
            min_replicas=0,
            initial_replicas=1,
            max_replicas=deployment.most_replicas,
            target_ongoing_requests=_CALLS_A_REPLICA,
            downscale_to_zero_delay_s=_UNASKED_S,
        ),
    )(Answers)
    serve.run(
        answers.bind(deployment.as_word()),
        name=deployment.name,
        route_prefix=f"/{deployment.name}",
    )


if __name__ == "__main__":
    deploy(Deployment.of(sys.argv[1]))
