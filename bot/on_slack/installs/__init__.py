"""Which workspaces have Tokki, and their tokens, kept encrypted."""
