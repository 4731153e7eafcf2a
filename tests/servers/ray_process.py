"""A cluster of Ray on this machine, in a process of its own: `python ray_process.py PORT`.

A line of its input is a method of `Nodes` with what it takes, and is answered when it is done; the
end of the input ends all.
"""

import sys
from collections.abc import Iterable
from contextlib import suppress

import psutil
from ray._private.node import Node
from ray.cluster_utils import Cluster

from tests.servers.ports import free_port

OBJECTS_BYTES = 100_000_000


class Nodes:
    """A head that computes nothing itself, as Ray advises, and two that do."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.begin()

    def begin(self) -> None:
        head = {
            "num_cpus": 0,
            "object_store_memory": OBJECTS_BYTES,
            "include_dashboard": True,
            "dashboard_host": "127.0.0.1",
            "dashboard_port": self._port,
            # Where jobs are taken. The usual port is one that any connection here may have.
            "dashboard_agent_listen_port": free_port(),
        }
        self.cluster = Cluster(initialize_head=True, head_node_args=head)
        for _ in range(2):
            self.gain()

    def gain(self) -> None:
        self.cluster.add_node(num_cpus=2, object_store_memory=OBJECTS_BYTES)
        self.cluster.wait_for_nodes()

    def lose(self, node_id: str) -> None:
        _kill(self.cluster, [one for one in self.cluster.worker_nodes if one.node_id == node_id])

    def lose_head(self) -> None:
        _kill(self.cluster, [self.cluster.head_node])

    def begin_anew(self) -> None:
        _kill(self.cluster, self.cluster.list_all_nodes())
        self.begin()


def _kill(cluster: Cluster, nodes: Iterable[Node]) -> None:
    """Let their machines lose power: nobody there says a last word."""
    for node in nodes:
        for process in list(_processes(node)):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        cluster.remove_node(node, allow_graceful=False)


def _processes(node: Node) -> Iterable[psutil.Process]:
    for started in node.all_processes.values():
        for one in started:
            with suppress(psutil.NoSuchProcess):
                process = psutil.Process(one.process.pid)
                yield from (process, *process.children(recursive=True))


def main() -> None:
    say = sys.stdout
    sys.stdout = sys.stderr
    nodes = Nodes(int(sys.argv[1]))
    try:
        print("done", file=say, flush=True)
        for line in sys.stdin:
            what, *which = line.split()
            getattr(nodes, what)(*which)
            print("done", file=say, flush=True)
    finally:
        nodes.cluster.shutdown()


if __name__ == "__main__":
    main()
