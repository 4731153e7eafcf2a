"""Replies, forms and the Home tab as Slack's own: within its limits, pure."""
