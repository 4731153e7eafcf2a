"""Versions that communities trained, models that they added, and which of them answer."""
