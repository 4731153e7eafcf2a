"""What notes each change of a text or a vote.

What counts votes once remembers how far it has read example_changes. Triggers write that, so that
nobody who changes a text or a vote can forget to.
"""

from sqlalchemy import DDL, event

from storage.schema.examples import examples, votes

_TEXT_CHANGED = (
    "INSERT INTO example_changes (dataset_id, example_id) VALUES ({0}.dataset_id, {0}.id)"
)
_VOTE_CHANGED = (
    "INSERT INTO example_changes (dataset_id, example_id)"
    " SELECT dataset_id, id FROM examples WHERE id = {0}.example_id"
)
for _table, _name, _when, _what in (
    (examples, "inserted", "INSERT", _TEXT_CHANGED.format("NEW")),
    (examples, "updated", "UPDATE OF side, settled", _TEXT_CHANGED.format("NEW")),
    (examples, "deleted", "DELETE", _TEXT_CHANGED.format("OLD")),
    (votes, "inserted", "INSERT", _VOTE_CHANGED.format("NEW")),
    (votes, "updated", "UPDATE", _VOTE_CHANGED.format("NEW")),
    (votes, "deleted", "DELETE", _VOTE_CHANGED.format("OLD")),
):
    _trigger = f"tr_{_table.name}_{_name}"
    _on = f"CREATE TRIGGER {_trigger} AFTER {_when} ON {_table.name}"
    _function = f"CREATE FUNCTION {_trigger}() RETURNS trigger LANGUAGE plpgsql AS"
    for _dialect, _statement in (
        ("sqlite", f"{_on} BEGIN {_what}; END"),
        ("postgresql", f"{_function} $$ BEGIN {_what}; RETURN NULL; END $$"),
        ("postgresql", f"{_on} FOR EACH ROW EXECUTE FUNCTION {_trigger}()"),
    ):
        _made = DDL(_statement).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]
        event.listen(_table, "after_create", _made)
