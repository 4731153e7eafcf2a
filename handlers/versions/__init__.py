"""The versions of a name: which there are, which one is live, and who moves that."""
