"""Datasets of a community's own labels: made, filled, looked at and changed."""
