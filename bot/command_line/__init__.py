"""The command line, installed as `tokki`: what it takes, and what becomes of it."""
