"""Tells systemd that Tokki is ready, alive, reloading or stopping.

Under another service manager, or none, nobody is told.
Source: https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
"""

import asyncio
import logging
import os
import socket
import time
from collections.abc import Mapping

_MICROSECOND = 1e-6

log = logging.getLogger(__name__)


class ServiceManager:
    """The one that has started this process."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        is_watched = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        wanted = environment.get("WATCHDOG_USEC", "")
        self._every_s = int(wanted) * _MICROSECOND / 2 if is_watched and wanted.isdecimal() else 0.0

    def ready(self) -> None:
        """Tokki serves."""
        self._tell("READY=1")

    def reloading(self) -> None:
        """Settings are being read anew; `ready` ends that."""
        now = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        self._tell(f"RELOADING=1\nMONOTONIC_USEC={now}")

    def stopping(self) -> None:
        """What is under way is being finished."""
        self._tell("STOPPING=1")

    async def stay_alive(self) -> None:
        """Tell that the event loop turns, as often as is wanted, until cancelled."""
        while self._every_s:
            self._tell("WATCHDOG=1")
            await asyncio.sleep(self._every_s)

    def _tell(self, state: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to:
                to.setblocking(False)
                to.sendto(state.encode(), self._address)
        except OSError:
            log.warning("the service manager cannot be told: %s", state, exc_info=True)
