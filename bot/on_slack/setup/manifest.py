"""Makes the manifest of Tokki's Slack app from the command table; pure.

Pasted once, it sets everything up. Commands are not namespaced in Slack: where another app has one
of the same name, the app that was installed last gets it, so a prefix keeps them apart.
https://docs.slack.dev/reference/app-manifest
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote_plus

import yaml  # type: ignore[import-untyped]

from handlers.commands import COMMANDS, MESSAGE_ACTIONS
from handlers.table import Bilingual, Command, Kind, MessageAction, Option
from handlers.types import Language

_SCOPES: Mapping[str, Bilingual] = {
    "commands": Bilingual("slash commands and message shortcuts", "슬래시 명령과 메시지 바로 가기"),
    "chat:write": Bilingual(
        "to post answers and to edit how a training goes",
        "답을 올리고 학습이 어떻게 되는지 고쳐 쓰기",
    ),
    "chat:write.public": Bilingual(
        "to post answers in public channels that nobody has invited Tokki to",
        "초대받지 않은 공개 채널에서도 답을 올리고 고쳐 쓰기",
    ),
    "files:write": Bilingual(
        "to attach charts, and what is too long for a message",
        "그래프와, 메시지에 다 들어가지 않는 것을 파일로 붙이기",
    ),
    "im:write": Bilingual(
        "to answer somebody alone where there is no channel, as from the Home tab",
        "홈 탭처럼 채널이 없는 곳에서 한 사람에게만 답하기",
    ),
    "users:read": Bilingual(
        "people's language, and who administers the workspace",
        "사람마다의 언어와, 워크스페이스 관리자가 누구인지 알기",
    ),
    "usergroups:read": Bilingual(
        "so that /settings can give a role to a user group",
        "/설정 명령으로 사용자 그룹에 권한 주기",
    ),
}
_FOR_FILES: Mapping[str, Bilingual] = {
    "files:read": Bilingual(
        "to read the files that people put into forms", "입력 창에 넣은 파일 읽기"
    ),
}


def scopes_for(commands: Sequence[Command]) -> Mapping[str, Bilingual]:
    """Return what Tokki asks to be allowed, and why.

    It reads no messages but those handed to it, and no files unless a command takes one.
    """
    options = [each for command in commands for run in command.runs for each in run.options]
    has_files = any(option.kind is Kind.FILE for option in options)
    return {**_SCOPES, **_FOR_FILES} if has_files else _SCOPES


SCOPES = scopes_for(COMMANDS)
EVENTS = ("app_home_opened", "app_uninstalled", "tokens_revoked")
MESSAGE = "message:"
"""Stands before a command's name in the id of a message shortcut."""

_NAME = Bilingual("Tokki", "토끼")
_DESCRIPTION = Bilingual(
    "Ask language models about a text, and teach them by judging their answers",
    "언어 모델에게 묻고, 답을 평가해 가르쳐요",
)
MOST_COMMANDS = 50
"""Of an app."""
ENGLISH_ALONE = frozenset({"hub", "jobs", "audit", "status", "vector", "web"})
"""There is no room for two names of each: these, which few give, have none in Korean."""
_LONGEST_COMMAND = 32
"""The slash counts."""
_LONGEST_SHORTCUT = 24
_LONGEST_SHORTCUT_DESCRIPTION = 150
_PREFIX = re.compile(r"[a-z0-9가-힣_-]*")
_PAGE = "https://api.slack.com/apps?new_app=1"
_ONE_LINE = 10**9
_LONGEST_LINK = 8_190
"""Servers commonly refuse requests whose first line has more than 8 KiB."""
_SAFE = "/:,;()!*'~"
"""Characters that a query may hold as they are."""

Manifest = dict[str, Any]


def manifest(
    prefix: str = "",
    *,
    request_url: str | None = None,
    redirect_url: str | None = None,
    socket_mode: bool = True,
    languages: tuple[Language, ...] = tuple(Language),
    commands: Sequence[Command] = COMMANDS,
) -> Manifest:
    """Return the app's manifest.

    Args:
        prefix: stands before the name of each slash command, such as `tokki-`.
        request_url: where Slack sends everything without Socket Mode.
        redirect_url: where people come back to who install the app by OAuth.
        socket_mode: Slack needs to reach nothing; Tokki connects by itself.
        languages: which names the commands have.
        commands: of the table.

    Raises:
        ValueError: the prefix is no part of a command's name, or there is no request URL.
    """
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"{prefix!r}: a prefix takes lower-case letters, digits, - and _")
    if not socket_mode and not request_url:
        raise ValueError("without Socket Mode, Slack needs a request URL")
    url = None if socket_mode else request_url
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": _NAME.en,
            "description": f"{_DESCRIPTION.en} · {_DESCRIPTION.ko}",
        },
        "features": _features(prefix, url, languages, commands),
        "oauth_config": _oauth(redirect_url, commands),
        "settings": _settings(url),
    }


