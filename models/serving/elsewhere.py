"""Where a checkpoint may be computed besides this process; `models.on_ray` fills it in."""

from typing import Protocol

from models.results import Checkpoint
from models.serving.cache_entry import Source
from models.serving.lane_loader import LaneLoader, LoadedLane
from models.serving.slots import Slot


class Away(Exception):
    """Who computed elsewhere does so no more: whoever asked asks anew, and this machine answers."""


class Elsewhere(Protocol):
    """Other machines that answer."""

    def source(self, here: LaneLoader) -> Source[LoadedLane]:
        """Return what opens lanes there, or here by the given one."""
        ...

    async def open(self, slot: Slot) -> bool:
        """Open a slot there for the source to give next; whether that can be had now."""
        ...

    async def bring(self, version: Checkpoint) -> None:
        """Fetch the files of a version that another process trained, if they can be had."""
        ...
