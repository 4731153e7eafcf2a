"""Looks after the models that answer, and tells admins what it sees."""
