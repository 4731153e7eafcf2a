"""From the arguments of a call to what people see of a message."""

from __future__ import annotations

from typing import Any

from tests.servers.slack_server.ids import Ids, secret
from tests.servers.slack_server.kinds import Json
from tests.servers.slack_server.seen.message import Shown, with_block_ids


def content_of(body: Json, ids: Ids, before: Shown | None = None) -> Shown:
    """Read a message; what an edit leaves out stays as it was."""
    kept = before or Shown()
    return Shown(
        text=_given(body, "text", kept.text if before else ""),
        blocks=with_block_ids(_given(body, "blocks", kept.blocks), lambda: secret()[:5]),
        attachments=_attachments(_given(body, "attachments", kept.attachments), ids),
        files=kept.files,
    )


def _attachments(attachments: list[Json], ids: Ids) -> list[Json]:
    return [
        {
            "id": number,
            **attachment,
            "blocks": with_block_ids(attachment.get("blocks") or [], lambda: ids.take("b")),
        }
        for number, attachment in enumerate(attachments, 1)
    ]


def _given(body: Json, key: str, otherwise: Any) -> Any:
    value = body.get(key)
    return otherwise if value is None else value
