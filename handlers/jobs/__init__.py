"""Work that outlives a request: who runs it, and how it is told of."""
