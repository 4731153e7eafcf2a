"""Rows that would take hours to ask for, written by SQLite itself between two requests."""

import sqlite3
from contextlib import closing
from pathlib import Path

MODEL = "sentiment"
LABELS = '["positive", "negative"]'
_PEOPLE = 100
_JUDGED = 20
"""Of so many questions one is judged."""
_KEYS = 12
"""By which near-duplicates are found, of a text of some words."""

_QUESTIONS = """
INSERT INTO queries
  (community, user, command, text, model, result, label_set, latency_ms, created_at, number)
WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last)
SELECT :community, 'user' || (i % :people), 'classify', 'stored question number ' || i, :model,
  '{"labels": ' || :labels || ', "scores": [0.9, 0.1]}', :labels, 5.0,
  datetime('2026-11-01', '+' || i || ' seconds') || '.000000', i
FROM n
"""
_NUMBERS = """
INSERT INTO query_numbers (community, last) VALUES (:community, :last)
ON CONFLICT DO UPDATE SET last = max(last, excluded.last)
"""
_JUDGEMENTS = """
INSERT INTO feedback (query_id, user, verdict, label, updated_at)
SELECT id, user, 'right', 'positive', created_at FROM queries
WHERE community = :community AND number BETWEEN :first AND :last AND number % :judged = 0
"""
_EXAMPLES = """
INSERT INTO examples (dataset_id, text, canonical, group_key, side, label_at_entry, source, user,
  created_at)
WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last)
SELECT :dataset, 'stored example number ' || i, 'example ' || i, 'example ' || i,
  CASE i % 5 WHEN 0 THEN 'test' ELSE 'train' END, CASE i % 2 WHEN 0 THEN 'l0' ELSE 'l1' END,
  'file', 'user', '2026-11-01 00:00:00.000000'
FROM n
"""
_KEYS_OF_EXAMPLES = """
INSERT INTO near_duplicate_keys (dataset_id, key, example_id)
WITH RECURSIVE k(j) AS (SELECT 1 UNION ALL SELECT j + 1 FROM k WHERE j < :keys)
SELECT dataset_id, random(), id FROM examples, k WHERE id > :known AND dataset_id = :dataset
"""
_VOTES = """
INSERT INTO votes (example_id, user, label, is_anchored, voted_at, is_moderator, is_ambiguous)
SELECT id, 'user' || (id % :people), label_at_entry, 0, '2026-11-02 00:00:00.000000', 0, 0
FROM examples WHERE id > :known AND id % 2 = 0 AND dataset_id = :dataset
"""


def ask_often(file: Path, community: str, model: str, first: int, last: int) -> None:
    """Store questions with these numbers in a community; some of them are judged."""
    facts = {
        "community": community,
        "first": first,
        "last": last,
        "model": model,
        "labels": LABELS,
        "people": _PEOPLE,
        "judged": _JUDGED,
    }
    _write(file, facts, _QUESTIONS, _NUMBERS, _JUDGEMENTS)


def collect(file: Path, dataset: int, first: int, last: int) -> None:
    """Put so many examples into a dataset; every second one is labelled."""
    with closing(sqlite3.connect(file)) as known:
        (highest,) = known.execute("SELECT coalesce(max(id), 0) FROM examples").fetchone()
    facts = {
        "dataset": dataset,
        "first": first,
        "last": last,
        "known": highest,
        "people": _PEOPLE,
        "keys": _KEYS,
    }
    _write(file, facts, _EXAMPLES, _KEYS_OF_EXAMPLES, _VOTES)


def _write(file: Path, facts: dict[str, object], *statements: str) -> None:
    with closing(sqlite3.connect(file, timeout=60)) as connection, connection:
        for statement in statements:
            connection.execute(statement, facts)
