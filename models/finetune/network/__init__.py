"""The network that learns, and how it does."""
