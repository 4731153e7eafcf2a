"""slack_sdk's stores over a file of ours: every secret in them is encrypted before SQL sees it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore

from bot.on_slack.installs.vault import Vault
from storage.side_tables import SideTables

SECRETS = (
    *("bot_token", "bot_refresh_token", "user_token", "user_refresh_token"),
    *("incoming_webhook_url", "incoming_webhook_configuration_url"),
)
"""What lets somebody act in a workspace, or on how we act there."""
TABLES = (
    SQLAlchemyInstallationStore.default_bots_table_name,
    SQLAlchemyInstallationStore.default_installations_table_name,
    SQLAlchemyOAuthStateStore.default_table_name,
)
"""What they are called, in a file of their own or beside the memory on a server."""

_Key = tuple[str | None, str | None, bool]
Kept = TypeVar("Kept", Bot, Installation)


class LockedStore(AsyncInstallationStore):
    """Locks what goes into slack_sdk's store and unlocks what comes out of it."""

    def __init__(self, file: SideTables, vault: Vault, client_id: str) -> None:
        self._file = file
        self._vault = vault
        self._store = _store(client_id, file)
        self._bots: dict[_Key, Bot] = {}
        self._changes = 0
        self.on_change: Callable[[], Awaitable[None]] | None = None
        """Called once something was kept or deleted here."""

    async def create(self) -> None:
        """Create the tables that are missing."""
        await self._file.create(self._store.metadata)

    async def async_save(self, installation: Installation) -> None:
        """Keep an installation."""
        copy = Installation(**installation.to_dict_for_copying())
        locked = _changed(copy, self._vault.lock)
        await self._change(lambda: self._store.save(locked))

    async def async_save_bot(self, bot: Bot) -> None:
        """Keep what belongs to the bot in a workspace."""
        locked = _changed(Bot(**bot.to_dict_for_copying()), self._vault.lock)
        await self._change(lambda: self._store.save_bot(locked))

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        """Return what belongs to the bot in a workspace; it is looked up once.

        Raises:
            Unreadable: it was kept with another key.
        """
        key = (enterprise_id, team_id, bool(is_enterprise_install))
        if known := self._bots.get(key):
            return known
        changes = self._changes
        found = await self._file.guard(
            lambda: self._store.find_bot(
                enterprise_id=enterprise_id,
                team_id=team_id,
                is_enterprise_install=is_enterprise_install,
            )
        )
        if found is None:
            return None
        bot = _changed(found, self._vault.unlock)
        if changes == self._changes:  # or else it may be gone by now
            self._bots[key] = bot
        return bot

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """Return the latest installation in a workspace, or the latest of a person.

        Raises:
            Unreadable: it was kept with another key.
        """
        found = await self._file.guard(
            lambda: self._store.find_installation(
                enterprise_id=enterprise_id,
                team_id=team_id,
                user_id=user_id,
                is_enterprise_install=is_enterprise_install,
            )
        )
        return _changed(found, self._vault.unlock) if found else None

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget what belongs to the bot in a workspace."""
        await self._change(
            lambda: self._store.delete_bot(enterprise_id=enterprise_id, team_id=team_id)
        )

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Forget the installations in a workspace, or those of a person."""
        await self._change(
            lambda: self._store.delete_installation(
                enterprise_id=enterprise_id, team_id=team_id, user_id=user_id
            )
        )

    async def teams(self) -> list[tuple[str | None, str | None]]:
        """Return the organization and the id of every workspace that has installed the app."""
        rows = await self._file.rows(self._store.bots)
        ours = (row for row in rows if row["client_id"] == self._store.client_id)
        return list(dict.fromkeys((row["enterprise_id"], row["team_id"]) for row in ours))

    async def _change(self, work: Callable[[], None]) -> None:
        try:
            await self._file.guard(work)
        finally:
            self.forget()
        if self.on_change:
            await self.on_change()

    def forget(self) -> None:
        """Look everything up anew: somebody has changed it."""
        self._changes += 1
        self._bots.clear()


class States(AsyncOAuthStateStore):
    """slack_sdk's store of the states under way, without those that nobody came back with."""

    def __init__(self, file: SideTables, expiration_s: int) -> None:
        self._file = file
        self._store = SQLAlchemyOAuthStateStore(expiration_s, file.engine)

    async def create(self) -> None:
        """Create the table where it is missing."""
        await self._file.create(self._store.metadata)

    async def async_issue(self, *_args: object, **_more: object) -> str:
        """Return a new state."""
        await self._file.delete_before(self._store.oauth_states.c.expire_at, datetime.now(UTC))
        issued: str = await self._file.guard(self._store.issue)
        return issued

    async def async_consume(self, state: str) -> bool:
        """Tell whether a state is one of ours, for the first and last time."""
        return await self._file.guard(lambda: self._store.consume(state))


def tables_of(file: SideTables) -> list[Any]:
    """Return the tables of both stores."""
    return [_store("", file).metadata, SQLAlchemyOAuthStateStore(0, file.engine).metadata]


def _store(client_id: str, file: SideTables) -> SQLAlchemyInstallationStore:
    """Return slack_sdk's, with room for secrets that have become longer by the lock."""
    store = SQLAlchemyInstallationStore(client_id, file.engine)
    for table in store.metadata.tables.values():
        for column in table.c:
            if column.name in SECRETS:
                column.type.length = None  # type: ignore[attr-defined]  # they are all texts
    return store


def _changed(kept: Kept, change: Callable[[str], str]) -> Kept:
    for name in SECRETS:
        if (secret := getattr(kept, name, None)) is not None:
            setattr(kept, name, change(secret))
    return kept
