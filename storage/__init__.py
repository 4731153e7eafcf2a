"""What Tokki remembers: the only place with SQL."""
