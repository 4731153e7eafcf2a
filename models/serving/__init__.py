"""Many callers, few batches, bounded memory: what is loaded, who waits, what was answered."""
