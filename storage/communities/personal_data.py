"""All that is kept of one person in one community: told to them, and erased if they wish.

What they asked, said, put in and chose goes, with every text that came from them alone; a text that
somebody else has asked as well becomes that other person's. What they decided for everybody stays,
without their name. `TREATED` has a word on every column that may name a person, and a test that
each such column has one.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, Select, Table, delete, func, or_, select, update

from storage import schema
from storage.audit import note
from storage.communities.learners import learned_from, learning_from, snapshots_with
from storage.labelling.settling import remove_settler
from storage.records import Deed, Erased, ImportState, NewAuditEntry
from storage.sql.connections import Connections

queries, examples, votes = schema.queries, schema.examples, schema.votes
history, datasets, imports = schema.votes_history, schema.datasets, schema.imports

GOES, STAYS_WITHOUT_NAME, SEALED = "goes", "stays without a name", "its entry is emptied"
TREATED: Mapping[str, str] = {
    "queries.user": GOES,
    "feedback.user": GOES,
    "feedback_history.user": GOES,
    "choices.user": GOES,
    "votes.user": GOES,
    "votes_history.user": GOES,
    "label_cards.user": GOES,
    "drafts.user": GOES,
    "examples.user": GOES,
    "must_pass.user": GOES,
    "examples.settled_by": STAYS_WITHOUT_NAME,
    "examples.settled_before": STAYS_WITHOUT_NAME,
    "jobs.user": STAYS_WITHOUT_NAME,
    "imports.user": STAYS_WITHOUT_NAME,
    "datasets.created_by": STAYS_WITHOUT_NAME,
    "dataset_changes.user": STAYS_WITHOUT_NAME,
    "live_versions.decided_by": STAYS_WITHOUT_NAME,
    "compared_texts.user": GOES,
    "comparisons.started_by": STAYS_WITHOUT_NAME,
    "live_moves.user": STAYS_WITHOUT_NAME,
    "hub_models.user": STAYS_WITHOUT_NAME,
    "web_sessions.user": GOES,
    "audit.user": SEALED,
}
NOBODY = ""
"""Where a column has to have something."""
_EXPORTED = {
    "questions": queries,
    "judgements": schema.feedback,
    "votes": votes,
    "texts": examples,
    "choices": schema.choices,
    "browsers": schema.web_sessions,
}
_TIMES = ("created_at", "voted_at", "updated_at")
_HIDDEN = ("canonical", "group_key", "sketch", "query_id", "digest", "settled_before")


class PersonalData:
    """Tells and erases."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def export(self, community: str, user: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Return what is kept of somebody here, by what it is, the oldest first."""

        def look(connection: Connection) -> Mapping[str, Sequence[Mapping[str, Any]]]:
            return {
                name: [
                    schema.plain(row)
                    for row in connection.execute(_rows_of(table, community, user))
                ]
                for name, table in _EXPORTED.items()
            }

        return await self._connections.read(community, look)

    async def would_go(self, community: str, user: str) -> Erased:
        """Return how much of somebody would be gone, changing nothing."""
        return await self._connections.read(
            community, partial(_would_go, community=community, user=user)
        )

    async def erase(self, community: str, user: str) -> Erased:
        """Erase somebody here, for good; on return nothing of them is in the file.

        An entry of the audit says that it was done, and which versions learned from them.
        """
        erased = await self._connections.write(
            community, partial(_erase, community=community, user=user)
        )
        await self._connections.empty_log()
        return erased


def _rows_of(table: Table, community: str, user: str) -> Select[Any]:
    """What they are given; a question by its number here, since its row's is everybody's."""
    hidden = (*_HIDDEN, *(["id"] * (table is queries)))
    shown = [column for column in table.c if column.name not in hidden]
    times = [table.c[name] for name in _TIMES if name in table.c]
    statement = select(*shown).where(table.c.user == user).order_by(*times, *table.primary_key)
    if "query_id" in table.c:
        question = select(queries.c.number).where(queries.c.id == table.c.query_id)
        statement = statement.add_columns(question.scalar_subquery().label("question"))
    if "community" in table.c:
        return statement.where(table.c.community == community)
    if table is examples:
        return statement.where(table.c.dataset_id.in_(_datasets(community)))
    if table is votes:
        return statement.where(table.c.example_id.in_(_texts(community)))
    return statement.where(table.c.query_id.in_(_asked(community)))