def as_json(app: Manifest) -> str:
    """Return a manifest for people to paste."""
    return json.dumps(app, ensure_ascii=False, indent=2)


def open_link(app: Manifest) -> str:
    """Return the link that opens Slack with a manifest filled in.

    It has no room for what is typed behind each command; where it is too long even so, the
    manifest has to be pasted there. Hangul is shorter as YAML escapes it, a space as forms do, and
    most words need no quotation marks.
    """
    form = yaml.safe_dump(_without_hints(app), default_flow_style=True, width=_ONE_LINE)
    link = f"{_PAGE}&manifest_yaml={quote_plus(form, safe=_SAFE)}"
    return link if len(link) <= _LONGEST_LINK else _PAGE


def _without_hints(app: Manifest) -> Manifest:
    """Leave out what is typed behind each command, which `/help` tells as well."""
    features = app["features"]
    commands = [
        {key: value for key, value in command.items() if key != "usage_hint"}
        for command in features["slash_commands"]
    ]
    return app | {"features": features | {"slash_commands": commands}}


def _features(
    prefix: str, url: str | None, languages: tuple[Language, ...], commands: Sequence[Command]
) -> dict[str, object]:
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,  # slash commands need somewhere to type
        },
        "bot_user": {"display_name": _NAME.en, "always_online": True},
        "shortcuts": [_shortcut(action) for action in MESSAGE_ACTIONS],
        "slash_commands": [
            _command(command, language, prefix, url)
            for language in languages
            for command in commands
            if language is Language.ENGLISH or command.name.en not in ENGLISH_ALONE
        ],
    }


def _command(
    command: Command, language: Language, prefix: str, url: str | None
) -> dict[str, object]:
    name = f"/{prefix}{command.name.to(language)}"
    if len(name) > _LONGEST_COMMAND:
        raise ValueError(f"{name} is longer than {_LONGEST_COMMAND} characters")
    said: dict[str, object] = {
        "command": name,
        "description": command.description.to(language),
    }
    if hint := _usages(command, language):
        said["usage_hint"] = hint
    if any(option.kind is Kind.GROUP for run in command.runs for option in run.options):
        said["should_escape"] = True  # a mention becomes an id; all else stays as it was typed
    return _with_url(said, "url", url)


def _usages(command: Command, language: Language) -> str:
    """Return what is typed behind a command: its options, or the names of its actions.

    With the options of each action it would be too long to read, and so would be the link that
    carries the manifest.
    """
    if command.actions:
        return " | ".join(action.name.to(language) for action in command.actions)
    typed = [option for option in command.options if option.kind is not Kind.FILE]
    return " ".join(_hint(option, language) for option in typed)


def _hint(option: Option, language: Language) -> str:
    """Return how an option is typed: `text`, `[top:1–100]`, `[start|cancel|status]`."""
    name = option.name.to(language)
    value = {
        Kind.CHOICE: "|".join(choice.to(language) for choice in option.choices),
        Kind.INTEGER: f"{option.minimum}–{option.maximum}",
    }.get(option.kind, "…")
    if option.takes_free_text:
        said = value if option.kind is Kind.CHOICE else name
    else:
        said = f"{name}:{value}"
    return said if option.is_required and not option.unless else f"[{said}]"


def _shortcut(action: MessageAction) -> dict[str, object]:
    """Return a message shortcut. Slack translates none, so both languages stand in it."""
    names = (f"{action.name.en} · {action.name.ko}", f"{action.name.en}·{action.name.ko}")
    fitting = [name for name in names if len(name) <= _LONGEST_SHORTCUT]
    said = action.command.description
    return {
        "name": fitting[0] if fitting else action.name.en,
        "type": "message",
        "callback_id": f"{MESSAGE}{action.command.full_name.en}",
        "description": f"{said.en} · {said.ko}"[:_LONGEST_SHORTCUT_DESCRIPTION],
    }


def _oauth(redirect_url: str | None, commands: Sequence[Command]) -> dict[str, object]:
    config: dict[str, object] = {"scopes": {"bot": list(scopes_for(commands))}}
    return config | {"redirect_urls": [redirect_url]} if redirect_url else config


def _settings(url: str | None) -> dict[str, object]:
    interactivity = _with_url({"is_enabled": True}, "request_url", url)
    return {
        "event_subscriptions": _with_url({"bot_events": list(EVENTS)}, "request_url", url),
        "interactivity": _with_url(interactivity, "message_menu_options_url", url),
        "org_deploy_enabled": False,
        "socket_mode_enabled": url is None,
        "token_rotation_enabled": False,
    }


def _with_url(settings: dict[str, object], key: str, url: str | None) -> dict[str, object]:
    return settings | {key: url} if url else settings
