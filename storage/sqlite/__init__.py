"""The database file: how it is reached, written in groups, copied and looked at."""
