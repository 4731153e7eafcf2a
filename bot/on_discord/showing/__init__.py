"""Answers on Discord: where each is shown, shared, and told of after a restart."""
