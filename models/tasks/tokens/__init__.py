"""Texts to tokens, in windows and batches, and back to spans."""
