"""The engine: finds, loads, runs and trains checkpoints. Knows no chat and no SQL."""
