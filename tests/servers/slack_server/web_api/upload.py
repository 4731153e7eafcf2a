"""A file: from the address that it is uploaded to, until people see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.servers.slack_server.kinds import Json

if TYPE_CHECKING:
    from tests.servers.slack_server.team import Team


@dataclass(eq=False)
class File:
    """A file."""

    id: str
    team: Team
    name: str
    length: int
    alt_text: str | None = None
    body: bytes | None = None
    """Its bytes, once they have come."""
    title: str | None = None
    owner_id: str = ""
    is_complete: bool = False
    """Whether files.completeUploadExternal was called."""
    shared_in: list[str] = field(default_factory=list)
    address: str = ""

    def __repr__(self) -> str:
        return f"<File {self.name!r}>"

    def json(self) -> Json:
        """Describe it as Slack does."""
        return {
            "id": self.id,
            "created": 1_700_000_000,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": "",
            "filetype": "",
            "user": self.owner_id,
            "size": self.length,
            "mode": "hosted",
            "is_external": False,
            "is_public": bool(self.shared_in),
            "alt_txt": self.alt_text or "",
            "url_private": f"{self.address}/files-pri/{self.id}/{self.name}",
            "url_private_download": f"{self.address}/files-pri/{self.id}/download/{self.name}",
            "channels": self.shared_in,
        }
