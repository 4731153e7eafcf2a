"""Commands that ask a model, one file a task, and what they have in common."""
