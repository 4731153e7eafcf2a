"""Ends a request whose server drips what comes before a body, byte by byte.

A limit for each read is none for all of them: a header that grows by a byte every nine seconds
would hold its place in the line of downloads for days. Where bodies come piece by piece, `Meter`
measures them.
"""

import contextlib
import socket
import threading
from collections.abc import Mapping
from typing import Any

HEADERS_S = 30.0
"""For all before the body, and for the body where it is read as a whole."""
_CONNECTED = (".connect_tcp.complete", ".start_tls.complete", ".connect_unix_socket.complete")
_ANSWERING = ".receive_response_headers.started"


class Patience:
    """Of one request; httpx tells it by `trace` what happens, in the thread of the request."""

    def __init__(self) -> None:
        self.is_over = False
        """The server was sent away."""
        self._socket: socket.socket | None = None
        self._timer: threading.Timer | None = None

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Take what httpx has to tell of a connection."""
        if event.endswith(_CONNECTED):
            self._socket = info["return_value"].get_extra_info("socket")
        elif event.endswith(_ANSWERING):
            self.end()
            self._timer = threading.Timer(HEADERS_S, self._shut)
            self._timer.daemon = True
            self._timer.start()

    def end(self) -> None:
        """The answer has come, or will not."""
        if self._timer:
            self._timer.cancel()

    def _shut(self) -> None:
        self.is_over = True
        if self._socket is not None:
            with contextlib.suppress(OSError):  # of TLS too, without what it would still say
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
