"""Who is signed in to the pages that a browser shows."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NewWebLink:
    """A link that signs one person in once."""

    community: str
    user: str
    digest: bytes
    """Of the secret in it, which nobody keeps."""
    language: str
    """In which they asked for it: not every platform tells that of who is not speaking there."""
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class WebSession:
    """Somebody who is signed in, or may be by a link."""

    community: str
    user: str
    language: str
    expires_at: datetime
