"""Two nodes of Ray on this machine, in a process of their own: `python two_nodes.py PORT`.

The end of its standard input ends all.
"""

import json
import sys

from ray.cluster_utils import Cluster

OBJECTS_BYTES = 100_000_000


def start(port: int) -> Cluster:
    head = {
        "num_cpus": 2,
        "object_store_memory": OBJECTS_BYTES,
        "include_dashboard": True,
        "dashboard_host": "127.0.0.1",
        "dashboard_port": port,
    }
    cluster = Cluster(initialize_head=True, head_node_args=head)
    cluster.add_node(num_cpus=2, object_store_memory=OBJECTS_BYTES)
    cluster.wait_for_nodes()
    return cluster


def main() -> None:
    port = int(sys.argv[1])
    say = sys.stdout
    sys.stdout = sys.stderr
    cluster = start(port)
    try:
        print(json.dumps("ready"), file=say, flush=True)
        sys.stdin.read()
    finally:
        cluster.shutdown()


if __name__ == "__main__":
    main()
