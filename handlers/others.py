"""What the processes on one database tell each other, and what only one of them does at a time."""

ANSWERS_FORGOTTEN = "answers_forgotten"
"""What somebody has erased is in no memory any more."""
WRITING_STOPPED = "writing_stopped"
"""Somebody pressed the button under a text that another process may be writing."""
INSTALLS_CHANGED = "installs_changed"
"""A workspace has installed Tokki, or has taken it out."""

NIGHTLY = "nightly"
"""The lease of whoever forgets what is over."""
