"""Limits that Discord holds requests to, checked by hand: the OpenAPI description misses many."""
