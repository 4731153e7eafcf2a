"""A database server that several processes share: how it is reached, walled, and looked at."""
