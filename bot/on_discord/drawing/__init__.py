"""Replies and forms as Discord's own: within its limits, pure."""
