"""Replies and forms as HTML."""
