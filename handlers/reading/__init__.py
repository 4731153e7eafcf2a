"""What somebody typed: its grammar, its options, what could come next, what was meant."""
