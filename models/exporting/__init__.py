"""Exported networks: written down, let to answer once they agree with torch, kept on disk."""
