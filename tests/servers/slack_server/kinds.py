"""Names that many modules share."""

from typing import Any, Literal

Json = dict[str, Any]

Surface = Literal["message", "modal", "home"]
"""Where blocks stand: it decides how many there may be, and which."""

COMMAND = "slash_commands"
INTERACTIVE = "interactive"
EVENT = "events_api"
"""The types of Socket Mode's envelopes."""
