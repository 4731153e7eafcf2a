"""Trained checkpoints as others get them: with their card, as one file, or on the Hub."""
