"""Answers on Slack: where each is shown, shared, and told of after a restart."""