def _asked(community: str, user: str | None = None) -> Select[Any]:
    statement = select(queries.c.id).where(queries.c.community == community)
    return statement if user is None else statement.where(queries.c.user == user)


def _datasets(community: str) -> Select[Any]:
    return select(datasets.c.id).where(datasets.c.community == community)


def _texts(community: str) -> Select[Any]:
    return select(examples.c.id).where(examples.c.dataset_id.in_(_datasets(community)))


def _erase(connection: Connection, community: str, user: str) -> Erased:
    erased = _would_go(connection, community, user)
    _give_to_others(connection, community, user)
    _remove_texts(connection, community, user)
    _remove_words(connection, community, user)
    _remove_names(connection, community, user)
    _empty_entries(connection, community, user)
    versions = ", ".join(one.full_name for one in erased.learned)
    entry = NewAuditEntry(community, NOBODY, Deed.PERSON_ERASED, {"versions": versions})
    note(connection, entry)
    return erased


def _would_go(connection: Connection, community: str, user: str) -> Erased:
    """Count what is theirs; a text that somebody else has asked as well becomes that person's."""
    asked = _asked(community, user)
    texts = _their_texts(community, user).where(
        or_(examples.c.query_id.is_(None), examples.c.query_id.in_(asked)),
        _asked_by_another(user).scalar_subquery().is_(None),
    )
    gone = frozenset(row.id for row in connection.execute(texts))
    judged, said = (_rows_of(table, community, user) for table in (schema.feedback, votes))
    counted = [_count(connection, each) for each in (asked, judged, said)]
    questions, judgements, of_texts = counted
    required = frozenset(connection.scalars(_their_must_pass(community, user, texts)))
    snapshots = snapshots_with(connection, community, gone)
    learned = learned_from(connection, community, snapshots)
    learning = learning_from(connection, community, snapshots, gone, required)
    return Erased(questions, judgements, of_texts, len(gone), learned, learning)


def _asked_by_another(user: str) -> Select[Any]:
    """The first question of somebody else that a text was judged in."""
    return (
        select(func.min(votes.c.query_id))
        .join(queries, votes.c.query_id == queries.c.id)
        .where(votes.c.example_id == examples.c.id, queries.c.user != user)
    )


def _their_texts(community: str, user: str) -> Select[Any]:
    """Texts that they asked or put in; what came in a file is the file's."""
    is_theirs = or_(
        examples.c.query_id.in_(_asked(community, user)),
        (examples.c.user == user) & examples.c.import_id.is_(None),
    )
    return _texts(community).where(is_theirs)


def _give_to_others(connection: Connection, community: str, user: str) -> None:
    """A text that somebody else has asked as well, and that was judged there, is theirs now."""
    other = _asked_by_another(user).scalar_subquery()
    theirs = examples.c.id.in_(_their_texts(community, user))
    connection.execute(update(examples).where(theirs, other.is_not(None)).values(query_id=other))
    whose = select(queries.c.user).where(queries.c.id == examples.c.query_id).scalar_subquery()
    text = select(queries.c.text).where(queries.c.id == examples.c.query_id).scalar_subquery()
    given = (examples.c.user == user, examples.c.query_id.is_not(None))
    not_asked = ~examples.c.query_id.in_(_asked(community, user))
    in_here = examples.c.dataset_id.in_(_datasets(community))
    statement = update(examples).where(*given, not_asked, in_here).values(user=whose, text=text)
    connection.execute(statement)


def _count(connection: Connection, statement: Select[Any]) -> int:
    counted = connection.execute(select(func.count()).select_from(statement.subquery()))
    return int(counted.scalar_one())


def _remove_texts(connection: Connection, community: str, user: str) -> None:
    gone, must_pass = _their_texts(community, user), schema.must_pass
    theirs = _their_must_pass(community, user, gone)
    connection.execute(delete(must_pass).where(must_pass.c.id.in_(theirs)))
    of_texts = (schema.label_cards, schema.compared_texts, schema.near_duplicate_keys)
    for table in (*of_texts, votes, history):
        connection.execute(delete(table).where(table.c.example_id.in_(gone)))
    connection.execute(delete(examples).where(examples.c.id.in_(gone)))


