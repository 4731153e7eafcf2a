"""The second wall around each community: a server shows a transaction its communities' rows alone.

Every statement of ours names its community. Where one forgot to, it would find nothing, since each
transaction tells the server at its beginning whose it is. Work that is of no one community says so
in so many words, `Everywhere`.
https://www.postgresql.org/docs/current/ddl-rowsecurity.html
"""

from collections.abc import Collection, Iterable

from sqlalchemy import Table

from storage.sql.connections import Everywhere, Scope
from storage.sql.nul import without_nul

# Each in a SELECT of its own is found out once a statement, not once a row.
_EVERYWHERE = "(SELECT current_setting('tokki.everywhere', true) = 'on')"
_COMMUNITIES = "(SELECT NULLIF(current_setting('tokki.communities', true), '')::text[])"


def told(scope: Scope) -> str:
    """Return the statements that tell a transaction whose it is."""
    if isinstance(scope, Everywhere):
        return "SET LOCAL tokki.everywhere = 'on'"
    return of_communities([scope])


def of_communities(communities: Collection[str]) -> str:
    """Return the statements that show a transaction these communities, and no other."""
    listed = literal("{" + ",".join(map(_item, sorted(communities))) + "}")
    return f"SET LOCAL tokki.everywhere = 'off'; SET LOCAL tokki.communities = {listed}"


def literal(text: str) -> str:
    """Return a text as SQL has it, for the statements that take no parameters."""
    return "'" + without_nul(text).replace("'", "''") + "'"


def _item(community: str) -> str:
    escaped = community.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def wall_of(table: Table) -> Iterable[str]:
    """Return the statements that build a table's wall; none where its rows are nobody's."""
    condition = _condition(table)
    if condition is None:
        return ()
    name = table.name
    return (
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",  # or it would not hold for the owner, us
        f"CREATE POLICY of_community ON {name} USING ({condition})",
    )


def _condition(table: Table) -> str | None:
    if "community" in table.c:
        return f"{_EVERYWHERE} OR community = ANY ({_COMMUNITIES}::text[])"
    column = next((column for column in table.c if column.foreign_keys), None)
    if column is None:
        return None
    (key,) = column.foreign_keys
    parent = f"{key.column.table.name} AS parent"  # whose own wall says which of its rows are seen
    same = f"parent.{key.column.name} = {table.name}.{column.name}"
    return f"{_EVERYWHERE} OR EXISTS (SELECT 1 FROM {parent} WHERE {same})"  # noqa: S608 - ours
