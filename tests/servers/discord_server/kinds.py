"""Discord's numbers, by name."""

from typing import Any

Json = dict[str, Any]

# What people do.
COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5

# What kinds of command there are.
CHAT_INPUT, USER_COMMAND, MESSAGE_COMMAND = 1, 2, 3

# How an interaction may be called back.
ANSWER, DEFER, DEFER_UPDATE, UPDATE, CHOICES, OPEN_MODAL = 4, 5, 6, 7, 8, 9

# Flags of messages.
SUPPRESS_EMBEDS, EPHEMERAL, LOADING = 1 << 2, 1 << 6, 1 << 7
SUPPRESS_NOTIFICATIONS, COMPONENTS_V2 = 1 << 12, 1 << 15

# Components.
ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8
SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR = 9, 10, 11, 12, 13, 14
CONTAINER, LABEL, FILE_UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 17, 18, 19, 21, 22, 23
SELECTS = frozenset({STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT})

# Options of commands.
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER = 1, 2, 3, 4, 5, 6
CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = 7, 8, 9, 10, 11

# Styles of buttons that have a custom_id; then links and shop items, which have none.
LINK, PREMIUM = 5, 6

# Where an interaction takes place.
IN_GUILD, IN_BOT_DM, IN_PRIVATE = 0, 1, 2

# Channels.
TEXT, DM, GROUP_DM, THREAD = 0, 1, 3, 11

FILE_SIZE_LIMIT = 10 * 1024 * 1024
