"""Slack's installation store with its secrets encrypted: what SQL sees can post nothing."""

from collections.abc import Callable
from typing import TypeVar

from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.oauth.installation_store.models.installation import Installation

from bot.on_slack.vault import Vault

SECRETS = (
    *("bot_token", "bot_refresh_token", "user_token", "user_refresh_token"),
    *("incoming_webhook_url", "incoming_webhook_configuration_url"),
)
"""What lets somebody act in a workspace, or on how we act there."""

Kept = TypeVar("Kept", Bot, Installation)


class LockedStore(AsyncInstallationStore):
    """Locks what goes in and unlocks what comes out of another store."""

    def __init__(self, store: AsyncInstallationStore, vault: Vault) -> None:
        self._store = store
        self._vault = vault

    async def async_save(self, installation: Installation) -> None:
        """Keep an installation."""
        copy = Installation(**installation.to_dict_for_copying())
        await self._store.async_save(_changed(copy, self._vault.lock))

    async def async_save_bot(self, bot: Bot) -> None:
        """Keep what belongs to the bot in a workspace."""
        copy = Bot(**bot.to_dict_for_copying())
        await self._store.async_save_bot(_changed(copy, self._vault.lock))

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        """Return what belongs to the bot in a workspace.

        Raises:
            Unreadable: it was kept with another key.
        """
        found = await self._store.async_find_bot(
            enterprise_id=enterprise_id,
            team_id=team_id,
            is_enterprise_install=is_enterprise_install,
        )
        return _changed(found, self._vault.unlock) if found else None

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
        found = await self._store.async_find_installation(
            enterprise_id=enterprise_id,
            team_id=team_id,
            user_id=user_id,
            is_enterprise_install=is_enterprise_install,
        )
        return _changed(found, self._vault.unlock) if found else None

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget what belongs to the bot in a workspace."""
        await self._store.async_delete_bot(enterprise_id=enterprise_id, team_id=team_id)

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Forget the installations in a workspace, or those of a person."""
        await self._store.async_delete_installation(
            enterprise_id=enterprise_id, team_id=team_id, user_id=user_id
        )


def _changed(kept: Kept, change: Callable[[str], str]) -> Kept:
    for name in SECRETS:
        if (secret := getattr(kept, name, None)) is not None:
            setattr(kept, name, change(secret))
    return kept