def _their_must_pass(community: str, user: str, gone: Select[Any]) -> Select[Any]:
    """What they said every version must get right, and their texts of which others said so."""
    table = schema.must_pass
    same = select(examples.c.canonical).where(
        examples.c.dataset_id == table.c.dataset_id, examples.c.id.in_(gone)
    )
    theirs = or_(table.c.user == user, table.c.canonical.in_(same))
    return select(table.c.id).where(table.c.dataset_id.in_(_datasets(community)), theirs)


def _remove_words(connection: Connection, community: str, user: str) -> None:
    """What they said of texts and answers, and what others said of their answers."""
    asked, in_here = _asked(community, user), _texts(community)
    for table in (votes, history):
        theirs = (table.c.user == user, table.c.example_id.in_(in_here))
        connection.execute(delete(table).where(*theirs))
        of_theirs = update(table).where(table.c.query_id.in_(asked)).values(query_id=None)
        connection.execute(of_theirs)
    cards = schema.label_cards
    connection.execute(
        delete(cards).where(cards.c.user == user, cards.c.dataset_id.in_(_datasets(community)))
    )
    compared, here = schema.compared_texts, schema.comparisons.c.community == community
    in_those = compared.c.comparison_id.in_(select(schema.comparisons.c.id).where(here))
    connection.execute(delete(compared).where(compared.c.user == user, in_those))
    for table in (schema.feedback, schema.feedback_history):
        theirs_or_of_theirs = or_(
            table.c.query_id.in_(asked),
            (table.c.user == user) & table.c.query_id.in_(_asked(community)),
        )
        connection.execute(delete(table).where(theirs_or_of_theirs))
    for table in (queries, schema.drafts, schema.choices, schema.web_sessions):
        whose = (table.c.community == community, table.c.user == user)
        connection.execute(delete(table).where(*whose))
    told = schema.news.c.facts
    of_them = (told["community"].as_string() == community, told["user"].as_string() == user)
    connection.execute(delete(schema.news).where(*of_them))


def _remove_names(connection: Connection, community: str, user: str) -> None:
    """What they did for everybody stays; their files do not, unless one is being read."""
    in_here = _datasets(community)
    is_read = imports.c.state.in_((ImportState.RUNNING, ImportState.UNDOING))
    theirs = (imports.c.user == user, imports.c.dataset_id.in_(in_here))
    connection.execute(update(imports).where(*theirs, ~is_read).values(content=None))
    connection.execute(update(imports).where(*theirs).values(user=NOBODY))
    changes, settings = schema.dataset_changes, schema.settings
    where = (changes.c.user == user, changes.c.dataset_id.in_(in_here))
    connection.execute(update(changes).where(*where).values(user=NOBODY))
    brought = (examples.c.user == user, examples.c.dataset_id.in_(in_here))
    connection.execute(update(examples).where(*brought).values(user=NOBODY))
    remove_settler(connection, in_here, user)
    for table, column, value in (
        (schema.jobs, "user", NOBODY),
        (datasets, "created_by", None),
        (schema.comparisons, "started_by", None),
        (schema.live_versions, "decided_by", None),
        (schema.live_moves, "user", None),
        (schema.hub_models, "user", None),
    ):
        whose = (table.c.community == community, table.c[column] == user)
        connection.execute(update(table).where(*whose).values({column: value}))
    role = (settings.c.community == community, settings.c.name == f"role:{user}")
    connection.execute(delete(settings).where(*role))


def _empty_entries(connection: Connection, community: str, user: str) -> None:
    """What they did, and what was done about them, as storage/audit.py provides for."""
    audit = schema.audit
    about_them = audit.c.facts["group"].as_string() == user
    whose = (audit.c.community == community, or_(audit.c.user == user, about_them))
    empty = {"user": None, "facts": None, "salt": None}
    connection.execute(update(audit).where(*whose).values(empty))
