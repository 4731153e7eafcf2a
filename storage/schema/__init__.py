"""The tables. A change here needs a file in migrations/versions/, or a test fails.

Numbers of rows are never given twice, since buttons in old messages still name them.
"""

from storage.schema import triggers
from storage.schema.checkpoints import (
    compared_texts,
    comparisons,
    hub_models,
    live_moves,
    live_versions,
    versions,
)
from storage.schema.columns import (
    NEVER_GIVEN,
    UtcDateTime,
    compare_by_bytes,
    metadata,
    now,
    plain,
    values_of,
)
from storage.schema.communities import audit, choices, departures, notices, settings, web_sessions
from storage.schema.datasets import (
    dataset_changes,
    datasets,
    drafts,
    imports,
    must_pass,
    readings,
    snapshots,
)
from storage.schema.examples import (
    example_changes,
    examples,
    label_cards,
    near_duplicate_keys,
    votes,
    votes_history,
)
from storage.schema.processes import (
    job_messages,
    jobs,
    leases,
    news,
    processes,
    seen_events,
    shared_limits,
)
from storage.schema.questions import feedback, feedback_history, queries, query_numbers

compare_by_bytes()
