"""The application's commands, global ones and those of guilds."""

from tests.servers.discord_server import kinds
from tests.servers.discord_server.ids import Snowflakes
from tests.servers.discord_server.kinds import Json

CREATES_A_DAY = 200

Scope = int | None
"""The id of a guild, or None for what is registered everywhere."""


class TooManyCreates(Exception):
    """More commands were made in a day than Discord lets."""


class Registry:
    """Keeps commands as Discord gives them back."""

    def __init__(self, ids: Snowflakes, application_id: int) -> None:
        self._ids = ids
        self._application_id = application_id
        self._commands: dict[Scope, dict[int, Json]] = {}
        self.creates: dict[Scope, int] = {}
        """How many were made today; one that is put again under its name is not made anew."""

    def listing(self, scope: Scope = None) -> list[Json]:
        """Give what is registered in one place."""
        return list(self._commands.get(scope, {}).values())

    def get(self, number: int, scope: Scope = None) -> Json | None:
        """Find one by its id."""
        return self._commands.get(scope, {}).get(number)

    def find(self, name: str, kind: int, scope: Scope = None) -> Json | None:
        """Find one by its name and kind."""
        for command in self.listing(scope):
            if (command["name"], command["type"]) == (name, kind):
                return command
        return None

    def put_all(self, bodies: list[Json], scope: Scope = None) -> list[Json]:
        """Register these and no others; those that keep their name keep their id."""
        fresh = [self._made(body, scope) for body in bodies]
        self._commands[scope] = {int(command["id"]): command for command in fresh}
        return fresh

    def put(self, body: Json, scope: Scope = None) -> tuple[Json, bool]:
        """Register one, in the place of its namesake; and say whether it is new."""
        is_new = self.find(body["name"], body.get("type") or 1, scope) is None
        command = self._made(body, scope)
        self._commands.setdefault(scope, {})[int(command["id"])] = command
        return command, is_new

    def change(self, number: int, body: Json, scope: Scope = None) -> Json:
        """Change one."""
        command = self._commands[scope][number]
        command |= {key: value for key, value in body.items() if key != "type"}
        command["version"] = str(self._ids.take())
        return command

    def remove(self, number: int, scope: Scope = None) -> bool:
        """Remove one, and say whether it was there."""
        return self._commands.get(scope, {}).pop(number, None) is not None

    def _made(self, body: Json, scope: Scope) -> Json:
        kind = body.get("type") or kinds.CHAT_INPUT
        namesake = self.find(body["name"], kind, scope)
        if namesake is None:
            self._count(scope)
        allowed = body.get("default_member_permissions")
        command: Json = {
            "name_localizations": None,
            "description_localizations": None,
            "nsfw": False,
            "contexts": None,
            "integration_types": [0],
            "dm_permission": True,
            **body,
            "id": namesake["id"] if namesake else str(self._ids.take()),
            "application_id": str(self._application_id),
            "version": str(self._ids.take()),
            "type": kind,
            "description": body.get("description") or "",
            "default_member_permissions": None if allowed is None else str(allowed),
        }
        return command if scope is None else {**command, "guild_id": str(scope)}

    def _count(self, scope: Scope) -> None:
        self.creates[scope] = self.creates.get(scope, 0) + 1
        if self.creates[scope] > CREATES_A_DAY:
            raise TooManyCreates
