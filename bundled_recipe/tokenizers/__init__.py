"""Tokenizers without a network: three ways to cut the same text, dressed as five families do."""
