"""What has learned from texts, and what is about to."""

from sqlalchemy import Connection, select

from storage import schema
from storage.records import LearnedVersion
from storage.shared.jobs import NOT_ENDED

Numbers = frozenset[int]


def snapshots_with(connection: Connection, community: str, texts: Numbers) -> Numbers:
    """Return the snapshots that have one of these texts."""
    table, datasets = schema.snapshots, schema.datasets
    rows = connection.execute(
        select(table.c.id, table.c.rows)
        .join(datasets, table.c.dataset_id == datasets.c.id)
        .where(datasets.c.community == community)
    )
    return frozenset(row.id for row in rows if any(one.example_id in texts for one in row.rows))


def learned_from(
    connection: Connection, community: str, snapshots: Numbers
) -> tuple[LearnedVersion, ...]:
    """Return the versions of these snapshots."""
    table = schema.versions
    rows = connection.execute(
        select(table.c.name, table.c.number)
        .where(table.c.community == community, table.c.snapshot_id.in_(snapshots))
        .order_by(table.c.name, table.c.number)
    )
    return tuple(LearnedVersion(row.name, row.number) for row in rows)


def learning_from(
    connection: Connection, community: str, snapshots: Numbers, texts: Numbers, must_pass: Numbers
) -> Numbers:
    """Return the trainings under way that have one of these in their plans.

    What they are measured on counts too: a plan holds on to it, whatever becomes of the dataset.
    """
    table = schema.jobs
    snapshot, plan = table.c.params["snapshot"], table.c.plan
    facts = (snapshot, plan["held_out_ids"], plan["must_pass_ids"])
    rows = connection.execute(
        select(table.c.id, *facts).where(table.c.community == community, NOT_ENDED)
    )
    return frozenset(
        number
        for number, learned, held_out, required in rows
        if learned in snapshots
        or not texts.isdisjoint(held_out or ())
        or not must_pass.isdisjoint(required or ())
    )
