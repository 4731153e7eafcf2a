"""Labelled text: datasets, their texts and what people said of them."""
