"""Votes on the texts of a dataset, and what people agree on by them."""
