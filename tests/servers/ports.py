"""Ports of this machine for what has to know its own before it listens."""

import socket


def free_port() -> int:
    """Return one that nobody listens at just now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port
