"""Who changed what others get: only added to, and each entry sealed with the one before it.

An entry's seal covers its number, its time and a commitment to who and what (blake2b with a salt
of its own). Erasing a person takes away what was committed to and the salt; the commitment stays,
tells nothing, and the chain holds. What a chain cannot show is that its end was cut off: whoever
wants to know keeps the last digest elsewhere.
Source: https://www.rfc-editor.org/rfc/rfc7693 (BLAKE2), and the linked time-stamps of Haber and
Stornetta, 1991.
"""

import asyncio
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, select

from storage import schema
from storage.records import AuditChain, AuditEntry, Deed, NewAuditEntry
from storage.sql.connections import EVERYWHERE, Connections
from storage.sql.nul import without_escaped_nul

table = schema.audit

_SALT_BYTES = 16
_DIGEST_BYTES = 32
_BEGINNING = bytes(_DIGEST_BYTES)
_SEALED = (table.c.community, table.c.number, table.c.at, table.c.deed, table.c.content)


class Audit:
    """Reads what `note` has written."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def recent(
        self,
        community: str,
        limit: int,
        *,
        before: int | None = None,
        deed: Deed | None = None,
        user: str | None = None,
    ) -> Sequence[AuditEntry]:
        """The last entries, newest first; those `before` a number, of one deed, of one person."""
        chosen = {table.c.deed: deed, table.c.user: user}
        statement = (
            select(table)
            .where(table.c.community == community)
            .where(*(column == value for column, value in chosen.items() if value is not None))
            .order_by(table.c.number.desc())
            .limit(limit)
        )
        if before is not None:
            statement = statement.where(table.c.number < before)
        rows = await self._connections.rows(community, statement)
        return [_entry(row) for row in rows]

    async def verify(self) -> Sequence[AuditChain]:
        """Look whether each community's entries are as they were noted."""
        statement = select(table).order_by(table.c.community, table.c.number)
        rows = await self._connections.rows(EVERYWHERE, statement)
        return await asyncio.to_thread(
            lambda: [_chain(of, list(each)) for of, each in groupby(rows, lambda r: r.community)]
        )


def note(connection: Connection, new: NewAuditEntry | None, **found: object) -> None:
    """Write an entry in the transaction of what it tells of: both are kept, or neither.

    `found` are facts that only the transaction knows. Nothing is written of what is no deed.
    """
    if new is None:
        return
    new = replace(new, facts=_as_kept({**new.facts, **found}))
    last = connection.execute(
        select(table.c.number, table.c.digest)
        .where(table.c.community == new.community)
        .order_by(table.c.number.desc())
        .limit(1)
    )
    number, digest = last.one_or_none() or (0, _BEGINNING)
    salt = secrets.token_bytes(_SALT_BYTES)
    values = {
        "community": new.community,
        "number": number + 1,
        "at": schema.now(),
        "deed": new.deed,
        "content": _commitment(salt, new.user, new.facts),
    }
    sealed = _seal(digest, values)
    told = {"user": new.user, "facts": new.facts, "salt": salt, "digest": sealed}
    connection.execute(table.insert().values(**values, **told))


def _as_kept(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is sealed is what is found again, also on a server, and after a move to one."""
    kept: Mapping[str, Any] = json.loads(without_escaped_nul(json.dumps(facts)))
    return kept


def _chain(community: str, rows: Sequence[Row[Any]]) -> AuditChain:
    digest, broken_at = _BEGINNING, None
    for number, row in enumerate(rows, start=1):
        digest = _seal(digest, {column.name: getattr(row, column.name) for column in _SEALED})
        if broken_at is None and not (row.number == number and _holds(row, digest)):
            broken_at = number
        digest = row.digest
    return AuditChain(community, len(rows), broken_at, digest)


def _holds(row: Row[Any], digest: bytes) -> bool:
    if row.salt is None:  # erased: there is nothing left to compare
        return bool(row.digest == digest and row.user is None and row.facts is None)
    return bool(row.digest == digest and row.content == _commitment(row.salt, row.user, row.facts))


def _commitment(salt: bytes, user: str, facts: Mapping[str, Any]) -> bytes:
    told = json.dumps([user, facts], sort_keys=True).encode()
    return hashlib.blake2b(told, digest_size=_DIGEST_BYTES, salt=salt).digest()


def _seal(before: bytes, values: Mapping[str, Any]) -> bytes:
    told = [values["community"], values["number"], values["at"].isoformat(), values["deed"]]
    content = values["content"]
    sealed = before + content + json.dumps(told).encode()
    return hashlib.blake2b(sealed, digest_size=_DIGEST_BYTES).digest()


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(row.number, row.at, row.deed, row.user, row.facts or {})
