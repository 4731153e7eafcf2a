"""What a model answered, and what people said of that, for whoever watches it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select

from storage import schema
from storage.records import AnswerRow, JudgedAnswerRow, Verdict
from storage.sql.connections import Connections

table, feedback, choices = schema.queries, schema.feedback, schema.choices

_CLASSIFY = "classify"


class Answers:
    """Reads questions and judgements by the model that answered."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def judged(
        self, community: str, model: str, limit: int, since: datetime | None = None
    ) -> Sequence[JudgedAnswerRow]:
        """The last judgements of a model's answers, the oldest of them first."""
        verdicts = (Verdict.RIGHT, Verdict.WRONG)
        statement = (
            select(feedback.c.user, feedback.c.verdict, feedback.c.updated_at)
            .join(table, feedback.c.query_id == table.c.id)
            .where(feedback.c.community == community, feedback.c.model == model)
            .where(table.c.command == _CLASSIFY, feedback.c.verdict.in_(verdicts))
            .order_by(feedback.c.updated_at.desc(), feedback.c.query_id.desc())
            .limit(limit)
        )
        if since is not None:
            statement = statement.where(feedback.c.updated_at > since)
        rows = await self._connections.rows(community, statement)
        found = [
            JudgedAnswerRow(row.user, row.verdict is Verdict.RIGHT, row.updated_at) for row in rows
        ]
        return found[::-1]

    async def first(
        self, community: str, model: str, limit: int, since: datetime | None = None
    ) -> Sequence[AnswerRow]:
        """A model's first answers to those from whom models may learn."""
        return await self._answers(community, model, limit, since, is_last=False)

    async def last(
        self, community: str, model: str, limit: int, since: datetime | None = None
    ) -> Sequence[AnswerRow]:
        """A model's last answers to those from whom models may learn, the newest first."""
        return await self._answers(community, model, limit, since, is_last=True)

    async def _answers(
        self, community: str, model: str, limit: int, since: datetime | None, *, is_last: bool
    ) -> Sequence[AnswerRow]:
        statement = (
            select(table.c.id, table.c.text, table.c.result)
            .where(table.c.community == community, table.c.model == model)
            .where(table.c.command == _CLASSIFY, ~_asked_not_to_learn())
            .order_by(table.c.id.desc() if is_last else table.c.id)
            .limit(limit)
        )
        if since is not None:
            statement = statement.where(table.c.created_at > since)
        rows = await self._connections.rows(community, statement)
        return [AnswerRow(**schema.plain(row)) for row in rows]


def _asked_not_to_learn() -> ColumnElement[bool]:
    whose = and_(choices.c.community == table.c.community, choices.c.user == table.c.user)
    return select(choices).where(whose, choices.c.may_train.is_(False)).exists()
