"""Where a server and its database are, as one URL tells it; its password is shown nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

DRIVERS = ("postgresql", "postgres", "postgresql+psycopg", "postgresql+asyncpg")
"""All mean the same: what runs it is ours to choose (docs/adr/0035)."""
_DRIVER = "postgresql+psycopg"
_BY_ASYNCPG = {"ssl": "sslmode"}
"""What the same is called in libpq."""
_USUAL = {
    "connect_timeout": "5",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "application_name": "tokki",
    "client_encoding": "utf8",
}
"""Unless the URL says otherwise: who has vanished is noticed in a minute, not in hours."""


class NoAddress(ValueError):
    """The URL is none of a PostgreSQL database. It is not repeated: a password may be in it."""


@dataclass(frozen=True, slots=True)
class Address:
    """A database on a server."""

    url: URL = field(repr=False)
    shown: str
    """For people: neither the password nor what else the URL says."""

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read a URL.

        Raises:
            NoAddress: it is none.
        """
        try:
            url = make_url(text.strip())
        except (ArgumentError, ValueError):
            raise NoAddress from None
        if url.drivername not in DRIVERS or not url.database:
            raise NoAddress
        return cls(url.set(drivername=_DRIVER, query=_query(url.query)), _shown(url))


def _query(given: Mapping[str, str | tuple[str, ...]]) -> dict[str, str | tuple[str, ...]]:
    return {**_USUAL, **{_BY_ASYNCPG.get(name, name): value for name, value in given.items()}}


def _shown(url: URL) -> str:
    host = url.host or url.query.get("host") or "localhost"
    where = f"{host}:{url.port}" if url.port else str(host)
    return (
        f"postgresql://{url.username}@{where}/{url.database}"
        if url.username
        else (f"postgresql://{where}/{url.database}")
    )
