"""Replies as text or JSON for a terminal: nothing in them is obeyed, pure."""
