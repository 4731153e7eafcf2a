"""A file of a message, or of a person's command, served by this server."""

import mimetypes
from dataclasses import dataclass

from tests.servers.discord_server.kinds import Json

PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Attachment:
    """A file as it was uploaded."""

    id: int
    name: str
    content_type: str | None
    body: bytes
    url: str
    description: str | None = None

    def json(self) -> Json:
        """Describe it as Discord does."""
        described: Json = {
            "id": str(self.id),
            "filename": self.name,
            "size": len(self.body),
            "url": self.url,
            "proxy_url": self.url,
            "content_type": self.content_type or guessed(self.name),
        }
        if self.description is not None:
            described["description"] = self.description
        return described | self._measures()

    def _measures(self) -> Json:
        if not self.body.startswith(PNG):
            return {}
        width, height = self.body[16:20], self.body[20:24]
        return {"width": int.from_bytes(width), "height": int.from_bytes(height)}


def guessed(name: str) -> str:
    """Guess a file's type by its name: Discord does not believe the uploader."""
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{content_type}; charset=utf-8" if content_type.startswith("text/") else content_type
