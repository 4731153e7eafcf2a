"""What came of a stranger's files in a process apart, and is not to be tried anywhere else."""

from dataclasses import dataclass

from models.checkpoints.tokenizing.chat_frame import ChatFrame


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Of a use; plain data, fit for JSON."""

    frame: ChatFrame | None = None
    """Of a chat model that is to write."""
