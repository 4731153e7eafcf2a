"""Two nodes of Ray on this machine, in a process of their own: `python two_nodes.py PORT`.

A word on standard input kills the head or the other node, or begins both anew; its end ends all.
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
        for line in sys.stdin:
            match line.strip():
                case "kill the head":
                    cluster.remove_node(cluster.head_node, allow_graceful=False)
                case "kill the other":
                    (other,) = cluster.worker_nodes
                    cluster.remove_node(other, allow_graceful=False)
                case "begin anew":
                    cluster.shutdown()
                    cluster = start(port)
            print(json.dumps("done"), file=say, flush=True)
    finally:
        cluster.shutdown()


if __name__ == "__main__":
    main()
